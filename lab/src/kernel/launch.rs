//! The launcher that Jupyter starts in place of evcxr.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGINT;

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::spoken;
use crate::kernel::connection;
use crate::kernel::copies::PrivateCopy;
use crate::kernel::relay;
use crate::kernel::template::{self, Template};
use crate::kernel::unable;
use crate::kernel::waiting::{self, Taken};

/// Becomes a kernel, or one that says why it cannot.
pub(crate) fn launch(layout: Result<Layout>, connection: &Path) -> Result<()> {
    // Before all else: the stop button must not end a kernel that cannot start, either.
    let interrupted = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGINT, Arc::clone(&interrupted))
        .explain(|| spoken!("listen for the stop button", "auf den Stoppknopf zu hören"))?;
    let _held = connection::hold(connection);
    let became = layout.and_then(|layout| become_kernel(&layout, connection, &interrupted));
    let Err(failure) = became else { return Ok(()) };
    say_in_log(&failure.to_string());
    unable::say(connection, failure.spoken())
}

/// Becomes a kernel: stays with the one that waits. Where none does, makes a private copy of the template
/// and runs evcxr in this very process, so that Jupyter's signals reach it directly; then it returns only
/// if that fails.
fn become_kernel(layout: &Layout, connection: &Path, interrupted: &AtomicBool) -> Result<()> {
    use std::os::unix::process::CommandExt;
    if let Some(taken) = take_waiting(layout)?
        && let Some((_, relay)) = relay::start(layout, connection, &taken.copy)?
    {
        accompany(&taken, relay, interrupted);
        return Ok(());
    }
    let (template, copy) = copy_current(layout)?;
    if waiting::is_wanted() {
        waiting::mark(copy.folder())?;
    }
    // Before the lock is handed over, which the relay must not inherit.
    let relay = relay::start(layout, connection, copy.folder())?;
    let behind_relay = relay.map(|(connection, _)| connection);
    copy.keep_until_the_end(layout)?;
    let mut command = template::ignoring_interrupts(&template::evcxr(layout)?);
    command.arg("--control_file").arg(behind_relay.as_deref().unwrap_or(connection));
    command.stdout(Stdio::null()); // evcxr's own notes; what cells print goes another way
    template.set_environment(&mut command, layout, copy.folder());
    command.env("ZUNDER_KERNEL", "1"); // the crate then listens for the stop button
    if behind_relay.is_some() {
        command.env("ZUNDER_LIVE", "1"); // and shows the curves of a running training
        command.env("ZUNDER_PIPES", copy.folder()); // where the relay reads what cells print
    }
    Err(command.exec()).explain(|| spoken!("start the kernel", "den Kernel zu starten"))
}

/// The kernel that waits, if it is of the present template.
fn take_waiting(layout: &Layout) -> Result<Option<Taken>> {
    if !waiting::is_wanted() || !waiting::is_there(layout) {
        return Ok(None);
    }
    let template = Template::current(layout)?;
    Ok(template.and_then(|template| waiting::take(layout, &template)))
}

/// Is the kernel for Jupyter: passes the stop button on, and ends with the kernel, with its relay, and
/// with Jupyter. The kernel ends when this process does, however it does.
fn accompany(taken: &Taken, mut relay: Child, interrupted: &AtomicBool) {
    let jupyter = rustix::process::getppid();
    let is_served = |relay: &mut Child| relay.try_wait().is_ok_and(|status| status.is_none());
    while taken.is_alive() && is_served(&mut relay) && rustix::process::getppid() == jupyter {
        if interrupted.swap(false, Ordering::Relaxed) {
            taken.interrupt();
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// In the server's log, which may be full or closed.
fn say_in_log(text: &str) {
    let _ = writeln!(std::io::stderr(), "zunder: {text}");
}

/// The current template with a copy of it.
pub(crate) fn copy_current(layout: &Layout) -> Result<(Template, PrivateCopy)> {
    with_current(layout, |layout, template| {
        PrivateCopy::new(layout, &template.key(), &template.tree())
    })
}

/// The template of this moment, and what keeps it from being removed.
pub(crate) fn reserve_template(layout: &Layout) -> Result<(Template, PrivateCopy)> {
    with_current(layout, |layout, template| PrivateCopy::empty(layout, &template.key()))
}

fn with_current(
    layout: &Layout,
    copy: fn(&Layout, &Template) -> Result<PrivateCopy>,
) -> Result<(Template, PrivateCopy)> {
    if layout.is_sealed() {
        // Nobody removes that one, and a lock that every user can take is one that any of them can keep.
        let template = Template::installed(layout)?;
        let copy = copy(layout, &template)?;
        return Ok((template, copy));
    }
    for _ in 0..3 {
        let lock = files::lock_file(&template::lock_path(layout))?;
        lock.lock_shared().explain(|| spoken!("lock the templates", "die Vorlagen zu sperren"))?;
        if let Some(template) = Template::current(layout)? {
            let copy = copy(layout, &template)?;
            return Ok((template, copy));
        }
        drop(lock);
        let anew = spoken!(
            "the crate or the compiler changed, so the kernel is prepared anew",
            "die Crate oder der Compiler ist anders, darum wird der Kernel neu vorbereitet"
        );
        say_in_log(&anew.to_string());
        template::ensure(layout, &Python::find(layout)?, None)?;
    }
    Err(Failure::new(spoken!(
        "the sources change while the kernel starts: start it again when they are saved",
        "die Quelltexte ändern sich, während der Kernel startet: Starte ihn noch einmal, wenn sie gespeichert sind"
    )))
}
