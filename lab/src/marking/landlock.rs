//! Landlock, the part of Linux with which a process gives up rights for good, and for all that it
//! starts: <https://docs.kernel.org/userspace-api/landlock.html>.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath,
    PathFd, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope, make_bitflags,
};

/// The first version that can forbid to empty a file (Linux 6.2). Before it, a learner's code
/// could truncate what it may not write.
const NEEDED: ABI = ABI::V3;

/// The newest version that anything is used of (Linux 6.12).
const NEWEST: ABI = ABI::V6;

/// To run and read, and nothing more.
pub(crate) fn reading() -> BitFlags<AccessFs> {
    AccessFs::from_read(NEEDED)
}

/// To read and write a device.
pub(crate) fn using() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::WriteFile
}

/// Everything but to make devices.
pub(crate) fn writing() -> BitFlags<AccessFs> {
    AccessFs::from_all(NEEDED) & !make_bitflags!(AccessFs::{MakeChar | MakeBlock})
}

/// Whether this system can confine a program.
pub(crate) fn is_there() -> bool {
    Ruleset::up_to(NEEDED).is_ok()
}

/// Whether it can also keep signals from processes outside.
pub(crate) fn keeps_signals() -> bool {
    let rules = landlock::Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    rules.scope(Scope::Signal).and_then(landlock::Ruleset::create).is_ok()
}

/// What a process may still do once it is confined.
pub(crate) struct Ruleset {
    rules: RulesetCreated,
    guards_ports: bool,
}

impl Ruleset {
    /// Allows nothing yet: no file, and, where the system can forbid that, no outgoing connection, no
    /// port to listen at, and no signal to a process outside.
    pub(crate) fn new() -> Result<Self, RulesetError> {
        Self::up_to(NEWEST)
    }

    /// Without what came after this version. What it asks for and the system cannot forbid is left
    /// out, apart from files: those must be out of reach.
    fn up_to(version: ABI) -> Result<Self, RulesetError> {
        let mut rules = landlock::Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(AccessFs::from_all(NEEDED))?
            .set_compatibility(CompatLevel::BestEffort);
        if version >= ABI::V4 {
            rules = rules.handle_access(AccessNet::ConnectTcp | AccessNet::BindTcp)?;
        }
        if version >= ABI::V6 {
            rules = rules.scope(Scope::AbstractUnixSocket | Scope::Signal)?;
        }
        Ok(Self { rules: rules.create()?, guards_ports: version >= ABI::V4 })
    }

    /// Allows `rights` to a file, or to a folder and all below; what is not there is passed over, and
    /// so are rights that only folders know, for a file.
    pub(crate) fn allow(
        self,
        path: &Path,
        rights: BitFlags<AccessFs>,
    ) -> Result<Self, RulesetError> {
        let Ok(file) = PathFd::new(path) else { return Ok(self) };
        let rules = self.rules.add_rule(PathBeneath::new(file, rights))?;
        Ok(Self { rules, guards_ports: self.guards_ports })
    }

    /// Allows to listen at a port, where the system can forbid it.
    pub(crate) fn allow_port(self, port: u16) -> Result<Self, RulesetError> {
        if !self.guards_ports {
            return Ok(self);
        }
        let rules = self.rules.set_compatibility(CompatLevel::BestEffort);
        let rules = rules.add_rule(NetPort::new(port, AccessNet::BindTcp))?;
        Ok(Self { rules, guards_ports: true })
    }

    /// From now on this thread, and all that it starts, has only the rights that were allowed.
    pub(crate) fn enforce(self) -> Result<(), RulesetError> {
        self.rules.restrict_self().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::base::not_tested::not_tested;

    fn free_port() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address").port()
    }

    /// In a thread of its own, which alone is confined. Whether it could connect, and listen at a port
    /// that was not allowed, comes back.
    fn confined(version: ABI) -> bool {
        let (own, other) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (inside, outside) = (own.path().to_owned(), other.path().join("file"));
        let readable = other.path().join("readable");
        std::fs::write(&outside, "kept").expect("a file");
        std::fs::write(&readable, "read").expect("a file");
        let kept = outside.clone();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let [own_port, other_port] = [free_port(), free_port()];
        let confined = std::thread::spawn(move || -> std::io::Result<bool> {
            let rules = Ruleset::up_to(version).expect("Landlock");
            rules
                .allow(&inside, writing())
                .and_then(|rules| rules.allow(&readable, reading()))
                .and_then(|rules| rules.allow(Path::new("/no/such/path"), reading()))
                .and_then(|rules| rules.allow_port(own_port))
                .and_then(Ruleset::enforce)
                .expect("rules");
            std::fs::write(inside.join("file"), "written")?;
            std::fs::rename(inside.join("file"), inside.join("renamed"))?;
            assert_eq!(std::fs::read_to_string(&readable)?, "read");
            assert!(std::fs::write(&readable, "").is_err());
            assert!(std::fs::read(&outside).is_err());
            assert!(std::fs::write(&outside, "").is_err());
            assert!(std::fs::remove_file(&outside).is_err());
            assert!(std::fs::hard_link(&outside, inside.join("link")).is_err());
            std::os::unix::fs::symlink(&outside, inside.join("symlink"))?;
            assert!(std::fs::read(inside.join("symlink")).is_err());
            TcpListener::bind(("127.0.0.1", own_port))?;
            let listens = TcpListener::bind(("0.0.0.0", other_port)).is_ok();
            assert_eq!(listens, TcpStream::connect(address).is_ok(), "both or none are forbidden");
            Ok(listens)
        });
        let connected = confined.join().expect("no panic").expect("no error");
        assert_eq!(std::fs::read_to_string(kept).expect("the file"), "kept");
        connected
    }

    /// The newest version that this system has, of those that anything is used of.
    fn version() -> Option<ABI> {
        let needs = |version: ABI| {
            let rules =
                landlock::Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
            let rules = match version {
                ABI::V6 => rules.scope(Scope::Signal),
                ABI::V4 => rules.handle_access(AccessNet::ConnectTcp),
                _ => rules.handle_access(AccessFs::from_all(version)),
            };
            rules.and_then(landlock::Ruleset::create).is_ok()
        };
        [ABI::V6, ABI::V4, ABI::V3].into_iter().find(|version| needs(*version))
    }

    /// Passed over aloud where the system has no Landlock; under CI that is a failure.
    fn is_passed_over() -> bool {
        if is_there() {
            return false;
        }
        not_tested("Landlock", "this system cannot confine a program");
        true
    }

    #[test]
    fn what_is_not_allowed_is_forbidden() {
        if !is_passed_over() {
            let version = version().expect("it has a version");
            assert_eq!(confined(NEWEST), version < ABI::V4);
        }
    }

    /// What Linux 6.2 to 6.6 can do: files are out of reach, connections are not.
    #[test]
    fn before_version_4_files_alone_are_out_of_reach() {
        if !is_passed_over() {
            assert!(confined(ABI::V3));
        }
    }
}
