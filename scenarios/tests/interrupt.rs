//! The real binary and the key that interrupts, which only a process can show.
//!
//! The check would run for minutes: 20 threads have more classes than could
//! ever be run. That it has begun is seen by the folder that it makes before
//! its first execution, and the key is heeded by then. It then has a generous
//! second for some executions; nothing depends on how many.
#![cfg(unix)]

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A long check that runs, with the folder that it made.
struct Checking(Child, PathBuf);

impl Checking {
    fn begin(name: &str, line: &str) -> Checking {
        let folder = format!("unknot-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let child = Command::new(env!("CARGO_BIN_EXE_unknot"))
            .args(line.split(' '))
            .args(["--save".as_ref(), folder.as_os_str()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut checking = Checking(child, folder);
        while !checking.1.exists() {
            assert!(checking.0.try_wait().expect("a child").is_none(), "it ended too early");
            sleep(Duration::from_millis(10));
        }
        checking
    }

    fn press(&self) {
        let pid = self.0.id().to_string();
        // It may have ended just now.
        let _ = Command::new("kill").args(["-INT", &pid]).stderr(Stdio::null()).status();
    }
}

impl Drop for Checking {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        let _ = std::fs::remove_dir_all(&self.1);
    }
}

#[test]
fn the_first_time_the_report_is_written() {
    // The first variant finds its lost updates; the second has none, and no
    // time left either.
    for (name, variant, verdicts) in [
        ("all", "", ["FAIL lost-update", "INCONCLUSIVE (interrupted; 0 executions)"]),
        ("one", "/locked", ["INCONCLUSIVE (interrupted; ", " executions)"]),
    ] {
        let line = format!("check lost-update-decrement{variant} -p threads=20 --jobs 1");
        let most = "--strategy dpor --max-executions 18446744073709551615";
        let mut checking = Checking::begin(name, &format!("{line} {most}"));
        sleep(Duration::from_secs(1));
        checking.press();
        let status = checking.0.wait().expect("a child");
        let text = |pipe: &mut dyn std::io::Read| {
            let mut text = String::new();
            pipe.read_to_string(&mut text).expect("output is UTF-8");
            text
        };
        let out = text(checking.0.stdout.as_mut().expect("piped"));
        let err = text(checking.0.stderr.as_mut().expect("piped"));
        assert_eq!((status.code(), err.as_str()), (Some(3), ""), "{out}");
        for verdict in verdicts {
            assert!(out.contains(verdict), "{verdict}: {out}");
        }
        assert!(out.ends_with(" checked, 0 as declared\n"), "{out}");
    }
}

#[test]
fn the_second_time_the_process_ends() {
    // What is said of the whole catalogue, even after nothing was run, is more
    // than a pipe holds, and nobody reads it: the first time cannot end this.
    let mut checking = Checking::begin("twice", "check --max-executions 1 --format json");
    let status = loop {
        checking.press();
        sleep(Duration::from_millis(300));
        if let Some(status) = checking.0.try_wait().expect("a child") {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn what_has_no_report_ends_at_once() {
    // A replay that waits for its file, a pipe that nobody writes to.
    let pipe = std::env::temp_dir().join(format!("unknot-pipe-{}", std::process::id()));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let child = Command::new(env!("CARGO_BIN_EXE_unknot"))
        .args(["replay", "ab-ba-noodles", "--file"])
        .arg(&pipe)
        .spawn()
        .expect("the binary runs");
    let mut replaying = Checking(child, PathBuf::new());
    sleep(Duration::from_secs(1));
    replaying.press();
    let status = replaying.0.wait().expect("a child");
    let _ = std::fs::remove_file(&pipe);
    assert_ne!(status.code(), Some(0));
    assert_ne!(status.code(), Some(2));
}
