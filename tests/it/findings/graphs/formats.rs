//! The pictures and the command line: nothing in a name can break a format.

use unknot_checker::replay::graph::Graph;
use unknot_checker::report::dot::{self, View};
use unknot_checker::report::mermaid;
use unknot_checker::sim::{Lock, spawn_named};

use super::{nested, program, run, stuck, text, through_a_semaphore};
use crate::kit::support::unknot;

/// Names that would end a string, a line or a tag in some format.
fn awkward() -> Graph {
    let program = program(|| {
        let lock = Lock::named("a\"b\\\n<b>&amp; |é| `#35;` ключ");
        let theirs = lock.clone();
        let task = spawn_named("say \"end\"\n;", move || nested(&theirs, &theirs));
        task.join()?
    });
    stuck(&program, "T0 T1").graph
}

#[test]
fn names_cannot_break_a_picture() {
    let graph = awkward();
    for view in [View::WaitFor, View::Resource] {
        let dot = text(|out| dot::write(&graph, view, out));
        assert!(dot.contains("say \\\"end\\\"\\n;"), "{dot}");
        let mermaid = text(|out| mermaid::write(&graph, view, out));
        assert!(mermaid.contains("say #34;end#34;<br/>#59;"), "{mermaid}");
        assert!(mermaid.contains("ключ") && dot.contains("ключ"));
        for line in dot.lines() {
            let quotes = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
            assert_eq!(quotes % 2, 0, "{line}");
        }
        for line in mermaid.lines() {
            assert!(matches!(line.matches('"').count(), 0 | 2), "{line}");
            assert!(line.matches('|').count() % 2 == 0, "{line}");
        }
    }
}

#[test]
fn graphviz_takes_what_we_print() {
    let graphs = [awkward(), run(&through_a_semaphore(true), "T0*3 T1 T2").graph];
    for view in [View::WaitFor, View::Resource] {
        for graph in &graphs {
            let source = text(|out| dot::write(graph, view, out));
            let Some((ok, svg)) = drawn(&source) else {
                println!("note: Graphviz is not installed, so nothing was drawn");
                return;
            };
            assert!(ok && svg.contains("<svg"), "{source}");
        }
    }
}

/// Four philosophers fit on a page of A4, which has 595 by 842 points, and no edge comes twice.
#[test]
fn a_ring_of_resources_fits_a_page() {
    let source = unknot("graph philosophers-ring/all-left-first --kind resource --format dot").out;
    assert!(source.contains("color=red"), "{source}");
    let edges: Vec<&str> = source.lines().filter(|line| line.contains(" -> ")).collect();
    for (nth, edge) in edges.iter().enumerate() {
        assert!(!edges[..nth].contains(edge), "{edge}");
    }
    let Some((_, svg)) = drawn(&source) else {
        println!("note: Graphviz is not installed, so nothing was drawn");
        return;
    };
    let side = |name: &str| {
        let (_, rest) = svg.split_once(&format!("{name}=\"")).expect(name);
        let (points, _) = rest.split_once("pt").expect("points");
        points.parse::<f64>().expect("a number")
    };
    assert!(side("<svg width") <= 595.0 && side(" height") <= 842.0, "{svg}");
}

/// What Graphviz makes of a text, where it is installed.
fn drawn(source: &str) -> Option<(bool, String)> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new("dot");
    let piped = command.arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.spawn().ok()?;
    // Dropping the pipe at the end of the statement ends the input.
    child.stdin.take()?.write_all(source.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn graphs_in_the_middle_of_a_schedule() {
    let noodles = "graph ab-ba-noodles -p group=1";
    let at = |step: usize| unknot(&format!("{noodles} --at {step} --format json 'T0*2 T1 T2'"));
    let graph = |step| -> serde_json::Value { serde_json::from_str(&at(step).out).expect("JSON") };
    // Main joins T1 as soon as both are started.
    assert_eq!(
        (graph(2)["waits"][0]["task"].as_str(), graph(2)["holds"][0].as_str()),
        (Some("T0"), None)
    );
    // T1 has a lock and could go on.
    let third = graph(3);
    assert_eq!(third["holds"][0]["task"], "T1");
    assert_eq!(third["tasks"][1]["part"], "free");
    assert_eq!(third["knots"].as_array().map(Vec::len), Some(0));
    assert_eq!(graph(4)["knots"][0]["cycle"], serde_json::json!(["T1", "T2", "T1"]));
    // Without a schedule it is the simplest stuck one that is cut.
    assert_eq!(unknot(&format!("{noodles} --at 3")).code, 0);
    let none = at(1);
    assert_eq!(none.code, 1, "{}", none.out);
    assert!(none.err.contains("no task waits at --at 1, after 'T0'"), "{}", none.err);
    let beyond = at(5);
    assert_eq!((beyond.code, beyond.out.as_str()), (2, ""));
    assert!(
        beyond.err.contains("--at 5 is beyond the 4 steps of 'T0*2 T1 ! T2'"),
        "{}",
        beyond.err
    );
}

#[test]
fn every_format_on_the_command_line() {
    let noodles = "graph ab-ba-noodles -p group=1";
    let shown = unknot(noodles);
    assert!(
        shown.out.contains("knot T1 \u{2192} T2 \u{2192} T1; behind it T0 'main'"),
        "{}",
        shown.out
    );
    let mermaid = unknot(&format!("{noodles} --format mermaid"));
    for part in ["flowchart LR", "T1([\"T1 'chopsticks first 1'\"]):::knot", "T1 ==>|", "T0 -->|"] {
        assert!(mermaid.out.contains(part), "{part}: {}", mermaid.out);
    }
    let resource = unknot(&format!("{noodles} --format mermaid --kind resource"));
    assert!(resource.out.contains("held (exclusive) since step 2"), "{}", resource.out);
    assert!(resource.out.contains("r0 -->|\"its end\"| T1"), "{}", resource.out);
    let checked = unknot("check ab-ba-noodles/opposite-orders -p group=1");
    assert!(
        checked.out.contains("resource cycle of 2: T1 \u{2192} T2 \u{2192} T1"),
        "{}",
        checked.out
    );
}
