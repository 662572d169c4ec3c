//! Notebooks are made where people may have worked in them: what they have changed is put beside the new one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::notebooks::own;

/// The notebooks as they were made the last time, each with its SHA-256.
pub(crate) struct Made {
    root: PathBuf,
    file: PathBuf,
    hashes: BTreeMap<PathBuf, String>,
}

impl Made {
    /// What is remembered in this file about the notebooks of a repository. If it is lost, what counts is which ones are
    /// as they are committed.
    pub(crate) fn read(root: &Path, file: PathBuf) -> Self {
        let text = fs::read(&file).unwrap_or_default();
        Self {
            root: root.to_owned(),
            file,
            hashes: serde_json::from_slice(&text).unwrap_or_default(),
        }
    }

    /// Writes a notebook, and remembers it at once: after an interruption it is none that a person has changed. What was
    /// there goes to `aside`, a folder, where a person has changed it; then its new place comes back.
    pub(crate) fn write(
        &mut self,
        file: &Path,
        text: &str,
        aside: &Path,
    ) -> Result<Option<PathBuf>> {
        let name = file.strip_prefix(&self.root).unwrap_or(file);
        let is_german = name.components().any(|part| part.as_os_str() == "de");
        let aside = self.is_changed(file).then(|| {
            let there = aside.join(file.file_name().unwrap_or_default());
            own::free_name(&there, if is_german { "alt" } else { "old" })
        });
        if let Some(aside) = &aside {
            files::create_folder(aside.parent().unwrap_or(aside))?;
            fs::rename(file, aside)
                .explain(|| spoken!("rename {}", "{} umzubenennen", file.display()))?;
        }
        files::write(file, text)?;
        self.is_as(file, text);
        self.remember()?;
        Ok(aside)
    }

    /// Takes in that a notebook is as it is made.
    pub(crate) fn is_as(&mut self, file: &Path, text: &str) {
        let name = file.strip_prefix(&self.root).unwrap_or(file).to_owned();
        self.hashes.insert(name, files::hash(text));
    }

    /// Whether a person has changed a file that was made.
    pub(crate) fn is_changed(&self, file: &Path) -> bool {
        let name = file.strip_prefix(&self.root).unwrap_or(file);
        file.exists() && !self.is_as_made(name) && !self.is_committed(name)
    }

    fn is_as_made(&self, name: &Path) -> bool {
        self.hashes.get(name).is_some_and(|hash| *hash == files::hash_file(&self.root.join(name)))
    }

    fn is_committed(&self, name: &Path) -> bool {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.root).arg("show").arg(format!("HEAD:./{}", name.display()));
        let committed = git.output().ok().filter(|output| output.status.success());
        committed.is_some_and(|output| fs::read(self.root.join(name)).ok() == Some(output.stdout))
    }

    /// For the next time.
    pub(crate) fn remember(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.hashes).explain(|| {
            spoken!("remember the notebooks", "die Liste der Notebooks zu schreiben")
        })?;
        files::write(&self.file, text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(root: &Path, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        assert!(git.args(arguments).output().expect("git runs").status.success());
    }

    #[test]
    fn what_a_person_has_changed_is_beside_what_is_made_anew() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let root = folder.path();
        let file = root.join("notebooks/de/03.ipynb");
        let read = |file: &Path| fs::read_to_string(file).unwrap_or_default();
        files::write(&file, "committed")?;
        git(root, &["init", "-q"]);
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "all"]);

        let made = || Made::read(root, root.join("made.json"));
        let write = |text: &str| made().write(&file, text, &root.join("notebooks/de"));
        assert_eq!(write("first")?, None, "it was as it is committed");
        assert_eq!(write("second")?, None, "it was as it was made");
        files::write(&file, "my own work")?;
        let aside = root.join("notebooks/de/03-alt.ipynb");
        assert_eq!(write("third")?, Some(aside.clone()));
        assert_eq!((read(&file), read(&aside)), ("third".to_owned(), "my own work".to_owned()));
        fs::remove_file(root.join("made.json")).explain(|| "remove it".to_owned())?;
        assert_eq!(write("fourth")?, Some(root.join("notebooks/de/03-alt-2.ipynb")));

        let mut of_unknown = Made::read(root, root.join("other.json"));
        of_unknown.is_as(&file, "fourth");
        assert_eq!(of_unknown.write(&file, "fifth", root)?, None, "it was there as it is made");
        files::write(&file, "more work")?;
        let elsewhere = made().write(&file, "sixth", &root.join("changed"))?;
        assert_eq!(elsewhere.map(|aside| read(&aside)), Some("more work".to_owned()));
        Ok(())
    }
}
