//! Generated schedule files: bytes at random, and good files damaged.

use std::ffi::OsString;
use std::fs;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use unknot_checker::replay::file::SchedFile;

use super::{Damage, damage, damaged, judge, run, runner};
use crate::cli::sched_files::Folder;
use crate::kit::support::Ran;

/// What has to hold for a file that a replay wrote: it is what was replayed.
pub(super) fn judge_written(written: &str, ran: &Ran) -> Result<(), String> {
    let file = SchedFile::parse(written.as_bytes()).map_err(|error| error.to_string())?;
    let schedule = file.schedule.to_string();
    if ran.code < 2 && ran.out.contains(&schedule) && file.to_string() == written {
        Ok(())
    } else {
        Err(format!("code {} with {}\n{written}", ran.code, ran.out))
    }
}

/// One change of the lines of a file.
#[derive(Clone, Debug)]
enum Edit {
    Delete(Index),
    Double(Index),
    Swap(Index, Index),
    Damage(Index, Damage),
    /// A line of another file instead.
    Replace(Index, usize, Index),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        1 => any::<Index>().prop_map(Edit::Delete),
        1 => any::<Index>().prop_map(Edit::Double),
        1 => any::<(Index, Index)>().prop_map(|(a, b)| Edit::Swap(a, b)),
        3 => (any::<Index>(), damage(2)).prop_map(|(at, harm)| Edit::Damage(at, harm)),
        1 => (any::<Index>(), any::<usize>(), any::<Index>())
            .prop_map(|(at, file, from)| Edit::Replace(at, file, from)),
    ];
    prop::collection::vec(edit, 0..3)
}

fn edited(text: &str, edits: &[Edit], others: &[Vec<u8>]) -> Vec<u8> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for edit in edits {
        // The last line may be gone by now.
        if lines.is_empty() {
            break;
        }
        let n = lines.len();
        match edit {
            Edit::Delete(at) => drop(lines.remove(at.index(n))),
            Edit::Double(at) => lines.insert(at.index(n), lines[at.index(n)].clone()),
            Edit::Swap(a, b) => lines.swap(a.index(n), b.index(n)),
            Edit::Damage(at, harm) => lines[at.index(n)] = damaged(&lines[at.index(n)], harm),
            Edit::Replace(at, file, from) => {
                let other = String::from_utf8_lossy(&others[file % others.len()]);
                let theirs: Vec<&str> = other.lines().collect();
                lines[at.index(n)] = theirs[from.index(theirs.len())].to_owned();
            }
        }
    }
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

/// Good files, which the tool wrote.
fn good(folder: &Folder) -> Vec<Vec<u8>> {
    let path = folder.0.join("good.sched");
    let lines = [
        "crossed T0*2|T1",
        "crossed -p rounds=2 T0*5|T1*2",
        "crossed --strategy urw --seed 1",
        "guessed T0*4|T1?2|T1*3|T0*2",
        "guessed --time virtual --strategy random --seed 1",
        "guessed --max-steps 2 T0*2",
    ];
    let write = |line: &&str| {
        let words = line.split(' ').map(|word| OsString::from(word.replace('|', " ")));
        let mut words: Vec<OsString> = std::iter::once("replay".into()).chain(words).collect();
        words.extend(["-o".into(), path.clone().into_os_string()]);
        let ran = run(&words).expect(line);
        assert!(ran.code < 2, "{line}: {}", ran.err);
        fs::read(&path).expect("a file was written")
    };
    let good = lines.iter().map(write).collect();
    fs::remove_file(&path).expect("a file was written");
    good
}

/// Whole files, damaged ones, and no files at all.
fn bytes(good: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let noise = || prop::collection::vec(any::<u8>(), 0..60);
    let (all, some, cut) = (good.clone(), select(good.clone()), select(good));
    let header = some.clone();
    prop_oneof![
        8 => (some, edits()).prop_map(move |(file, edits)| {
            edited(&String::from_utf8_lossy(&file), &edits, &all)
        }),
        1 => (header, any::<Index>(), noise()).prop_map(|(mut file, at, noise)| {
            let at = at.index(file.len());
            file.splice(at..at, noise);
            file
        }),
        1 => (cut, any::<Index>()).prop_map(|(mut file, at)| {
            file.truncate(at.index(file.len()));
            file
        }),
        1 => noise(),
    ]
}

#[test]
fn schedule_files_never_panic() {
    let folder = Folder::new("bad-files");
    let path = folder.0.join("it.sched");
    let more: &[&[&str]] = &[
        &[],
        &[],
        &[],
        &["--format", "json"],
        &["-p", "rounds=2"],
        &["--time", "virtual"],
        &["--timeouts", "2"],
        &["T0"],
    ];
    let input = (
        bytes(good(&folder)),
        select(&["crossed", "guessed"][..]),
        select(&["replay", "replay", "graph"][..]),
        select(more.to_vec()),
    );
    // By code, and files that are read.
    let counts = std::cell::RefCell::new(([0; 4], 0));
    let done = runner().run(&input, |(bytes, name, command, more)| {
        fs::write(&path, &bytes).expect("a temporary file");
        let mut words: Vec<OsString> = [command, name, "--file"].map(OsString::from).to_vec();
        words.push(path.clone().into_os_string());
        words.extend(more.iter().map(OsString::from));
        let ran = run(&words).map_err(TestCaseError::fail)?;
        judge(&ran).map_err(TestCaseError::fail)?;
        let mut counts = counts.borrow_mut();
        counts.0[usize::from(ran.code.min(3))] += 1;
        match SchedFile::parse(&bytes) {
            Ok(_) => counts.1 += 1,
            Err(_) if more == ["T0"] => prop_assert_eq!(ran.code, 2),
            Err(error) => {
                prop_assert_eq!(ran.code, 2);
                let message = error.to_string();
                prop_assert!(ran.err.contains(&message), "{}: {}", message, ran.err);
                let lines = 1 + bytes.iter().filter(|&&byte| byte == b'\n').count();
                prop_assert!((1..=lines).contains(&error.line), "{}", message);
            }
        }
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    // Files that are all refused, or all fine, would prove little.
    let (codes, read) = counts.into_inner();
    println!("codes {codes:?}, {read} files read");
    assert!(
        codes[0] + codes[1] >= 500 && codes[2] >= 1_000 && read >= 1_000,
        "{codes:?}, {read} read"
    );
}
