//! Starting JupyterLab.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::{spoken, tell};
use crate::notebooks::own;

/// The notebook that `cargo lab` opens.
pub(crate) const FIRST_NOTEBOOK: &str = "notebooks/01_first_neural_network.ipynb";

/// Whether JupyterLab saves a notebook by itself.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Saving {
    /// As a learner expects.
    Automatic,
    /// A test must not change the notebook that it looks at.
    Never,
}

/// Becomes JupyterLab, opened at the first notebook. Returns only if that fails.
pub(crate) fn start(layout: &Layout, python: &Python, no_browser: bool) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let folder = if layout.is_sealed() { own::bring(layout)? } else { layout.root().to_owned() };
    let mut command = command(layout, &folder, python, Saving::Automatic)?;
    if no_browser {
        command.arg("--no-browser");
    }
    if folder.join(FIRST_NOTEBOOK).is_file() {
        command.arg(FIRST_NOTEBOOK);
    }
    tell!(
        "Starting JupyterLab. To stop it, press Ctrl-C here twice.",
        "JupyterLab startet. Zum Beenden drück hier zweimal Strg-C."
    );
    Err(command.exec()).explain(|| spoken!("start JupyterLab", "JupyterLab zu starten"))
}

/// JupyterLab for this machine only, with its token, on the files of this folder.
pub(crate) fn command(
    layout: &Layout,
    folder: &Path,
    python: &Python,
    saving: Saving,
) -> Result<Command> {
    let settings = layout.state().join(match saving {
        Saving::Automatic => "lab-settings",
        Saving::Never => "lab-settings-test",
    });
    write_settings(&settings, saving)?;
    let mut command = python.jupyter_lab();
    command.arg("--ip=127.0.0.1");
    command.arg(format!("--ServerApp.root_dir={}", folder.display()));
    command.arg(format!("--LabApp.app_settings_dir={}", settings.display()));
    command.arg("--LabApp.custom_css=True");
    command.arg(format!("--ServerApp.tornado_settings=static_custom_path={}", settings.display()));
    // The kernel itself cuts off what is printed without end; less may come at once.
    command.arg("--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=100000000");
    if rustix::process::geteuid().is_root() {
        command.arg("--allow-root"); // containers and cloud machines
    }
    command.current_dir(folder);
    Ok(command)
}

/// JupyterLab ends a long line wherever it is full; sentences and numbers end better at a blank.
/// `body` gives the rule the weight that it needs: JupyterLab's own comes later.
const BREAK_AT_BLANKS: &str = "\
body .jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere; }
";

/// A learner's first sight is the notebook, not a question about news, and a page that a notebook links to is read, not
/// edited.
fn write_settings(folder: &Path, saving: Saving) -> Result<()> {
    let settings = json!({
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": false,
            "doNotDisturbMode": false,
            "fetchNews": "false",
        },
        "@jupyterlab/docmanager-extension:plugin": {
            "autosave": saving == Saving::Automatic,
            "defaultViewers": {"markdown": "Markdown Preview"},
        },
    });
    files::write(&folder.join("custom.css"), BREAK_AT_BLANKS)?;
    files::write(&folder.join("overrides.json"), format!("{settings:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{python, tools};

    #[test]
    fn a_learners_random_py_does_not_keep_jupyterlab_from_starting() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let layout = Layout::at(folder.path());
        if Python::conda(&layout).is_some() {
            return Ok(()); // it would be that one
        }
        let bin = layout.venv().join("bin");
        files::write(&bin.join("jupyter-lab"), "import random, sys; print(*sys.argv[1:2])")?;
        std::os::unix::fs::symlink(python::find_system_python()?, bin.join("python"))
            .explain(|| "link Python".to_owned())?;
        files::write(&folder.path().join("random.py"), "print('a game')")?;
        let python = Python::find(&layout)?;
        let said = tools::read(&mut command(&layout, folder.path(), &python, Saving::Never)?)?;
        assert_eq!(said, "--ip=127.0.0.1");
        Ok(())
    }
}
