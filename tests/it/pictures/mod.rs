//! Pictures: that no text in them meets another one or the border of a box, that they are
//! the same each time, and that they say what the data says.

mod layouts;
mod measured;

use crate::kit::support::unknot;
use measured::Measured;

/// A picture that a command prints as SVG.
fn picture(line: &str) -> Measured {
    let ran = unknot(&format!("{line} --format svg"));
    assert!(ran.out.starts_with("<svg "), "{line}: {}", ran.err);
    Measured::of(&ran.out)
}

#[test]
fn a_knot_says_who_waits_for_whom() {
    let line = "graph transfer-nested-opposite/source-first";
    let tasks = picture(line);
    for text in [
        "T1 → T2 → T1: each waits for the next, so none of them can ever go on",
        "T1 'alice->bob 1'",
        "waits for Lock 'bob'",
        "which T2 holds since\u{a0}step\u{a0}3",
        "waits for Lock 'alice'",
        "which T1 holds since\u{a0}step\u{a0}2",
        "stuck behind T1",
    ] {
        assert!(tasks.says(text), "{text}: {:?}", tasks.texts());
    }
    let resources = picture(&format!("{line} --kind resource"));
    for text in ["Lock 'bob'", "held by T2 since\u{a0}step\u{a0}3", "the end of T1"] {
        assert!(resources.says(text), "{text}: {:?}", resources.texts());
    }
}

#[test]
fn a_lane_diagram_says_what_is_held_and_what_blocks() {
    let lanes = picture("replay transfer-nested-opposite/source-first 'T0*2 T1 ! T2'");
    for text in [
        "deadlock: resource cycle of 2: T1 → T2 → T1",
        "A: Lock 'alice' is held",
        "B: Lock 'bob' is held",
        "blocked: lock 'alice'",
        "blocked: lock 'bob'",
        "blocked: join T1",
    ] {
        assert!(lanes.says(text), "{text}: {:?}", lanes.texts());
    }
}

/// A task that has ended ends no wait, and is named once for the waits for it.
#[test]
fn a_lane_diagram_says_what_became_of_a_task_that_is_waited_for() {
    let line = "replay event-boss-worker/one-event 'T0*3 T1*5 T0 T2*3 T3'";
    let lanes = picture(line);
    let texts = lanes.texts();
    let all = texts.join(" ");
    assert!(all.contains("waits for Event 'signal'; T1 has ended"), "{all}");
    assert!(!all.contains("could end that"), "{all}");
    // Once above its lane, and once for the two workers that wait for it.
    let named = texts.iter().filter(|text| **text == "T1 'boss'").count();
    assert_eq!(named, 2, "{texts:?}");
    lanes.assert_apart(line);
    let holding = picture("replay semaphore-leak/dies-holding 'T0*4 T1*2 T2*2 T0*2'");
    let all = holding.texts().join(" ");
    assert!(all.contains("waits for Semaphore 'permits'; T1 has ended with it"), "{all}");
}

#[test]
fn a_chart_of_time_has_a_bar_for_each_task_and_core() {
    let chart = picture("gantt sched-round-robin/switching");
    for text in ["T1 'long'", "ran 24ms, over after 33ms", "core 0 of Cpu 'cpu'", "30ms"] {
        assert!(chart.says(text), "{text}: {:?}", chart.texts());
    }
    chart.assert_apart("gantt");
}

/// Only what is meant goes into a file, and the same again.
#[test]
fn a_png_is_the_same_each_time() {
    let folder = std::env::temp_dir().join(format!("unknot-pictures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let [a, b] = ["a.png", "b.png"].map(|file| {
        let path = folder.join(file);
        let ran = unknot(&format!("graph ab-ba-noodles --format png -o '{}'", path.display()));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        std::fs::read(path).expect("the file that was written")
    });
    std::fs::remove_dir_all(folder).expect("the folder of this test");
    assert!(a.starts_with(b"\x89PNG\r\n") && a == b);
}
