//! Locks whose owners were killed, or stayed behind when a process was started.

use super::*;
use unknot_checker::sim::process;

fn drawn(graph: &Graph) -> String {
    text(|out| wait_for::write(graph, &[], Look::default(), out))
}

/// A process has a copy of a lock that a thread of the parent holds.
#[test]
fn a_copy_of_a_held_lock_is_held_by_the_thread_that_stayed_behind() {
    let program = program(|| {
        let lock = Lock::named("lock");
        let theirs = lock.clone();
        spawn(move || theirs.acquire());
        process::start(lock, |lock| lock.acquire()).map(drop)
    });
    let replayed = stuck(&program, "T0 T1*2 T0*2");
    let graph = &replayed.graph;
    assert!(kinds(&replayed).contains(&Kind::AbandonedLock), "{:?}", kinds(&replayed));
    let hold = graph.holds.iter().find(|hold| hold.inherited).expect("a copy is held");
    assert_eq!((hold.task.as_str(), part(graph, "T1")), ("T1", Some(Part::Ended)));
    let start = &replayed.record.steps[hold.step as usize];
    assert_eq!(
        (start.operation.op.as_str(), start.operation.object.as_deref()),
        ("start", Some("T2"))
    );
    assert!(drawn(graph).contains("held a copy"), "{}", drawn(graph));
}

/// A process is killed with a lock that another one waits for.
#[test]
fn a_killed_owner_is_told() {
    let program = program(|| {
        let lock = process::Lock::named("lock");
        let take = |lock: process::Lock| lock.acquire();
        let victim = process::new(lock.clone(), take).killable().start()?;
        process::start(lock, take)?;
        victim.terminate();
        Ok(())
    });
    let replayed = stuck(&program, "T0*2 T1 T0*2 K1");
    let graph = &replayed.graph;
    assert_eq!(kinds(&replayed), [Kind::AbandonedLock]);
    assert_eq!(part(graph, "T1"), Some(Part::Killed));
    assert_eq!(replayed.record.tasks[1].killed, Some(5));
    assert!(drawn(graph).contains("was killed with"), "{}", drawn(graph));
}

/// The tasks of a process are told and drawn together, and a wait at a pipe names every
/// process that keeps its end from coming.
#[test]
fn tasks_are_grouped_by_process() {
    let program = program(|| {
        let (mine, theirs) = process::pipe::<i64>("work");
        let child = process::start((), move |()| drop(current_name()))?;
        let ends = (mine.clone(), theirs.clone());
        process::start(ends, |(mine, theirs)| {
            theirs.send(1)?;
            mine.close();
            theirs.close();
            done(())
        })?;
        // Its own copy of the sending end is open.
        while mine.recv().is_ok() {}
        child.join()
    });
    let replayed = stuck(&program, "T0*2 T1 T2*4 T0");
    let graph = &replayed.graph;
    let process = |task: &str| {
        graph.tasks.iter().find(|node| node.task == task).and_then(|node| node.process.clone())
    };
    assert_eq!(process("T0").as_deref(), Some("p0"));
    assert_eq!(graph.waits[0].open_in, ["p0"]);
    let told = drawn(graph);
    assert!(told.starts_with("  p0   T0") && told.contains("is open in p0\n"), "{told}");
    let dot = text(|out| dot::write(graph, dot::View::WaitFor, out));
    assert!(dot.contains("subgraph \"cluster_p0\" {\n    label=\"p0\";\n    \"T0\""), "{dot}");
    let mermaid = text(|out| mermaid::write(graph, dot::View::WaitFor, out));
    assert!(mermaid.contains("subgraph process_p0 [\"p0\"]\n    T0("), "{mermaid}");
}
