//! Hangs whose wait is ended in other executions: only a report of a check
//! knows these.

use unknot_checker::replay::graph::{Graph, Part};
use unknot_checker::report::dot::{self, View};
use unknot_checker::report::{Report, mermaid};
use unknot_checker::sim::{Atomic, Event, Exception, spawn_named};
use unknot_checker::{Checker, Kind};

use super::{part, says, text, valid};

/// The graph of the only hang that a check reports.
fn hang(report: &Report) -> &Graph {
    let hangs = report.findings.iter().filter(|finding| finding.kind == Kind::Hang);
    let [hang] = hangs.collect::<Vec<_>>()[..] else { panic!("one hang: {:?}", report.findings) };
    let graph = hang.graph.as_ref().expect("a hang has a graph");
    valid(graph);
    graph
}

/// A boss that sets an event only if it saw a flag: if it looked too early it
/// has ended without, though in other executions it does.
#[test]
fn a_task_that_does_it_elsewhere_is_named_as_that() {
    let checked = Checker::new().check(|| -> Result<(), Exception> {
        let (flag, go) = (Atomic::named("flag", 0), Event::rechecking("go"));
        let (seen, sets) = (flag.clone(), go.clone());
        spawn_named("boss", move || {
            if seen.load() == 1 {
                sets.set();
            }
        });
        flag.store(1);
        go.wait();
        Ok(())
    });
    let graph = hang(checked.report());
    says(graph, "T0", &["no task in this execution sets it"]);
    says(graph, "T0", &["in other executions T1 'boss' sets it (elsewhere.rs:", "it has ended"]);
    assert_eq!(part(graph, "T1"), Some(Part::Ended));
    assert!(graph.waits[0].peers.is_empty() && graph.wait_for[0].did.is_none());
    assert_eq!(graph.waits[0].elsewhere.len(), 1);
    assert!(!graph.wait_for[0].certain);
    for view in [View::WaitFor, View::Resource] {
        let dot = text(|out| dot::write(graph, view, out));
        let line = dot.lines().find(|line| line.contains("in other executions: set"));
        assert!(line.is_some_and(|line| line.contains("style=dashed")), "{dot}");
        let drawn = text(|out| mermaid::write(graph, view, out));
        let line = drawn.lines().find(|line| line.contains("in other executions: set"));
        assert!(line.is_some_and(|line| line.contains("-.->")), "{drawn}");
    }
}

/// A task that is started only if main saw a flag: here it is not there at all.
#[test]
fn a_task_that_is_not_there_is_named_too() {
    let checked = Checker::new().check(|| -> Result<(), Exception> {
        let (flag, go) = (Atomic::named("flag", 0), Event::rechecking("go"));
        let (theirs, sets) = (flag.clone(), go.clone());
        spawn_named("setter", move || theirs.store(1));
        if flag.load() == 1 {
            spawn_named("late", move || sets.set());
        }
        go.wait();
        Ok(())
    });
    let graph = hang(checked.report());
    says(graph, "T0", &["in other executions T2 'late' sets it", "here it was never started"]);
    assert_eq!(part(graph, "T2"), Some(Part::Absent));
}

/// No task ever sets it, in no execution: none is named.
#[test]
fn nobody_is_named_if_nobody_ever_does_it() {
    let checked = Checker::new().check(|| -> Result<(), Exception> {
        let go = Event::rechecking("go");
        spawn_named("idler", || ());
        go.wait();
        Ok(())
    });
    let graph = hang(checked.report());
    assert_eq!(super::story(graph, "T0"), ["no task in this execution sets it"]);
    assert!(graph.wait_for.is_empty());
}
