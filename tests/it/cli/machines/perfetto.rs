//! `--format perfetto`: JSON whose spans nest on each track, whose tracks have names, and
//! whose arrows begin and end at steps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{AWKWARD_REPLAY, REPLAYS, of_awkward};
use crate::kit::support::unknot;

type Track = (u64, u64);

fn events(text: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).expect("JSON");
    document["traceEvents"].as_array().expect("events").clone()
}

fn track(event: &Value) -> Track {
    let number = |key: &str| event[key].as_u64().expect("a number");
    (number("pid"), number("tid"))
}

fn of<'a>(events: &'a [Value], ph: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["ph"] == ph)
}

fn check_trace(events: &[Value]) {
    let named = of(events, "M").filter(|event| event["name"] == "thread_name");
    let named: BTreeSet<Track> = named.map(track).collect();
    let mut spans: BTreeMap<Track, Vec<(u64, u64)>> = BTreeMap::new();
    for span in of(events, "X") {
        let number = |key: &str| span[key].as_u64().expect("a number");
        assert!(named.contains(&track(span)), "{span}");
        assert!(number("dur") > 0, "{span}");
        spans.entry(track(span)).or_default().push((number("ts"), number("ts") + number("dur")));
    }
    for (track, spans) in &mut spans {
        spans.sort_unstable();
        let apart = spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
        assert!(apart, "spans of {track:?} overlap: {spans:?}");
    }
    for start in of(events, "s") {
        let mut ends = of(events, "f").filter(|end| end["id"] == start["id"]);
        let (end, more) = (ends.next().expect("an end"), ends.next());
        assert!(more.is_none() && start["ts"].as_u64() < end["ts"].as_u64(), "{start} {end}");
        for event in [start, end] {
            let at = event["ts"].as_u64().expect("a number");
            let is_at = |(from, until): &(u64, u64)| (*from..*until).contains(&at);
            assert!(spans[&track(event)].iter().any(is_at), "{event} is at no step");
        }
    }
}

#[test]
fn tracks_spans_and_arrows() {
    for replay in REPLAYS {
        let steps = unknot(&format!("{replay} --format json")).out;
        let steps: Value = serde_json::from_str(&steps).expect("JSON");
        let events = events(&unknot(&format!("{replay} --format perfetto")).out);
        let made = of(&events, "X").filter(|event| event["cat"] == "step").count();
        assert_eq!(made, steps["steps"].as_array().expect("steps").len(), "{replay}");
        check_trace(&events);
    }
}

#[test]
fn what_is_blocked_held_and_let_go_on() {
    let replay = "replay ab-ba-noodles -p group=1 'T0*2 T1*5 T0 T2*5 T0*2' --format perfetto";
    let events = events(&unknot(replay).out);
    let blocked = of(&events, "X").filter(|event| event["cat"] == "blocked");
    let blocked: Vec<(&str, u64, u64)> = blocked
        .map(|event| {
            let number = |key: &str| event[key].as_u64().expect("a number") / 1_000;
            (event["name"].as_str().expect("a name"), number("ts"), number("dur"))
        })
        .collect();
    // T1 ends in step 6; T2 waits for its first lock from step 3 to 4.
    let join =
        |task, from| (if task == 1 { "blocked: join T1" } else { "blocked: join T2" }, from, 5);
    assert_eq!(blocked, [join(1, 2), ("blocked: lock 'noodles'", 4, 1), join(2, 8)]);
    assert_eq!(of(&events, "X").filter(|event| event["cat"] == "held").count(), 4);
    assert_eq!(of(&events, "s").count(), 3);
    // What never ends is drawn beyond the last step, and lets no task go on.
    let stuck = "replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2' --format perfetto";
    let stuck = super::perfetto::events(&unknot(stuck).out);
    let beyond = of(&stuck, "X").filter(|event| {
        event["ts"].as_u64().unwrap_or(0) + event["dur"].as_u64().unwrap_or(0) == 5_000
    });
    assert_eq!(beyond.count(), 5, "three tasks and two locks");
    assert_eq!((of(&stuck, "s").count(), of(&stuck, "i").count()), (0, 2));
}

#[test]
fn names_stay_text() {
    let text = of_awkward(&format!("{AWKWARD_REPLAY} --format perfetto"));
    check_trace(&events(&text));
}
