//! How an edge goes from one box to another: straight if nothing is in the way, else bent
//! as little as passes the fewest boxes. Two edges between the same boxes are bent apart.

use super::plan::Spot;
use super::scene::Rect;

/// How far the middle of a line may be moved aside, in the order of preference.
const BENDS: [f64; 9] = [0.0, 40.0, -40.0, 90.0, -90.0, 160.0, -160.0, 260.0, -260.0];

/// Points of a line that are looked at.
const SAMPLES: usize = 32;

/// The room that a line leaves around a box it passes.
const ROOM: f64 = 5.0;

/// The points of an edge: two, or three if it is bent.
pub(super) fn route(boxes: &[Rect], (from, to): (usize, usize), is_double: bool) -> Vec<Spot> {
    let ends = (boxes[from], boxes[to]);
    let bends = BENDS.iter().filter(|bend| !is_double || **bend > 0.0);
    let ways = bends.map(|&bend| {
        let way = bent(ends, bend);
        (crossed(boxes, (from, to), &way), way)
    });
    let best = ways.min_by_key(|(crossed, _)| *crossed);
    best.map(|(_, way)| way).expect("some way is tried")
}

fn bent((from, to): (Rect, Rect), bend: f64) -> Vec<Spot> {
    let (a, b) = (from.centre(), to.centre());
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy).max(1.0);
    let middle = (
        (a.0 + b.0) / 2.0 + dy / length * bend * 2.0,
        (a.1 + b.1) / 2.0 - dx / length * bend * 2.0,
    );
    let (begin, end) = (border(from, middle, 2.0), border(to, middle, 3.0));
    match bend {
        0.0 => vec![begin, end],
        _ => vec![begin, middle, end],
    }
}

/// Where the way from the middle of a box to a point leaves the box, and a little further.
fn border(rect: Rect, (x, y): Spot, gap: f64) -> Spot {
    let (cx, cy) = rect.centre();
    let (dx, dy) = (x - cx, y - cy);
    let of = |half: f64, d: f64| if d == 0.0 { f64::INFINITY } else { (half + gap) / d.abs() };
    let part = of(rect.w / 2.0, dx).min(of(rect.h / 2.0, dy));
    match part.is_finite() {
        true => (cx + dx * part, cy + dy * part),
        false => (cx, cy),
    }
}

/// How many points of a line are inside boxes that it does not join.
fn crossed(boxes: &[Rect], (from, to): (usize, usize), way: &[Spot]) -> usize {
    let (a, b) = (way[0], way[way.len() - 1]);
    let middle = if way.len() == 3 { way[1] } else { ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0) };
    let at = |nth: usize| {
        let t = nth as f64 / SAMPLES as f64;
        let mix = |a: f64, m: f64, b: f64| {
            (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * m + t * t * b
        };
        (mix(a.0, middle.0, b.0), mix(a.1, middle.1, b.1))
    };
    let points: Vec<Spot> = (0..=SAMPLES).map(at).collect();
    let others = boxes.iter().enumerate().filter(|(nth, _)| *nth != from && *nth != to);
    others
        .map(|(_, rect)| {
            let rect = rect.grown(ROOM);
            points.iter().filter(|point| rect.has(**point)).count()
        })
        .sum()
}
