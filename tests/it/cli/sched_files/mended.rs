//! A file of a finding that its program no longer shows.

use std::fs;

use unknot_checker::Params;
use unknot_checker::sim::{Exception, Shared, Value, spawn};

use super::{Folder, tiny};

/// A file names its scenario, and what it was kept for: where the program was mended
/// that is told, with exit code 1 since something is otherwise than before.
#[test]
fn a_mended_program_no_longer_shows_it() {
    fn racy(_: &Params) -> Result<Value, Exception> {
        let x = Shared::named("x", 0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(theirs.read() + 1));
        x.write(x.read() + 1);
        task.join()?;
        Ok(x.read().into())
    }
    fn mended(_: &Params) -> Result<Value, Exception> {
        let x = Shared::named("x", 0);
        let theirs = x.clone();
        let task = spawn(move || _ = theirs.update_in_one_step(|x| x + 1));
        x.update_in_one_step(|x| x + 1);
        task.join()?;
        Ok(x.read().into())
    }
    let folder = Folder::new("files-mended");
    let file = folder.path("lost.sched");
    // T1 writes between the read and the write of main.
    let lost = "replay tiny 'T0*2 ! T1*3 T0*4'";
    assert_eq!(tiny(racy, &format!("{lost} -o {file}")).code, 1, "it declares a deadlock");
    let text = fs::read_to_string(&file).expect("a file was written");
    assert!(text.contains("\nshows lost-update\nended complete\n"), "{text}");
    let ran = tiny(racy, &format!("replay {file}"));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert_eq!(
        tiny(racy, &format!("graph {file}")).err,
        format!("error: no task waits at the end of '{}'\n", "T0*2 ! T1*3 T0*4")
    );
    let ran = tiny(mended, &format!("replay {file}"));
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(
        ran.err.contains("does not fit tiny/only: at step 1, recorded: T0 read"),
        "{}",
        ran.err
    );
    let gone = format!("the schedule of {file} no longer shows lost-update\n");
    assert!(ran.err.ends_with(&gone), "{}", ran.err);
    // A file from before there was a line for that.
    fs::write(&file, text.replace("shows lost-update\n", "")).expect("a file");
    assert!(!tiny(mended, &format!("replay {file}")).err.contains("no longer"));
    let ran = tiny(racy, &format!("replay {file} --file {file}"));
    assert!(ran.code == 2 && ran.err.contains("or --file, not both"), "{}", ran.err);
}
