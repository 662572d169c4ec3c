//! The launcher that Jupyter starts in place of evcxr.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::kernel::copies::PrivateCopy;
use crate::kernel::relay;
use crate::kernel::template::{self, Template};

/// Becomes a kernel: makes a private copy of the template and runs evcxr in this very process,
/// so that Jupyter's signals reach it directly. Returns only if that fails.
pub(crate) fn launch(layout: &Layout, connection: &Path) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let (template, copy) = copy_current(layout)?;
    // Before the lock is handed over, which the relay must not inherit.
    let behind_relay = relay::start(layout, connection, copy.folder())?;
    copy.keep_until_the_end(layout)?;
    let mut command = ignoring_interrupts(&template::evcxr()?);
    command.arg("--control_file").arg(behind_relay.as_deref().unwrap_or(connection));
    command.stdout(Stdio::null()); // evcxr's own notes; what cells print goes another way
    template.set_environment(&mut command, layout, copy.folder());
    command.env("ZUNDER_KERNEL", "1"); // the crate then listens for the stop button
    if behind_relay.is_some() {
        command.env("ZUNDER_LIVE", "1"); // and shows the curves of a running training
        command.env("ZUNDER_PIPES", copy.folder()); // where the relay reads what cells print
    }
    Err(Failure::new(format!("cannot start the kernel: {}", command.exec())))
}

fn copy_current(layout: &Layout) -> Result<(Template, PrivateCopy)> {
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
    for _ in 0..3 {
        let lock = files::lock_file(&template::lock_path(layout))?;
        lock.lock_shared().explain(|| "lock the templates".to_owned())?;
        if let Some(template) = Template::current(layout)? {
            let copy = copy(layout, &template)?;
            return Ok((template, copy));
        }
        drop(lock);
        eprintln!("zunder: the crate or the compiler changed, so the kernel is prepared anew");
        template::ensure(layout, &Python::find(layout)?, None)?;
    }
    Err(Failure::new(
        "the sources change while the kernel starts: start it again when they are saved",
    ))
}

/// evcxr must not die of the interrupt that asks `fit` to stop: the crate's own handler, in
/// the process that runs the cells, deals with it. What a program ignores stays ignored in the
/// programs that it starts, until one of them sets a handler.
pub(crate) fn ignoring_interrupts(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' INT; exec \"$0\" \"$@\""]).arg(program);
    command
}
