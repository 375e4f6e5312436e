//! Locks on which writers come first.

use unknot_checker::replay::graph::TaskEdge;
use unknot_checker::report::dot::{self, View};
use unknot_checker::sim::{RwLock, done, spawn};

use super::{Done, program, stuck, text};

/// A writer that has come and waits holds nothing: that it comes first is what it did. The
/// reader that is in is in no way of another one, so it does not wait for itself.
#[test]
fn a_writer_that_waits_holds_nothing() {
    let program = program(|| {
        let lock = RwLock::writers_first("table");
        let theirs = lock.clone();
        let _reading = lock.read()?;
        let writer = spawn(move || -> Done {
            let _writing = theirs.write()?;
            done(())
        });
        let _again = lock.read()?;
        writer.join()??;
        done(())
    });
    let replayed = stuck(&program, "T0*2 T1");
    let graph = &replayed.graph;
    let holders: Vec<&str> = graph.holds.iter().map(|hold| hold.task.as_str()).collect();
    assert_eq!(holders, ["T0"]);
    let told = |from: &str| {
        let edges = graph.wait_for.iter().filter(|edge| edge.from == from);
        let told = |edge: &TaskEdge| {
            let did = edge.did.as_ref().map(|did| (did.op.clone(), did.step));
            (edge.to.clone(), edge.certain, edge.held.as_ref().map(|held| held.step), did)
        };
        edges.map(told).collect::<Vec<_>>()
    };
    let came = Some(("come to write".to_owned(), 2));
    assert_eq!(told("T0"), [("T1".to_owned(), true, None, came)]);
    assert_eq!(told("T1"), [("T0".to_owned(), true, Some(0), None)]);
    let drawn = text(|out| dot::write(graph, View::WaitFor, out));
    assert!(drawn.contains("come to write") && !drawn.contains("possible"), "{drawn}");
}
