//! How cells are linked: by the compiler's own linker, without a C compiler between, which costs time and which
//! not every machine has.

use std::path::Path;

use crate::base::failure::Result;
use crate::base::files;

/// Libraries that rustc names at each link, and where the system has them. A system that is not made for
/// compiling lacks the files by which a linker finds them, so these stand in for them.
const SYSTEM_LIBRARIES: [(&str, &str); 3] =
    [("libc.so", "libc.so.6"), ("libm.so", "libm.so.6"), ("libgcc_s.so", "libgcc_s.so.1")];

/// Those that are empty since they became parts of glibc.
const EMPTY: [&str; 4] = ["libpthread.a", "libutil.a", "librt.a", "libdl.a"];

/// The program of the system that loads programs, where cells can be linked in this way.
pub(crate) fn loader(host: &str) -> Option<&'static str> {
    match host {
        "x86_64-unknown-linux-gnu" => Some("ld-linux-x86-64.so.2"),
        "aarch64-unknown-linux-gnu" => Some("ld-linux-aarch64.so.1"),
        _ => None,
    }
}

/// Writes what stands in for the system's libraries. Nothing on a system that is linked in another way.
pub(crate) fn write_stand_ins(host: &str, folder: &Path) -> Result<()> {
    let Some(loader) = loader(host) else { return Ok(()) };
    for (name, library) in SYSTEM_LIBRARIES {
        let besides =
            if name == "libc.so" { format!(" AS_NEEDED({loader})") } else { String::new() };
        files::write(&folder.join(name), format!("INPUT({library}{besides})\n"))?;
    }
    for name in EMPTY {
        files::write(&folder.join(name), "!<arch>\n")?;
    }
    Ok(())
}

/// The part of the compiler's wrapper that adds arguments for what is loaded into the process that runs the cells.
/// It has to find the standard library from wherever it is loaded: rustc writes only the way from the folder into
/// which it compiles, and evcxr loads from another one.
///
/// A C compiler knows more places of libraries: it links what a crate brings that is written in C.
pub(crate) fn arguments(host: &str) -> String {
    let system = host.replacen("-unknown-", "-", 1);
    let places = [&format!("/lib/{system}"), "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
    let places: String = places.map(|place| format!(" -Clink-arg=-L{place}")).concat();
    format!(
        "linker=${{libraries%/lib}}/bin/rust-lld\n\
         case \" $* \" in\n    \
         *\" native=\"*) command -v cc >/dev/null && linker= ;;\nesac\n\
         case \" $* \" in\n    \
         *\" --crate-type dylib \"* | *\" --crate-type cdylib \"*)\n        \
         if [ -x \"$linker\" ] && [ -d \"$here/link\" ]; then\n            \
         set -- \"$@\" -Clinker=\"$linker\" -Clinker-flavor=ld.lld -Clink-arg=-rpath -Clink-arg=\"$libraries\" \
         -Clink-arg=\"-L$here/link\"{places}\n        \
         else\n            \
         set -- \"$@\" -Clink-arg=-Xlinker -Clink-arg=-rpath -Clink-arg=-Xlinker -Clink-arg=\"$libraries\"\n        \
         fi\n        ;;\nesac\n"
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const HOST: &str = "x86_64-unknown-linux-gnu";

    /// What the wrapper's script makes of these arguments, where the compiler has its own linker.
    fn made_of(given: &str, has_stand_ins: bool, path: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        files::write_program(&folder.path().join("bin/rust-lld"), "").expect("it can be written");
        if has_stand_ins {
            write_stand_ins(HOST, &folder.path().join("link")).expect("they can be written");
        }
        let script = format!("{}printf '%s\\n' \"$@\"", arguments(HOST));
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &script, "sh"]).args(given.split(' ')).env("PATH", path);
        shell.env("here", folder.path()).env("libraries", folder.path().join("lib"));
        let output = shell.output().expect("there is a shell");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    #[test]
    fn the_compiler_s_own_linker_links_what_is_loaded() {
        let made = made_of("--crate-type cdylib", true, "");
        assert!(made.starts_with("--crate-type\ncdylib\n-Clinker=/"), "{made}");
        assert!(made.contains("/bin/rust-lld\n-Clinker-flavor=ld.lld\n"), "{made}");
        assert!(made.contains("/link\n-Clink-arg=-L/lib/x86_64-linux-gnu\n"), "{made}");
    }

    #[test]
    fn a_c_compiler_links_where_that_is_not_enough() {
        let usual = "-Clink-arg=-Xlinker\n-Clink-arg=-rpath\n";
        let without = made_of("--crate-type dylib", false, "");
        assert!(without.contains(usual) && !without.contains("rust-lld"), "{without}");
        let programs = tempfile::tempdir().expect("a folder");
        files::write_program(&programs.path().join("cc"), "").expect("it can be written");
        let path = programs.path().to_str().expect("it is text");
        let native = "--crate-type cdylib -L native=/somewhere";
        assert!(made_of(native, true, path).contains(usual));
        assert!(made_of(native, true, "").contains("rust-lld"), "there is none to do it");
    }

    #[test]
    fn programs_are_linked_as_ever() {
        assert_eq!(made_of("--crate-type bin", true, ""), "--crate-type\nbin\n");
    }
}
