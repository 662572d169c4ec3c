//! The warm template: all that a kernel needs in order to answer its first cell in seconds.
//!
//! A template is a folder that is never changed once it is complete:
//!
//! - `crates/`: hard links to the compiled crates of the cargo build, Burn among them.
//! - `rustc`: hands these to rustc when cargo compiles the shim (`shim.rs` writes it).
//! - `programs/`: what a kernel finds on `PATH` in place of rustc, cargo and rustup (`programs.rs`).
//! - `answers`: what the compiler says about itself (`questions.rs`).
//! - `first-cells/`: the cells that all kernels begin with, compiled (`first_cells.rs`).
//! - `link/`: what stands in for the system's libraries when a cell is linked (`linking.rs`).
//! - `config/`: evcxr's own settings.
//! - `library/`: the standard library's sources, cut; or `whole-library`, which says why not.
//! - `no-library/`: what rust-analyzer reads in its place at first (`no_library.rs`).
//! - `tree/`: what each kernel gets a copy of, or is led to (`copies.rs`):
//!   - `ctx/shim/`: a package named `zunder` with a copy of the support crate's sources and no
//!     dependencies, so that rust-analyzer, which evcxr runs inside the kernel, has only these
//!     to read. (It would read all 674 packages of Burn's tree: 43 s and 2.9 GB at every start.)
//!   - `ctx/shim/data/`: the same of `zunder-data`, the half of the support crate that goes into `zunder`.
//!   - `ctx/shim/lab/cells/`: the same of `zunder-cells`, which each cell names.
//!   - `ctx/shim/course/`: the same of `zunder-course`, which only an exercise asks for.
//!   - `ctx/target/`: all compiled, and how cells are (`without_cargo.rs`).
//!
//! Nothing in it but `rustc` and `programs/` names a place, so that `cargo lab install` copies it. Sources and
//! crates are copied or linked, not referred to: a kernel must not notice when the repository is edited,
//! rebuilt or cleaned while it runs.
//!
//! Over 300 lines: what a template is made of, and when it is still the right one, must agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::installation::{self, Installation};
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::{say, spoken};
use crate::base::tools;
use crate::kernel::cargo_home;
use crate::kernel::compiler_errors;
use crate::kernel::copies;
use crate::kernel::crate_sources;
use crate::kernel::first_cells;
use crate::kernel::library::{self, Library};
use crate::kernel::linking;
use crate::kernel::no_library;
use crate::kernel::programs::{self, Toolchain};
use crate::kernel::questions;
use crate::kernel::shim;
use crate::kernel::std_sources;

/// Raise this when the content of a template changes in a way that its key does not see.
const FORMAT: u32 = 22;

/// Whoever sets this variable lets rust-analyzer read the standard library's whole sources.
const WHOLE_LIBRARY: &str = "ZUNDER_WHOLE_LIBRARY";

/// evcxr's allocator, mimalloc, takes memory from the system in large pieces, which Linux then fills with pages of
/// 2 MB; with "0" it takes what is needed. That is 60 MB less for each kernel, and not slower (`cargo lab measure`).
pub(crate) const TAKE_MEMORY_AS_NEEDED: &str = "MIMALLOC_ARENA_EAGER_COMMIT";

/// Where the system looks for libraries before all other places.
pub(crate) const LIBRARIES: &str = "LD_LIBRARY_PATH";

/// How `warm.py` ends when variables got no type with the cut sources.
const NO_TYPES: i32 = 3;

/// A complete template.
#[derive(Debug)]
pub(crate) struct Template {
    folder: PathBuf,
}

impl Template {
    /// Its name, a hash of what went into it.
    pub(crate) fn key(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Where all of it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that each kernel gets its own copy of.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// The compiler wrapper.
    pub(crate) fn rustc(&self) -> PathBuf {
        self.folder.join("rustc")
    }

    /// evcxr's settings.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// The same for a kernel that waits.
    pub(crate) fn waiting_config(&self) -> PathBuf {
        self.folder.join("waiting-config")
    }

    /// The cut sources of the standard library. Not there where rust-analyzer reads the whole.
    fn library(&self) -> PathBuf {
        self.folder.join("library")
    }

    /// Why rust-analyzer reads the standard library's whole sources, if it does.
    pub(crate) fn why_whole_library(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("whole-library")).ok()
    }

    /// The environment of evcxr. `tree` is the template's own tree or a copy of it.
    pub(crate) fn set_environment(&self, command: &mut Command, layout: &Layout, tree: &Path) {
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_of_another_build) {
                command.env_remove(&name);
            }
        }
        command
            .env("EVCXR_TMPDIR", tree.join("ctx"))
            .env("EVCXR_CONFIG_DIR", self.config())
            .env("RUSTC_WRAPPER", self.rustc())
            .env(TAKE_MEMORY_AS_NEEDED, "0")
            .env(compiler_errors::PROGRAM, layout.kernel_program())
            .env("ZUNDER_ROOT", layout.root());
        if cargo_home::prepare(&layout.cargo_home()).is_ok() {
            command.env("CARGO_HOME", layout.cargo_home()); // else the user's own, which may be slow
        }
        let mut path = vec![programs::folder(&self.folder)];
        if let Some(toolchain) = layout.toolchain() {
            set_installed_tools(command, layout);
            path.push(toolchain.join("bin"));
            path.push(layout.bin());
        }
        path.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
        command.envs(std::env::join_paths(path).ok().map(|path| ("PATH", path)));
        if self.library().is_dir() && std::env::var_os(WHOLE_LIBRARY).is_none() {
            let later = no_library::begin(&self.folder, &self.library(), tree);
            command.env("RUST_SRC_PATH", later.unwrap_or_else(|_| self.library()));
        }
    }

    /// The template that matches the sources, lock file, compiler and evcxr of this moment.
    pub(crate) fn current(layout: &Layout) -> Result<Option<Self>> {
        if layout.is_sealed() {
            return Self::installed(layout).map(Some);
        }
        let Ok(text) = fs::read_to_string(current_file(layout)) else { return Ok(None) };
        let Ok(current) = serde_json::from_str::<Value>(&text) else { return Ok(None) };
        let key = current["key"].as_str().unwrap_or_default();
        let sources: Vec<PathBuf> = current["sources"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|path| path.as_str().map(PathBuf::from))
            .collect();
        let folder = layout.templates().join(key);
        let complete = folder.join("complete").is_file();
        let same = complete && fingerprint(layout, &sources)? == current["fingerprint"];
        Ok(same.then_some(Self { folder }))
    }

    /// That of an installation, which is right as it is.
    pub(crate) fn installed(layout: &Layout) -> Result<Self> {
        let folder = layout.templates().join(Installation::read(layout.root())?.key);
        if !folder.join("complete").is_file() {
            return Err(installation::damaged(layout.root()));
        }
        Ok(Self { folder })
    }
}

/// Whatever Rust the user has: the compiler is the installation's, and the data too.
fn set_installed_tools(command: &mut Command, layout: &Layout) {
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC").env_remove("CARGO");
    command.envs(layout.data().map(|data| ("ZUNDER_DATA", data)));
    let mut libraries: Vec<PathBuf> = moved_library(layout).into_iter().collect();
    libraries.extend(std::env::var_os(LIBRARIES).iter().flat_map(std::env::split_paths));
    command.envs(std::env::join_paths(libraries).ok().map(|libraries| (LIBRARIES, libraries)));
}

/// Where an installation has the compiled standard library. Its first cells look for it where it was when
/// they were compiled.
pub(crate) fn moved_library(layout: &Layout) -> Option<PathBuf> {
    let host = Installation::read(layout.root()).ok()?.host;
    Some(layout.toolchain()?.join("lib/rustlib").join(host).join("lib"))
}

/// Variables that cargo sets for the programs it runs, or that would change how cells compile.
pub(crate) fn is_of_another_build(name: &str) -> bool {
    const STARTS: [&str; 3] = ["CARGO_PROFILE_", "CARGO_BUILD_", "EVCXR_"];
    const NAMES: [&str; 4] =
        ["CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"];
    tools::is_set_by_cargo(name)
        || NAMES.contains(&name)
        || STARTS.iter().any(|start| name.starts_with(start))
}

/// The file that is locked while a template is built, removed or copied.
pub(crate) fn lock_path(layout: &Layout) -> PathBuf {
    layout.templates().join("lock")
}

fn current_file(layout: &Layout) -> PathBuf {
    layout.templates().join("current.json")
}

/// What a template depends on, apart from the compiled crates, which follow from this.
fn fingerprint(layout: &Layout, sources: &[PathBuf]) -> Result<String> {
    let mut parts = vec![FORMAT.to_string(), tools::rustc_version(layout.root())?];
    parts.push(evcxr_fingerprint(layout)?);
    let settings = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(PathBuf::from);
    for file in settings.iter().chain(sources) {
        parts.push(format!("{} {}", file.display(), files::hash_file(&layout.root().join(file))));
    }
    Ok(files::hash(parts.join("\n")))
}

fn evcxr_fingerprint(layout: &Layout) -> Result<String> {
    let evcxr = evcxr(layout)?;
    let data = fs::metadata(&evcxr)
        .explain(|| spoken!("look at {}", "nach {} zu sehen", evcxr.display()))?;
    Ok(format!("{} {} {:?}", evcxr.display(), data.len(), data.modified().ok()))
}

/// evcxr_jupyter, or the sentence that says how to get it.
pub(crate) fn evcxr(layout: &Layout) -> Result<PathBuf> {
    if layout.is_sealed() {
        return Ok(layout.bin().join("evcxr_jupyter"));
    }
    tools::find_evcxr().ok_or_else(|| {
        Failure::new(spoken!(
            "evcxr_jupyter, the Rust kernel, is not installed: run `cargo lab setup`",
            "evcxr_jupyter, der Rust-Kernel, ist nicht installiert: Ruf `cargo lab setup` auf"
        ))
    })
}

/// Makes the current template unless it is there. `built` is the result of the cargo build if
/// it was just done.
pub(crate) fn ensure(
    layout: &Layout,
    python: &Python,
    built: Option<Vec<Library>>,
) -> Result<Template> {
    let lock = files::lock_file(&lock_path(layout))?;
    lock.lock().explain(|| spoken!("lock the templates", "die Vorlagen zu sperren"))?;
    if let Some(template) = Template::current(layout)? {
        return Ok(template);
    }
    let libraries = match built {
        Some(libraries) => libraries,
        None => library::build(layout.root())?,
    };
    let sources = own_sources(layout, &libraries)?;
    let fingerprint = fingerprint(layout, &sources)?;
    let key = files::hash(format!("{fingerprint}\n{libraries:?}"))[..16].to_owned();
    let template = Template { folder: layout.templates().join(&key) };
    if !template.folder.join("complete").is_file() {
        make(layout, python, &template, &libraries, &sources)?;
    }
    let current = json!({"key": key, "fingerprint": fingerprint, "sources": sources});
    files::write(&current_file(layout), format!("{current:#}"))?;
    remove_unused(layout, &key)?;
    Ok(template)
}

/// The sources as seen from the repository, checked to lie in it.
fn own_sources(layout: &Layout, libraries: &[Library]) -> Result<Vec<PathBuf>> {
    let all = libraries.iter().flat_map(|library| &library.sources);
    let inside = all.map(|path| {
        let path = layout.root().join(path);
        path.strip_prefix(layout.root()).map(Path::to_owned).map_err(|_| {
            let path = path.display();
            Failure::new(spoken!(
                "{path} goes into the kernel but lies outside the repository",
                "{path} kommt in den Kernel, liegt aber außerhalb des Repositorys"
            ))
        })
    });
    inside.collect()
}

fn make(
    layout: &Layout,
    python: &Python,
    template: &Template,
    libraries: &[Library],
    sources: &[PathBuf],
) -> Result<()> {
    let folder = &template.folder;
    files::remove_folder(folder)?;
    for source in sources {
        let target = template.tree().join(shim::SOURCES).join(source);
        files::create_folder(target.parent().unwrap_or(folder))?;
        files::copy(&layout.root().join(source), &target)?;
    }
    for library in libraries {
        let manifest = shim::shim_manifest(library, libraries);
        files::write(&shim::shim_folder(&template.tree(), library).join("Cargo.toml"), manifest)?;
    }
    let crates = folder.join("crates");
    files::create_folder(&crates)?;
    let compiled: BTreeSet<&PathBuf> =
        libraries.iter().flat_map(|library| &library.compiled).collect();
    for file in compiled {
        files::link_or_copy(file, &crates.join(file.file_name().unwrap_or_default()))?;
    }
    let host = tools::host(layout.root())?;
    linking::write_stand_ins(&host, &folder.join("link"))?;
    let sysroot = tools::sysroot(layout.root())?;
    write_programs(folder, &Toolchain::of_user(&sysroot, &host), libraries)?;
    files::write(&template.config().join("evcxr.toml"), shim::EVCXR_SETTINGS)?;
    files::write(&template.waiting_config().join("evcxr.toml"), shim::waiting_settings())?;
    let settings = shim::cargo_settings(libraries);
    files::write(&template.tree().join(".cargo/config.toml"), settings)?;
    let cut = std_sources::original(layout)
        .and_then(|library| std_sources::make(&library, &template.library()));
    if let Err(reason) = cut {
        read_the_whole(template, &reason.to_string())?;
    }
    no_library::write(folder)?;
    warm(layout, python, template, &sysroot)?;
    files::write(&folder.join("complete"), "")
}

/// What stands before the programs of a toolchain.
pub(crate) fn write_programs(
    template: &Path,
    toolchain: &Toolchain,
    libraries: &[Library],
) -> Result<()> {
    files::write_program(&template.join("rustc"), shim::rustc_wrapper(toolchain, libraries))?;
    programs::write(template, toolchain)
}

fn read_the_whole(template: &Template, reason: &str) -> Result<()> {
    files::remove_folder(&template.library())?;
    files::write(&template.folder.join("whole-library"), reason)
}

/// Runs the notebooks' first cells through evcxr itself, so that the shim is compiled with the very settings
/// that evcxr uses, whatever its version; then removes what belonged to these cells. It also tries whether
/// the cut sources are enough.
fn warm(layout: &Layout, python: &Python, template: &Template, sysroot: &Path) -> Result<()> {
    let folder = template.folder();
    let run = |cells: &str| {
        let mut script = python.script(&layout.script("warm.py"));
        template.set_environment(&mut script, layout, &template.tree());
        script.arg(evcxr(layout)?).arg(cells).current_dir(template.tree());
        script.status().explain(|| spoken!("run warm.py", "warm.py auszuführen"))
    };
    let failed = |status| {
        Failure::new(spoken!(
            "cannot compile the crate for the kernel ({status}; see above); try `cargo test --lib`",
            "die Crate lässt sich für den Kernel nicht kompilieren ({status}; siehe oben); versuch \
             `cargo test --lib`"
        ))
    };
    questions::note(folder)?;
    first_cells::note(folder)?;
    let status = run("first")?;
    if !status.success() {
        return Err(failed(status));
    }
    questions::ask(folder, sysroot)?;
    first_cells::compile(folder, &template.rustc(), &template.tree().join("ctx"))?;
    crate_sources::show_what_is_public(&template.tree().join(shim::SOURCES))?;
    if template.library().is_dir() {
        let status = run("types")?;
        match status.code() {
            Some(0) => {}
            Some(NO_TYPES) => {
                let why = say(
                    "variables got no type from the cut sources",
                    "aus den gekürzten Quelltexten bekamen Variablen keinen Typ",
                );
                read_the_whole(template, why)?;
            }
            _ => return Err(failed(status)),
        }
    }
    no_library::end(&template.tree());
    prune(&template.tree().join("ctx"))
}

/// Keeps only what does not belong to the cell package `ctx`: each kernel's own copy of that
/// has another path, which cargo takes for another package.
fn prune(folder: &Path) -> Result<()> {
    for entry in files::entries(folder)? {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let of_cell =
            ["ctx-", "ctx.", "libctx", "libcode_"].iter().any(|start| name.starts_with(start));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if of_cell || name == "incremental" {
                files::remove_folder(&path)?;
            } else {
                prune(&path)?;
            }
        } else if of_cell || name == ".cargo-lock" {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// Removes templates that are neither current nor used by a running kernel.
fn remove_unused(layout: &Layout, current: &str) -> Result<()> {
    let used = copies::templates_in_use(layout);
    for entry in files::entries(&layout.templates())? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && name != current && !used.contains(&name) {
            files::remove_folder(&entry.path())?;
        }
    }
    Ok(())
}

/// evcxr must not die of the interrupt that asks `fit` to stop: the crate's own handler, in
/// the process that runs the cells, deals with it. What a program ignores stays ignored in the
/// programs that it starts, until one of them sets a handler.
pub(crate) fn ignoring_interrupts(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' INT; exec \"$0\" \"$@\""]).arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_of_another_build_stays_outside() {
        for name in ["CARGO_MANIFEST_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "EVCXR_TMPDIR"] {
            assert!(is_of_another_build(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "PATH", "ZUNDER_DATA"] {
            assert!(!is_of_another_build(name), "{name}");
        }
    }
}
