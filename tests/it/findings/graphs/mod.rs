//! Wait-for graphs of programs that are built by hand: who is in a knot, who
//! is behind it, who could have ended a wait, and the formats that say so.
//!
//! Each program is run along one schedule that gets it stuck; only where the
//! claim is that nothing can get stuck is it searched.

mod elsewhere;
mod formats;
mod processes;
mod stories;
mod writers;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::graph::{EdgeMode, Graph, Part};
use unknot_checker::replay::{Replayed, replay};
use unknot_checker::report::json::{self, Document};
use unknot_checker::report::look::Look;
use unknot_checker::report::{dot, mermaid, wait_for};
use unknot_checker::sim::{
    Ended, Event, Exception, JoinHandle, Lock, Program, RwLock, Semaphore, Shared, current_name,
    done, spawn,
};
use unknot_checker::{Kind, Schedule};

use crate::kit::support::dpor;

type Done = Result<(), Exception>;

fn program(body: impl Fn() -> Done + Send + Sync + 'static) -> Program {
    Arc::new(move || body().map(|()| 0.into()))
}

/// Runs a schedule, which may end early.
fn run(program: &Program, schedule: &str) -> Replayed {
    let schedule = Schedule::parse(schedule).expect(schedule);
    let replayed = replay(program, &schedule, Semantics::default());
    assert_eq!(replayed.divergence, None, "{schedule}");
    valid(&replayed.graph);
    replayed
}

/// Runs a schedule that leaves nobody who could go on.
fn stuck(program: &Program, schedule: &str) -> Replayed {
    let replayed = run(program, schedule);
    assert_eq!(replayed.record.ended, Ended::Stuck, "{:?}", replayed.record.tasks);
    replayed
}

fn kinds(replayed: &Replayed) -> Vec<Kind> {
    replayed.proofs.iter().map(|proof| proof.identity.kind).collect()
}

fn cycles(graph: &Graph) -> Vec<String> {
    graph.knots.iter().map(|knot| knot.cycle.join(" ")).collect()
}

fn part(graph: &Graph, task: &str) -> Option<Part> {
    graph.tasks.iter().find(|node| node.task == task).map(|node| node.part)
}

/// The sentences for the only wait of a task.
fn story(graph: &Graph, task: &str) -> Vec<String> {
    graph.waits.iter().find(|wait| wait.task == task).expect(task).story.clone()
}

/// Says that a sentence has these parts, whatever line stands between them.
fn says(graph: &Graph, task: &str, parts: &[&str]) {
    let story = story(graph, task);
    let found = story.iter().any(|sentence| parts.iter().all(|part| sentence.contains(part)));
    assert!(found, "{parts:?}: {story:?}");
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = vec![];
    write(&mut bytes).expect("memory can be written");
    String::from_utf8(bytes).expect("output is UTF-8")
}

/// Says that a graph is as the schema in the repository has it.
fn valid(graph: &Graph) {
    let schema = include_str!("../../../../checker/schema/wait-for-graph.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("the schema is JSON");
    let timeline = include_str!("../../../../checker/schema/timeline.schema.json");
    let timeline: serde_json::Value = serde_json::from_str(timeline).expect("it is JSON");
    let registry = jsonschema::Registry::new()
        .add("json-schema:///unknot/1/timeline.schema.json", timeline)
        .and_then(|registry| registry.prepare())
        .expect("a schema with an address");
    let validator = jsonschema::options().with_registry(&registry).build(&schema);
    let validator = validator.expect("the schema is one");
    let printed = text(|out| json::write(Document::Graph, graph, out));
    let printed: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&printed).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn nested(first: &Lock, second: &Lock) -> Done {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

/// Two tasks that take two locks in opposite orders, each with one of the
/// permits of a semaphore, if given, all the while.
fn crossed(name: &'static str, permits: Option<&Semaphore>) -> [JoinHandle<Done>; 2] {
    let (a, b) = (Lock::named((name, 1)), Lock::named((name, 2)));
    let (c, d) = (b.clone(), a.clone());
    let permits = permits.cloned();
    let one = spawn(move || {
        let _permit = permits.as_ref().map(Semaphore::permit);
        nested(&a, &b)
    });
    [one, spawn(move || nested(&c, &d))]
}

#[test]
fn a_semaphore_whose_holders_wait_for_each_other_is_a_deadlock() {
    let program = program(|| {
        let (permits, a, b) = (Semaphore::named("seats", 2), Lock::named("a"), Lock::named("b"));
        for (first, second) in [(a.clone(), b.clone()), (b, a)] {
            let permits = permits.clone();
            spawn(move || -> Done {
                let _permit = permits.permit();
                nested(&first, &second)
            });
        }
        let _third = permits.permit();
        Ok(())
    });
    let replayed = stuck(&program, "T0*2 T1*2 T2*2");
    let graph = &replayed.graph;
    assert_eq!((kinds(&replayed), cycles(graph)), (vec![Kind::Deadlock], vec!["T1 T2 T1".into()]));
    assert_eq!(part(graph, "T0"), Some(Part::Behind));
    assert_eq!(
        (&graph.tasks[0].behind, &graph.tasks[0].knots),
        (&vec!["T1".into(), "T2".into()], &vec![0])
    );
    let permit = graph.wait_for.iter().find(|edge| edge.from == "T0").expect("an edge");
    assert_eq!(
        (permit.mode.name(), permit.kind.as_str(), permit.amount),
        ("permit", "Semaphore", 1)
    );
    assert_eq!((permit.name.as_str(), permit.certain), ("seats", true));
    assert_eq!(permit.held.as_ref().map(|held| held.step), Some(2));
}

/// Main has a lock and waits for a permit; the owners of both permits, or one
/// of them, wait for the lock.
fn through_a_semaphore(both: bool) -> Program {
    program(move || {
        let (permits, lock) = (Semaphore::named("seats", 2), Lock::named("door"));
        for wants in [true, both] {
            let (permits, lock) = (permits.clone(), lock.clone());
            spawn(move || -> Done {
                let _permit = permits.permit();
                if wants {
                    lock.acquire();
                    lock.release()?;
                }
                Ok(())
            });
        }
        let _door = lock.lock()?;
        let _permit = permits.permit();
        Ok(())
    })
}

#[test]
fn a_knot_goes_through_all_holders_of_a_semaphore() {
    let replayed = stuck(&through_a_semaphore(true), "T0*3 T1 T2");
    let graph = &replayed.graph;
    assert_eq!(kinds(&replayed), [Kind::Deadlock]);
    assert_eq!(graph.knots[0].tasks, ["T0", "T1", "T2"]);
    assert_eq!(cycles(graph), ["T0 T1 T0"]);
    let knots = text(|out| wait_for::write_knots(graph, out));
    assert_eq!(knots, "  knot T0 \u{2192} T1 \u{2192} T0 among T0, T1, T2\n");
}

#[test]
fn a_free_holder_of_a_semaphore_is_no_deadlock() {
    let program = through_a_semaphore(false);
    assert!(dpor(&program).findings.is_empty());
    // Before the free holder goes on there is a wait for two tasks and no knot.
    let graph = run(&program, "T0*3 T1 T2").graph;
    assert!(graph.knots.is_empty(), "{graph:?}");
    assert_eq!((part(&graph, "T0"), part(&graph, "T2")), (Some(Part::Stuck), Some(Part::Free)));
    assert_eq!(graph.wait_for.iter().filter(|edge| edge.from == "T0").count(), 2);
}

#[test]
fn two_readers_that_want_to_write_deadlock() {
    let program = program(|| {
        let lock = RwLock::named("table");
        for _ in 0..2 {
            let lock = lock.clone();
            spawn(move || -> Done {
                let _read = lock.read()?;
                let _write = lock.write()?;
                Ok(())
            });
        }
        Ok(())
    });
    let replayed = stuck(&program, "T0*3 T1 T2");
    assert_eq!(
        (kinds(&replayed), cycles(&replayed.graph)),
        (vec![Kind::Deadlock], vec!["T1 T2 T1".into()])
    );
    assert!(replayed.graph.waits.iter().all(|wait| wait.mode == EdgeMode::Exclusive));
    assert!(
        replayed.graph.holds.iter().all(|hold| (hold.mode.name(), hold.amount) == ("shared", 1))
    );
    let text = text(|out| wait_for::write(&replayed.graph, &[], Look::default(), out));
    assert!(text.contains("RwLock 'table' (exclusive)"), "{text}");
    assert!(text.contains("RwLock 'table' (shared)"), "{text}");
}

/// Tasks that join one another in a ring, or one that joins itself.
fn joins(n: usize) -> Program {
    program(move || {
        let slots: Vec<Rc<RefCell<Option<JoinHandle<Done>>>>> =
            (0..n).map(|_| Rc::default()).collect();
        let go = Event::new();
        let start = |slot: &Rc<RefCell<Option<JoinHandle<Done>>>>| {
            let (slot, go) = (Rc::clone(slot), go.clone());
            spawn(move || -> Done {
                go.wait();
                let next = slot.borrow_mut().take();
                next.map_or(Ok(()), |next| next.join()?)
            })
        };
        let handles: Vec<JoinHandle<Done>> = slots.iter().map(start).collect();
        for (at, handle) in handles.into_iter().enumerate() {
            *slots[(at + 1) % n].borrow_mut() = Some(handle);
        }
        go.set();
        Ok(())
    })
}

#[test]
fn joins_in_a_ring_and_of_itself() {
    let ring = stuck(&joins(2), "T0*4 T1 T2");
    assert_eq!(
        (kinds(&ring), cycles(&ring.graph)),
        (vec![Kind::Deadlock], vec!["T1 T2 T1".into()])
    );
    assert!(ring.graph.waits.iter().all(|wait| wait.mode == EdgeMode::Join && wait.certain));
    let own = stuck(&joins(1), "T0*3 T1");
    assert_eq!((kinds(&own), cycles(&own.graph)), (vec![Kind::Deadlock], vec!["T1 T1".into()]));
}

#[test]
fn a_lock_taken_twice_is_a_cycle_of_one() {
    let program = program(|| {
        let lock = Lock::named("once");
        nested(&lock, &lock)
    });
    let replayed = stuck(&program, "T0");
    assert_eq!(
        (kinds(&replayed), cycles(&replayed.graph)),
        (vec![Kind::Deadlock], vec!["T0 T0".into()])
    );
}

#[test]
fn a_task_that_finishes_is_no_part_of_a_deadlock() {
    let program = program(|| {
        crossed("fork", None);
        let count = Shared::new(0);
        spawn(move || count.write(1));
        Ok(())
    });
    let replayed = stuck(&program, "T0*4 T1 T2 T3*2");
    assert_eq!(
        (kinds(&replayed), cycles(&replayed.graph)),
        (vec![Kind::Deadlock], vec!["T1 T2 T1".into()])
    );
    assert_eq!((part(&replayed.graph, "T3"), part(&replayed.graph, "T0")), (None, None));
}

#[test]
fn a_task_may_be_behind_two_knots() {
    let program = program(|| {
        let permits = Semaphore::new(2);
        crossed("left", Some(&permits));
        crossed("right", Some(&permits));
        permits.acquire();
        Ok(())
    });
    let replayed = stuck(&program, "T0*4 T1*2 T2 T3*2 T4");
    let graph = &replayed.graph;
    assert_eq!(kinds(&replayed), [Kind::Deadlock, Kind::Deadlock]);
    assert_eq!(cycles(graph), ["T1 T2 T1", "T3 T4 T3"]);
    let main = &graph.tasks[0];
    assert_eq!((main.part, &main.knots), (Part::Behind, &vec![0, 1]));
    assert_eq!(main.behind, ["T1", "T3"]);
}
