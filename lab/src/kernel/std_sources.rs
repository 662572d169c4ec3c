//! The standard library's sources for rust-analyzer, cut down to what a notebook can meet.
//!
//! It reads 35 MB of them at each start of a kernel, of which these 7 MB matter: half the time and
//! half the memory (`ZUNDER_WHOLE_LIBRARY=1 cargo lab measure` shows the other). Without a `Cargo.toml`
//! in it, it also spares cargo's look at the library's own dependencies, which may ask a network that is not there.
//!
//! Left out are tests, other systems, comments (not the docs, which the page shows), the bodies of functions,
//! and what computes inside the library. Attributes stay: without them rust-analyzer takes twice as long.
//!
//! Another Rust may have other sources. So it is looked whether all is there that is expected, and the
//! warm kernel tries it before it counts; else rust-analyzer reads the whole, and `cargo lab doctor`
//! says why.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::kernel::bodies::without_bodies;
use crate::kernel::strip::stripped;

pub(crate) const CRATES: [&str; 3] = ["core", "alloc", "std"];

/// Where the types of a notebook come from. Each must be there, or the sources are other ones.
const EXPECTED: [&str; 16] = [
    "core/src/lib.rs",
    "core/src/option.rs",
    "core/src/result.rs",
    "core/src/iter/traits/iterator.rs",
    "core/src/slice/mod.rs",
    "core/src/str/mod.rs",
    "core/src/num/mod.rs",
    "core/src/macros/mod.rs",
    "alloc/src/lib.rs",
    "alloc/src/vec/mod.rs",
    "alloc/src/string.rs",
    "alloc/src/rc.rs",
    "std/src/lib.rs",
    "std/src/collections/mod.rs",
    "std/src/fs.rs",
    "std/src/thread/mod.rs",
];

/// The bytes that are likely. Far fewer or more are another library.
const LIKELY: std::ops::Range<usize> = 4_000_000..16_000_000;

/// Their sizes come from hashbrown, which is a crate of its own. Without it rust-analyzer knows no
/// type of what is in a map, so its place is taken by the bare types.
const AROUND_HASHBROWN: [&str; 2] =
    ["std/src/collections/hash/map.rs", "std/src/collections/hash/set.rs"];

const TEST_FOLDERS: [&str; 3] = ["/tests/", "/benches/", "/testsuite/"];

const OTHER_SYSTEMS: &str = "windows uefi sgx hermit wasi wasip1 wasip2 wasip3 wasm solid itron \
    teeos trusty xous zkvm vexos motor cygwin vxworks cirrus redox fuchsia horizon espidf solaris \
    illumos aix haiku hurd netbsd openbsd freebsd dragonfly android ios macos darwin nto l4re \
    emscripten rtems nuttx vita apple lynxos";

/// How numbers are read and written, letters told apart, and vectors computed. What others see of a folder
/// stands in its `mod.rs`, which stays: how an `f64` is made of a text, for example. (Newer Rusts have
/// some of them one folder deeper.)
const INSIDES: [&str; 14] = [
    "std/src/backtrace",
    "core/src/num/dec2flt",
    "core/src/num/flt2dec",
    "core/src/num/bignum",
    "core/src/num/diy_float",
    "core/src/num/imp/dec2flt",
    "core/src/num/imp/flt2dec",
    "core/src/num/imp/bignum",
    "core/src/num/imp/diy_float",
    "core/src/num/f16.rs",
    "core/src/num/f128.rs",
    "core/src/unicode/unicode_data",
    "core/src/intrinsics/simd",
    "core/src/contracts",
];

/// The toolchain's own sources.
pub(crate) fn original(layout: &Layout) -> Result<PathBuf> {
    Ok(tools::sysroot(layout.root())?.join("lib/rustlib/src/rust/library"))
}

/// Writes the cut sources into `folder`.
pub(crate) fn make(library: &Path, folder: &Path) -> Result<()> {
    let mut bytes = 0;
    for name in CRATES {
        for file in files::with_ending(&library.join(name).join("src"), "rs")? {
            let inside = file.strip_prefix(library).unwrap_or(&file).display().to_string();
            if is_left_out(&inside) {
                continue;
            }
            let source = files::read_text(&file)?;
            let text = cut(&inside, &source)?;
            bytes += text.len();
            let target = folder.join(&inside);
            files::create_folder(target.parent().unwrap_or(folder))?;
            fs::write(&target, text)
                .explain(|| spoken!("write {}", "{} zu schreiben", target.display()))?;
        }
    }
    if let Some(missing) = EXPECTED.iter().find(|name| !folder.join(name).is_file()) {
        fail!("the library has no {missing}", "in der Bibliothek fehlt {missing}");
    }
    if !LIKELY.contains(&bytes) {
        fail!(
            "{} are not the size that was expected",
            "{} sind nicht die erwartete Größe",
            files::megabytes(bytes as u64)
        );
    }
    Ok(())
}

fn cut(inside: &str, source: &str) -> Result<String> {
    // Macros write the docs of each number type there, a quarter of all.
    let has_macros = inside.starts_with("core/src/num/") || inside.ends_with("sync/atomic.rs");
    // The lengths of arrays are made of sizes.
    let has_sizes =
        ["core/src/mem/", "core/src/intrinsics/"].iter().any(|at| inside.starts_with(at));
    let text = without_bodies(&stripped(source, !has_macros), has_sizes);
    if !AROUND_HASHBROWN.contains(&inside) {
        return Ok(text);
    }
    let Some(text) = without_hashbrown(&text) else {
        fail!("{inside} is written in another way", "{inside} ist anders geschrieben als erwartet")
    };
    Ok(text)
}

/// `base: base::Iter<'a, K, V>` becomes `base: crate::marker::PhantomData<(&'a (), K, V,)>`. None where
/// there is no such field.
fn without_hashbrown(text: &str) -> Option<String> {
    const FIELD: &str = "base: base::";
    let mut pieces = text.split(FIELD);
    let mut result = pieces.next()?.to_owned();
    let mut found = 0;
    for piece in pieces {
        let name = piece.find(|c: char| !c.is_alphanumeric()).unwrap_or(piece.len());
        let arguments = piece[name..].strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let Some((arguments, rest)) = arguments else {
            result = result + FIELD + piece; // a value, not a field
            continue;
        };
        result += concat!("base: crate", "::marker::PhantomData<("); // no path of this crate
        for argument in arguments.split(',').map(str::trim) {
            let is_lifetime = argument.starts_with('\'');
            result +=
                &if is_lifetime { format!("&{argument} (), ") } else { format!("{argument}, ") };
        }
        result = result + ")>" + rest;
        found += 1;
    }
    (found >= 5).then_some(result)
}

fn is_left_out(inside: &str) -> bool {
    let is_other_system = |part: &str| {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        OTHER_SYSTEMS.split_whitespace().any(|system| {
            name.strip_prefix(system).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
    };
    TEST_FOLDERS.iter().any(|tests| inside.contains(tests))
        || inside.ends_with("/tests.rs")
        || INSIDES.iter().any(|start| inside.starts_with(start)) && !inside.ends_with("/mod.rs")
        || inside.strip_prefix("std/src/").is_some_and(|path| path.split('/').any(is_other_system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_notebook_meets_is_left_out() {
        for path in [
            "std/src/sys/pal/windows/mod.rs",
            "std/src/sys/fs/windows.rs",
            "std/src/os/wasi/mod.rs",
            "std/src/sys/net/wasip2_socket.rs",
            "core/src/num/dec2flt/slow.rs",
            "core/src/num/imp/dec2flt/slow.rs",
            "alloc/src/collections/vec_deque/tests.rs",
            "std/src/fs/tests.rs",
        ] {
            assert!(is_left_out(path), "{path}");
        }
        let mut kept = EXPECTED.to_vec();
        kept.extend(["core/src/slice/windows.rs", "std/src/sys/fs/unix.rs", "core/src/num/f32.rs"]);
        kept.extend(["core/src/num/dec2flt/mod.rs", "core/src/num/imp/dec2flt/mod.rs"]);
        assert!(kept.iter().all(|path| !is_left_out(path)), "{kept:?}");
    }

    #[test]
    fn maps_hold_their_types_without_hashbrown() {
        let field = "struct Iter<'a, K, V> { base: base::Iter<'a, K, V>, }\n".repeat(5);
        let value = "Self { base: base::HashMap::new() }\n";
        let bare =
            "struct Iter<'a, K, V> { base: crate::marker::PhantomData<(&'a (), K, V, )>, }\n";
        let text = without_hashbrown(&format!("{field}{value}"));
        assert_eq!(text, Some(format!("{}{value}", bare.repeat(5))));
        assert_eq!(without_hashbrown(value), None);
    }

    /// Of another Rust nothing is kept that might be wrong.
    #[test]
    fn another_library_is_refused() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (library, made) = (folder.path().join("library"), folder.path().join("made"));
        let refusal = || make(&library, &made).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(refusal().contains("cannot list"), "{}", refusal());
        for name in EXPECTED {
            files::write(&library.join(name), "pub fn here() {}\n")?;
        }
        assert!(refusal().contains("not the size"), "{}", refusal());
        for name in AROUND_HASHBROWN {
            files::write(&library.join(name), "pub struct HashMap;\n")?;
        }
        assert!(refusal().contains("is written in another way"), "{}", refusal());
        fs::remove_file(library.join(EXPECTED[1])).explain(|| "remove a file".to_owned())?;
        files::remove_folder(&library.join("std/src/collections/hash"))?;
        files::remove_folder(&made)?;
        assert!(refusal().contains(EXPECTED[1]), "{}", refusal());
        Ok(())
    }
}
