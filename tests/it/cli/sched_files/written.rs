//! Where a file goes: into the place of an ordinary one, with the permissions of a new
//! file, through links, and straight into what is no ordinary file.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::Folder;
use crate::kit::support::unknot;

/// Writes the file of a replay there.
fn write(path: &str) {
    let ran =
        unknot(&format!("replay ab-ba-noodles --strategy pct --seed 7 --execution 17 -o {path}"));
    assert_eq!(ran.err, "", "{path}");
}

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode()
}

#[test]
fn the_place_of_a_file_is_taken() {
    let folder = Folder::new("files-written");
    let ordinary = folder.path("ordinary");
    File::create(&ordinary).expect("a file");
    let (old, new, link) = (folder.path("old"), folder.path("new"), folder.path("link"));
    let long = folder.path(&"n".repeat(248));
    fs::write(&old, "old").expect("a file");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o604)).expect("my file");
    symlink("old", &link).expect("a link");
    let missing = folder.path("missing");
    symlink("not-there", &missing).expect("a link");
    let mut texts = vec![];
    for path in [&new, &old, &link, &long, &missing] {
        write(path);
        // What the file was before makes no difference.
        assert_eq!(mode(path), mode(&ordinary), "{path}");
        texts.push(fs::read_to_string(path).expect("a text"));
    }
    assert!(texts[0].len() > 100 && texts.iter().all(|text| *text == texts[0]));
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert!(!fs::symlink_metadata(&missing).expect("a file").is_symlink());
    let n = "n".repeat(248);
    assert_eq!(folder.files(), ["link", "missing", "new", &n, "old", "ordinary"]);
}

#[test]
fn what_is_no_ordinary_file_stays() {
    let folder = Folder::new("files-special");
    let link = folder.path("null");
    symlink("/dev/null", &link).expect("a link");
    write(&link);
    assert_eq!(folder.files(), ["null"]);
    assert!(!fs::metadata("/dev/null").expect("a device").is_file());
}
