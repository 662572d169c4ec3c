//! The waiting kernel: one that has started before anybody asked for it, and is handed to the next
//! notebook, or to the same one after a restart.
//!
//! - The relay of a kernel at which nobody works starts a [holder](hold), unless one waits already.
//! - The holder starts evcxr in a private copy of the template, and offers it in the folder
//!   `waiting` beside it, which only its user can read.
//! - The launcher of the next kernel [takes](take) it: it moves the offer away, which only one launcher
//!   can do, and tells the process that runs the cells its folder, its language and what else Jupyter
//!   says by variables. From then on the launcher is the kernel for Jupyter, see `launch.rs`.
//!
//! Who ends with whom is said by locks alone, which the system drops however a process ends: the
//! launcher has `launcher` in the copy's folder, the holder has `lock`. A waiting kernel ends when no
//! other kernel is left. What is wrong with one is no reason not to start: then a fresh one starts.
//!
//! Over 300 lines: relay, holder and launcher each have their part in one hand-over, and are read together.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::kernel::connection;
use crate::kernel::copies::{self, PrivateCopy};
use crate::kernel::template::{self, Template};

/// Whether a kernel may wait: `1` or `0`. Where it says nothing, one waits where memory allows, but not
/// on a hub, where each would wait for one of many users.
const SETTING: &str = "ZUNDER_WAITING_KERNEL";

/// The memory that must be free, in kilobytes: a waiting kernel takes a tenth of it.
const ENOUGH: u64 = 2_000_000;

/// So long nothing happens in a kernel before the next one is prepared: who runs cell after cell has
/// the machine for himself.
const QUIET: Duration = Duration::from_secs(5);

/// So long a waiting kernel outlives the last other one: Jupyter ends a kernel before it starts it anew.
const GRACE: Duration = Duration::from_secs(5);

/// How long the launcher waits for one that has just begun to start: longer than that takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often processes look after each other.
const GLANCE: Duration = Duration::from_millis(50);

/// The files in the folder of a waiting kernel's copy. The cells' process knows the first three, see
/// `shim.rs`.
const HAND_OVER: &str = "hand-over";
const READY: &str = "ready";
const HANDED_OVER: &str = "handed-over";
const LAUNCHER: &str = "launcher";
const NOTEBOOK: &str = "notebook";
const PROGRAM: &str = "evcxr_jupyter";

/// What the holder offers.
#[derive(Serialize, Deserialize)]
struct Offer {
    /// The private copy.
    copy: PathBuf,
    /// Of the template.
    key: String,
    /// A hash of the variables that are the same for all kernels of a user.
    environment: String,
    /// The process group of evcxr.
    group: i32,
}

/// A kernel that was taken. It ends with this value.
pub(crate) struct Taken {
    /// Its folder.
    pub(crate) copy: PathBuf,
    group: i32,
    _launcher: File,
}

impl Taken {
    /// Whether it still runs.
    pub(crate) fn is_alive(&self) -> bool {
        copies::is_alive(&self.copy)
    }

    /// Passes the stop button's signal on.
    pub(crate) fn interrupt(&self) {
        signal_group(self.group, Signal::INT);
    }
}

/// Whether kernels may wait here.
pub(crate) fn is_wanted() -> bool {
    let on_hub =
        || std::env::vars_os().any(|(name, _)| name.as_bytes().starts_with(b"JUPYTERHUB_"));
    match std::env::var(SETTING).ok().as_deref() {
        Some("0") => false,
        Some("1") => true,
        _ => !on_hub() && tools::free_memory().is_none_or(|free| free >= ENOUGH),
    }
}

fn offer_file(layout: &Layout) -> PathBuf {
    layout.waiting().join("kernel.json")
}

/// Only one's own: whoever offers a kernel sees what is typed into it.
fn read_offer(layout: &Layout) -> Option<Offer> {
    use std::os::unix::fs::MetadataExt;
    let folder = fs::metadata(layout.waiting()).ok()?;
    let is_own = folder.uid() == rustix::process::geteuid().as_raw();
    if !is_own || folder.mode() & 0o077 != 0 {
        return None;
    }
    serde_json::from_slice(&fs::read(offer_file(layout)).ok()?).ok()
}

/// Takes the kernel that waits, if it fits.
pub(crate) fn take(layout: &Layout, template: &Template) -> Option<Taken> {
    if !is_wanted() {
        return None;
    }
    let (environment, own) = environment(std::env::vars_os());
    // Of another environment, it may be right for the next one.
    if read_offer(layout)?.environment != environment {
        return None;
    }
    let (offer, launcher) = take_offer(layout)?;
    // What is not taken over ends here, with its lock.
    let fits = offer.key == template.key() && offer.environment == environment;
    let evcxr = template::evcxr(layout).ok()?;
    (fits && hand_over(&offer, &evcxr, &own)).then_some(Taken {
        copy: offer.copy,
        group: offer.group,
        _launcher: launcher,
    })
}

/// Ends the kernel that waits, if one does.
pub(crate) fn end(layout: &Layout) {
    let Some((offer, launcher)) = take_offer(layout) else { return };
    drop(launcher);
    wait_while(|| copies::is_alive(&offer.copy), PATIENCE);
}

/// Whether a kernel waits.
pub(crate) fn is_there(layout: &Layout) -> bool {
    read_offer(layout).is_some_and(|offer| copies::is_alive(&offer.copy))
}

/// The lock is taken before the offer is: so the holder sees that the launcher lives.
fn take_offer(layout: &Layout) -> Option<(Offer, File)> {
    let offer = read_offer(layout)?;
    let launcher = files::lock_file(&offer.copy.join(LAUNCHER)).ok()?;
    launcher.try_lock().ok()?;
    fs::rename(offer_file(layout), offer.copy.join("taken")).ok()?;
    copies::is_alive(&offer.copy).then_some((offer, launcher))
}

/// Tells the process that runs the cells what is its own in this notebook, also the one that evcxr starts
/// after a crash.
fn hand_over(offer: &Offer, evcxr: &Path, own: &BTreeMap<OsString, OsString>) -> bool {
    let mut own = own.clone();
    own.insert("ZUNDER_PIPES".into(), offer.copy.clone().into()); // from now on there is a relay
    let Ok(folder) = std::env::current_dir() else { return false };
    let is = |name: &str| offer.copy.join(name).exists();
    let dies_or = |condition: &dyn Fn() -> bool| {
        wait_while(|| copies::is_alive(&offer.copy) && !condition(), PATIENCE);
        condition()
    };
    if !dies_or(&|| is(READY)) {
        return false;
    }
    let program = offer.copy.join(PROGRAM);
    if files::write_program(&program, restarted(&folder, evcxr, &own)).is_err() {
        return false;
    }
    write_to_pipe(&offer.copy.join(HAND_OVER), &settings(&folder, &own)).is_ok()
        && dies_or(&|| is(HANDED_OVER))
}

/// As the cells' process reads it: the folder and the variables, between zeros.
fn settings(folder: &Path, own: &BTreeMap<OsString, OsString>) -> Vec<u8> {
    let mut parts = vec![[b"=", folder.as_os_str().as_bytes()].concat()];
    for (name, value) in own {
        parts.push([name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    parts.join(&0)
}

/// What evcxr starts when the cells' process has crashed: itself, but where the notebook is.
fn restarted(folder: &Path, evcxr: &Path, own: &BTreeMap<OsString, OsString>) -> Vec<u8> {
    let quoted = |text: &std::ffi::OsStr| -> Vec<u8> {
        let quotes = text.as_bytes().iter().flat_map(|byte| match byte {
            b'\'' => br"'\''".to_vec(),
            other => vec![*other],
        });
        std::iter::once(b'\'').chain(quotes).chain([b'\'']).collect()
    };
    let mut script = b"#!/bin/sh\ncd ".to_vec();
    script.extend(quoted(folder.as_os_str()));
    for (name, value) in own {
        script.extend([b"\nexport ", name.as_bytes(), b"=", &quoted(value)].concat());
    }
    script.extend([b"\nexec ", quoted(evcxr.as_os_str()).as_slice(), b" \"$@\"\n"].concat());
    script
}

/// Fails at once where nobody reads.
fn write_to_pipe(pipe: &Path, content: &[u8]) -> std::io::Result<()> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let pipe = rustix::fs::open(pipe, flags, Mode::empty())?;
    std::io::Write::write_all(&mut File::from(pipe), content)
}

/// The variables that are the same for all kernels of a user, as a hash, and those that are a
/// notebook's own. What does not reach evcxr is neither.
fn environment(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> (String, BTreeMap<OsString, OsString>) {
    // The last one is told to this program's helpers, and not to the launcher.
    const PASSING: [&str; 7] = ["PWD", "OLDPWD", "SHLVL", "_", "LINES", "COLUMNS", "ZUNDER_ROOT"];
    let (mut shared, mut own) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in all {
        let text = name.to_string_lossy();
        if text.starts_with("JPY_") || text == "ZUNDER_LANGUAGE" {
            own.insert(name, value);
        } else if !PASSING.contains(&&*text) && !template::is_of_another_build(&text) {
            shared.insert(name, value);
        }
    }
    // English is what is spoken where nobody says anything.
    own.entry("ZUNDER_LANGUAGE".into()).or_insert_with(|| "en".into());
    let lines: Vec<Vec<u8>> = shared
        .into_iter()
        .map(|(name, value)| [name.into_vec(), value.into_vec()].join(&b'='))
        .collect();
    (files::hash(lines.join(&0)), own)
}

/// What a relay sees of its kernel.
static LAST: Mutex<Option<(Instant, bool)>> = Mutex::new(None);

/// Tells what the kernel published, as it came.
pub(crate) fn published(message: &[Vec<u8>]) {
    let short = || message.iter().filter(|part| part.len() < 100);
    let says =
        |words: &[u8]| short().any(|part| part.windows(words.len()).any(|window| window == words));
    let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_idle = match &*last {
        _ if says(b"\"execution_state\"") => says(b"\"idle\""),
        Some((_, is_idle)) => *is_idle,
        None => false,
    };
    *last = Some((Instant::now(), is_idle));
}

fn is_quiet() -> bool {
    let last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    last.is_some_and(|(when, is_idle)| is_idle && when.elapsed() >= QUIET)
}

/// Prepares the next kernel whenever this one is quiet and none waits. Where it does not come up, that is
/// not tried again and again.
pub(crate) fn prepare_when_quiet(layout: &Layout) {
    let layout = layout.clone();
    thread::spawn(move || {
        let mut holders: Vec<Child> = Vec::new();
        let mut failures = 0;
        while failures < 3 {
            thread::sleep(Duration::from_secs(1));
            holders.retain_mut(|holder| match holder.try_wait() {
                Ok(None) => true,
                ended => {
                    failures += usize::from(!ended.is_ok_and(|s| s.is_some_and(|s| s.success())));
                    false
                }
            });
            if is_quiet() && is_wanted() && !is_there(&layout) {
                holders.extend(start_holder(&layout));
            }
        }
    });
}

fn start_holder(layout: &Layout) -> std::io::Result<Child> {
    let mut holder = Command::new(layout.kernel_program());
    holder.arg("hold").env("ZUNDER_ROOT", layout.root()).current_dir("/");
    holder.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    holder.spawn()
}

/// Is the holder: starts a kernel, offers it, and stays with it to its end.
pub(crate) fn hold(
    layout: &Layout,
    copy: fn(&Layout) -> Result<(Template, PrivateCopy)>,
) -> Result<()> {
    // Jupyter ends its kernels by their session and group; this one is none of them.
    let _ = rustix::process::setsid();
    files::create_private_folder(&layout.waiting())?;
    let only_one = files::lock_file(&layout.waiting().join("lock"))?;
    if only_one.try_lock().is_err() {
        return Ok(());
    }
    let (template, copy) = copy(layout)?;
    files::create_private_folder(copy.folder())?;
    copy.start_reaper(layout)?;
    mark(copy.folder())?;
    let mut key = [0; 32];
    getrandom::fill(&mut key).explain(|| spoken!("make a key", "einen Schlüssel zu machen"))?;
    let (own, _held) = connection::own(&files::hex(key))?;
    let file = copies::connection_file(copy.folder());
    files::write_private(&file, own.to_string())?;
    let mut evcxr = start_evcxr(layout, &template, copy.folder(), &file)?;
    let group = evcxr.id().cast_signed();
    files::write(&copies::group_file(copy.folder()), group.to_string())?;
    let offer = Offer {
        copy: copy.folder().to_owned(),
        key: template.key(),
        environment: environment(std::env::vars_os()).0,
        group,
    };
    let text = json!(offer).to_string();
    files::write_private(&offer_file(layout), text)?;
    stay(layout, &offer, &mut evcxr, only_one);
    signal_group(group, Signal::KILL);
    let _ = evcxr.wait();
    let _ = fs::remove_file(copies::group_file(copy.folder())); // the number may become another's
    if !copy.folder().join(READY).exists() {
        fail!("the waiting kernel did not come up", "der wartende Kernel ist nicht gestartet");
    }
    Ok(())
}

/// Returns when the kernel has ended, or is to end.
fn stay(layout: &Layout, offer: &Offer, evcxr: &mut Child, only_one: File) {
    let mut only_one = Some(only_one);
    let mut needed = Instant::now();
    while evcxr.try_wait().is_ok_and(|status| status.is_none()) {
        thread::sleep(GLANCE);
        if only_one.is_none() {
            let launcher = files::lock_file(&offer.copy.join(LAUNCHER));
            if launcher.is_ok_and(|lock| lock.try_lock().is_ok()) {
                return;
            }
        } else if read_offer(layout).is_none_or(|current| current.copy != offer.copy) {
            only_one = None; // taken: the next one may wait
        } else if has_notebooks(layout, &offer.copy) {
            needed = Instant::now();
        } else if needed.elapsed() >= GRACE && take_offer(layout).is_some() {
            return;
        }
    }
    if only_one.is_some() {
        let _ = fs::remove_file(offer_file(layout));
    }
}

/// Marks the kernel of this folder as one after which another may be wanted.
pub(crate) fn mark(copy: &Path) -> Result<()> {
    files::write(&copy.join(NOTEBOOK), "")
}

/// Whether other kernels run that may want one.
fn has_notebooks(layout: &Layout, own: &Path) -> bool {
    let alive = copies::alive(layout);
    alive.iter().any(|folder| folder != own && folder.join(NOTEBOOK).exists())
}

fn start_evcxr(
    layout: &Layout,
    template: &Template,
    copy: &Path,
    connection: &Path,
) -> Result<Child> {
    use std::os::unix::process::CommandExt;
    tools::read(Command::new("mkfifo").args(["-m", "600"]).arg(copy.join(HAND_OVER)))?;
    // evcxr starts the cells' process by its own path, which changes at the hand-over.
    let program = copy.join(PROGRAM);
    let original = template::evcxr(layout)?;
    files::link_or_copy(&original.canonicalize().unwrap_or(original), &program)?;
    let mut command = template::ignoring_interrupts(&program);
    command.arg("--control_file").arg(connection);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    template.set_environment(&mut command, layout, copy);
    command.env("ZUNDER_KERNEL", "1").env("ZUNDER_LIVE", "1"); // there will be a relay
    command.env("EVCXR_CONFIG_DIR", template.waiting_config()).env("ZUNDER_WAITING", copy);
    command.current_dir(layout.root()).process_group(0);
    command.spawn().explain(|| spoken!("start evcxr", "evcxr zu starten"))
}

fn signal_group(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group) {
        let _ = kill_process_group(group, signal); // it may have ended this moment
    }
}

pub(crate) fn wait_while(condition: impl Fn() -> bool, most: Duration) {
    let end = Instant::now() + most;
    while condition() && Instant::now() < end {
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(all: &[(&str, &str)]) -> (String, BTreeMap<OsString, OsString>) {
        environment(all.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn a_notebooks_own_variables_do_not_keep_it_from_a_kernel() {
        let (first, own) = variables(&[
            ("PATH", "/bin"),
            ("JPY_SESSION_NAME", "a"),
            ("PWD", "/"),
            ("ZUNDER_ROOT", "/repository"),
        ]);
        let (second, german) = variables(&[("ZUNDER_LANGUAGE", "de"), ("PATH", "/bin")]);
        assert_eq!(first, second);
        assert_ne!(first, variables(&[("PATH", "/usr/bin")]).0);
        assert_ne!(first, variables(&[("PATH", "/bin"), ("ZUNDER_DATA", "/data")]).0);
        let language =
            |own: &BTreeMap<OsString, OsString>| own[&OsString::from("ZUNDER_LANGUAGE")].clone();
        assert_eq!([language(&own), language(&german)], ["en", "de"]);
        assert_eq!(own[&OsString::from("JPY_SESSION_NAME")], "a");
    }

    /// Folders and variables may hold anything.
    #[test]
    fn after_a_crash_the_cells_are_where_the_notebook_is() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let folder = around.path().join("it's a \"folder\" of $HOME");
        files::create_folder(&folder)?;
        let (_, own) = variables(&[("JPY_SESSION_NAME", "it's; exit 1\n`x`")]);
        let program = folder.join("program");
        files::write_program(&program, restarted(&folder, Path::new("/bin/sh"), &own))?;
        let script = "pwd; printf '%s' \"$JPY_SESSION_NAME $ZUNDER_LANGUAGE\"";
        let said = tools::read(Command::new(&program).args(["-c", script]))?;
        let folder = folder.canonicalize().explain(|| "find it".to_owned())?;
        assert_eq!(said, format!("{}\nit's; exit 1\n`x` en", folder.display()));
        Ok(())
    }

    #[test]
    fn only_one_takes_it_and_only_its_user() -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let layout = Layout::at(root.path());
        let copy = layout.copies().join("1-a");
        let holder = files::lock_file(&copy.join("lock"))?;
        holder.lock().explain(|| "lock".to_owned())?;
        files::create_private_folder(&layout.waiting())?;
        let key = "key".to_owned();
        let offer = Offer { copy, key, environment: String::new(), group: 0 };
        files::write_private(&offer_file(&layout), json!(offer).to_string())?;
        let open_to = |mode: u32| {
            let all = fs::Permissions::from_mode(mode);
            fs::set_permissions(layout.waiting(), all).explain(|| "open it".to_owned())
        };
        open_to(0o755)?;
        assert!(!is_there(&layout), "others may have put it there");
        open_to(0o700)?;
        assert!(is_there(&layout));
        let taken = take_offer(&layout);
        assert!(taken.is_some() && take_offer(&layout).is_none() && !is_there(&layout));
        Ok(())
    }
}
