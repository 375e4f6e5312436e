//! `--format github`: every line is a command that GitHub reads, on a line of a file that
//! is there.

use std::collections::BTreeMap;
use std::path::Path;

use super::of_awkward;
use crate::kit::support::unknot;

/// A command: its word, its properties and its message, with the escapes taken back.
fn command(line: &str) -> (&str, BTreeMap<&str, String>, String) {
    let rest = line.strip_prefix("::").expect(line);
    let (head, message) = rest.split_once("::").expect(line);
    let (word, properties) = head.split_once(' ').expect(line);
    let plain = |text: &str| {
        let text = text.replace("%0A", "\n").replace("%0D", "\r");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let properties = properties.split(',').map(|one| one.split_once('=').expect(line));
    (word, properties.map(|(key, value)| (key, plain(value))).collect(), plain(message))
}

/// The commands of an output, whose last line is for people.
fn commands(out: &str) -> Vec<(&str, BTreeMap<&str, String>, String)> {
    let lines = out.lines().filter(|line| !line.ends_with(" as declared"));
    let commands: Vec<_> = lines.map(command).collect();
    for (word, properties, message) in &commands {
        assert!(["error", "warning", "notice"].contains(word), "{word}");
        assert!(properties.contains_key("title") && !message.is_empty(), "{out}");
        let Some(file) = properties.get("file") else { continue };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = std::fs::read_to_string(root.join(file)).expect(file);
        let line: usize = properties["line"].parse().expect("a number");
        assert!((1..=text.lines().count()).contains(&line), "{file}:{line}");
    }
    commands
}

fn words<'a>(commands: &[(&'a str, BTreeMap<&'a str, String>, String)]) -> Vec<&'a str> {
    commands.iter().map(|(word, ..)| *word).collect()
}

#[test]
fn a_deadlock_stands_where_it_waits_and_where_it_took() {
    let ran = unknot("check ab-ba-noodles -p group=1 --format github");
    assert_eq!(ran.code, 0);
    let all = commands(&ran.out);
    // What is declared is told quietly: two waits, and two acquisitions.
    assert_eq!(words(&all), ["notice"; 4]);
    let (_, first, message) = &all[0];
    assert_eq!(first["file"], "scenarios/src/deadlocks/ab_ba_noodles.rs");
    assert_eq!(first["title"], "deadlock in ab-ba-noodles/opposite-orders");
    let says = "T1 'chopsticks first 1' waits here: lock Lock 'noodles'\ndeadlock: resource cycle";
    assert!(message.starts_with(says), "{message}");
    assert!(message.ends_with("'T0*2 T1 ! T2'"), "{message}");
    let says = "T1 'chopsticks first 1' took Lock 'chopsticks' here at step 2, and still holds it";
    assert_eq!(all[2].2, says);
    assert!(ran.out.ends_with("3 checked, 3 as declared\n"), "{}", ran.out);
}

#[test]
fn how_loud_it_is_says_what_it_is_worth() {
    let undeclared = "check lost-update-decrement/no-lock -p threads=2 --fail-on data-race";
    let ran = unknot(&format!("{undeclared} --format github"));
    let all = commands(&ran.out);
    assert_eq!(ran.code, 1);
    assert!(words(&all).contains(&"error") && !words(&all).contains(&"warning"), "{}", ran.out);
    let open = unknot("check lost-update-decrement/locked --max-executions 3 --format github");
    assert_eq!((open.code, words(&commands(&open.out))), (3, vec!["warning"]), "{}", open.out);
    let replay = "replay lost-update-decrement -p threads=2 'T0*2 T1*2 T2*4 T1*2' --format github";
    assert!(commands(&unknot(replay).out).iter().all(|(word, ..)| *word == "notice"));
}

/// Findings of all kinds, over the whole catalogue.
#[test]
fn all_places_are_there() {
    let all = unknot("check --max-executions 100 --format github").out;
    assert!(commands(&all).len() > 100);
    for (_, _, message) in commands(&all) {
        let mut lines = message.lines();
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let is_twice = second.split_once(": ").is_some_and(|(_, told)| told == first);
        assert!(!is_twice, "it is said once: {message}");
    }
}

#[test]
fn names_stay_text() {
    let text = of_awkward("check --format github");
    let all = commands(&text);
    assert!(all.iter().any(|(_, _, message)| message.contains("</script><img")), "{text}");
    // The deadlock is not declared, and the lost update is.
    let title = |word| {
        let titles =
            all.iter().filter(move |(one, ..)| *one == word).map(|(_, one, _)| &one["title"]);
        titles.cloned().collect::<Vec<String>>()
    };
    assert!(title("error").contains(&"deadlock in awkward/form".to_owned()), "{text}");
    assert!(title("notice").contains(&"lost-update in awkward/form".to_owned()), "{text}");
    assert!(!title("error").contains(&"lost-update in awkward/form".to_owned()), "{text}");
}
