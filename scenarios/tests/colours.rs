//! The real binary and the variables that say whether it colours verdicts, with its
//! output on a terminal and in a pipe.
#![cfg(unix)]

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A check with one verdict.
const LINE: &str = "check lost-update-decrement/locked -p threads=2 --progress never";

/// The command, told nothing about colours but this.
fn command(variables: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unknot"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
        command.env_remove(name);
    }
    let variables = variables.split(' ').filter_map(|variable| variable.split_once('='));
    command.args(LINE.split(' ')).envs(variables).stdin(Stdio::null());
    command
}

fn in_a_pipe(variables: &str) -> String {
    let output = command(variables).output().expect("the binary runs");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn on_a_terminal(variables: &str) -> String {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&screen).expect("it is mine");
    unlockpt(&screen).expect("it is mine");
    let name = ptsname(&screen, vec![]).expect("a name").into_string().expect("a path");
    let output = OpenOptions::new().write(true).open(name).expect("the other end");
    let mut child = command(variables).stdout(output).spawn().expect("the binary runs");
    let (mut screen, mut shown) = (File::from(screen), vec![]);
    // The end of what is shown is an error on Linux.
    let _ = screen.read_to_end(&mut shown);
    child.wait().expect("it ends");
    String::from_utf8(shown).expect("output is UTF-8")
}

#[test]
fn colours_follow_the_variables() {
    for (variables, on_terminal, in_pipe) in [
        ("TERM=xterm", true, false),
        // https://no-color.org: an empty variable does not count.
        ("TERM=xterm NO_COLOR=", true, false),
        ("TERM=xterm NO_COLOR=1", false, false),
        ("TERM=dumb", false, false),
        ("", false, false),
        // https://bixense.com/clicolors
        ("TERM=xterm CLICOLOR=0", false, false),
        ("TERM=xterm CLICOLOR=1", true, false),
        ("TERM=dumb CLICOLOR_FORCE=1", true, true),
        ("TERM=xterm CLICOLOR_FORCE=", true, false),
        ("TERM=xterm CLICOLOR=0 CLICOLOR_FORCE=1", true, true),
        ("TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1", false, false),
    ] {
        let (screen, pipe) = (on_a_terminal(variables), in_a_pipe(variables));
        for (text, coloured) in [(&screen, on_terminal), (&pipe, in_pipe)] {
            assert!(text.contains("PASS"), "{variables}: {text}");
            assert_eq!(text.contains("\u{1b}[1;32mPASS\u{1b}[0m"), coloured, "{variables}: {text}");
            assert_eq!(text.contains('\u{1b}'), coloured, "{variables}: {text}");
        }
    }
}
