//! The system calls that exercises need; all others are forbidden. They are the ways around Landlock,
//! which knows nothing of them.
//!
//! Landlock guards what files contain, but not who may read them (`chmod`), nor the sockets of
//! programs that would do something for whoever asks them, systemd and docker among them.
//!
//! Over 300 lines: lists of calls, with their reasons, and tests of them.

use std::io::{Error, Result};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter, sock_filter,
};

/// Which calls, and when: without rules always, else when one of them holds.
type Calls = Vec<(i64, Vec<SeccompRule>)>;

/// Forbids them for this thread and all that it starts. `with_signals` is for systems whose Landlock
/// cannot keep signals from other processes. Call it last: it also makes sure that no program gets
/// rights back by being started.
pub(crate) fn forbid(with_signals: bool) -> Result<()> {
    let always = |calls: &[i64]| calls.iter().map(|call| (*call, Vec::new())).collect::<Calls>();
    let mut refused = if with_signals { always(&SIGNALS) } else { Vec::new() };
    refused.extend(sockets()?);
    refused.extend(of_others()?);
    refused.push((
        libc::SYS_clone,
        NAMESPACES.iter().map(|flag| has_bits(0, *flag)).collect::<Result<_>>()?,
    ));
    for (call, kinds) in [(libc::SYS_ioctl, &IOCTLS[..]), (libc::SYS_fcntl, &FCNTLS[..])] {
        refused.push((call, kinds.iter().map(|kind| is(1, *kind)).collect::<Result<_>>()?));
    }
    install(refused, Others::MayPass(libc::EPERM))?;
    // It takes its flags from memory, where no filter can look. Programs then use `clone`.
    install(always(&[libc::SYS_clone3]), Others::MayPass(libc::ENOSYS))?;
    // Compilers and copies set the rights of what they write, and give up when that fails. So
    // they are told that it was done.
    let pretended = [PRETENDED.as_slice(), &PRETENDED_OF_THIS_MACHINE].concat();
    install(always(&pretended), Others::MayPass(0))?;
    // Last, since it leaves no call with which another filter could be installed.
    let allowed =
        [&ALLOWED[..], &OF_THIS_MACHINE, &SIGNALS, &pretended, &[libc::SYS_clone3]].concat();
    install(always(&allowed), Others::AreRefused)
}

/// What a run of solved notebooks called, and the relatives of that: older and newer calls for the same,
/// which another system's libraries take. To record it again:
///
///     strace -f -c -o calls.txt cargo lab course mark .zunder/course/solved/en
const ALLOWED: [i64; 171] = [
    // Files: what they hold, their names and kinds. Which of them may be touched is Landlock's business.
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_readlinkat,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_ftruncate,
    libc::SYS_truncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_sync_file_range,
    libc::SYS_flock,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_umask,
    libc::SYS_fadvise64,
    libc::SYS_readahead,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_tee,
    libc::SYS_getxattr,
    libc::SYS_lgetxattr,
    libc::SYS_fgetxattr,
    libc::SYS_listxattr,
    libc::SYS_llistxattr,
    libc::SYS_flistxattr,
    // Memory.
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_mincore,
    libc::SYS_msync,
    libc::SYS_mlock,
    libc::SYS_mlock2,
    libc::SYS_munlock,
    libc::SYS_membarrier,
    // Processes and threads, and how they end.
    libc::SYS_clone,
    libc::SYS_execve,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_pidfd_open,
    libc::SYS_set_tid_address,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_futex,
    libc::SYS_futex_waitv,
    libc::SYS_rseq,
    libc::SYS_restart_syscall,
    libc::SYS_prctl,
    libc::SYS_prlimit64,
    libc::SYS_getrlimit,
    libc::SYS_setrlimit,
    libc::SYS_getrusage,
    libc::SYS_getpriority,
    libc::SYS_setpriority,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_getcpu,
    libc::SYS_ioprio_set,
    // Who a process is. It has no rights that it could use to become another.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getpgid,
    libc::SYS_setpgid,
    libc::SYS_getsid,
    libc::SYS_setsid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getresuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setgroups,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_capget,
    libc::SYS_capset,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
    // Waiting for signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    // Time.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getitimer,
    libc::SYS_setitimer,
    libc::SYS_timer_create,
    libc::SYS_timer_settime,
    libc::SYS_timer_gettime,
    libc::SYS_timer_getoverrun,
    libc::SYS_timer_delete,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    // Waiting, pipes, and the sockets that the rules below leave.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_pipe2,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_shutdown,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
];

/// The same under the names that only this machine has.
#[cfg(target_arch = "x86_64")]
const OF_THIS_MACHINE: [i64; 27] = [
    libc::SYS_access,
    libc::SYS_alarm,
    libc::SYS_arch_prctl,
    libc::SYS_creat,
    libc::SYS_dup2,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_fork,
    libc::SYS_getdents,
    libc::SYS_getpgrp,
    libc::SYS_link,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_open,
    libc::SYS_pause,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_rmdir,
    libc::SYS_select,
    libc::SYS_stat,
    libc::SYS_symlink,
    libc::SYS_time,
    libc::SYS_unlink,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const OF_THIS_MACHINE: [i64; 0] = [];

/// Sending signals: allowed where Landlock keeps other processes apart.
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

/// Requests that change a file for good though it may only be read, that type into a terminal, or that name
/// a process to be signalled: `FS_IOC_SETFLAGS`, `FS_IOC_FSSETXATTR`, `FS_IOC_ENABLE_VERITY`,
/// `FS_IOC_SETVERSION`, `TIOCSTI`, `TIOCLINUX`, `FIOSETOWN`, `SIOCSPGRP`.
const IOCTLS: [i32; 8] =
    [0x4008_6602, 0x401c_5820, 0x4080_6685, 0x4008_7602, 0x5412, 0x541c, 0x8901, 0x8902];

/// Whoever owns a pipe gets a signal, of any number, when something happens to it, and the owner may be any
/// process of this user: `F_SETOWN`, `F_SETOWN_EX`, `F_SETSIG`. And what watches files: `F_SETLEASE`,
/// `F_NOTIFY`.
const FCNTLS: [i32; 5] = [8, 15, 10, 1024, 1026];

const PRETENDED: [i64; 6] = [
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
];

/// The same under the names that only this machine has.
#[cfg(target_arch = "x86_64")]
const PRETENDED_OF_THIS_MACHINE: [i64; 6] = [
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
const PRETENDED_OF_THIS_MACHINE: [i64; 0] = [];

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

/// What a list of calls means.
enum Others {
    /// Only these calls are allowed.
    AreRefused,
    /// These calls are answered with this error, or as if they were done.
    MayPass(i32),
}

fn install(calls: Calls, others: Others) -> Result<()> {
    let machine = std::env::consts::ARCH.try_into().map_err(Error::other)?;
    let errno = |number: i32| SeccompAction::Errno(number.unsigned_abs());
    let (of_these, of_others) = match others {
        Others::AreRefused => (SeccompAction::Allow, errno(libc::EPERM)),
        Others::MayPass(number) => (errno(number), SeccompAction::Allow),
    };
    let filter = SeccompFilter::new(calls.into_iter().collect(), of_others, of_these, machine);
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
    use crate::base::not_tested::not_offered;
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
        let socket = path.with_extension("others"); // as that of docker or systemd
        let _others = UnixListener::bind(&socket).expect("a socket");
        // Where nothing is forbidden, all of it works.
        UnixStream::connect(&socket).expect("it answers");
        TcpStream::connect(address).expect("it answers");
        UdpSocket::bind("127.0.0.1:0").expect("a port");
        UnixDatagram::pair().expect("two sockets");
        confined(false, move || {
            TcpListener::bind("127.0.0.1:0")?; // still allowed
            UnixStream::pair()?; // so is this: tokio wakes itself with it
            assert!(TcpStream::connect(address).is_err());
            assert!(UdpSocket::bind("127.0.0.1:0").is_err());
            assert!(UnixStream::connect(&socket).is_err());
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

    /// What nobody has thought of is forbidden too.
    #[test]
    fn calls_that_no_exercise_needs_are_refused() {
        let others = [libc::SYS_ptrace, libc::SYS_bpf, libc::SYS_mount, libc::SYS_memfd_create];
        let new = [463, 466, 469, 9_999]; // setxattrat, removexattrat, file_setattr, one that is to come
        for call in others.into_iter().chain(new) {
            assert!(!ALLOWED.contains(&call) && !OF_THIS_MACHINE.contains(&call), "{call}");
        }
        let is_refused = |call: libc::c_long| {
            let code = format!(
                "import ctypes, errno, sys\n\
                 libc = ctypes.CDLL(None, use_errno=True)\n\
                 failed = libc.syscall({call}, b'x', 0) == -1 and ctypes.get_errno() == errno.EPERM\n\
                 print(failed)"
            );
            let output = std::process::Command::new("python3").args(["-c", &code]).output();
            output.map(|output| output.stdout == b"True\n")
        };
        for call in [libc::SYS_memfd_create, libc::SYS_inotify_init1] {
            assert!(
                !is_refused(call).expect("there is a Python"),
                "{call}, where nothing is forbidden"
            );
        }
        confined(false, move || {
            for call in [libc::SYS_memfd_create, libc::SYS_userfaultfd, libc::SYS_inotify_init1] {
                assert!(is_refused(call)?, "{call}");
            }
            Ok(())
        });
    }

    fn runs(program: &str, arguments: &[&str]) -> bool {
        let mut command = std::process::Command::new(program);
        let output = command.args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    }

    /// A pipe's owner would be signalled, whoever that is.
    #[test]
    fn nobody_is_named_to_be_signalled() {
        // Its own, where nobody else writes: the signal of F_NOTIFY would end the process.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file").display().to_string();
        std::fs::write(&path, "").expect("there is room");
        let takes = move |call: &str| {
            let code = format!(
                "import fcntl, os, socket, struct\n\
                 own = os.getpid()\n\
                 pipe, _ = os.pipe()\n\
                 pair, _ = socket.socketpair()\n\
                 file = os.open('{path}', os.O_RDONLY)\n\
                 folder = os.open(os.path.dirname('{path}'), os.O_RDONLY)\n\
                 {call}"
            );
            runs("python3", &["-c", &code])
        };
        let calls = [
            "fcntl.fcntl(pipe, fcntl.F_SETOWN, own)",
            "fcntl.fcntl(pipe, 15, struct.pack('ii', 1, own))", // F_SETOWN_EX
            "fcntl.fcntl(pipe, fcntl.F_SETSIG, 9)",
            "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
            "fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_MODIFY)",
            "fcntl.ioctl(pair, 0x8901, struct.pack('i', own))", // FIOSETOWN
            "fcntl.ioctl(pair, 0x8902, struct.pack('i', own))", // SIOCSPGRP
        ];
        for call in calls {
            assert!(takes(call), "{call} works where nothing is forbidden");
        }
        confined(false, move || {
            assert!(takes("fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_NONBLOCK)"), "this is allowed");
            for call in calls {
                assert!(!takes(call), "{call}");
            }
            Ok(())
        });
    }

    /// Programs of the system stand for a learner's own calls.
    #[test]
    fn namespaces_and_signals_are_refused() {
        if !runs("unshare", &["--user", "true"]) {
            not_offered("namespaces", "this system allows none to this user");
        }
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
