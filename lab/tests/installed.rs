//! An installation for real: owned by root, used by three system users at once through a JupyterHub, and
//! removed.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::common::{ended, environment, kernels_run_in, lab, prepare, root};
use crate::not_tested::not_tested;

const TUTORIAL: &str = "01_first_neural_network.ipynb";

/// Users of the system, with home folders in a place with a strange name. They go with this value.
struct Users {
    names: Vec<String>,
    homes: PathBuf,
}

impl Users {
    fn new(around: &Path) -> Self {
        let homes = around.join("Mein Kürs (neu)");
        fs::create_dir(&homes).expect("a folder");
        let names = ["zunder-ada", "zunder-ben", "zunder-cem"].map(str::to_owned).to_vec();
        let users = Self { names, homes };
        users.remove(); // of a test that was broken off
        for name in &users.names {
            let home = users.home(name);
            run(
                "useradd",
                &["--create-home".as_ref(), "--home-dir".as_ref(), home.as_os_str(), name.as_ref()],
            );
        }
        users
    }

    fn home(&self, name: &str) -> PathBuf {
        self.homes.join(name)
    }

    /// A command that a user runs who has no Rust, and nothing of the checkout.
    fn command(&self, name: &str, program: &Path) -> Command {
        let mut command = Command::new("runuser");
        command.args(["-u", name, "--", "env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]);
        command.arg(format!("HOME={}", self.home(name).display())).arg(program);
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    fn run(&self, name: &str, words: &[&str]) {
        let mut command = self.command(name, Path::new(words[0]));
        command.args(&words[1..]);
        let (ok, said) = ended(command);
        assert!(ok, "{said}");
    }

    /// Where this user's kernels run, as the installation says it.
    fn place(&self, name: &str, prefix: &Path) -> PathBuf {
        let mut doctor = self.command(name, &prefix.join("bin/zunder"));
        doctor.arg("doctor");
        let (ok, said) = ended(doctor);
        assert!(ok, "{said}");
        kernels_run_in(&said)
    }

    fn remove(&self) {
        for name in &self.names {
            let id = Command::new("id").args(["-u", name]).output().expect("id is there");
            let id = String::from_utf8_lossy(&id.stdout).trim().to_owned();
            if !id.is_empty() {
                let _ = fs::remove_dir_all(format!("/var/tmp/zunder-{id}"));
            }
            let mut command = Command::new("userdel");
            command.args(["--force", name]).stdout(Stdio::null()).stderr(Stdio::null());
            let _ = command.status();
        }
    }
}

impl Drop for Users {
    fn drop(&mut self) {
        self.remove();
    }
}

fn run(program: &str, arguments: &[&OsStr]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "{program} {arguments:?}");
}

/// All that is in a folder, with what would show that somebody has written there.
fn state(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime, u32, u32)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
        let (path, data) = (entry.path(), entry.path().symlink_metadata().expect("it is there"));
        let time = data.modified().expect("it has a time");
        if data.is_dir() {
            all.extend(state(&path));
        }
        all.insert(path, (data.len(), time, data.mode(), data.uid()));
    }
    all
}

/// A JupyterHub with its proxy, run by the Python of the installation.
fn install_hub(prefix: &Path, folder: &Path) {
    let packages = folder.join("python");
    let mut pip = Command::new(prefix.join("python/bin/python"));
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"]);
    pip.env("PYTHONDONTWRITEBYTECODE", "1").arg("--target").arg(&packages);
    pip.args(["--require-hashes", "--requirement"]).arg(root().join("lab/requirements-hub.txt"));
    let proxy = folder.join("proxy");
    fs::create_dir_all(&proxy).expect("a folder");
    for file in ["package.json", "package-lock.json"] {
        fs::copy(root().join("lab/hub-proxy").join(file), proxy.join(file)).expect("it is there");
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&proxy);
    for command in [pip, npm] {
        let (ok, said) = ended(command);
        assert!(ok, "{said}");
    }
}

/// Why this machine cannot try it, if it cannot.
fn impossible() -> Option<&'static str> {
    if !cfg!(target_os = "linux") {
        return Some("this is not Linux");
    }
    let id = Command::new("id").arg("-u").output().expect("id is there").stdout;
    if id != b"0\n" {
        return Some("only root can make users");
    }
    let is_there = |name: &str| Command::new(name).arg("--help").output().is_ok();
    let are_there = ["useradd", "userdel", "runuser"].into_iter().all(is_there);
    if !are_there {
        return Some("useradd or runuser is missing");
    }
    (!is_there("npm")).then_some("npm is missing, which brings JupyterHub's proxy")
}

#[test]
fn three_users_of_a_hub_share_an_installation_that_none_of_them_can_write() {
    if let Some(why) = impossible() {
        return not_tested("the installation for three users", why);
    }
    prepare();
    let around = tempfile::Builder::new().prefix("zunder-installed-").tempdir_in("/tmp");
    let around = around.expect("a folder");
    fs::set_permissions(around.path(), fs::Permissions::from_mode(0o755)).expect("open to all");
    let (prefix, jupyter) = (around.path().join("opt/zunder"), around.path().join("local"));
    let options =
        ["--prefix".as_ref(), prefix.as_os_str(), "--jupyter".as_ref(), jupyter.as_os_str()];
    println!("{}", lab(["install".as_ref()].into_iter().chain(options)));
    let spec = jupyter.join("share/jupyter/kernels/zunder-de/kernel.json");
    let text = fs::read_to_string(&spec).expect("Jupyter lists the kernel");
    assert!(text.contains(&prefix.join("bin/zunder-kernel").display().to_string()), "{text}");
    let before = state(&prefix);
    let open = before.iter().find(|(path, (_, _, mode, owner))| {
        !path.is_symlink() && (mode & 0o022 != 0 || *owner != 0)
    });
    assert!(open.is_none(), "others can write {open:?}");

    let users = Users::new(around.path());
    let dead = users.place("zunder-ada", &prefix).join("run/99-dead");
    users.run("zunder-ada", &["mkdir", "-p", dead.to_str().expect("a plain path")]);
    let hub = around.path().join("hub");
    install_hub(&prefix, &hub);
    let mut lesson = Command::new(environment().join("bin/python"));
    lesson.arg(root().join("lab/python/check_hub.py")).args([&hub, &prefix, &jupyter]);
    lesson.arg(root().join("docs/hub.md")).arg(TUTORIAL).args(&users.names);
    let (ok, said) = ended(lesson);
    assert!(ok && said.contains("the whole tutorial for each user"), "{said}");

    let ben = Learner { users: &users, name: "zunder-ben", folder: around.path() };
    ben.run_one_cell(&prefix);
    let after = state(&prefix);
    let changed: Vec<&PathBuf> = before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");

    assert!(!dead.exists(), "what a dead kernel left goes with the next one of the same user");

    let refusals = [("uninstall", "belongs to somebody else"), ("setup", "in the repository only")];
    for (command, words) in refusals {
        let mut zunder = users.command("zunder-ben", &prefix.join("bin/zunder"));
        zunder.arg(command);
        let (ok, said) = ended(zunder);
        assert!(!ok && said.contains(words), "{said}");
    }
    ben.has_an_update(&prefix);

    // Its JupyterLab becomes that of a hub which has its own, for an installation elsewhere.
    let python = around.path().join("python-of-a-hub");
    fs::rename(prefix.join("python"), &python).expect("it can be moved");
    uninstall(&prefix, &spec);
    let prefix = around.path().join("srv/kernel");
    let (jupyter, spec) = (python.join("share/jupyter"), "kernels/zunder-de/kernel.json");
    let options = ["--jupyter".as_ref(), python.as_os_str(), "--kernel-only".as_ref()];
    let install = ["install".as_ref(), "--prefix".as_ref(), prefix.as_os_str()];
    println!("{}", lab(install.into_iter().chain(options)));
    assert!(!prefix.join("python").exists(), "JupyterLab is left out");
    assert!(jupyter.join(spec).is_file(), "the hub's JupyterLab lists the kernel");
    ben.runs_the_tutorial(&prefix, &python);
    uninstall(&prefix, &jupyter.join(spec));
    assert!(python.join("bin/python").exists(), "what belongs to the hub is left");
}

/// What a learner does without the hub.
struct Learner<'a> {
    users: &'a Users,
    name: &'a str,
    /// A folder that is open to all.
    folder: &'a Path,
}

impl Learner<'_> {
    /// Runs a program, which must go well, and returns what it says.
    fn run(&self, program: &Path, arguments: &[&OsStr], settings: &[(&str, &Path)]) -> String {
        let mut command = self.users.command(self.name, Path::new("env"));
        command.args(settings.iter().map(|(name, value)| format!("{name}={}", value.display())));
        command.arg(program).args(arguments);
        let (ok, said) = ended(command);
        assert!(ok, "{said}");
        said
    }

    fn run_one_cell(&self, prefix: &Path) {
        let (notebook, out) =
            (self.folder.join("one.ipynb"), self.users.home(self.name).join("out"));
        let cell = serde_json::json!({"cell_type": "code", "id": "one", "metadata": {}, "outputs": [],
            "execution_count": null, "source": "use zunder::prelude::*;\nprintln!(\"{}\", 6 * 7);"});
        let content = serde_json::json!({"cells": [cell], "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "zunder", "display_name": ""}}});
        fs::write(&notebook, content.to_string()).expect("it can be written");
        let arguments: [&OsStr; 4] =
            ["run".as_ref(), notebook.as_ref(), "--output".as_ref(), out.as_ref()];
        self.run(&prefix.join("bin/zunder"), &arguments, &[]);
        let executed = fs::read_to_string(out.join("one.ipynb")).expect("it was executed");
        assert!(executed.contains("42\\n"), "{executed}");
    }

    /// The hub has brought the notebooks; now they become newer.
    fn has_an_update(&self, prefix: &Path) {
        let own = self.users.home(self.name).join("zunder/notebooks");
        let [changed, left] = ["02_look_inside", "03_shapes"].map(|name| {
            let file = format!("{name}.ipynb");
            assert!(own.join(&file).is_file(), "{file} was handed out");
            fs::write(prefix.join("notebooks").join(&file), "newer").expect("root may");
            file
        });
        fs::write(own.join(&changed), "mine").expect("root may");
        let said = self.run(&prefix.join("bin/zunder"), &["notebooks".as_ref()], &[]);
        let read = |name: &str| fs::read_to_string(own.join(name)).unwrap_or_default();
        assert_eq!([read(&changed), read(&left)], ["mine", "newer"], "{said}");
        assert_eq!(read(&changed.replace(".ipynb", "-new.ipynb")), "newer", "{said}");
    }

    /// With a JupyterLab that is not of the installation.
    fn runs_the_tutorial(&self, prefix: &Path, python: &Path) {
        let out = self.users.home(self.name).join("kernel-only");
        let (script, notebook) =
            (prefix.join("scripts/run_notebook.py"), prefix.join("notebooks").join(TUTORIAL));
        let arguments = [script.as_os_str(), notebook.as_os_str(), out.as_os_str()];
        let settings = [
            ("ZUNDER_WAITING_KERNEL", Path::new("0")),
            ("PYTHONDONTWRITEBYTECODE", Path::new("1")),
        ];
        self.run(&python.join("bin/python"), &arguments, &settings);
        let executed = fs::read_to_string(out.join(TUTORIAL)).expect("it was executed");
        assert!(executed.contains("Total params: 16,144"), "{executed}");
    }
}

/// As it says itself how to.
fn uninstall(prefix: &Path, spec: &Path) {
    assert!(spec.is_file());
    let mut own = Command::new(prefix.join("bin/zunder"));
    own.arg("uninstall");
    let (ok, said) = ended(own);
    assert!(ok, "{said}");
    println!("{said}");
    assert!(!prefix.exists() && !spec.exists(), "all of it is gone");
}
