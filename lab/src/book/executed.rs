//! The solved notebooks with their outputs. Each is run once and kept until its text, the crates or the compiler
//! change: a whole book takes long.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::{Layout, is_of_the_notebooks};
use crate::base::python::Python;
use crate::base::spoken::{say, seconds, spoken};
use crate::course::notebook::{self, Edition};
use crate::course::source::Source;
use crate::kernel::template::Template;

/// Runs notebooks and keeps them.
pub(crate) struct Runner<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) python: &'a Python,
    /// Where the executed ones are kept, in a folder for each language.
    pub(crate) kept: &'a Path,
    /// Seconds that one cell may take.
    pub(crate) timeout: u32,
}

impl Runner<'_> {
    /// All of these notebooks, executed, in their order. So many kernels run at once.
    pub(crate) fn all(&self, wanted: &[(Language, &Source)], jobs: usize) -> Result<Vec<Value>> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, Result<Value>)>> = Mutex::default();
        let work = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some((language, source)) = wanted.get(place) else { break };
                let start = Instant::now();
                let result = self.one(*language, source);
                let what = match &result {
                    Ok((_, true)) => format!("{:>8}", seconds(start.elapsed().as_secs_f64())),
                    Ok((_, false)) => say("as before", "wie zuvor").to_owned(),
                    Err(_) => say("failed", "gescheitert").to_owned(),
                };
                let (name, language) = (&source.name, language.code());
                println!("[{:2}/{}] {name} ({language}): {what}", place + 1, wanted.len());
                let result = result.map(|(executed, _)| executed);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..jobs.min(wanted.len()) {
                scope.spawn(work);
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    }

    /// One notebook, and whether it was run for that.
    fn one(&self, language: Language, source: &Source) -> Result<(Value, bool)> {
        let solved = notebook::make(source, language, Edition::Solved).to_string();
        let template = Template::current(self.layout)?.map(|template| template.key());
        let beside = beside(&self.layout.root().join(language.folder()));
        let key = key(&solved, template.as_deref(), &beside);
        let folder = self.kept.join(language.code());
        let executed = folder.join(format!("{}.ipynb", source.name));
        let stamp = folder.join(format!("{}.key", source.name));
        let is_kept =
            executed.is_file() && fs::read_to_string(&stamp).is_ok_and(|kept| kept == key);
        if !is_kept {
            files::write(&stamp, "")?; // a run that fails leaves a notebook, too
            self.run(source, &solved, &beside, &folder, language)?;
            files::write(&stamp, key)?;
        }
        let text = files::read_text(&executed)?;
        let notebook = serde_json::from_str(&text)
            .explain(|| spoken!("read {}", "{} zu lesen", executed.display()))?;
        Ok((notebook, !is_kept))
    }

    /// Runs a notebook in a folder of its own, where it finds what lies beside it. What an interruption leaves of that
    /// goes with the next run.
    fn run(
        &self,
        source: &Source,
        solved: &str,
        beside: &[PathBuf],
        folder: &Path,
        language: Language,
    ) -> Result<()> {
        let work = folder.join(format!("{}-work", source.name));
        files::remove_folder(&work)?;
        let file = work.join(format!("{}.ipynb", source.name));
        files::write(&file, solved)?;
        for beside in beside {
            files::copy(beside, &work.join(beside.file_name().unwrap_or_default()))?;
        }
        let mut script = self.python.script(&self.layout.script("run_notebook.py"));
        script.arg(&file).arg(folder).args(["--no-page", "--timeout", &self.timeout.to_string()]);
        // A kernel that waits was started without this, and the progress is that of nobody.
        script.env("ZUNDER_WAITING_KERNEL", "0").env("ZUNDER_PROGRESS", work.join("progress.json"));
        let output = script.output();
        files::remove_folder(&work)?;
        let output = output.explain(|| spoken!("run {}", "{} auszuführen", source.name))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            fail!(
                "{} ({}) did not run to its end: {}",
                "{} ({}) lief nicht bis zum Ende: {}",
                source.name,
                language.code(),
                said.trim()
            );
        }
        Ok(())
    }
}

/// The pictures beside the notebooks, which their cells read.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_wanted = |file: &PathBuf| {
        is_of_the_notebooks(file) && file.extension().is_none_or(|kind| kind != "ipynb")
    };
    let mut files: Vec<PathBuf> = entries.filter(is_wanted).collect();
    files.sort();
    files
}

/// What the outputs of a notebook depend on.
fn key(solved: &str, template: Option<&str>, beside: &[PathBuf]) -> String {
    let beside: Vec<_> = beside.iter().map(|file| (file, files::hash_file(file))).collect();
    files::hash(format!("{solved}\n{template:?}\n{beside:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_picture_beside_a_notebook_has_it_run_again() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let write = |name: &str, text: &str| files::write(&folder.path().join(name), text);
        write("dog.png", "a dog")?;
        write("01.ipynb", "{}")?;
        let key = || key("a notebook", Some("a template"), &beside(folder.path()));
        let before = key();
        write("01.ipynb", "{ }")?;
        write("my_model.safetensors", "of a run in JupyterLab")?;
        assert_eq!(key(), before);
        write("dog.png", "another dog")?;
        assert_ne!(key(), before);
        Ok(())
    }
}
