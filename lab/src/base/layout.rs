//! Where things are: the repository and everything that this program makes inside it.

use std::env;
use std::path::{Path, PathBuf};

use crate::base::failure::{Result, fail};

/// The folders of one checkout. All that set-up makes is below `.zunder`, so that removing
/// that one folder (`cargo lab clean`) undoes it.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Finds the repository: `ZUNDER_ROOT` first (the kernel launcher sets it), then the package
    /// that cargo runs, then the place where this program was compiled.
    pub(crate) fn find() -> Result<Self> {
        let compiled = Path::new(env!("CARGO_MANIFEST_DIR"));
        let candidates = [
            env::var_os("ZUNDER_ROOT").map(PathBuf::from),
            env::var_os("CARGO_MANIFEST_DIR").and_then(|dir| parent(Path::new(&dir))),
            parent(compiled),
        ];
        for root in candidates.into_iter().flatten() {
            if root.join("lab/Cargo.toml").is_file() && root.join("Cargo.toml").is_file() {
                // Cargo hashes paths, so there must be one spelling of them.
                return Ok(Self { root: root.canonicalize().unwrap_or(root) });
            }
        }
        fail!("cannot find the zunder repository: run this from inside it, as `cargo lab`")
    }

    /// A layout for tests.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The top of the repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that holds everything made by this program.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".zunder")
    }

    /// The Python environment with JupyterLab.
    pub(crate) fn venv(&self) -> PathBuf {
        self.state().join("venv")
    }

    /// Copies of this program that kernels run, out of cargo's way.
    pub(crate) fn bin(&self) -> PathBuf {
        self.state().join("bin")
    }

    /// The copy of this program that kernels run.
    pub(crate) fn kernel_program(&self) -> PathBuf {
        self.bin().join("zunder-kernel")
    }

    /// The warm templates.
    pub(crate) fn templates(&self) -> PathBuf {
        self.state().join("kernel")
    }

    /// One folder for each running kernel.
    pub(crate) fn copies(&self) -> PathBuf {
        self.state().join("run")
    }

    /// Where a kernel is offered that waits for a notebook.
    pub(crate) fn waiting(&self) -> PathBuf {
        self.state().join("waiting")
    }

    /// Where the crate keeps the data: `ZUNDER_DATA`, else the user's cache directory.
    pub(crate) fn data(&self) -> Option<PathBuf> {
        let chosen = env::var_os("ZUNDER_DATA").filter(|folder| !folder.is_empty());
        chosen.map(PathBuf::from).or_else(|| Some(dirs::cache_dir()?.join("zunder")))
    }

    /// The Python scripts of this package.
    pub(crate) fn script(&self, name: &str) -> PathBuf {
        self.root.join("lab/python").join(name)
    }

    /// `path` as seen from the repository, for messages.
    pub(crate) fn shorten<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

fn parent(path: &Path) -> Option<PathBuf> {
    path.parent().map(Path::to_owned)
}
