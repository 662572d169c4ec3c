//! What stands in the small files of a template: the settings of evcxr and cargo, the manifests of the
//! shims, the compiler wrapper.

use std::path::{Path, PathBuf};

use crate::kernel::compiler_errors;
use crate::kernel::first_cells;
use crate::kernel::library::Library;
use crate::kernel::linking;
use crate::kernel::no_library;
use crate::kernel::programs::Toolchain;
use crate::kernel::questions;
use crate::kernel::without_cargo;

/// Cells are compiled without optimisation: they are glue, and this halves the waiting.
///
/// Offline, because the patched `zunder` must not be looked up in a registry; a learner who
/// wants other crates says `:offline 0` first.
///
/// The dependency and the one silent cell run while the kernel starts, which is while the
/// learner still reads: they take the seconds in which rust-analyzer reads the standard library,
/// so that the notebook's own `:dep` and first `let` answer at once. The exercises are not among
/// them: what a notebook does not ask for is neither read nor loaded.
///
/// The static is where the system looks for functions to call when a library is loaded, which each cell
/// is, also after the process that runs the cells was ended: so the crate knows when a cell begins. It is named by way
/// of what cells have in common, which rustc then finds compiled.
///
/// The trait gives every value the method by which evcxr shows it.
///
/// The linker is named since evcxr takes another one where it finds it, by an argument to rustc with which all
/// would be compiled anew at the start of each kernel.
///
/// The `?` in that cell is why evcxr compiles it twice: from then on it knows that cells may hold one.
/// Else the learner's first cell with a `?` would be compiled twice. Its variable is given away at once: `:vars` shows
/// those of the learner alone.
pub(crate) const EVCXR_SETTINGS: &str = r#"[evcxr]
opt_level = "0"
offline_mode = true
prelude = '''
:linker system
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static ZUNDER_CELL_BEGINS: extern "C" fn() = ::zunder_cells::cell_begins;
use ::zunder::EvcxrDisplay as _;
let warm: String = "".parse()?;
drop(warm);
'''

[dependencies]
zunder = "0.1"
zunder-cells = "0.1"
"#;

/// What the kernel that waits does in that cell besides: it loads the crate, says that it is ready, and has
/// a thread wait for the word of the launcher (`waiting.rs` writes it) where and for whom it is from now on.
const HAND_OVER: &str = r#"
std::thread::spawn(|| {
    let Some(folder) = std::env::var_os("ZUNDER_WAITING").map(std::path::PathBuf::from) else { return };
    let _ = std::fs::write(folder.join("ready"), "");
    let Ok(settings) = std::fs::read(folder.join("hand-over")) else { return };
    for setting in String::from_utf8_lossy(&settings).split('\0') {
        match setting.split_once('=') {
            Some(("", notebooks)) => { let _ = std::env::set_current_dir(notebooks); }
            Some((name, value)) => unsafe { std::env::set_var(name, value) },
            None => {}
        }
    }
    let _ = zunder::language(&std::env::var("ZUNDER_LANGUAGE").unwrap_or_default());
    let _ = std::fs::write(folder.join("handed-over"), "");
});
"#;

/// evcxr's settings for a kernel that waits.
pub(crate) fn waiting_settings() -> String {
    EVCXR_SETTINGS.replacen("#[used]", &format!("{HAND_OVER}#[used]"), 1)
}

/// The crates' sources, below the tree of a template.
pub(crate) const SOURCES: &str = "ctx/shim";

/// The folder of a crate's copy, which lies as in the repository: below the folder in which cells are
/// compiled, since cargo knows a crate there by its place below, and so takes it as compiled wherever the
/// whole is copied to.
pub(crate) fn shim_folder(tree: &Path, library: &Library) -> PathBuf {
    tree.join(inside_tree(library))
}

fn inside_tree(library: &Library) -> PathBuf {
    Path::new(SOURCES).join(&library.folder)
}

/// A crate as the kernel knows it: without dependencies, but for those among these crates. Each is a library
/// of its own that all cells share, but for the half that goes into the other one's.
pub(crate) fn shim_manifest(library: &Library, libraries: &[Library]) -> String {
    let Library { name, version, edition, features, members, .. } = library;
    let kinds = if library.is_inside_another() { "\"rlib\"" } else { "\"rlib\", \"dylib\"" };
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"{edition}\"\n\
         autobins = false\nautoexamples = false\nautotests = false\nautobenches = false\nbuild = false\n\n\
         [lib]\npath = \"src/lib.rs\"\ncrate-type = [{kinds}]\n\n[workspace]\n\n\
         [lints.rust]\nunexpected_cfgs = \"allow\" # features that are not built\n\n[features]\n"
    );
    let declared: Vec<String> = features
        .iter()
        .filter(|name| *name != "default")
        .map(|name| format!("\"{name}\""))
        .collect();
    for feature in &declared {
        text += &format!("{feature} = []\n");
    }
    text += &format!("default = [{}]\n", declared.join(", "));
    text += "\n[dependencies]\n";
    for Library { name, version, .. } in libraries.iter().filter(|l| members.contains(&l.name)) {
        text += &format!("{name} = \"={version}\"\n");
    }
    text
}

/// The crates are compiled as the workspace has them, cells in one go: they are so small that to remember what
/// did not change takes longer than to compile it (`cargo lab measure`), and crates that are compiled so
/// are not cut into pieces which are not optimised together.
pub(crate) fn cargo_settings(libraries: &[Library]) -> String {
    let mut text = "[patch.crates-io]\n".to_owned();
    for library in libraries {
        let place = inside_tree(library);
        text += &format!("{} = {{ path = \"{}\" }}\n", library.name, place.display());
    }
    text += "\n[profile.dev]\nincremental = false\ncodegen-units = 1\n";
    for Library { name, opt_level, debug_assertions, overflow_checks, .. } in libraries {
        let level = opt_level
            .parse::<u8>()
            .map_or_else(|_| format!("\"{opt_level}\""), |level| level.to_string());
        text += &format!(
            "\n[profile.dev.package.{name}]\nopt-level = {level}\ndebug-assertions = {debug_assertions}\n\
             overflow-checks = {overflow_checks}\ncodegen-units = 16\n"
        );
    }
    text + "\n[profile.dev.package.\"*\"]\nopt-level = 3\ndebug-assertions = false\n\
            overflow-checks = false\ncodegen-units = 16\n"
}

/// Cargo calls this in place of rustc. Only the shims get Burn and the others by name, so that
/// a learner's own `:dep rand` is not mixed up with the crate's.
///
/// The stop button's signal goes to all processes of the kernel's session, and rustc would end at
/// it and leave an error without a reason. So it gets a session of its own, where `setsid` is.
///
/// It lies in the template's folder, and finds the compiled crates beside itself.
pub(crate) fn rustc_wrapper(toolchain: &Toolchain, libraries: &[Library]) -> String {
    let Toolchain { folder, host, .. } = toolchain;
    let mut text = format!(
        "#!/bin/sh\n# Cargo calls this as: rustc-wrapper rustc arguments...\nshift\nhere=${{0%/*}}\n\
         toolchain={folder}\n{}{}{}{}libraries=$toolchain/lib/rustlib/{host}/lib\n\
         own_session=$(command -v setsid)\n{}case \" $* \" in\n",
        questions::answering(),
        without_cargo::note_the_call(),
        no_library::from_now_on(),
        first_cells::compiled_already(),
        linking::arguments(host)
    );
    let rustc = "\"$toolchain/bin/rustc\"";
    let crates = "-Ldependency=\"$here/crates\"";
    for library in libraries {
        let mut externs = String::new();
        for (name, file) in &library.externs {
            let file = file.file_name().unwrap_or_default().to_string_lossy();
            externs += &format!(" \\\n            --extern {name}=\"$here/crates/{file}\"");
        }
        let name = library.name.replace('-', "_");
        text += &format!(
            "    *\" --crate-name {name} \"*)\n        \
             exec $own_session {rustc} \"$@\" {crates}{externs}\n        ;;\n"
        );
    }
    text += &compiler_errors::compile(&format!("$own_session {rustc} \"$@\" {crates}"));
    text + &format!(
        "    *\" --crate-name \"*)\n        \
         exec $own_session {rustc} \"$@\" {crates}\n        ;;\nesac\nexec {rustc} \"$@\"\n"
    )
}
