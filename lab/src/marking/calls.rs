//! System calls that no exercise needs, forbidden: they are the ways around Landlock, which knows
//! nothing of them.
//!
//! Landlock guards what files contain, but not who may read them (`chmod`), nor the sockets of
//! programs that would do something for whoever asks them, systemd and docker among them.
//!
//! Over 300 lines: two thirds of them are lists of calls, with their reasons.

use std::io::{Error, Result};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter, sock_filter,
};

/// What is refused, and when: without rules always, else when one of them holds.
type Calls = Vec<(i64, Vec<SeccompRule>)>;

/// Forbids them for this thread and all that it starts. `with_signals` is for systems whose Landlock
/// cannot keep signals from other processes. Call it last: it also makes sure that no program gets
/// rights back by being started.
pub(crate) fn forbid(with_signals: bool) -> Result<()> {
    let always = |calls: &[i64]| calls.iter().map(|call| (*call, Vec::new())).collect::<Calls>();
    let mut refused = always(&NEVER);
    refused.extend(always(&OF_THIS_MACHINE));
    if with_signals {
        refused.extend(always(&SIGNALS));
    }
    refused.extend(sockets()?);
    refused.extend(of_others()?);
    refused.push((
        libc::SYS_clone,
        NAMESPACES.iter().map(|flag| has_bits(0, *flag)).collect::<Result<_>>()?,
    ));
    refused.push((libc::SYS_ioctl, IOCTLS.iter().map(|kind| is(1, *kind)).collect::<Result<_>>()?));
    install(refused, libc::EPERM as u32)?;
    // It takes its flags from memory, where no filter can look. Programs then use `clone`.
    install(always(&[libc::SYS_clone3]), libc::ENOSYS as u32)?;
    // Compilers and copies set the rights of what they write, and give up when that fails. So
    // they are told that it was done.
    install(always(&PRETENDED), 0)
}

const NEVER: [i64; 71] = [
    libc::SYS_connect,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_fsconfig,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_open_by_handle_at,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_quotactl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    // What others open: names of files, and which of them.
    libc::SYS_fanotify_init,
    libc::SYS_fanotify_mark,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
    // Where and how soon the processes of others run.
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setattr,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    // Memory that outlives its process, or that no process is charged for.
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    // Who may read a file may be written there, too.
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    SETXATTRAT,
    REMOVEXATTRAT,
    FILE_SETATTR,
];

// Newer than the list of names: Linux 6.13 and 6.17, the same number on every machine.
const SETXATTRAT: i64 = 463;
const REMOVEXATTRAT: i64 = 466;
const FILE_SETATTR: i64 = 469;

#[cfg(target_arch = "x86_64")]
const OF_THIS_MACHINE: [i64; 4] =
    [libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_inotify_init, libc::SYS_kexec_file_load];
#[cfg(not(target_arch = "x86_64"))]
const OF_THIS_MACHINE: [i64; 1] = [libc::SYS_kexec_file_load];

const SIGNALS: [i64; 6] = [
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_tgkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_send_signal,
];

/// A process in a namespace of its own is root there, and may ask much more of the kernel.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// Requests that change a file for good though it may only be read, or that type into a terminal:
/// `FS_IOC_SETFLAGS`, `FS_IOC_FSSETXATTR`, `FS_IOC_ENABLE_VERITY`, `FS_IOC_SETVERSION`, `TIOCSTI`,
/// `TIOCLINUX`.
const IOCTLS: [i32; 6] = [0x4008_6602, 0x401c_5820, 0x4080_6685, 0x4008_7602, 0x5412, 0x541c];

#[cfg(target_arch = "x86_64")]
const PRETENDED: [i64; 12] = [
    libc::SYS_chmod,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_utimensat,
];
#[cfg(not(target_arch = "x86_64"))]
const PRETENDED: [i64; 6] = [
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
];

/// Sockets: a kernel listens for TCP and answers, and a pair of streams talks within a process.
/// Nothing in it calls others. The rules say what is refused, so each of them names the rest.
fn sockets() -> Result<Calls> {
    // A socket's kind stands in the lower bits; the others are options.
    let other_kinds = || (0..16).filter(|kind| *kind != libc::SOCK_STREAM).map(is_kind);
    let no_internet =
        all(&[(0, SeccompCmpOp::Ne, libc::AF_INET), (0, SeccompCmpOp::Ne, libc::AF_INET6)])?;
    let no_tcp = all(&[(2, SeccompCmpOp::Ne, 0), (2, SeccompCmpOp::Ne, libc::IPPROTO_TCP)])?;
    let mut socket: Vec<SeccompRule> = other_kinds().collect::<Result<_>>()?;
    socket.extend([no_internet, no_tcp]);
    // std starts programs with the help of a pair of SOCK_SEQPACKET. It has no address to send to either.
    let of_pairs = (0..16).filter(|kind| ![libc::SOCK_STREAM, libc::SOCK_SEQPACKET].contains(kind));
    let mut pair: Vec<SeccompRule> = of_pairs.map(is_kind).collect::<Result<_>>()?;
    pair.push(is_not(0, libc::AF_UNIX)?);
    Ok(vec![
        (libc::SYS_socket, socket),
        (libc::SYS_socketpair, pair),
        (libc::SYS_sendto, vec![has_bits(3, libc::MSG_FASTOPEN)?]),
        (libc::SYS_sendmsg, vec![has_bits(2, libc::MSG_FASTOPEN)?]),
        (libc::SYS_sendmmsg, vec![has_bits(3, libc::MSG_FASTOPEN)?]),
    ])
}

/// What a process may do to itself, and to no other.
fn of_others() -> Result<Calls> {
    Ok(vec![
        (libc::SYS_prlimit64, vec![is_not(0, 0)?]),
        (libc::SYS_sched_setaffinity, vec![is_not(0, 0)?]),
        (libc::SYS_setpriority, vec![is_not(0, 0)?, is_not(1, 0)?]),
        (libc::SYS_ioprio_set, vec![is_not(1, 0)?]),
    ])
}

fn install(calls: Calls, answer: u32) -> Result<()> {
    let machine = std::env::consts::ARCH.try_into().map_err(Error::other)?;
    let action = SeccompAction::Errno(answer);
    let filter =
        SeccompFilter::new(calls.into_iter().collect(), SeccompAction::Allow, action, machine);
    let program: BpfProgram = filter.map_err(Error::other)?.try_into().map_err(Error::other)?;
    let program: BpfProgram = without_x32().into_iter().chain(program).collect();
    apply_filter(&program).map_err(Error::other)
}

/// x86_64 has a second set of numbers for the same calls, which the filter would not know.
fn without_x32() -> BpfProgram {
    if cfg!(not(target_arch = "x86_64")) {
        return BpfProgram::new();
    }
    let step = |code, jf, k| sock_filter { code, jt: 0, jf, k };
    vec![
        step(0x20, 0, 0),                                // load the call's number
        step(0x35, 1, 0x4000_0000), // is it at least this one? if not, pass over the next
        step(0x06, 0, 0x0005_0000 | libc::EPERM as u32), // refuse
    ]
}

fn all(conditions: &[(u8, SeccompCmpOp, i32)]) -> Result<SeccompRule> {
    let condition = |(argument, operator, value): &(u8, SeccompCmpOp, i32)| {
        let value = u64::from(value.unsigned_abs());
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, operator.clone(), value)
    };
    let conditions = conditions.iter().map(condition).collect::<std::result::Result<Vec<_>, _>>();
    SeccompRule::new(conditions.map_err(Error::other)?).map_err(Error::other)
}

fn is(argument: u8, value: i32) -> Result<SeccompRule> {
    all(&[(argument, SeccompCmpOp::Eq, value)])
}

fn is_not(argument: u8, value: i32) -> Result<SeccompRule> {
    all(&[(argument, SeccompCmpOp::Ne, value)])
}

fn has_bits(argument: u8, bits: i32) -> Result<SeccompRule> {
    all(&[(argument, SeccompCmpOp::MaskedEq(u64::from(bits.unsigned_abs())), bits)])
}

fn is_kind(kind: i32) -> Result<SeccompRule> {
    all(&[(1, SeccompCmpOp::MaskedEq(0xf), kind)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

    /// In a thread of its own, which alone is confined.
    fn confined(with_signals: bool, look: impl FnOnce() -> Result<()> + Send + 'static) {
        let thread = std::thread::spawn(move || forbid(with_signals).and_then(|()| look()));
        thread.join().expect("no panic").expect("no error");
    }

    #[test]
    fn nothing_is_called_and_no_rights_are_changed() {
        use std::os::unix::fs::PermissionsExt;
        use std::os::unix::process::CommandExt;
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        confined(false, move || {
            TcpListener::bind("127.0.0.1:0")?; // still allowed
            UnixStream::pair()?; // so is this: tokio wakes itself with it
            assert!(TcpStream::connect(address).is_err());
            assert!(UdpSocket::bind("127.0.0.1:0").is_err());
            assert!(UnixStream::connect("/run/dbus/socket").is_err());
            assert!(UnixDatagram::pair().is_err() && UnixDatagram::unbound().is_err());
            assert!(UnixListener::bind(path.with_extension("socket")).is_err());
            let before = std::fs::metadata(&path)?.permissions();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000))?;
            assert_eq!(std::fs::metadata(&path)?.permissions(), before);
            // Programs still start, in both ways that std has for it.
            std::process::Command::new("true").status()?;
            std::process::Command::new("true")
                .uid(rustix::process::getuid().as_raw())
                .status()
                .map(drop)
        });
    }

    /// Programs of the system stand for a learner's own calls.
    #[test]
    fn namespaces_and_signals_are_refused() {
        let runs = |program: &str, arguments: &[&str]| {
            let mut command = std::process::Command::new(program);
            let output = command.args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        confined(true, move || {
            assert!(runs("true", &[]));
            assert!(!runs("unshare", &["--user", "true"]));
            assert!(!runs("sh", &["-c", "kill -0 $$"]));
            Ok(())
        });
        confined(false, move || {
            assert!(runs("sh", &["-c", "kill -0 $$"]));
            Ok(())
        });
    }
}
