//! Where things are: what is set up or installed, and what belongs to the user who runs it.
//!
//! There are two kinds. A *checkout* is the repository, and all that set-up makes is below `.zunder` in it,
//! so that removing that one folder (`cargo lab clean`) undoes it; only the kernel's own folders lie
//! elsewhere, where programs cannot work in the repository's path or somebody has chosen another place for
//! them (see [`plain`]). An *installation* is made by
//! `cargo lab install`, for all users of a machine: it is never written to, and what a user's kernels
//! write lies in a folder of that user.

use std::env;
use std::path::{Path, PathBuf};

use crate::base::failure::{Result, fail};
use crate::base::files;
use crate::base::plain;

/// The file that makes a folder an installation; what is in it says `installation.rs`.
pub(crate) const INSTALLATION: &str = "zunder.json";

/// The folders of a checkout or of an installation.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
    is_sealed: bool,
    /// The user's own, with a plain path: here kernels run.
    own: PathBuf,
}

impl Layout {
    /// Finds the installation that this program belongs to, else the repository: `ZUNDER_ROOT` first (the
    /// kernel launcher sets it), then the package that cargo runs, then the place of this program.
    pub(crate) fn find() -> Result<Self> {
        let program = env::current_exe().ok().and_then(|program| program.canonicalize().ok());
        let above = || program.iter().flat_map(|program| program.ancestors().skip(1));
        if let Some(root) = above().nth(1).filter(|root| root.join(INSTALLATION).is_file()) {
            return Self::installed(root);
        }
        let named = [
            env::var_os("ZUNDER_ROOT").map(PathBuf::from),
            env::var_os("CARGO_MANIFEST_DIR")
                .and_then(|dir| Some(Path::new(&dir).parent()?.into())),
        ];
        for root in named.into_iter().flatten().chain(above().map(Path::to_owned)) {
            if is_checkout(&root) {
                // Cargo hashes paths, so there must be one spelling of them.
                return Self::checkout(root.canonicalize().unwrap_or(root));
            }
        }
        fail!(
            "cannot find the zunder repository: run this from inside it, as `cargo lab`",
            "das Repository von Zunder ist nicht zu finden: Ruf das in ihm auf, als `cargo lab`"
        )
    }

    /// The layout of this repository.
    fn checkout(root: PathBuf) -> Result<Self> {
        plain::check_repository(&root)?;
        let state = root.join(".zunder");
        let real = state.canonicalize().unwrap_or_else(|_| state.clone());
        if state.exists() && !files::is_writable(&state) {
            fail!(
                "{} was set up by another user: ask for an installation for all users (`cargo lab install`, see \
                 docs/install.md), or work in a copy of your own",
                "{} hat ein anderer Benutzer eingerichtet: Bitte um eine Installation für alle Benutzer \
                 (`cargo lab install`, siehe docs/install.de.md), oder arbeite in einer eigenen Kopie",
                root.display()
            );
        }
        let is_chosen = env::var_os(plain::CHOSEN).is_some_and(|folder| !folder.is_empty());
        let own = if !is_chosen && plain::is_plain(&real) {
            state
        } else {
            plain::own_folder()?.join(name_of(&root))
        };
        Ok(Self { root, is_sealed: false, own })
    }

    /// The layout of the installation in this folder.
    pub(crate) fn installed(root: &Path) -> Result<Self> {
        let own = plain::own_folder()?.join(name_of(root));
        Ok(Self { root: root.to_owned(), is_sealed: true, own })
    }

    /// A layout for tests.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), is_sealed: false, own: root.join(".zunder") }
    }

    /// The top of the repository or of the installation.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether this is an installation: complete, and never written to.
    pub(crate) fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// The kernel's own folder, in a place with a plain path.
    pub(crate) fn own(&self) -> &Path {
        &self.own
    }

    /// The folder that holds everything that this program makes for its user.
    pub(crate) fn state(&self) -> PathBuf {
        if self.is_sealed { self.own.clone() } else { self.root.join(".zunder") }
    }

    /// The Python environment with JupyterLab.
    pub(crate) fn venv(&self) -> PathBuf {
        if self.is_sealed { self.root.join("python") } else { self.state().join("venv") }
    }

    /// The programs of an installation; in a checkout, copies of this program out of cargo's way.
    pub(crate) fn bin(&self) -> PathBuf {
        if self.is_sealed { self.root.join("bin") } else { self.state().join("bin") }
    }

    /// The program that kernels run.
    pub(crate) fn kernel_program(&self) -> PathBuf {
        self.bin().join("zunder-kernel")
    }

    /// The compiler of an installation; a checkout uses the user's.
    pub(crate) fn toolchain(&self) -> Option<PathBuf> {
        self.is_sealed.then(|| self.root.join("toolchain"))
    }

    /// The warm templates.
    pub(crate) fn templates(&self) -> PathBuf {
        if self.is_sealed { self.root.join("kernel") } else { self.own.join("kernel") }
    }

    /// One folder for each running kernel.
    pub(crate) fn copies(&self) -> PathBuf {
        self.own.join("run")
    }

    /// Where a kernel is offered that waits for a notebook.
    pub(crate) fn waiting(&self) -> PathBuf {
        self.own.join("waiting")
    }

    /// cargo's home inside kernels.
    pub(crate) fn cargo_home(&self) -> PathBuf {
        self.own.join("cargo-home")
    }

    /// Where the crate keeps the data: `ZUNDER_DATA`, the installation's, else the user's cache folder.
    pub(crate) fn data(&self) -> Option<PathBuf> {
        let chosen = env::var_os("ZUNDER_DATA").filter(|folder| !folder.is_empty());
        let installed =
            || Some(self.root.join("data")).filter(|data| self.is_sealed && data.is_dir());
        let usual = || Some(dirs::cache_dir()?.join("zunder"));
        chosen.map(PathBuf::from).or_else(installed).or_else(usual)
    }

    /// The Python scripts of this package.
    pub(crate) fn script(&self, name: &str) -> PathBuf {
        self.root.join(if self.is_sealed { "scripts" } else { "lab/python" }).join(name)
    }

    /// `path` as seen from the repository, for messages.
    pub(crate) fn shorten<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// Ends with a sentence where a command belongs to a checkout.
    pub(crate) fn must_be_checkout(&self) -> Result<()> {
        if self.is_sealed {
            fail!(
                "this is the installation in {}, which is for running notebooks: this command works in the \
                 repository only",
                "das ist die Installation in {}, in der Notebooks nur ausgeführt werden: Dieser Befehl geht nur im \
                 Repository",
                self.root.display()
            );
        }
        Ok(())
    }
}

/// Whether a file among the notebooks is one of them or a picture that they read. What else lies there somebody has
/// saved, such as a model.
pub(crate) fn is_of_the_notebooks(file: &Path) -> bool {
    file.is_file() && file.extension().is_some_and(|kind| kind == "ipynb" || kind == "png")
}

/// Where the users of an installation have their own copies of its notebooks.
pub(crate) fn learners_folder(home: &Path) -> PathBuf {
    home.join("zunder")
}

/// A short name for what belongs to this folder.
fn name_of(root: &Path) -> String {
    files::hash(root.as_os_str().as_encoded_bytes())[..12].to_owned()
}

/// Whether the whole project lies in this folder.
pub(crate) fn is_checkout(folder: &Path) -> bool {
    ["Cargo.toml", "lab/Cargo.toml"].iter().all(|name| folder.join(name).is_file())
}
