//! The picture of a page in the README. Browsers draw a little differently, so it is taken
//! anew by `UNKNOT_BLESS=1` only, and otherwise looked at for what a picture has to be.

use std::path::Path;

use super::chromium::take_picture;
use super::visit::PageFile;

/// Its size in pixels.
const SIZE: (u32, u32) = (1280, 1480);

/// The most bytes of it.
const MOST: usize = 400_000;

#[test]
fn the_picture_of_the_readme_is_a_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let picture = root.join("checker/doc/page.png");
    if std::env::var_os("UNKNOT_BLESS").is_some() {
        let page = PageFile::of("check transfer-nested-opposite/source-first");
        take_picture(&page.path, SIZE, &picture);
    }
    let bytes = std::fs::read(&picture).expect("a picture");
    assert!(bytes.len() < MOST, "{} bytes", bytes.len());
    // A PNG begins with its signature, and has its size behind the name of the first chunk.
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four"));
    assert_eq!((number(16), number(20)), SIZE);
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    assert!(readme.contains("(checker/doc/page.png)"));
}
