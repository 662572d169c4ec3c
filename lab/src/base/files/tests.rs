use super::*;

#[test]
fn only_a_new_folder_becomes_private() -> Result<()> {
    let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
    let folder = around.path().join("new/reports");
    let mode = || fs::metadata(&folder).map(|data| data.permissions().mode() & 0o777).ok();
    private_unless_there(&folder)?;
    assert_eq!(mode(), Some(0o700));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750))
        .explain(|| "open it to others".to_owned())?;
    private_unless_there(&folder)?;
    assert_eq!(mode(), Some(0o750));
    Ok(())
}

#[test]
fn only_who_may_write_into_its_folder_can_take_a_lock() -> Result<()> {
    let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
    let mode = |name: &str, of_folder: u32| {
        let around = folder.path().join(name);
        create_folder(&around)?;
        fs::set_permissions(&around, fs::Permissions::from_mode(of_folder))
            .explain(|| "open it to others".to_owned())?;
        write(&around.join("plain"), "")?;
        lock_file(&around.join("lock"))?;
        let mode = |name: &str| {
            around.join(name).metadata().map(|data| data.permissions().mode() & 0o777).ok()
        };
        Ok::<_, crate::base::failure::Failure>([mode("lock"), mode("plain")])
    };
    assert_eq!(mode("own", 0o755)?[0], Some(0o600));
    write(&folder.path().join("earlier/lock"), "")?;
    assert_eq!(mode("earlier", 0o755)?[0], Some(0o600), "one of an earlier version");
    let [lock, plain] = mode("shared", 0o777)?;
    assert_eq!(lock, plain, "it is as open as the umask lets it be");
    Ok(())
}

/// As `cargo lab clean` removes it.
#[test]
fn a_lock_whose_file_was_removed_keeps_nobody_out() -> Result<()> {
    let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
    let file = folder.path().join("lock");
    let held = lock_exclusively(&file, || ())?;
    let (begins, begun) = std::sync::mpsc::channel();
    let (name, waits) = (file.clone(), move || begins.send(()).expect("somebody listens"));
    let second = std::thread::spawn(move || lock_exclusively(&name, waits));
    begun.recv().explain(|| "wait".to_owned())?;
    remove(&file)?;
    drop(held);
    let _second = second.join().expect("it ends")?;
    assert!(lock_file(&file)?.try_lock().is_err(), "the second has it");
    Ok(())
}

#[test]
fn copies_keep_the_time_and_links_share_the_file() -> Result<()> {
    let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    write(&from.join("a/big.rlib"), "big")?;
    write(&from.join("a/Cargo.lock"), "small")?;
    write(&from.join("a/sources/lib.rs"), "")?;
    copy_tree(&from, &to, |path| path.ends_with("sources") || path.ends_with("big.rlib"))?;
    assert_eq!(fs::read_link(to.join("a/sources")).ok(), Some(from.join("a/sources")));
    let inode = |file: &Path| fs::metadata(file).map(|data| data.ino()).ok();
    let time = |file: &Path| fs::metadata(file).and_then(|data| data.modified()).ok();
    assert_eq!(inode(&from.join("a/big.rlib")), inode(&to.join("a/big.rlib")));
    assert_ne!(inode(&from.join("a/Cargo.lock")), inode(&to.join("a/Cargo.lock")));
    assert_eq!(time(&from.join("a/Cargo.lock")), time(&to.join("a/Cargo.lock")));
    assert_eq!(hash_file(&to.join("a/Cargo.lock")), hash("small"));
    assert_eq!(with_ending(&from, "rs").ok(), Some(vec![from.join("a/sources/lib.rs")]));
    Ok(())
}
