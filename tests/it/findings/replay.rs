//! Every schedule that a check reports shows again what it was reported for.

use unknot_checker::Schedule;
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::graph::Graph;
use unknot_checker::replay::record::TaskRecord;
use unknot_checker::replay::states::{States, states};
use unknot_checker::replay::{replay, resample};
use unknot_checker::search::observed::Turnout;
use unknot_checker::sim::Ended;
use unknot_checker::strategy::StrategyRow;

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

/// The tasks and the graph after so many steps, put together from what each frame replaces.
fn state_at(states: &States, steps: usize) -> (Vec<TaskRecord>, Graph) {
    macro_rules! list {
        ($name:ident) => {{
            let mut numbers: Vec<u32> = vec![];
            for frame in &states.frames[..=steps] {
                if let [start, gone, with @ ..] = frame.$name.as_slice() {
                    let end = (start + gone) as usize;
                    numbers.splice(*start as usize..end, with.iter().copied());
                }
            }
            numbers.iter().map(|&at| states.tables.$name[at as usize].clone()).collect()
        }};
    }
    let graph = Graph {
        tasks: list!(nodes),
        resources: list!(resources),
        waits: list!(waits),
        holds: list!(holds),
        wait_for: list!(wait_for),
        knots: list!(knots),
    };
    (list!(tasks), graph)
}

/// The state after a step is that of the execution which ends there, also where other
/// executions tell whether a wait is certain.
#[test]
fn states_are_those_of_executions_that_end_there() {
    let random = StrategyRow::named("random").expect("a sampler");
    for (name, params) in [
        ("ab-ba-noodles/opposite-orders", &[("group", 2)][..]),
        ("event-boss-worker/two-events", &[]),
        ("semaphore-leak/dies-holding", &[]),
        ("pipe-no-eof/no-close", &[]),
        ("abandoned-lock-on-terminate/killed-anywhere", &[]),
        ("await-inside-rmw/on-threads-locked", &[]),
        ("sched-round-robin/switching", &[]),
    ] {
        let program = program(name, params);
        let terms = Semantics { max_steps: 120, ..Semantics::default() };
        for execution in 0..3 {
            let whole = resample(&program, random, 7, execution, terms);
            let states = states(&program, &whole, terms);
            let steps = &whole.record.schedule.steps;
            assert_eq!(states.frames.len(), steps.len() + 1, "{name}");
            for n in 0..=steps.len() {
                let schedule = Schedule { steps: steps[..n].to_vec().into() };
                let ended = replay(&program, &schedule, terms);
                let (tasks, graph) = state_at(&states, n);
                assert_eq!(tasks, ended.record.tasks, "{name} {schedule}");
                assert_eq!(graph, ended.graph, "{name} {schedule}");
            }
        }
    }
}
