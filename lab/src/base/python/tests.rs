use super::*;
use crate::base::not_tested::not_tested;

#[test]
fn packages_are_pinned_by_their_content_and_for_the_oldest_python() {
    for (list, text) in [
        ("requirements.txt", include_str!("../../../requirements.txt")),
        ("requirements-browser.txt", include_str!("../../../requirements-browser.txt")),
        ("requirements-grader.txt", include_str!("../../../requirements-grader.txt")),
        ("requirements-hub.txt", include_str!("../../../requirements-hub.txt")),
    ] {
        assert!(text.contains("--python-version 3.10 --generate-hashes"), "{list}: made otherwise");
        let packages: Vec<&str> = text.split("\n").filter(|line| line.contains("==")).collect();
        assert!(!packages.is_empty(), "{list} is empty");
        let is_hashed = |package: &str| text.contains(&format!("{package}\n    --hash=sha256:"));
        let bare: Vec<&&str> = packages.iter().filter(|package| !is_hashed(package)).collect();
        assert!(bare.is_empty(), "{list}: without a hash: {bare:?}");
    }
}

/// Half of it is there after an interruption; all of it, for nobody, when Python has become a newer one.
#[test]
fn an_environment_whose_pip_does_not_run_is_made_anew() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let requirements = folder.path().join("requirements.txt");
    files::write(&requirements, "")?;
    let environment = Environment { folder: folder.path().join("venv"), requirements };
    let system = find_system_python()?;
    if tools::read(Command::new(&system).args(["-c", "import ensurepip"])).is_err() {
        not_tested("an environment of Python", "its module venv is not whole");
        return Ok(());
    }
    let mut half = Command::new(&system);
    tools::read(half.args(["-m", "venv", "--without-pip"]).arg(&environment.folder))?;
    files::write(&environment.stamp(), files::hash_file(&environment.requirements))?;
    assert!(tools::is_program(&environment.program()) && !environment.is_ready());
    environment.install_if_missing()?;
    assert!(environment.is_ready());
    Ok(())
}

#[test]
fn no_file_of_a_learner_is_taken_for_a_part_of_python() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    files::write(&folder.path().join("my_game.py"), "")?;
    let mut python = isolated(&find_system_python()?);
    python.args(["-c", "import my_game"]).current_dir(folder.path());
    assert!(tools::read(&mut python).is_err());
    Ok(())
}

#[test]
fn an_installation_whose_python_is_gone_is_not_called_one_without_jupyterlab() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let mut installation = Installation::new("host".into(), "rustc".into(), "key".into());
    installation.python = Some("3.11".into());
    installation.write(root)?;
    let refusal = || Python::of_installation(root).err().map(|error| error.to_string());
    assert_eq!(refusal(), Some(installation::damaged(root).to_string()));
    installation.python = None;
    installation.write(root)?;
    assert!(refusal().is_some_and(|said| said.ends_with("has no JupyterLab: start your own")));
    Ok(())
}

#[test]
fn whoever_needs_what_another_installs_waits_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let requirements = folder.path().join("requirements.txt");
    files::write(&requirements, "").expect("there is room");
    let environment = Environment { folder: folder.path().join("venv"), requirements };
    let lock = files::lock_exclusively(&folder.path().join("venv.lock"), || ());
    let lock = lock.expect("nobody else has it");
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| environment.install_if_missing());
        let folder = environment.folder.join("bin");
        files::create_folder(&folder).expect("there is room");
        let made = tools::find_program("true").expect("it is there"); // by the other one
        std::os::unix::fs::symlink(&made, environment.program()).expect("there is room");
        let stamp = files::hash_file(&environment.requirements);
        files::write(&environment.stamp(), stamp).expect("there is room");
        drop(lock);
        assert!(waits.join().is_ok_and(|went| went.is_ok()));
        assert_eq!(environment.program().read_link().ok(), Some(made));
    });
    assert!(!environment.folder.join("pyvenv.cfg").exists(), "it was made twice");
}
