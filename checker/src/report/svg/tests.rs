//! Pictures of programs that are made for them: names that could break them, and what is
//! in a picture.

use std::sync::Arc;

use unknot_sim::{Exception, Lock, Program, spawn_named};

use super::Form;
use super::scene::{Scene, Shape};
use crate::model::kind::Levels;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::{Replayed, replay};
use crate::report::look::Look;
use crate::report::picture::View;
use crate::report::replay::ReplayReport;

/// A name with what XML, CSS and people could take for their own.
const AWKWARD: &str = "</text></title><script>alert(1)</script><img onerror=\"x\"> &amp; ]]> 鍵 \
                       \u{202e}\u{1b}[31m\n{}'";

/// Two tasks that take two locks in opposite orders, with these names.
fn crossed(name: &'static str) -> Replayed {
    let nested = |first: &Lock, second: &Lock| -> Result<(), Exception> {
        let _first = first.lock()?;
        let _second = second.lock()?;
        Ok(())
    };
    let program: Program = Arc::new(move || {
        let (a, b) = (Lock::named(name), Lock::named("b"));
        let (c, d) = (a.clone(), b.clone());
        let one = spawn_named(name, move || nested(&a, &b));
        let two = spawn_named("two", move || nested(&d, &c));
        one.join()??;
        two.join()??;
        Ok(0.into())
    });
    let schedule = Schedule::parse("T0*2 T1 T2").expect("a schedule");
    replay(&program, &schedule, Semantics::default())
}

fn report(replayed: &Replayed) -> ReplayReport<'_> {
    ReplayReport::new("a <test> & more".to_owned(), replayed, Levels::default(), |_| true)
}

fn scenes(replayed: &Replayed) -> [Scene; 3] {
    [
        super::graph::scene(&replayed.graph, View::WaitFor),
        super::graph::scene(&replayed.graph, View::Resource),
        super::lanes::scene(&report(replayed), false),
    ]
}

/// Nothing in a name is anything but text, and the renderer takes the picture.
#[test]
fn names_cannot_break_a_picture() {
    let replayed = crossed(AWKWARD);
    for form in [Form::Svg, Form::Png] {
        let mut written: [Vec<u8>; 3] = Default::default();
        let [tasks, resources, lanes] = &mut written;
        let whole = "memory can be written";
        form.graph(&replayed.graph, View::WaitFor, tasks).expect(whole);
        form.graph(&replayed.graph, View::Resource, resources).expect(whole);
        form.execution(&report(&replayed), Look::default(), lanes).expect(whole);
        for bytes in written {
            if form == Form::Png {
                assert!(bytes.starts_with(b"\x89PNG"));
                continue;
            }
            let svg = String::from_utf8(bytes).expect("SVG is text");
            for forbidden in ["<script", "<img", "\u{1b}", "\u{202e}"] {
                assert!(!svg.contains(forbidden), "{forbidden}: {svg}");
            }
            assert!(svg.contains("鍵"), "{svg}");
            let tree = resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default());
            assert!(tree.is_ok(), "{:?}", tree.err());
        }
    }
}

/// A text is in one box or in none, and nothing overlaps.
#[test]
fn boxes_and_texts_are_apart() {
    for name in ["a", AWKWARD, "a_name_without_any_blank_that_is_longer_than_a_line_can_be_here"] {
        for scene in scenes(&crossed(name)) {
            let texts: Vec<_> = scene.items.iter().filter_map(Shape::text_rect).collect();
            let boxes = scene.items.iter().filter_map(|item| match item {
                Shape::Box { rect, .. } => Some(*rect),
                _ => None,
            });
            let boxes: Vec<_> = boxes.collect();
            for (nth, text) in texts.iter().enumerate() {
                assert!(text.right() <= scene.width && text.bottom() <= scene.height, "{scene:?}");
                assert!(texts[..nth].iter().all(|other| !other.overlaps(text)), "{text:?}");
                let is_fine = |at: &&super::scene::Rect| at.contains(text) || !at.overlaps(text);
                assert!(boxes.iter().all(|at| is_fine(&at)), "{text:?}");
            }
            for (nth, one) in boxes.iter().enumerate() {
                assert!(boxes[..nth].iter().all(|other| !other.overlaps(one)), "{one:?}");
            }
        }
    }
}

/// A PNG has text although there is no font but ours: letters leave dark pixels.
#[test]
fn a_png_has_letters() {
    let dark = |text: &str| {
        let mut scene = Scene { width: 60.0, height: 20.0, ..Scene::default() };
        let set = super::scene::Lettering::PLAIN;
        scene.write(&super::scene::Paragraph::of(text, set, 60.0), (2.0, 2.0));
        let mut png = vec![];
        super::png::write(&scene, &mut png).expect("memory can be written");
        let pixmap = resvg::tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
        pixmap.pixels().iter().filter(|pixel| pixel.red() < 100).count()
    };
    assert_eq!(dark(""), 0);
    assert!(dark("text") > 50, "{}", dark("text"));
    assert!(dark("texttext") > dark("text"));
}

/// What is blocked, from when to when, and what lets it go on.
#[test]
fn lanes_tell_blocks_and_holdings() {
    let replayed = crossed("a");
    let lanes = &replayed.lanes;
    let held: Vec<_> = lanes.held.iter().map(|s| (s.task.as_str(), s.from, s.to)).collect();
    assert_eq!(held, [("T1", 2, None), ("T2", 3, None)]);
    let blocked: Vec<_> = lanes.blocked.iter().map(|s| (s.task.as_str(), s.from, s.to)).collect();
    assert_eq!(blocked, [("T0", 1, None), ("T1", 3, None), ("T2", 3, None)]);
}
