//! Renames on file systems with and without rename flags.

use std::sync::Barrier;
use std::thread;

use super::*;

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("read")
}

#[test]
fn names_are_exchanged_in_steps_where_the_system_cannot() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
    fs::write(&staged, "new").expect("written");
    fs::write(&target, "old").expect("written");
    exchange_in_steps(&staged, &target).expect("exchanged");
    assert_eq!((read(&target), read(&staged)), ("new".to_owned(), "old".to_owned()));

    fs::remove_file(&staged).expect("removed");
    assert!(exchange_in_steps(&staged, &target).is_err(), "nothing is staged");
    assert_eq!(read(&target), "new");

    fs::remove_file(&target).expect("removed");
    for (folder, file) in [(&staged, "new"), (&target, "old")] {
        fs::create_dir(folder).expect("created");
        fs::write(folder.join(file), "").expect("written");
    }
    exchange_in_steps(&staged, &target).expect("exchanged");
    assert!(target.join("new").exists() && staged.join("old").exists());
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2, "nothing is left");
}

/// Puts folders or files in one place from several threads at once.
fn race(folder: &Path, is_folder: bool, rename: Rename) {
    const THREADS: usize = 4;
    let (target, start) = (folder.join("target"), Barrier::new(THREADS));
    let attempt = |thread: usize| {
        start.wait();
        for round in 0..100 {
            let staged = folder.join(format!("staged-{thread}-{round}"));
            let file = if is_folder { staged.join("file") } else { staged.clone() };
            fs::create_dir_all(file.parent().expect("a folder")).expect("created");
            fs::write(file, "all of it").expect("written");
            replace_by(rename, &staged, &target).expect("in place");
            drop(fs::remove_dir_all(&staged).or_else(|_| fs::remove_file(&staged)));
        }
    };
    thread::scope(|scope| {
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || attempt(thread))));
    });
    assert_eq!(read(&if is_folder { target.join("file") } else { target }), "all of it");
    assert_eq!(fs::read_dir(folder).expect("listed").count(), 1, "nothing is left");
}

#[test]
fn concurrent_replacements_all_succeed() {
    for is_folder in [false, true] {
        for rename in [rename, rename_in_steps] {
            let folder = tempfile::tempdir().expect("temporary folder");
            race(folder.path(), is_folder, rename);
        }
    }
}
