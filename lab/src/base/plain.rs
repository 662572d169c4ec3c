//! Folders whose path every program takes as it is.
//!
//! evcxr takes the path of a compiled cell apart at blanks, and the linker takes some arguments apart
//! at commas. So the kernel's own folders lie where nothing of that kind is in the path, wherever the
//! repository, the home folder or the folder for temporary files are. A link without a blank to a folder
//! with one is of no use: what counts is the real path.

use std::env;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::base::failure::{Result, fail, reason};
use crate::base::files;
use crate::base::spoken::{Spoken, spoken};

/// Whoever sets this variable chooses the folder; in it each checkout and each installation has its own.
pub(crate) const CHOSEN: &str = "ZUNDER_KERNEL_FOLDER";

/// The folder with kernels beside those of the data, in the user's cache.
const KERNELS: &str = "kernels";

/// Whether all programs take this path as it is.
pub(crate) fn is_plain(path: &Path) -> bool {
    let takes = |c: char| c.is_ascii_alphanumeric() || "/._-+@~".contains(c);
    path.is_absolute() && path.to_str().is_some_and(|text| text.chars().all(takes))
}

/// What stands in the way of working in a folder with this path at all, if anything does.
pub(crate) fn check_repository(root: &Path) -> Result<()> {
    let Some(text) = root.to_str() else {
        fail!(
            "the name of the folder {} is no UTF-8: rename it",
            "der Name des Ordners {} ist kein UTF-8: Benenn ihn um",
            root.display()
        );
    };
    if let Some(sign) = text.chars().find(|c| *c == ':' || c.is_control()) {
        fail!(
            "cargo and Jupyter cannot work in {}: {sign:?} stands between folders in their lists of folders. \
             Rename the folder that has it in its name",
            "cargo und Jupyter können in {} nicht arbeiten: {sign:?} trennt in ihren Listen die Ordner \
             voneinander. Benenn den Ordner um, in dessen Namen es steht",
            root.display()
        );
    }
    Ok(())
}

/// A folder of this user alone, with a plain path, for the kernel's own files: the cache folder, or where
/// that does not do, one that outlives a restart of the machine.
pub(crate) fn own_folder() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os(CHOSEN).filter(|folder| !folder.is_empty()) {
        return match private(Path::new(&chosen)) {
            Ok(folder) => Ok(folder),
            Err(why) => fail!(
                "{CHOSEN} names {}, but {why}",
                "{CHOSEN} nennt den Ordner {}, doch {why}",
                Path::new(&chosen).display()
            ),
        };
    }
    let user = rustix::process::geteuid().as_raw();
    let mut places: Vec<PathBuf> =
        dirs::cache_dir().map(|cache| cache.join("zunder").join(KERNELS)).into_iter().collect();
    places.extend(["/var/tmp", "/tmp"].map(|top| Path::new(top).join(format!("zunder-{user}"))));
    let mut reasons = Spoken::from("");
    for place in &places {
        match private(place) {
            Ok(folder) => return Ok(folder),
            Err(why) => {
                let place = place.display();
                reasons = spoken!("{reasons}\n    {place}: {why}", "{reasons}\n    {place}: {why}");
            }
        }
    }
    fail!(
        "the kernel finds no folder for its own files:{reasons}\n\
         Set {CHOSEN} to a folder of your own without blanks and special characters in its path",
        "der Kernel findet keinen Ordner für seine eigenen Dateien:{reasons}\n\
         Setz {CHOSEN} auf einen eigenen Ordner, in dessen Pfad keine Leerzeichen, Umlaute und Sonderzeichen sind"
    )
}

/// A folder for what is only there for a while, with a plain path.
pub(crate) fn temporary_folder() -> PathBuf {
    let usual = env::temp_dir();
    let places = [usual.clone(), "/var/tmp".into(), "/tmp".into()];
    let real = places.iter().filter_map(|place| place.canonicalize().ok());
    let me = rustix::process::geteuid().as_raw();
    let is_safe = |place: &Path| obeyed(&place.join("x"), &[0, me]).is_none();
    let mut plain =
        real.filter(|place| is_plain(place) && files::is_writable(place) && is_safe(place));
    if let Some(place) = plain.next() {
        return place;
    }
    // Rather a strange path than the settings of somebody else.
    let cache = dirs::cache_dir().filter(|cache| cache.is_dir() && !is_safe(&usual));
    cache.unwrap_or(usual)
}

/// The real path of a folder that is this user's alone, made if it is not there, or why it does not do.
fn private(place: &Path) -> std::result::Result<PathBuf, Spoken> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    // What is made below a strange path would be of no use.
    if !is_plain(place) {
        return Err(spoken!(
            "there are blanks or special characters in its path",
            "in seinem Pfad sind Leerzeichen, Umlaute oder Sonderzeichen"
        ));
    }
    let above = place.parent().unwrap_or(place);
    files::create_folder(above).map_err(|problem| problem.spoken().clone())?;
    match std::fs::DirBuilder::new().mode(0o700).create(place) {
        Err(problem) if problem.kind() != std::io::ErrorKind::AlreadyExists => {
            let why = reason(&problem);
            return Err(spoken!(
                "it cannot be made ({why})",
                "er lässt sich nicht anlegen ({why})"
            ));
        }
        _ => {}
    }
    let unknown = |problem: std::io::Error| reason(&problem);
    // Where everybody may write, somebody may have put another thing there.
    let data = place.symlink_metadata().map_err(unknown)?;
    if !data.is_dir() {
        return Err(spoken!("it is no folder", "das ist kein Ordner"));
    }
    if data.uid() != rustix::process::geteuid().as_raw() || data.mode() & 0o022 != 0 {
        return Err(spoken!("others may write there", "andere dürfen dort schreiben"));
    }
    let real = place.canonicalize().map_err(unknown)?;
    if !is_plain(&real) {
        return Err(spoken!("its real path is {}", "sein wirklicher Pfad ist {}", real.display()));
    }
    if let Some(file) = obeyed(&real, &[0, data.uid()]) {
        let file = file.display();
        return Err(spoken!(
            "cargo would obey {file}, which is somebody else's",
            "cargo würde sich nach {file} richten, und das gehört jemand anderem"
        ));
    }
    if !files::is_writable(&real) {
        return Err(spoken!("it cannot be written", "er lässt sich nicht beschreiben"));
    }
    // Cells are programs, which are loaded from there.
    if statvfs(&real).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::NOEXEC)) {
        return Err(spoken!(
            "programs may not be run there (noexec)",
            "dort dürfen keine Programme laufen (noexec)"
        ));
    }
    Ok(real)
}

/// What cargo and rustup would obey in this folder, but belongs to none of these users: they look for their settings
/// in all folders above, and in some of them everybody may write.
fn obeyed(folder: &Path, trusted: &[u32]) -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    const SETTINGS: [&str; 4] = [".cargo", "Cargo.toml", "rust-toolchain", "rust-toolchain.toml"];
    let above = folder.ancestors().skip(1);
    let mut settings = above.flat_map(|folder| SETTINGS.map(|name| folder.join(name)));
    settings.find(|file| file.symlink_metadata().is_ok_and(|data| !trusted.contains(&data.uid())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::failure::Explain;

    #[test]
    fn a_plain_path_has_nothing_that_a_program_takes_apart() {
        for path in ["/home/anna/.cache/zunder", "/var/tmp/zunder-1000/3f+a@b~c_d"] {
            assert!(is_plain(Path::new(path)), "{path}");
        }
        for path in ["/a b", "/Kürs", "/(neu)", "/[1]", "/it's", "/\"a\"", "/a,b", "/$HOME", "a"] {
            assert!(!is_plain(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn only_a_folder_of_ones_own_with_a_plain_real_path_will_do() -> Result<()> {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let around = tempfile::Builder::new().prefix("plain").tempdir_in(temporary_folder());
        let around = around.explain(|| "make a folder".to_owned())?;
        let at = |name: &str| around.path().join(name);
        let refusal =
            |name: &str| private(&at(name)).expect_err("it must not do").english().to_owned();
        let mode = |name: &str| {
            at(name).metadata().map(|data| data.permissions().mode() & 0o777).unwrap_or(0)
        };
        assert_eq!(private(&at("new/kernels")).ok(), at("new/kernels").canonicalize().ok());
        assert_eq!(mode("new/kernels"), 0o700);
        assert!(refusal("a b").contains("blanks") && !at("a b").exists());
        files::create_folder(&at("behind a link"))?;
        symlink(at("behind a link"), at("link")).explain(|| "link".to_owned())?;
        assert!(refusal("link").contains("no folder"));
        assert!(refusal("link/inside").contains("real path"));
        files::create_folder(&at("shared"))?;
        let all = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(at("shared"), all).explain(|| "open it".to_owned())?;
        assert!(refusal("shared").contains("others"));
        Ok(())
    }

    #[test]
    fn settings_of_somebody_else_are_not_obeyed() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let folder = around.path().join("own/kernels");
        let me = rustix::process::geteuid().as_raw();
        for name in ["own/rust-toolchain.toml", "own/Cargo.toml", ".cargo/config.toml"] {
            files::write(&around.path().join(name), "")?;
            assert_eq!(obeyed(&folder, &[me]), None);
            let found = obeyed(&folder, &[me + 1]).unwrap_or_default();
            assert!(
                found != Path::new("") && around.path().join(name).starts_with(&found),
                "{name}"
            );
            files::remove(&around.path().join(name))?;
        }
        Ok(())
    }

    #[test]
    fn where_cargo_cannot_work_it_is_said_at_once() {
        let refusal = |path: &str| check_repository(Path::new(path)).err().map(|e| e.to_string());
        assert_eq!(refusal("/tmp/x/Mein Kürs (neu) [1] 'a' \"b\" $HOME"), None);
        assert!(refusal("/tmp/12:30").is_some_and(|said| said.contains("Rename the folder")));
    }
}
