//! Output that comes to nothing changes no verdict, and a full disk has a code of its
//! own.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};

use unknot_checker::cli;
use unknot_scenarios::CATALOGUE;

/// Takes so many bytes, and then refuses for a reason.
struct Full(usize, ErrorKind);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(self.1.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_code_is_that_of_the_verdict() {
    // A note of more threads than are of use would go to the other output.
    let undeclared = "check lost-update-decrement/no-lock -p threads=2 --fail-on data-race";
    for (line, code) in [
        ("check lost-update-decrement/locked -p threads=2", 0),
        (undeclared, 1),
        ("check lost-update-decrement -p threads=2 --max-executions 1", 3),
        ("check lost-update-decrement -p threads=2 --max-executions 1 --format json", 3),
        ("list", 0),
        ("replay ab-ba-noodles -p group=1 T0", 1),
        ("graph ab-ba-noodles -p group=1 --format dot", 0),
    ] {
        for taken in [0, 10, 300] {
            let run = |kind| {
                let words = line.split(' ').map(OsString::from);
                let words = std::iter::once(OsString::from("unknot")).chain(words);
                let (mut out, mut err) = (Full(taken, kind), vec![]);
                let status = cli::run(words, CATALOGUE, &mut out, &mut err);
                let printed_all = out.0 > 0;
                (status.code(), printed_all, String::from_utf8(err).expect("text"))
            };
            // A reader that has gone, as `head` does.
            let (gone, _, err) = run(ErrorKind::BrokenPipe);
            assert!(gone == code && !err.contains("cannot write"), "{line}: {gone} {err}");
            let (full, printed_all, err) = run(ErrorKind::StorageFull);
            if printed_all {
                assert_eq!(full, code, "{line}");
            } else {
                assert_eq!(full, 4, "{line}");
                assert!(err.contains("error: cannot write the output: "), "{line}: {err}");
            }
        }
    }
}
