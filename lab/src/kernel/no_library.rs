//! The standard library that rust-analyzer reads at first: one with nothing in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::kernel::std_sources::CRATES;

/// The folder in a template in which a library has nothing in it.
const NOTHING: &str = "no-library";

/// What rust-analyzer reads as the library: a link in the folder around the one in which cells are compiled.
const READ: &str = "library";

/// What it becomes.
const LATER: &str = "library-later";

/// Writes a library that has nothing in it.
pub(crate) fn write(template: &Path) -> Result<()> {
    CRATES.iter().try_for_each(|name| {
        files::write(&template.join(NOTHING).join(name).join("src/lib.rs"), "")
    })
}

/// Where rust-analyzer shall read the library. evcxr lets it read all twice: for a first cell of its own, which
/// needs no types, and again when the settings have named the first crate. So at first there is nothing to read.
pub(crate) fn begin(template: &Path, library: &Path, around: &Path) -> Result<PathBuf> {
    for (name, target) in [(READ, &*template.join(NOTHING)), (LATER, library)] {
        let _ = fs::remove_file(around.join(name));
        std::os::unix::fs::symlink(target, around.join(name)).explain(|| {
            spoken!("lead to the standard library", "auf die Standardbibliothek zu verweisen")
        })?;
    }
    Ok(around.join(READ))
}

/// The part of the compiler's wrapper that ends this when the first cell is compiled.
pub(crate) fn from_now_on() -> String {
    format!(
        "case \" $* \" in\n    *\" --crate-name ctx \"*)\n        \
         if [ -L ../{LATER} ]; then\n            \
         rm -f ../{READ} && mv ../{LATER} ../{READ}\n        fi\n        ;;\nesac\n"
    )
}

/// Removes the links.
pub(crate) fn end(around: &Path) {
    for name in [READ, LATER] {
        let _ = fs::remove_file(around.join(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_there_when_the_first_cell_is_compiled() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let [template, library, around] =
            ["template", "library", "kernel"].map(|name| folder.path().join(name));
        let core = |library: &Path| fs::read_to_string(library.join("core/src/lib.rs")).ok();
        files::write(&library.join("core/src/lib.rs"), "all")?;
        files::create_folder(&around.join("ctx"))?;
        write(&template)?;
        let run = |name: &str| {
            let mut shell = std::process::Command::new("/bin/sh");
            shell.args(["-c", &from_now_on(), "sh", "--crate-name", name, "a.rs"]);
            shell.current_dir(around.join("ctx")).status().explain(|| "run".to_owned())
        };
        for _ in 0..2 {
            let read = begin(&template, &library, &around)?;
            assert_eq!(core(&read).as_deref(), Some(""));
            run("___")?;
            assert_eq!(core(&read).as_deref(), Some(""));
            for _ in 0..2 {
                run("ctx")?;
                assert_eq!(core(&read).as_deref(), Some("all"));
            }
        }
        end(&around);
        assert_eq!(fs::read_dir(&around).map(Iterator::count).ok(), Some(1));
        Ok(())
    }
}
