//! What an installation says about itself, in `zunder.json` at its top. `cargo lab install` writes it last,
//! so that a folder that has it is complete.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::INSTALLATION;
use crate::base::spoken::spoken;

/// Raise this when an older program could not make sense of an installation.
const FORMAT: u32 = 1;

/// An installation.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Installation {
    format: u32,
    /// The version of this program.
    pub(crate) version: String,
    /// Of the compiler, and with it of everything that was compiled.
    pub(crate) rustc: String,
    /// The system that it runs on, such as `x86_64-unknown-linux-gnu`.
    pub(crate) host: String,
    /// The lowest version of glibc with which all its programs run.
    pub(crate) glibc: String,
    /// The key of its warm template.
    pub(crate) key: String,
    /// Python's minor version, such as `3.11`; none without JupyterLab.
    pub(crate) python: Option<String>,
    /// The folders outside in which it has put kernelspecs.
    pub(crate) jupyter: Vec<PathBuf>,
}

impl Installation {
    /// One of this version, of which the rest is to be said.
    pub(crate) fn new(host: String, rustc: String, key: String) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let (glibc, python, jupyter) = Default::default();
        Self { format: FORMAT, version, rustc, host, glibc, key, python, jupyter }
    }

    /// What the installation in this folder says.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = std::fs::read(root.join(INSTALLATION));
        let text = text.explain(|| {
            spoken!(
                "find an installation in {}",
                "in {} eine Installation zu finden",
                root.display()
            )
        })?;
        Self::parse(&text, root)?.ok_or_else(|| damaged(root))
    }

    /// The same; none where it says nothing, or nothing whole.
    pub(crate) fn find(root: &Path) -> Result<Option<Self>> {
        Self::parse(&std::fs::read(root.join(INSTALLATION)).unwrap_or_default(), root)
    }

    fn parse(text: &[u8], root: &Path) -> Result<Option<Self>> {
        let said: Value = serde_json::from_slice(text).unwrap_or_default();
        if said["format"].as_u64().is_some_and(|format| format != u64::from(FORMAT)) {
            fail!(
                "the installation in {} was made by another version",
                "die Installation in {} ist von einer anderen Version",
                root.display()
            );
        }
        Ok(serde_json::from_value(said).ok())
    }

    /// Says it.
    pub(crate) fn write(&self, root: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)
            .explain(|| spoken!("describe the installation", "die Installation zu beschreiben"))?;
        files::write(&root.join(INSTALLATION), text + "\n")
    }
}

/// What a user is told when something is missing in it that only its owner can mend.
pub(crate) fn damaged(root: &Path) -> Failure {
    Failure::new(spoken!(
        "the installation in {} is damaged: ask whoever looks after this machine to install it again",
        "die Installation in {} ist beschädigt: Bitte die Person, die sich um diesen Rechner kümmert, sie neu zu \
         installieren",
        root.display()
    ))
}
