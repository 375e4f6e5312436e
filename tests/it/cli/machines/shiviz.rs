//! `--format shiviz`: the pattern on the first line reads every event, as ShiViz does, and
//! the clocks are vector clocks.

use std::collections::BTreeMap;

use regex::Regex;
use unknot_checker::report::shiviz::PATTERN;

use super::{AWKWARD_REPLAY, REPLAYS, of_awkward};
use crate::kit::support::unknot;

type Clock = BTreeMap<String, u32>;

/// The events of a log as ShiViz reads them: host, clock and text.
fn events(log: &str) -> Vec<(String, Clock, String)> {
    let (pattern, rest) = log.split_once('\n').expect("a first line");
    assert_eq!(pattern, PATTERN);
    // Braces are themselves in a pattern of JavaScript.
    let pattern = pattern.replace('{', r"\{").replace('}', r"\}");
    let events = rest.strip_prefix('\n').expect("no delimiter of executions");
    let found = Regex::new(&pattern).expect("a pattern");
    let found = found.captures_iter(events).map(|event| {
        let clock = serde_json::from_str(&event["clock"]).expect("JSON");
        (event["host"].to_owned(), clock, event["event"].to_owned())
    });
    found.collect()
}

fn check_clocks(events: &[(String, Clock, String)]) {
    let mut known: BTreeMap<&str, Vec<&Clock>> = BTreeMap::new();
    for (host, clock, text) in events {
        let own = known.entry(host).or_default();
        own.push(clock);
        // The own number counts the events of a host.
        assert_eq!(clock.get(host).copied(), Some(own.len() as u32), "{host}: {text}");
        // Whatever an event knows of another host, it knows all that this one knew then.
        for (other, &n) in clock {
            let then = known[other.as_str()][n as usize - 1];
            assert!(then.iter().all(|(host, n)| clock.get(host) >= Some(n)), "{text}");
        }
    }
}

#[test]
fn its_own_pattern_reads_each_step() {
    for replay in REPLAYS {
        let steps = unknot(&format!("{replay} --format json")).out;
        let steps: serde_json::Value = serde_json::from_str(&steps).expect("JSON");
        let events = events(&unknot(&format!("{replay} --format shiviz")).out);
        assert_eq!(events.len(), steps["steps"].as_array().expect("steps").len(), "{replay}");
        check_clocks(&events);
    }
}

#[test]
fn a_lock_orders_and_a_start_does() {
    let replay = "replay ab-ba-noodles -p group=1 'T0*2 T1*5 T0 T2*5 T0*2' --format shiviz";
    let events = events(&unknot(replay).out);
    let (one, two) = ("T1:chopsticks_first_1", "T2:noodles_first_1");
    let knows = |step: usize, host: &str| events[step].1.get(host).copied().unwrap_or(0);
    // T1 knows of its start, and nothing of T2; T2 of the unlock of what it locks first.
    assert_eq!((knows(2, "T0:main"), knows(2, two)), (1, 0));
    assert_eq!((events[8].0.as_str(), knows(8, one)), (two, 3), "{}", events[8].2);
    assert_eq!(knows(9, one), 4, "{}", events[9].2);
}

#[test]
fn names_stay_words() {
    let log = of_awkward(&format!("{AWKWARD_REPLAY} --format shiviz"));
    let events = events(&log);
    assert_eq!(events.len(), (log.lines().count() - 2) / 2);
    check_clocks(&events);
}
