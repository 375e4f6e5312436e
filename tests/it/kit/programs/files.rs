//! A file that all processes share.

use unknot_checker::sim::File;

use super::family::*;

operations! {
    /// The number is what is written.
    FileOp, |task| {
        FileRead, "File::read" => length(&task.objects.files().read()),
        FileWrite(digit: u8), "File::write" => task.objects.files().write(&digit.to_string()),
        FileReplace(digit: u8), "File::replace" => {
            task.objects.files().replace(&digit.to_string())
        },
        FileAppend(digit: u8), "File::append" => task.objects.files().append(&digit.to_string()),
        Truncate, "File::truncate" => task.objects.files().truncate(),
    }
}

/// A text of digits as a number that tells how many there are.
fn length(text: &str) -> i64 {
    text.bytes().fold(1, |number, digit| number * 11 + i64::from(digit - b'0'))
}

impl Family for FileOp {
    type Objects = File;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(50, || {
        let looks = ops![FileRead, FileRead, Truncate, YieldUntilChanged];
        let writes = ops![FileWrite(1), FileReplace(2), FileAppend(3), FileAppend(4)];
        [looks, writes].concat()
    })];

    fn create(_: &Objects) -> File {
        File::named("file", "0")
    }

    fn finals(file: &File) -> Vec<i64> {
        vec![length(&file.read())]
    }
}
