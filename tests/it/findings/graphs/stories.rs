//! Hangs: who could have ended a wait that has no owner, and what became of
//! them.

use unknot_checker::Kind;
use unknot_checker::replay::graph::{EdgeMode, Part};
use unknot_checker::report::dot::{self, View};
use unknot_checker::report::look::Look;
use unknot_checker::report::{mermaid, wait_for};
use unknot_checker::sim::{
    Barrier, Condition, Event, Lock, Program, Queue, Semaphore, Shared, spawn, spawn_named,
    yield_until_changed,
};

use super::{kinds, part, program, says, story, stuck, text};
use crate::kit::support::dpor;

#[test]
fn a_hang_names_who_could_have_ended_it() {
    let program = program(|| {
        let go = Event::named("go");
        let (sets, waits) = (go.clone(), go);
        spawn_named("boss", move || sets.set());
        spawn_named("worker", move || {
            waits.clear();
            waits.wait();
        });
        Ok(())
    });
    let replayed = stuck(&program, "T0*3 T1*2 T2*2");
    let graph = &replayed.graph;
    assert_eq!(kinds(&replayed), [Kind::Hang]);
    says(graph, "T2", &["T1 'boss' set it at step 3 (stories.rs:", ") and has ended"]);
    let edge = &graph.wait_for[0];
    assert_eq!((edge.from.as_str(), edge.to.as_str(), edge.certain), ("T2", "T1", false));
    assert_eq!((edge.label.as_str(), edge.mode.name()), ("Event 'go'", "signal"));
    assert_eq!(part(graph, "T1"), Some(Part::Ended));
    assert!(graph.knots.is_empty());
    let shown = text(|out| wait_for::write(graph, &[], Look::default(), out));
    assert!(
        shown.contains("which tasks could end the wait of T2 'worker' for Event 'go':"),
        "{shown}"
    );
    for view in [View::WaitFor, View::Resource] {
        assert!(text(|out| dot::write(graph, view, out)).contains("style=dashed"));
        assert!(text(|out| mermaid::write(graph, view, out)).contains("-.->|"));
    }
    // The search reports the same story.
    let message = &dpor(&program).findings;
    assert!(message.keys().any(|identity| identity.kind == Kind::Hang));
}

#[test]
fn waits_that_nobody_ends_say_so() {
    let cases: [(Program, &str, &str); 5] = [
        (
            program(|| {
                Event::rechecking("go").wait();
                Ok(())
            }),
            "",
            "no task in this execution sets it",
        ),
        (
            program(|| {
                let lock = Lock::new();
                let _held = lock.lock()?;
                Condition::new(&lock).wait()
            }),
            "T0*2",
            "no task in this execution notifies it",
        ),
        (
            program(|| Queue::<i64>::new(0).get().map(|_| ())),
            "",
            "no task in this execution puts an item into it",
        ),
        (
            program(|| {
                let permits = Semaphore::new(0);
                permits.acquire();
                Ok(())
            }),
            "",
            "no task in this execution releases it",
        ),
        (
            program(|| {
                let flag = Shared::new(0);
                let _ = flag.read();
                yield_until_changed();
                Ok(())
            }),
            "T0*2",
            "no task in this execution changes what it looked at",
        ),
    ];
    for (program, schedule, sentence) in cases {
        let replayed = stuck(&program, schedule);
        assert_eq!(kinds(&replayed), [Kind::Hang], "{sentence}");
        assert_eq!(story(&replayed.graph, "T0"), [sentence]);
    }
}

#[test]
fn peers_say_what_became_of_them() {
    // Each party of a barrier is blocked at it, and waits for a third.
    let short = program(|| {
        let barrier = Barrier::named("gate", 3);
        for _ in 0..2 {
            let barrier = barrier.clone();
            spawn(move || barrier.wait().map(|_| ()));
        }
        Ok(())
    });
    let graph = stuck(&short, "T0*3 T1 T2").graph;
    says(&graph, "T1", &["T2 came to it at step 4", "is blocked at wait Barrier 'gate'"]);
    says(&graph, "T1", &["T1 came to it at step 3", "is the one that waits"]);
    assert!(graph.wait_for.iter().all(|edge| edge.from != edge.to && !edge.certain));
    assert_eq!(graph.resources.len(), 1, "both wait for one barrier");

    // A queue's full wait names who took from it, its empty wait who put.
    let queue = program(|| {
        let queue = Queue::named("line", 1);
        let taker = queue.clone();
        spawn_named("taker", move || taker.get().map(|_: i64| ()));
        (0..3).try_for_each(|item| queue.put(item))
    });
    let graph = stuck(&queue, "T0*2 T1*2 T0").graph;
    says(&graph, "T0", &["T1 'taker' took an item from it at step 2", "has ended"]);
    assert_eq!(graph.waits[0].mode, EdgeMode::Unit);

    // Who polls is woken by whoever changes what it read.
    let poll = program(|| {
        let flag = Shared::named("flag", 0);
        let theirs = flag.clone();
        spawn_named("writer", move || theirs.write(1));
        while flag.read() != 2 {
            yield_until_changed();
        }
        Ok(())
    });
    let graph = stuck(&poll, "T0 T1*2 T0*2").graph;
    says(&graph, "T0", &["T1 'writer' did 'write' at step 1", "has ended"]);
}

#[test]
fn a_semaphore_names_its_last_takers() {
    let program = program(|| {
        let permits = Semaphore::named("seats", 1);
        let theirs = permits.clone();
        spawn_named("thief", move || theirs.acquire()).join()?;
        permits.acquire();
        Ok(())
    });
    let replayed = stuck(&program, "T0 T1*2 T0");
    assert_eq!(kinds(&replayed), [Kind::Hang]);
    says(&replayed.graph, "T0", &["T1 'thief' took it at step 1", "has ended"]);
    says(&replayed.graph, "T0", &["no task in this execution releases it"]);
}
