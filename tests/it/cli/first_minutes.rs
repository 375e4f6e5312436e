//! What a beginner meets: `unknot` alone, completions, and manual pages.

use std::process::{Command, Stdio};

use unknot_checker::Scenario;

use crate::kit::support::{unknot, unknot_on};

#[test]
fn alone_it_says_what_to_type_next() {
    let ran = unknot("");
    // Nothing was checked, so it is no success.
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!((8..=10).contains(&ran.err.lines().count()), "{}", ran.err);
    let commands = ran.err.lines().filter_map(|line| line.strip_prefix("  unknot "));
    let commands: Vec<&str> = commands.filter_map(|line| line.split("  ").next()).collect();
    assert_eq!(commands.len(), 5, "{commands:?}");
    // All of them work, and say something. The whole catalogue has a test of its own.
    for command in commands.into_iter().filter(|command| *command != "check") {
        let ran = unknot(command);
        assert_eq!((ran.code, ran.out.is_empty()), (0, false), "{command}: {}", ran.err);
    }
    assert!(ran.err.contains("unknot --help") && unknot("--help").code == 0);
    // A catalogue of one's own is named by its own names; an empty one has none.
    const NONE: &[Scenario] = &[];
    assert!(unknot_on(NONE, "").err.contains("unknot check SCENARIO/VARIANT"));
}

#[test]
fn completions_know_the_commands_and_their_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = unknot(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for word in ["gantt", "cross-check", "mermaid"] {
            // A script of PowerShell has options, and not what they take.
            let is_known = ran.out.contains(word) || (shell, word) == ("powershell", "mermaid");
            assert!(is_known || (shell, word) == ("elvish", "mermaid"), "{shell} lacks {word}");
        }
    }
    let other = unknot("completions csh");
    assert!(other.code == 2 && other.err.contains("bash, elvish, fish"), "{}", other.err);
    read_by("bash", &["-n"], &unknot("completions bash").out);
}

#[test]
fn manual_pages_have_every_option() {
    let page = unknot("man check");
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    let options = page.out.replace("\\-", "-");
    let help = unknot("check --help").out;
    let long = help.split_whitespace().filter(|word| word.starts_with("--"));
    let long: Vec<&str> = long.map(|word| word.trim_end_matches([',', '.', ':'])).collect();
    assert!(long.len() > 15, "{help}");
    for option in long {
        assert!(options.contains(option), "{option}: {options}");
    }
    let all = unknot("man").out.replace("\\-", "-");
    for command in ["unknot-check", "unknot-graph", "unknot-man"] {
        assert!(all.contains(command), "{command}: {all}");
    }
    let none = unknot("man nonsense");
    let says = "no command is called 'nonsense'; there are: list, check, merge, replay";
    assert!(none.code == 2 && none.err.contains(says), "{}", none.err);
    read_by("man", &["-l", "-"], &page.out);
}

/// Has a program read a text, where it is installed.
fn read_by(program: &str, args: &[&str], text: &str) {
    use std::io::Write;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        println!("note: {program} is not installed, so it read nothing");
        return;
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(text.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{program}: {said}");
}
