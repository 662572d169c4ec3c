//! System calls that no exercise needs, forbidden: they are the ways around Landlock, which knows
//! nothing of them.
//!
//! Landlock guards what files contain, but not who may read them (`chmod`), nor the sockets of
//! programs that would do something for whoever asks them, systemd and docker among them.

use std::io::{Error, Result};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

/// Forbids them for this thread and all that it starts. Call it last: it also makes sure that no
/// program gets rights back by being started.
pub(crate) fn forbid() -> Result<()> {
    let mut refused: Vec<(i64, Vec<SeccompRule>)> = NEVER.map(|call| (call, Vec::new())).to_vec();
    // The kernel listens and answers; nothing in it has to call others.
    refused.push((
        libc::SYS_socket,
        vec![is(0, libc::AF_UNIX)?, is_kind(libc::SOCK_DGRAM)?, is_kind(libc::SOCK_RAW)?],
    ));
    refused.push((libc::SYS_sendto, vec![has_bits(3, libc::MSG_FASTOPEN)?]));
    refused.push((libc::SYS_sendmsg, vec![has_bits(2, libc::MSG_FASTOPEN)?]));
    refused.push((libc::SYS_sendmmsg, vec![has_bits(3, libc::MSG_FASTOPEN)?]));
    refused.push((libc::SYS_prlimit64, vec![is_not(0, 0)?])); // its own limits only
    install(refused, libc::EPERM as u32)?;
    // Compilers and copies set the rights of what they write, and give up when that fails. So
    // they are told that it was done.
    install(PRETENDED.map(|call| (call, Vec::new())).to_vec(), 0)
}

const NEVER: [i64; 41] = [
    libc::SYS_connect,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
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
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_sethostname,
    // Memory that outlives its process, or that no process is charged for.
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_memfd_create,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
];

#[cfg(target_arch = "x86_64")]
const PRETENDED: [i64; 11] = [
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

fn install(calls: Vec<(i64, Vec<SeccompRule>)>, answer: u32) -> Result<()> {
    let machine = std::env::consts::ARCH.try_into().map_err(Error::other)?;
    let action = SeccompAction::Errno(answer);
    let filter =
        SeccompFilter::new(calls.into_iter().collect(), SeccompAction::Allow, action, machine);
    let program: BpfProgram = filter.map_err(Error::other)?.try_into().map_err(Error::other)?;
    apply_filter(&program).map_err(Error::other)
}

fn rule(argument: u8, operator: SeccompCmpOp, value: i32) -> Result<SeccompRule> {
    let value = u64::from(value.unsigned_abs());
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value);
    SeccompRule::new(vec![condition.map_err(Error::other)?]).map_err(Error::other)
}

fn is(argument: u8, value: i32) -> Result<SeccompRule> {
    rule(argument, SeccompCmpOp::Eq, value)
}

fn is_not(argument: u8, value: i32) -> Result<SeccompRule> {
    rule(argument, SeccompCmpOp::Ne, value)
}

fn has_bits(argument: u8, bits: i32) -> Result<SeccompRule> {
    rule(argument, SeccompCmpOp::MaskedEq(u64::from(bits.unsigned_abs())), bits)
}

/// A socket's kind stands in the lower bits; the others are options.
fn is_kind(kind: i32) -> Result<SeccompRule> {
    rule(1, SeccompCmpOp::MaskedEq(0xf), kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a thread of its own, which alone is confined.
    #[test]
    fn nothing_is_called_and_no_rights_are_changed() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_owned();
        let confined = std::thread::spawn(move || -> Result<()> {
            use std::os::unix::fs::PermissionsExt;
            let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
            let address = listener.local_addr()?;
            forbid()?;
            std::net::TcpListener::bind("127.0.0.1:0")?; // still allowed
            assert!(std::net::TcpStream::connect(address).is_err());
            assert!(std::net::UdpSocket::bind("127.0.0.1:0").is_err());
            assert!(std::os::unix::net::UnixStream::connect("/run/dbus/socket").is_err());
            let before = std::fs::metadata(&path)?.permissions();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000))?;
            assert_eq!(std::fs::metadata(&path)?.permissions(), before);
            Ok(())
        });
        confined.join().expect("no panic").expect("no error");
    }
}
