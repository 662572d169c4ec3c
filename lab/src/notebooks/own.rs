//! A user's own copies of an installation's notebooks.

use std::path::{Path, PathBuf};

use crate::base::failure::{Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;

/// Brings the notebooks that are not there yet into the user's folder, which it returns. What is there is the
/// user's, and stays as it is.
pub(crate) fn bring(layout: &Layout) -> Result<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_dir());
    let Some(home) = home else {
        return Err(Failure::new("there is no home folder for the notebooks: set HOME to one"));
    };
    let folder = home.join("zunder");
    for part in ["notebooks", "notebooks/de"] {
        bring_missing(&layout.root().join(part), &folder.join(part))?;
    }
    Ok(folder)
}

/// `zunder notebooks`, as a hub calls it before a user comes.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    if !layout.is_sealed() {
        return Err(Failure::new(format!(
            "the notebooks are in {}: only an installation brings each user copies",
            layout.root().join("notebooks").display()
        )));
    }
    println!("The notebooks are in {}", bring(layout)?.display());
    Ok(())
}

fn bring_missing(from: &Path, to: &Path) -> Result<()> {
    files::create_folder(to)?;
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_file() && !target.exists() {
            files::copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_has_changed_stays() -> Result<()> {
        let around = tempfile::tempdir().map_err(|problem| Failure::new(problem.to_string()))?;
        let (from, to) = (around.path().join("from"), around.path().join("to"));
        files::write(&from.join("01.ipynb"), "as it was")?;
        bring_missing(&from, &to)?;
        files::write(&to.join("01.ipynb"), "changed")?;
        files::write(&from.join("02.ipynb"), "new")?;
        bring_missing(&from, &to)?;
        let read = |name: &str| std::fs::read_to_string(to.join(name)).unwrap_or_default();
        assert_eq!([read("01.ipynb"), read("02.ipynb")], ["changed", "new"]);
        Ok(())
    }
}
