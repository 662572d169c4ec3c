//! A pack, and its installer as a person calls it.
//!
//! Over 300 lines: what can go wrong on a machine that nobody knows, each with its test.

use super::*;
use crate::base::not_tested::not_tested;

/// A folder with a plain path.
fn plain_folder() -> tempfile::TempDir {
    let place = crate::base::plain::temporary_folder();
    tempfile::Builder::new().prefix("pack").tempdir_in(place).expect("a folder")
}

/// The installer in this folder, with something behind it that is whole, but no archive.
fn installer(folder: &Path, change: impl FnOnce(&mut Installation)) -> PathBuf {
    let script = bare_installer(folder, change);
    let end = File::options().append(true).open(&script).expect("it is there");
    let mut gzip = flate2::write::GzEncoder::new(end, flate2::Compression::fast());
    gzip.write_all(b"no archive").and_then(|()| gzip.finish()).expect("there is room");
    script
}

/// The installer without an archive behind it.
fn bare_installer(folder: &Path, change: impl FnOnce(&mut Installation)) -> PathBuf {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut installation = Installation::new(host, "rustc".into(), "key".into());
    installation.glibc = "2.17".into();
    change(&mut installation);
    let script = folder.join("zunder.sh");
    let text = head(folder, &installation);
    let is_name = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase());
    assert_eq!(text.split('@').find(|word| is_name(word)), None, "nobody fills this in");
    files::write(&script, text).expect("there is room");
    script
}

/// The installer with a small installation behind it.
#[cfg(target_os = "linux")]
fn whole_installer(folder: &Path) -> PathBuf {
    let packed = folder.join("packed");
    let at = |name: &str| packed.join("zunder").join(name);
    files::write(&at("zunder.json"), r#"{"python": null, "jupyter": []}"#).expect("room");
    files::write(&at("share/jupyter/kernels/zunder/kernel.json"), "{}").expect("room");
    let script = bare_installer(folder, |_| ());
    let end = File::options().append(true).open(&script).expect("it is there");
    add_archive(end, &packed).expect("tar and gzip are there");
    script
}

/// What an earlier installer has left in this folder: a program that removes it.
#[cfg(target_os = "linux")]
fn installation_that_can_be_removed(prefix: &Path) {
    let remove = "#!/bin/sh\nrm \"${0%/*}/../zunder.json\"\n";
    files::write(&prefix.join("zunder.json"), "{}").expect("there is room");
    files::write_program(&prefix.join("bin/zunder"), remove).expect("there is room");
}

/// PATH with these programs before those of the system.
#[cfg(target_os = "linux")]
fn path_with(folder: &Path, programs: &[(&str, &str)]) -> String {
    let first = folder.join("programs");
    for (name, text) in programs {
        files::write_program(&first.join(name), format!("#!/bin/sh\n{text}")).expect("room");
    }
    format!("{}:{}", first.display(), std::env::var("PATH").expect("there is one"))
}

/// Runs an installer in its folder, which is the home folder too, and gives what it says.
fn run_it(script: &Path, arguments: &[&str], path: Option<&str>) -> (bool, String) {
    let folder = script.parent().expect("it lies in a folder");
    let mut sh = Command::new("sh");
    sh.arg(script).args(arguments).env("LANG", "C.UTF-8").env("HOME", folder);
    sh.env_remove("LC_ALL").env_remove("LC_MESSAGES").current_dir(folder);
    sh.envs(path.map(|path| ("PATH", path)));
    let output = sh.output().expect("sh is there");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn the_installer_says_what_is_missing_before_it_writes() {
    let folder = plain_folder();
    let says = |change: fn(&mut Installation), arguments: &[&str]| {
        run_it(&installer(folder.path(), change), &[&["--check"], arguments].concat(), None)
    };
    let refuses = |change: fn(&mut Installation), arguments: &[&str], words: &str| {
        let (went, said) = says(change, arguments);
        assert!(!went && said.contains(words), "{words:?}: {said}");
    };
    refuses(|it| it.host = "riscv64-unknown-linux-gnu".into(), &[], "is for Linux on riscv64");
    refuses(|it| it.glibc = "2.999".into(), &[], "glibc 2.999 or newer");
    refuses(|it| it.python = Some("3.99".into()), &[], "needs Python 3.99");
    refuses(|_| (), &["--prefix", "/tmp/Mein Kürs (neu)"], "without blanks");
    refuses(|_| (), &["--prefix", "/usr/bin"], "holds other things");
    for none in
        [&["--prefix"][..], &["--prefix", "--check"], &["--prefix", ""], &["--jupyter", "-x"]]
    {
        refuses(|_| (), none, "wants a folder behind it");
    }
    for sign in ["&", "|", "\\", "\""] {
        refuses(|_| (), &["--jupyter", &format!("R{sign}D")], "Kernels cannot be listed in");
    }
    refuses(|_| (), &["--what"], "--kernel-only   without JupyterLab");
    refuses(|_| (), &["--prefix", "zunder"], "choose another folder for the installation");
    refuses(|_| (), &["--prefix", "/"], "cannot be the top folder");
    files::write(&folder.path().join("a-file"), "").expect("there is room");
    std::os::unix::fs::symlink("nowhere", folder.path().join("a-link")).expect("a link");
    for inside in ["a-file", "a-file/below", "a-link"] {
        refuses(|_| (), &["--prefix", inside], "is no folder: choose one");
    }
    let prefix = folder.path().join("new/zunder");
    let (went, said) = says(|_| (), &["--prefix", prefix.to_str().expect("a plain path")]);
    assert!(went && said.contains("All that is needed is here"), "{said}");
    assert!(!prefix.exists(), "it only looks");
}

/// `cat zunder.sh | sh`
#[cfg(target_os = "linux")]
#[test]
fn an_installer_that_is_not_called_by_its_name_says_so() {
    let folder = plain_folder();
    let text = File::open(installer(folder.path(), |_| ())).expect("it is there");
    let mut sh = Command::new("sh");
    sh.arg("-s").arg("--").arg("--check").stdin(text).current_dir(folder.path());
    let said = sh.env("LC_ALL", "C").output().expect("sh is there").stderr;
    let said = String::from_utf8_lossy(&said);
    assert!(said.starts_with("This does not find its own file: save it"), "{said}");
}

/// What the system's Python says for the installer, with another one before it on PATH.
#[cfg(target_os = "linux")]
#[test]
fn root_takes_only_a_python_that_all_may_run() {
    let folder = plain_folder();
    let script = installer(folder.path(), |it| it.python = Some("3.99".into()));
    let check = |user: &str, all_may: &str| {
        let id = format!("echo {user}\n");
        let python = format!("echo 3.99 {all_may} /closed/python3.99\n");
        let path = path_with(folder.path(), &[("id", &id), ("python3.99", &python)]);
        run_it(&script, &["--check", "--prefix", "opt"], Some(&path))
    };
    let (went, said) = check("0", "0");
    assert!(!went && said.contains("Other users cannot run /closed/python3.99"), "{said}");
    for (user, all_may) in [("1000", "0"), ("0", "1")] {
        let (went, said) = check(user, all_may);
        assert!(went, "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_stand_in_for_python_is_not_taken_and_nothing_is_opened_as_root() {
    let system = Path::new("/usr/bin/python3");
    let version = "import sys; print('%d.%d' % sys.version_info[:2])";
    let Ok(said) = Command::new(system).args(["-I", "-c", version]).output() else {
        return not_tested("the installer with JupyterLab", "there is no /usr/bin/python3");
    };
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let folder = plain_folder();
    let (packed, at) = (folder.path().join("packed"), |name: &str| folder.path().join(name));
    files::write(&packed.join("zunder/zunder.json"), r#"{"jupyter": []}"#).expect("room");
    files::write(&packed.join("zunder/python/bin/jupyter"), "").expect("room");
    files::write_program(&packed.join("zunder/bin/zunder"), "#!/bin/sh\necho opened\n")
        .expect("room");
    files::write(&packed.join("zunder/share/jupyter/kernels/zunder/kernel.json"), "{}")
        .expect("room");
    let script = bare_installer(folder.path(), |it| it.python = Some(version.clone()));
    let end = File::options().append(true).open(&script).expect("it is there");
    add_archive(end, &packed).expect("tar and gzip are there");
    let stand_in = format!("exec {} \"$@\"\n", system.display());
    let python = format!("python{version}");
    let install = |user: &str| {
        let id = format!("echo {user}\n");
        let path = path_with(folder.path(), &[("id", &id), (&python, &stand_in)]);
        let options = ["--prefix", "opt", "--jupyter", "local", "--open"];
        let mut sh = Command::new("sh");
        sh.arg(&script).args(options).env("LC_ALL", "C").current_dir(folder.path());
        sh.env("SUDO_USER", "ada").env("PATH", path).env("HOME", folder.path());
        let output = sh.output().expect("sh is there");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let said = install("0");
    assert!(said.ends_with("It is not opened as root: ada calls that.\n"), "{said}");
    let link = std::fs::read_link(at("opt/python/bin/python3")).expect("it is linked");
    assert!(!link.starts_with(folder.path()), "{}", link.display());
    let said = install("1000");
    assert!(said.ends_with("opened\n"), "{said}");
}

/// Not by what somebody else has put there.
#[cfg(target_os = "linux")]
#[test]
fn an_update_counts_the_room_that_the_old_one_takes() {
    let folder = plain_folder();
    let at = |name: &str| folder.path().join("opt").join(name);
    files::write(&folder.path().join("large"), vec![1; 500_000]).expect("there is room");
    let script = whole_installer(folder.path()); // needs as much as all in this folder
    let path = path_with(folder.path(), &[("df", "echo head\necho disk 9 9 0 100% /\n")]);
    let check = || run_it(&script, &["--check", "--prefix", "opt"], Some(&path));
    installation_that_can_be_removed(&at(""));
    files::write(&at("mine"), vec![1; 1_000_000]).expect("there is room");
    let (went, said) = check();
    assert!(!went && said.contains("0 MB free"), "{said}");
    std::fs::rename(at("mine"), at("data")).expect("it is there");
    let (went, said) = check();
    assert!(went, "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_installation_that_fails_takes_away_only_what_is_its_own() {
    let folder = plain_folder();
    let at = |name: &str| folder.path().join("opt").join(name);
    installation_that_can_be_removed(&at(""));
    files::write(&at("mine"), "a file of somebody else").expect("there is room");
    // There is no archive that could be unpacked.
    let (went, said) = run_it(&installer(folder.path(), |_| ()), &["--prefix", "opt"], None);
    assert!(!went && said.contains("Unpacking"), "{said}");
    assert!(!at("bin").exists() && !at("zunder.json").exists(), "its own is gone");
    assert!(at("mine").exists(), "what belongs to somebody else is left");
    let (went, _) = run_it(&installer(folder.path(), |_| ()), &["--prefix", "new"], None);
    assert!(!went && !folder.path().join("new").exists(), "an empty folder goes");
}

/// A copy that was broken off must not take the place of what works.
#[cfg(target_os = "linux")]
#[test]
fn half_a_pack_takes_nothing_away() {
    let folder = plain_folder();
    let at = |name: &str| folder.path().join("opt").join(name);
    installation_that_can_be_removed(&at(""));
    let script = installer(folder.path(), |_| ());
    let whole = std::fs::read(&script).expect("it is there");
    files::write(&script, &whole[..whole.len() - 9]).expect("there is room");
    let (went, said) = run_it(&script, &["--prefix", "opt"], None);
    assert!(!went && said.contains("copy it again"), "{said}");
    assert!(at("zunder.json").exists());
}

#[test]
fn a_name_is_said_as_the_shell_takes_it() {
    assert_eq!(
        ["zunder.sh", "-x.sh", "Schüler Paket.sh"].map(as_typed),
        ["zunder.sh", "./-x.sh", "'Schüler Paket.sh'"]
    );
}

/// dash does nothing at the exit of a shell that a signal ends.
#[cfg(target_os = "linux")]
#[test]
fn an_installation_that_is_interrupted_leaves_nothing() {
    let folder = plain_folder();
    let tar = "mkdir -p opt/bin\nkill -TERM $PPID\ncat >/dev/null\n";
    let path = path_with(folder.path(), &[("tar", tar)]);
    let script = installer(folder.path(), |_| ());
    let (went, said) = run_it(&script, &["--prefix", "opt"], Some(&path));
    assert!(!went && said.contains("Unpacking"), "{said}");
    assert!(!folder.path().join("opt").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_killed_installation_left_is_no_obstacle_for_the_next() {
    let folder = plain_folder();
    let at = |name: &str| folder.path().join("opt").join(name);
    let script = installer(folder.path(), |_| ());
    let after = |owner: String| {
        files::write(&at("bin/zunder"), "half of it").expect("there is room");
        files::write(&at("mine"), "a file of somebody else").expect("there is room");
        files::write(&at(claim::BEGUN), owner).expect("there is room");
        run_it(&script, &["--prefix", "opt"], None)
    };
    drop(Claim::on(&at("")).expect("nobody installs"));
    let claimed = files::read_text(&at(claim::BEGUN)).expect("it was claimed");
    let own = std::process::id();
    // As an earlier version wrote it, too.
    for at_work in [claimed, own.to_string()] {
        let (went, said) = after(at_work);
        assert!(!went && said.contains("installing into") && at("bin").exists(), "{said}");
    }
    // Nobody's number; one that came again after a restart; and what a power cut left.
    for killed in [u32::MAX.to_string(), format!("{own} 1"), String::new()] {
        let (went, said) = after(killed);
        assert!(!went && said.contains("Unpacking"), "{said}");
        assert!(!at("bin").exists() && at("mine").exists());
    }
}

/// The first ones to look for somebody at work find nobody.
#[cfg(target_os = "linux")]
#[test]
fn of_two_installers_at_once_one_installs() {
    let folder = plain_folder();
    let script = whole_installer(folder.path());
    // Both have looked when either goes on; and nothing is unpacked before one has given up, or a while has passed.
    let wait = "i=0; while [ $i -lt 100 ] && ! [ -e";
    let gzip = format!(
        "[ \"$1\" = -t ] || PATH=${{PATH#*:}} exec gzip \"$@\"\ncat >/dev/null\nmkdir one 2>/dev/null || mkdir two\n\
         {wait} two ]; do sleep 0.05; i=$((i + 1)); done\n"
    );
    let tar = format!(
        "{wait} refused ]; do sleep 0.05; i=$((i + 1)); done\nPATH=${{PATH#*:}} exec tar \"$@\"\n"
    );
    let path = path_with(folder.path(), &[("gzip", &gzip), ("tar", &tar)]);
    let install = || {
        let (went, said) = run_it(&script, &["--prefix", "opt", "--jupyter", "local"], Some(&path));
        files::write(&folder.path().join("refused"), "").expect("there is room");
        (went, said)
    };
    let mut ends = std::thread::scope(|scope| {
        [scope.spawn(install), scope.spawn(install)].map(|it| it.join().expect("it ends"))
    });
    ends.sort(); // whoever did not succeed is first
    let [(first, refusal), (second, said)] = ends;
    assert!(!first && refusal.contains("installing into"), "{refusal}");
    assert!(second && said.contains("Installed"), "{said}");
    assert!(folder.path().join("opt/share/jupyter/kernels/zunder/kernel.json").is_file());
}

/// An uninstall that was broken off, or a power cut while it was written.
#[cfg(target_os = "linux")]
#[test]
fn over_what_is_left_of_an_installation_another_can_be_installed() {
    let folder = plain_folder();
    let at = |name: &str| folder.path().join("opt").join(name);
    let script = whole_installer(folder.path());
    for program in [None, Some("#!/bin/sh\necho it is damaged >&2\nexit 1\n")] {
        files::write(&at("zunder.json"), "").expect("there is room");
        files::write(&at("data/old"), "").expect("there is room");
        if let Some(program) = program {
            files::write_program(&at("bin/zunder"), program).expect("there is room");
        }
        let (went, said) = run_it(&script, &["--prefix", "opt", "--jupyter", "local"], None);
        assert!(went && said.contains("what is left of it is removed"), "{said}");
        assert!(!said.contains("not found") && !said.contains("it is damaged"), "{said}");
        assert!(!at("data").exists() && !at("bin").exists() && at("share").is_dir());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_in_use_is_not_installed_over() {
    let folder = plain_folder();
    let prefix = folder.path().canonicalize().expect("it is there").join("opt");
    files::write(&prefix.join("zunder.json"), "").expect("there is room");
    let script = whole_installer(folder.path());
    let install = || run_it(&script, &["--prefix", "opt", "--jupyter", "local"], None);
    let (went, said) = crate::base::running::while_in_use(&prefix, install);
    assert!(!went && said.contains("are running"), "{said}");
    assert!(prefix.join("zunder.json").exists() && !prefix.join("share").exists());
    let (went, said) = install();
    assert!(went, "{said}");
}

/// Whoever uninstalls is in another folder.
#[cfg(target_os = "linux")]
#[test]
fn the_installer_remembers_where_it_has_put_kernels_in_full() {
    let folder = plain_folder();
    let real = folder.path().canonicalize().expect("it is there");
    let script = whole_installer(folder.path());
    let (went, said) = run_it(&script, &["--prefix", "opt", "--jupyter", "local"], None);
    assert!(went, "{said}");
    let said = std::fs::read_to_string(real.join("opt/zunder.json")).expect("it is installed");
    let wanted = format!(r#"["{}"]"#, real.join("local/share/jupyter").display());
    assert!(said.contains(&wanted), "{said}");
    assert!(!real.join("opt").join(claim::BEGUN).exists());
}

/// Without a reader tar waits for ever, so nobody waits here longer than a minute.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_packing_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut noise = vec![0; 2_000_000]; // more than a pipe holds, and gzip cannot make it small
    getrandom::fill(&mut noise).expect("the system has noise");
    files::write(&folder.path().join("zunder/noise"), noise).expect("there is room");
    let full = File::options().write(true).open("/dev/full").expect("Linux has it");
    let (tell, told) = std::sync::mpsc::channel();
    let from = folder.path().to_owned();
    std::thread::spawn(move || tell.send(add_archive(full, &from).is_err()));
    assert_eq!(told.recv_timeout(std::time::Duration::from_secs(60)), Ok(true));
}

#[test]
fn a_place_that_cannot_be_written_is_found_before_the_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let refusal = begin(&at("nosuch/x.sh")).expect_err("there is no such folder").to_string();
    assert!(refusal.starts_with("there is no folder"), "{refusal}");
    files::write(&at("x.sh"), "an older pack").expect("there is room");
    files::write(&at(".zunder-pack-killed"), "half of it").expect("there is room");
    let first = begin(&at("x.sh")).expect("it can be written");
    assert!(!at(".zunder-pack-killed").exists(), "what was interrupted goes");
    drop(begin(&at("y.sh")).expect("it can be written"));
    assert!(first.path().exists(), "what is at work stays");
    drop(first);
    assert_eq!(std::fs::read(at("x.sh")).ok().as_deref(), Some(&b"an older pack"[..]));
    let left = std::fs::read_dir(folder.path()).expect("it is there").count();
    assert_eq!(left, 1, "nothing is left beside it");
}
