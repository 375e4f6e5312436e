//! Terminals: colours that move nothing, and the line that shows progress.
//!
//! A style is forced, and the screen is a buffer. How often a line is
//! rewritten is bounded from above only, and by the tool's own limit on time.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use unknot_checker::check::observe_monitored;
use unknot_checker::cli::{self, Terminal};
use unknot_checker::model::terms::Budget;
use unknot_checker::report::look::Look;
use unknot_checker::report::style::{Style, width};
use unknot_checker::search::monitor::{CheckPhase, Monitor};
use unknot_checker::strategy::estimate::mass;
use unknot_checker::strategy::{Config, STRATEGIES};
use unknot_scenarios::CATALOGUE;

use crate::cli::options::{tiny, tiny_on};
use crate::kit::support::{program, unknot};

/// The text without the control sequences of colours.
fn bare(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |bare, part| bare + part.split_once('m').expect("an end").1)
}

/// A terminal on which words are marked so.
fn terminal(style: Style) -> Terminal {
    Terminal { look: Look { style, ..Look::default() }, ..Terminal::default() }
}

#[test]
fn colours_mark_words_and_move_nothing() {
    let colour = || terminal(Style::Colour);
    for (line, words) in [
        ("check tiny/declared", vec!["FAIL"]),
        ("check tiny/undeclared", vec!["FAIL", "OTHERWISE"]),
        ("check tiny/undeclared --allow lost-update", vec!["PASS"]),
        ("check tiny --max-executions 1 --strategy dfs", vec!["INCONCLUSIVE"]),
        ("replay tiny T0", vec![]),
    ] {
        let (plain, coloured) = (tiny(line), tiny_on(colour(), line));
        assert!(!plain.out.contains('\u{1b}'), "{line}");
        assert_eq!((bare(&coloured.out), coloured.code), (plain.out.clone(), plain.code), "{line}");
        for word in words {
            assert!(coloured.out.contains(&format!("m{word}\u{1b}[0m")), "{line}: {word}");
        }
        let json = format!("{line} --format json");
        assert_eq!(tiny_on(colour(), &json).out, tiny(&json).out, "{line}");
    }
    // A wide name in front of a colour.
    let coloured = tiny_on(colour(), "check tiny/undeclared").out;
    assert!(coloured.lines().any(|line| width(line) < line.chars().count()), "{coloured}");
}

#[test]
fn blocked_is_marked_and_aligned() {
    let run = |style| {
        let line = "unknot replay ab-ba-noodles -p group=1";
        let words = line.split(' ').chain(["T0*2 T1 ! T2"]).map(OsString::from);
        let (mut out, mut err) = (vec![], vec![]);
        let terminal = terminal(style);
        cli::run_on(terminal, words, CATALOGUE, &mut out, &mut err);
        String::from_utf8(out).expect("output is UTF-8")
    };
    let (plain, coloured) = (run(Style::Plain), run(Style::Colour));
    assert_eq!(bare(&coloured), plain);
    assert_eq!(coloured.matches("mBLOCKED\u{1b}[0m").count(), 2, "{coloured}");
}

/// What the searches say of their trees: the part that is behind grows, where
/// the tree is known beforehand, and is everything at the end.
#[test]
fn searches_know_which_part_of_the_tree_is_behind() {
    let program = program("lost-update-decrement/locked", &[("threads", 3)]);
    for (row, grows) in [(&STRATEGIES[0], false), (&STRATEGIES[1], true)] {
        let masses = Arc::new(Mutex::new(vec![]));
        let told = Arc::clone(&masses);
        let watch = Monitor::new(move |pulse| {
            let path = pulse.strategy.and_then(|strategy| strategy.path()).expect("a tree");
            if pulse.executions > 0 {
                told.lock().expect("no panic").push(mass(&path));
            }
            None
        });
        let strategy = (row.create)(Config::default());
        let phase = (CheckPhase::Search, &watch);
        let seen = observe_monitored(&program, strategy, Budget::default(), phase);
        let masses = masses.lock().expect("no panic");
        assert_eq!((masses.len() as u64, seen.exhausted()), (seen.stats.executions, true));
        assert!(masses.iter().all(|mass| (0.0..1.0 + 1e-9).contains(mass)), "{masses:?}");
        assert!(masses.last().is_some_and(|mass| (mass - 1.0).abs() < 1e-9), "{masses:?}");
        assert!(!grows || masses.is_sorted_by(|a, b| a < b), "{masses:?}");
    }
}

/// A terminal that a test can look at.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().expect("no panic"))
    }
}

#[test]
fn progress_is_shown_and_taken_away() {
    let on = |screen: &Screen, line: &str| {
        let words = ["unknot"].into_iter().chain(line.split(' ')).map(OsString::from);
        let (mut out, mut err) = (vec![], vec![]);
        let progress: Option<Box<dyn Write + Send>> = Some(Box::new(screen.clone()));
        let terminal = Terminal { progress, ..Terminal::default() };
        let status = cli::run_on(terminal, words, CATALOGUE, &mut out, &mut err);
        (status.code(), String::from_utf8(out).expect("output is UTF-8"), err)
    };
    // Long enough for several lines, whatever the machine: the limit ends it.
    let (screen, line) = (Screen::default(), "check lost-update-decrement/locked -p threads=20");
    let (code, out, err) = on(&screen, &format!("{line} --time-limit 1 --strategy dpor"));
    assert_eq!((code, err.len(), out.contains('\r')), (3, 0, false), "{out}");
    let shown = String::from_utf8(screen.take()).expect("text");
    let lines: Vec<&str> = shown.split('\r').filter(|line| !line.trim().is_empty()).collect();
    // Ten times a second at the most, and a second has one moment for it at least.
    assert!((1..=11).contains(&lines.len()), "{lines:?}");
    for line in lines {
        assert!(line.starts_with("1/1 lost-update-"), "{line}");
        assert!(line.contains(" executions, ") && line.contains("/s"), "{line}");
        assert!(width(line) < 80, "{line}");
    }
    let end = shown.rsplit('\r').nth(1).expect("a blank line and a return");
    assert!(shown.ends_with('\r') && end.trim().is_empty() && end.len() > 40, "{shown:?}");
    // Nothing else is changed by it, whether it had time to appear or not.
    let line = "check lost-update-decrement bench-event ab-ba-noodles --format json";
    let (screen, alone) = (Screen::default(), unknot(line));
    let (code, out, _) = on(&screen, line);
    assert!((code, &out) == (alone.code, &alone.out));
    let screen = Screen::default();
    let (code, out, _) = on(&screen, &format!("{line} --progress never"));
    assert!((code, &out) == (alone.code, &alone.out));
    assert_eq!(screen.take(), b"");
}
