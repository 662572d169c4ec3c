//! A checkout in a folder with blanks, umlauts, quotes and brackets in its path, as are the home folder and the
//! one for temporary files: set-up, doctor, the tutorial and marking.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{
    LAB, copy, ended, environment, folder_beside_the_build, kernels_run_in, link_build, own_folder,
    prepare, root, source_files,
};

const STRANGE: &str = "Mein Kürs (neu) [1] 'a' \"b\"";

struct Strange {
    around: tempfile::TempDir,
}

impl Strange {
    /// A checkout with the same sources, and with a build that is made of hard links: cargo knows both again by
    /// their times, so that nothing is compiled.
    fn new() -> Self {
        prepare();
        let strange = Self { around: folder_beside_the_build() };
        for name in source_files() {
            let (from, to) = (root().join(&name), strange.checkout().join(&name));
            fs::create_dir_all(to.parent().expect("a file has a folder")).expect("a folder");
            copy(&["-p"], &from, &to);
        }
        link_build(&strange.checkout().join("target"));
        let state = strange.checkout().join(".zunder");
        fs::create_dir_all(&state).expect("a folder");
        // Not the same one: set-up writes into it which program is the kernel.
        let venv = root().join(".zunder/venv");
        if environment() == venv {
            copy(&["-a", "-l"], &venv, &state);
        }
        for folder in ["home/.cache", "tmp"] {
            fs::create_dir_all(strange.path(folder)).expect("a folder");
        }
        let data = dirs::cache_dir().expect("this user has one").join("zunder");
        std::os::unix::fs::symlink(data, strange.path("home/.cache/zunder")).expect("a link");
        strange
    }

    fn path(&self, name: &str) -> PathBuf {
        self.around.path().join(STRANGE).join(name)
    }

    fn checkout(&self) -> PathBuf {
        self.path("checkout")
    }

    /// Runs the program on the checkout, with the kernel's own folders there.
    fn lab(&self, kernels: Option<&Path>, arguments: &[&OsStr]) -> (bool, String) {
        let home = std::env::home_dir().expect("this user has one");
        let of_home = |name: &str, folder: &str| {
            std::env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from)
        };
        let mut command = Command::new(LAB);
        command.args(arguments).current_dir(self.checkout());
        command.env("CARGO_HOME", of_home("CARGO_HOME", ".cargo"));
        command.env("RUSTUP_HOME", of_home("RUSTUP_HOME", ".rustup"));
        command.env("ZUNDER_ROOT", self.checkout()).env_remove("CARGO_MANIFEST_DIR");
        command.env("HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        for name in ["XDG_CACHE_HOME", "XDG_DATA_HOME", "CARGO_TARGET_DIR"] {
            command.env_remove(name);
        }
        command.envs(kernels.map(|folder| ("ZUNDER_KERNEL_FOLDER", folder)));
        ended(command)
    }
}

#[test]
fn blanks_umlauts_quotes_and_brackets_in_every_path_do_no_harm() {
    let strange = Strange::new();
    // Without being told, it finds a place of its own.
    let (_, said) = strange.lab(None, &["doctor".as_ref()]);
    let place = kernels_run_in(&said);
    let shown = place.display().to_string();
    assert!(shown.starts_with('/') && shown.is_ascii() && !shown.contains(' '), "{shown}");
    assert!(place.parent().is_some_and(Path::is_dir), "{shown}");
    // In a folder that somebody chooses, each checkout has its own.
    // Not beside the build, which is inside another workspace.
    let chosen = tempfile::tempdir_in(own_folder()).expect("a folder");
    let (_, said) = strange.lab(Some(chosen.path()), &["doctor".as_ref()]);
    let own = kernels_run_in(&said);
    assert_eq!(own.parent(), chosen.path().canonicalize().ok().as_deref(), "{said}");
    // From here on with the warm kernel of this checkout, so that none has to be made.
    fs::create_dir_all(&own).expect("a folder");
    copy(&["-a", "-l"], &own_folder().join("kernel"), &own);
    let lab = |arguments: &[&OsStr]| {
        let (ok, said) = strange.lab(Some(chosen.path()), arguments);
        assert!(ok, "{said}");
        said
    };
    let said = lab(&["setup".as_ref()]);
    assert!(said.contains("warm kernel: there") && !said.contains("Compiling"), "{said}");
    lab(&["doctor".as_ref()]);
    let notebook = strange.checkout().join("notebooks/01_first_neural_network.ipynb");
    lab(&["run".as_ref(), notebook.as_os_str()]);
    let executed = strange.checkout().join(".zunder/executed/01_first_neural_network.ipynb");
    let executed = fs::read_to_string(executed).expect("it was written");
    assert!(executed.contains("Total params: 16,144"), "{executed}");
    let class = strange.path("Klasse 7 \"b\"");
    let sample = ["course", "sample-class", "--learners", "1"].map(OsStr::new);
    lab(&[&sample[..], &[class.as_os_str()]].concat());
    lab(&["course".as_ref(), "mark".as_ref(), class.as_os_str()]);
    let marks = fs::read_to_string(strange.checkout().join(".zunder/marks/marks.csv"));
    let marks = marks.expect("the table is there");
    assert!(marks.contains("anna") && !marks.contains("not marked"), "{marks}");
}
