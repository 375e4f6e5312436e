//! Every schedule that a check reports shows again what it was reported for.

use unknot_checker::Schedule;
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::replay;
use unknot_checker::search::observed::Turnout;
use unknot_checker::sim::Ended;

use crate::kit::support::{dpor, program};

#[test]
fn reported_schedules_show_it_again() {
    for (name, params) in [
        ("lost-update-decrement/no-lock", [("threads", 3)]),
        ("lost-update-decrement/locked", [("threads", 3)]),
        ("ab-ba-noodles/opposite-orders", [("group", 2)]),
    ] {
        let program = program(name, &params);
        let observed = dpor(&program);
        for (identity, seen) in &observed.findings {
            let text = seen.witness.schedule.to_string();
            let read = Schedule::parse(&text).expect("what we print we can read");
            let replayed = replay(&program, &read, Semantics::default());
            assert_eq!(replayed.divergence, None, "{name} {text}");
            assert!(
                replayed.proofs.iter().any(|p| p.identity.fault() == *identity),
                "{name} {text}"
            );
            assert_eq!(replayed.record.schedule.to_string(), text, "{name}");
        }
        for (turnout, seen) in &observed.outcomes {
            let replayed = replay(&program, &seen.witness.schedule, Semantics::default());
            assert_eq!(replayed.divergence, None);
            match turnout {
                Turnout::Complete(value) => {
                    assert_eq!(replayed.record.outcome, Some(value.to_string()));
                }
                Turnout::Stuck => assert_eq!(replayed.record.ended, Ended::Stuck),
                Turnout::Failed => assert_eq!(replayed.record.outcome, None),
            }
        }
    }
}

/// A schedule that does not fit says where and how.
#[test]
fn divergences_are_said_exactly() {
    let noodles = program("ab-ba-noodles/opposite-orders", &[("group", 1)]);
    for (text, step, message) in [
        ("T9", 0, "there is no task T9 yet"),
        ("T0*2 T1*2 T2", 4, "T2 is blocked at 'lock Lock 'noodles''"),
        ("T0*2 T1*5 T1", 7, "T1 has finished"),
        ("T0*2 T1*5 T2*5 T0*9", 15, "the program ended after 15 steps, the schedule has 21"),
        ("T0?1", 0, "the schedule has 1 choices here, the step made 0"),
    ] {
        let schedule = Schedule::parse(text).expect(text);
        let divergence = replay(&noodles, &schedule, Semantics::default()).divergence.expect(text);
        assert_eq!(divergence.step, step, "{text}: {}", divergence.message);
        assert!(divergence.message.contains(message), "{text}: {}", divergence.message);
    }
}

/// A schedule that ends early is no error.
#[test]
fn short_schedules_stop() {
    let noodles = program("ab-ba-noodles/opposite-orders", &[("group", 1)]);
    let replayed =
        replay(&noodles, &Schedule::parse("T0*2 T1").expect("fine"), Semantics::default());
    assert_eq!((replayed.divergence, replayed.stopped_early), (None, true));
    assert_eq!(replayed.record.steps.len(), 3);
}
