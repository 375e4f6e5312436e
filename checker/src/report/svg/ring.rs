//! A ring, and behind it, further out, what leads to it.
//!
//! The boxes of the ring are on an ellipse, the first on the left and the others clockwise.
//! Each other box is on a larger ellipse, as many as it is steps away from the ring, in the
//! sector of the box that it leads to. An ellipse grows until nothing on it overlaps.

use std::f64::consts::{PI, TAU};

use super::plan::{Plan, Spot, neighbours};
use super::scene::Rect;

/// The room around a box.
const ROOM: f64 = 15.0;

/// How much wider than high an ellipse is.
const FLAT: f64 = 1.5;

/// A box outside the ring, and the sector that it may be in.
#[derive(Clone, Copy)]
struct Sector {
    node: usize,
    from: f64,
    to: f64,
}

/// Places the boxes of a part of a graph around its ring.
pub(super) fn place(plan: Plan<'_>, ring: &[usize], part: &[usize], spots: &mut [Spot]) {
    let rect = |node: usize, spot: Spot| Rect::around(spot, plan.sizes[node]).grown(ROOM);
    let sector = TAU / ring.len() as f64;
    let angles = (0..ring.len()).map(|nth| PI + sector * nth as f64);
    let mut level: Vec<Sector> = (ring.iter().zip(angles))
        .map(|(&node, angle)| Sector { node, from: angle - sector / 2.0, to: angle + sector / 2.0 })
        .collect();
    let mut taken: Vec<Rect> = vec![];
    let (mut a, mut b) = (30.0 * FLAT, 30.0);
    let mut known: Vec<usize> = ring.to_vec();
    while !level.is_empty() {
        let spot = |one: &Sector, (a, b): (f64, f64)| {
            let angle = (one.from + one.to) / 2.0;
            (a * angle.cos(), b * angle.sin())
        };
        let mut rects = rects_at(&level, (a, b), &rect, &spot);
        while !are_apart(&rects, &taken) {
            (a, b) = (a + 12.0, b + 8.0);
            rects = rects_at(&level, (a, b), &rect, &spot);
        }
        for one in &level {
            spots[one.node] = spot(one, (a, b));
        }
        taken.extend(rects);
        level = next_level(plan, &level, part, &mut known);
        (a, b) = (a + 40.0, b + 30.0);
    }
}

fn rects_at(
    level: &[Sector],
    radii: (f64, f64),
    rect: &impl Fn(usize, Spot) -> Rect,
    spot: &impl Fn(&Sector, (f64, f64)) -> Spot,
) -> Vec<Rect> {
    level.iter().map(|one| rect(one.node, spot(one, radii))).collect()
}

fn are_apart(rects: &[Rect], taken: &[Rect]) -> bool {
    rects
        .iter()
        .enumerate()
        .all(|(nth, rect)| rects[nth + 1..].iter().chain(taken).all(|other| !rect.overlaps(other)))
}

/// The boxes that are next to those of a level, each in its share of the sector.
fn next_level(
    plan: Plan<'_>,
    level: &[Sector],
    part: &[usize],
    known: &mut Vec<usize>,
) -> Vec<Sector> {
    let mut next = vec![];
    for parent in level {
        let mut children: Vec<usize> = vec![];
        for node in neighbours(plan.edges, parent.node) {
            if part.contains(&node) && !known.contains(&node) {
                known.push(node);
                children.push(node);
            }
        }
        let share = (parent.to - parent.from) / children.len().max(1) as f64;
        for (nth, node) in children.into_iter().enumerate() {
            let from = parent.from + share * nth as f64;
            next.push(Sector { node, from, to: from + share });
        }
    }
    next
}
