//! Gives up rights, and becomes the kernel: what a hand-in can reach is decided here.
//!
//! The marker starts this program anew for each kernel, as `confined`, and it replaces itself with
//! evcxr: so the limits hold before the first line of a learner's code is compiled, and for all
//! processes that come of it.
//!
//! Over 300 lines: what decides about a kernel's reach stands in one place.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::kernel::{compiler_errors, programs, relay, template};
use crate::marking::control_group;
use crate::marking::limits::Limits;
use crate::marking::processes;
use crate::setup::data;

/// How a kernel is started and what it may reach.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Confinement {
    /// The private folder; all that is written goes there.
    pub(crate) folder: PathBuf,
    /// The template's folder.
    pub(crate) template: PathBuf,
    /// The compiler's own folder.
    pub(crate) sysroot: PathBuf,
    /// Where the data sets are.
    pub(crate) data: Option<PathBuf>,
    /// `en` or `de`.
    pub(crate) language: String,
    pub(crate) limits: Limits,
    /// The control group of this kernel, where the system offers one.
    pub(crate) group: Option<PathBuf>,
    /// Where this kernel listens; it can listen nowhere else.
    pub(crate) ports: Vec<u16>,
    /// Whether files, network and processes of others are out of reach.
    pub(crate) sandbox: bool,
}

impl Confinement {
    /// That of the kernel of this number, in a folder of its own.
    pub(crate) fn of_kernel(&self, number: usize) -> Self {
        Self { folder: self.folder.join(format!("kernel-{number}")), ..self.clone() }
    }

    /// The kernel's copy of the template.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("kernel")
    }

    /// Where cells run: the learner's own files.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    pub(crate) fn connection(&self) -> PathBuf {
        self.folder.join("connection.json")
    }

    /// Where the pipes lie into which cells print.
    pub(crate) fn pipes(&self) -> PathBuf {
        self.folder.join("pipes")
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// Which tasks are done, as `check::progress()` shows it.
    pub(crate) fn progress(&self) -> PathBuf {
        self.home().join("progress.json")
    }

    fn temporary(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// Makes the private folders. The template is copied for good: what is only linked, a learner
    /// could write into, for everyone.
    pub(crate) fn prepare(&self) -> Result<()> {
        for folder in [self.work(), self.temporary(), self.pipes(), self.home().join(".cargo")] {
            files::create_folder(&folder)?;
        }
        if !relay::make_pipes(&self.pipes()) {
            fail!(
                "no pipe can be made in {}: choose another folder for temporary files, with TMPDIR",
                "in {} lässt sich keine Pipe anlegen: Wähl mit TMPDIR einen anderen Ordner für Dateien auf Zeit",
                self.pipes().display()
            );
        }
        // A mirror or a linker that this user has chosen; passwords are left out.
        for name in ["config.toml", "config"] {
            if let Ok(settings) = std::fs::read_to_string(cargo_home().join(name)) {
                let file = self.home().join(".cargo").join(name);
                files::write(&file, harmless_settings(&settings))?;
            }
        }
        // rust-analyzer wants the packages of the standard library; they are only looked at.
        for name in PACKAGES {
            let link = self.home().join(".cargo").join(name);
            std::os::unix::fs::symlink(cargo_home().join(name), link).explain(|| {
                spoken!("link cargo's packages", "auf die Pakete von cargo zu verweisen")
            })?;
        }
        files::copy_tree(&self.template.join("tree"), &self.tree(), |_| false)
    }
}

/// Where cargo keeps what it has downloaded, below its home.
const PACKAGES: [&str; 2] = ["registry", "git"];

/// Of cargo's settings what compiling takes: no token, no proxy with its password, no variables. Nothing of what is no
/// TOML.
fn harmless_settings(settings: &str) -> String {
    const TABLES: [&str; 3] = ["source", "target", "build"];
    let mut kept = settings.parse::<Table>().unwrap_or_default();
    kept.retain(|name, _| TABLES.contains(&name));
    kept.iter_mut().filter_map(|(_, value)| value.as_table_mut()).for_each(keep_harmless);
    kept.to_string()
}

fn keep_harmless(table: &mut Table) {
    const KEYS: [&str; 8] = [
        "linker",
        "rustflags",
        "target",
        "replace-with",
        "registry",
        "directory",
        "local-registry",
        "git",
    ];
    table.retain(|key, value| match value {
        Value::Table(inside) => {
            keep_harmless(inside);
            true
        }
        // A password may stand in an address: `https://name:password@host`.
        value => KEYS.contains(&key) && !value.to_string().contains('@'),
    });
}

fn cargo_home() -> PathBuf {
    tools::cargo_home().unwrap_or_default()
}

/// Whether this system can confine a hand-in, or the sentence that says why not.
pub(crate) fn is_possible() -> Result<()> {
    #[cfg(target_os = "linux")]
    if crate::marking::landlock::is_there() {
        return Ok(());
    }
    fail!(
        "this system cannot confine what learners wrote (that takes Linux 6.2 or newer, with Landlock switched \
         on): mark on another machine, or, if you trust every hand-in, say --without-sandbox",
        "dieses System kann nicht abschotten, was Lernende geschrieben haben (das geht ab Linux 6.2, mit \
         eingeschaltetem Landlock): Bewerte auf einem anderen Rechner, oder sag --without-sandbox, wenn du jeder \
         Abgabe vertraust"
    );
}

/// Becomes the kernel. Returns only if that fails.
pub(crate) fn become_kernel(layout: &Layout, confinement: &str) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let confinement: Confinement = serde_json::from_str(confinement)
        .explain(|| spoken!("read what to confine", "zu lesen, was abzuschotten ist"))?;
    let evcxr = template::evcxr(layout)?;
    let mut command = template::ignoring_interrupts(&evcxr);
    command.arg("--control_file").arg(confinement.connection());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.current_dir(confinement.work());
    set_environment(&mut command, layout, &confinement);
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).explain(
        || spoken!("bind the kernel to its marker", "den Kernel an sein Bewerten zu binden"),
    )?;
    limit(&confinement.limits)?;
    if let Some(group) = &confinement.group {
        control_group::enter(group).explain(|| {
            spoken!(
                "enter the kernel's control group",
                "den Kernel in seine Kontrollgruppe zu bringen"
            )
        })?;
    }
    if confinement.sandbox {
        give_up_capabilities()?;
        enter(&confinement, &evcxr)?;
    }
    Err(command.exec()).explain(|| spoken!("start the kernel", "den Kernel zu starten"))
}

/// Little of the teacher's environment is a learner's business: it may hold passwords.
fn set_environment(command: &mut Command, layout: &Layout, confinement: &Confinement) {
    const KEPT: [&str; 8] = [
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "CONDA_PREFIX",
        "NIX_SSL_CERT_FILE",
        "SDKROOT",
        "RAYON_NUM_THREADS",
    ];
    command.env_clear();
    for name in KEPT {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    // rustup's stand-ins want to look at its settings: so the programs themselves are named, and
    // the stand-ins are not.
    let mut path = vec![programs::folder(&confinement.template), confinement.sysroot.join("bin")];
    let is_the_systems = |folder: &Path| SYSTEM.iter().any(|top| folder.starts_with(top));
    let may_run = |folder: &PathBuf| !confinement.sandbox || is_the_systems(folder);
    path.extend(env::var_os("PATH").iter().flat_map(env::split_paths).filter(may_run));
    path.extend(env::var_os("CONDA_PREFIX").map(|conda| Path::new(&conda).join("bin")));
    command.envs(env::join_paths(path).ok().map(|path| ("PATH", path)));
    let home = confinement.home();
    command
        .env("HOME", &home)
        .env("CARGO_HOME", home.join(".cargo"))
        .env("CARGO_NET_OFFLINE", "true") // there is no network, and cargo would try for long
        .env("TMPDIR", confinement.temporary())
        .env("EVCXR_TMPDIR", confinement.tree().join("ctx"))
        .env("EVCXR_CONFIG_DIR", confinement.template.join("config"))
        .env("RUSTC_WRAPPER", confinement.template.join("rustc"))
        .env(template::TAKE_MEMORY_AS_NEEDED, "0")
        .env("RUST_SRC_PATH", confinement.template.join("library")) // which need not be there
        .env(compiler_errors::PROGRAM, layout.kernel_program())
        .env("ZUNDER_ROOT", layout.root())
        .env("ZUNDER_KERNEL", "1")
        .env("ZUNDER_PIPES", confinement.pipes())
        .env("ZUNDER_LANGUAGE", &confinement.language)
        .env("ZUNDER_PROGRESS", confinement.progress())
        .envs(template::moved_library(layout).map(|folder| (template::LIBRARIES, folder)))
        .envs(confinement.data.as_ref().map(|folder| ("ZUNDER_DATA", folder)));
}

/// What each process may take. The marker watches over all of them together; these hold when a
/// process is faster than it looks.
fn limit(limits: &Limits) -> Result<()> {
    let set = |resource: Resource, most: u64| {
        let most = Some(most);
        setrlimit(resource, Rlimit { current: most, maximum: most }).explain(|| {
            spoken!("limit what the kernel may take", "zu begrenzen, was der Kernel brauchen darf")
        })
    };
    set(Resource::Fsize, Limits::FILE)?;
    set(Resource::Core, 0)?;
    set(Resource::Nofile, 1024)?;
    // All of this user's count, so those that are there already come on top. Root has no such limit.
    #[cfg(target_os = "linux")]
    set(
        Resource::Nproc,
        (processes::all_threads() + limits.processes * Limits::THREADS_EACH) as u64,
    )?;
    // Memory that is asked for, not yet used; some programs ask for more than they use.
    #[cfg(target_os = "linux")]
    set(Resource::Data, limits.memory_bytes() + limits.memory_bytes() / 2)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn enter(_: &Confinement, _: &Path) -> Result<()> {
    is_possible()
}

#[cfg(target_os = "linux")]
fn enter(confinement: &Confinement, evcxr: &Path) -> Result<()> {
    use crate::marking::landlock::{Ruleset, reading, using, writing};
    let device = |name| Path::new("/dev").join(name);
    let devices = ["null", "zero", "full", "random", "urandom"].map(device);
    // Not the folder itself, with the rest of the template's copy. Cargo's settings in `home` and in `ctx` a cell may
    // change for those behind it: they too are compiled in here, and nothing else reads them.
    let own = [
        confinement.work(),
        confinement.temporary(),
        confinement.home(),
        confinement.tree().join("ctx"),
    ];
    let readable = readable(confinement, evcxr).into_iter().map(|path| (path, reading()));
    let mut allowed = readable
        .chain(devices.map(|path| (path, using())))
        .chain(relay::PIPES.map(|name| (confinement.pipes().join(name), using())))
        .chain(own.map(|path| (path, writing())));
    let rules =
        Ruleset::new().explain(|| spoken!("confine the kernel", "den Kernel abzuschotten"))?;
    let rules = confinement.ports.iter().try_fold(rules, |rules, port| {
        rules.allow_port(*port).explain(|| {
            spoken!("allow the kernel to listen", "den Kernel an seinen Ports lauschen zu lassen")
        })
    })?;
    let rules = allowed.try_fold(rules, |rules, (path, rights)| {
        rules
            .allow(&path, rights)
            .explain(|| spoken!("allow {}", "dem Kernel {} zu erlauben", path.display()))
    })?;
    rules.enforce().explain(|| spoken!("confine the kernel", "den Kernel abzuschotten"))?;
    let with_signals = !crate::marking::landlock::keeps_signals();
    crate::marking::calls::forbid(with_signals).explain(|| {
        spoken!("forbid system calls to the kernel", "dem Kernel Systemaufrufe zu verbieten")
    })
}

/// What root may do beyond what every user may: for good, and for all programs that are started.
#[cfg(target_os = "linux")]
fn give_up_capabilities() -> Result<()> {
    use caps::{CapSet, clear, has_cap};
    let may_change = has_cap(None, CapSet::Effective, caps::Capability::CAP_SETPCAP);
    // The first bounds what programs get when they are started. Who may not change it has nothing.
    let sets = [
        CapSet::Bounding,
        CapSet::Ambient,
        CapSet::Inheritable,
        CapSet::Effective,
        CapSet::Permitted,
    ];
    let first = usize::from(!may_change.unwrap_or(false));
    sets[first..]
        .iter()
        .try_for_each(|set| clear(None, *set))
        .explain(|| spoken!("give up the rights of root", "die Rechte von root abzugeben"))
}

#[cfg(not(target_os = "linux"))]
fn give_up_capabilities() -> Result<()> {
    Ok(())
}

/// What every program of this system may read.
const SYSTEM: [&str; 29] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    // Not all of it: there stand the command lines of everybody's programs.
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys",
    "/sys/devices/system",
    "/sys/kernel/mm/transparent_hugepage",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/gitconfig",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/ssl/certs",
    "/etc/timezone",
];

/// What a kernel needs to read: the system, the compiler, the template, the data. Not: the
/// repository, the hand-ins of others, the teacher's own files.
#[cfg(target_os = "linux")]
fn readable(confinement: &Confinement, evcxr: &Path) -> Vec<PathBuf> {
    let mut paths = of_this_machine(&confinement.sysroot);
    paths.extend(confinement.data.iter().flat_map(|data| data_sets(data)));
    paths.push(evcxr.to_owned());
    paths.extend(env::current_exe()); // which changes what the compiler says
    // The crate's sources hold the course with its solutions. To hide them here would be of no use:
    // they are compiled into the crate, for its hints.
    let template = |name: &str| confinement.template.join(name);
    paths.extend(["config", "crates", "library", "link", "rustc"].map(template));
    paths.extend(["programs", "answers", "first-cells"].map(template));
    paths.extend([confinement.folder.join("kernel"), confinement.connection()]);
    paths
}

/// What every hand-in can read of this machine.
fn of_this_machine(sysroot: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
    paths.extend(env::var_os("CONDA_PREFIX").map(PathBuf::from));
    paths.push(sysroot.to_owned());
    paths.extend(PACKAGES.map(|name| cargo_home().join(name)));
    paths
}

/// The folders of the data sets. Not the one around them: beside them may lie the teacher's own files and kernels, with
/// what was typed there and the keys to their connections.
fn data_sets(data: &Path) -> Vec<PathBuf> {
    let folders = data::ALL.iter().map(|set| data.join(set.folder));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// Whether a file or folder, which need not be there yet, lies where every hand-in can read: hand-ins there
/// could read each other.
pub(crate) fn open_to_all(path: &Path, sysroot: &Path, data: Option<&Path>) -> bool {
    let mut open = of_this_machine(sysroot);
    open.extend(data.map(Path::to_owned)); // what is there by then
    let mut open = open.iter().filter_map(|folder| folder.canonicalize().ok());
    files::real_path(path).is_ok_and(|(path, _)| open.any(|folder| path.starts_with(folder)))
}

/// What is needed of this machine to confine a kernel.
pub(crate) fn sysroot(layout: &Layout) -> Result<PathBuf> {
    tools::sysroot(layout.root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_of_cargos_settings_is_copied() {
        let settings = "[registries.school]\ntoken = \"secret\"\n[source.crates-io]\nreplace-with = \"mirror\"\n\
            [source.mirror]\nregistry = \"https://anna:secret@mirror\"\n[http]\nproxy = \"secret\"\n[env]\nA = \"secret\"\n\
            [target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\nrunner = \"secret\"\n";
        let kept = harmless_settings(settings);
        assert!(!kept.contains("secret") && kept.contains("linker = \"clang\""), "{kept}");
        assert!(kept.contains("replace-with = \"mirror\""), "{kept}");
    }

    #[test]
    fn settings_are_kept_however_they_are_written() {
        let settings = "[build]\nrustflags = [ # don't [\n\"-C\",\n'link-arg=[',\n]\n\
            rustc-wrapper = \"secret\"\n[target.'cfg(a = \"[\")']\nlinker = \"\"\"\nclang\"\"\"\n\
            [source]\na = { registry = \"https://anna:secret@mirror\", directory = \"b\" }\n";
        let expected = "[build]\nrustflags = [\"-C\", \"link-arg=[\"]\n[source.a]\ndirectory = \"b\"\n\
            [target.'cfg(a = \"[\")']\nlinker = \"clang\"\n";
        let table = |text: &str| text.parse::<Table>().expect("it is TOML");
        assert_eq!(table(&harmless_settings(settings)), table(expected));
        let dotted = harmless_settings("build.target = \"wasm32\"\nbuild.jobs = 1\n");
        assert_eq!(table(&dotted), table("[build]\ntarget = \"wasm32\"\n"));
        assert_eq!(harmless_settings("[build]\nlinker = ["), "");
    }

    #[test]
    fn what_every_hand_in_can_read_is_known_by_its_real_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let [sysroot, data, link, class] =
            ["rust", "data", "link", "data/class"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(&class).expect("a folder");
        std::fs::create_dir(&sysroot).expect("a folder");
        std::os::unix::fs::symlink(&data, &link).expect("a link");
        let open = |path: &Path| open_to_all(path, &sysroot, Some(&link));
        assert!(open(&class) && open(&data) && open(&data.join("new/marks")));
        assert!(open(&sysroot.join("class")) && !open(folder.path()) && !open(Path::new("marks")));
        assert!(open(Path::new("/usr/share/class")));
    }

    #[test]
    fn of_the_data_folder_the_data_sets_can_be_read_and_nothing_else() {
        let data = tempfile::tempdir().expect("a folder");
        for name in ["mnist", "kernels/e8/run/1", "secret"] {
            std::fs::create_dir_all(data.path().join(name)).expect("a folder");
        }
        assert_eq!(data_sets(data.path()), [data.path().join("mnist")]);
        assert!(data_sets(&data.path().join("gone")).is_empty());
    }
}
