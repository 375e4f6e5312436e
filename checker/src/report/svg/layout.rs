//! Where the boxes of a graph are placed.
//!
//! A cycle is laid out as a ring, clockwise, and what leads to it behind it, further out
//! ([`super::ring`]). A part without a cycle is laid out in columns from left to right
//! ([`super::columns`]). The parts are placed beside each other. The same graph has the
//! same places always. No two boxes overlap: rings and columns grow until that is so.

use std::collections::VecDeque;

use super::plan::{Plan, Spot, neighbours};
use super::scene::Rect;
use super::{columns, ring};

/// How much room is between parts of a graph that have nothing to do with each other.
const APART: f64 = 48.0;

/// How wide a picture gets before the next part goes below.
const PAGE: f64 = 1_100.0;

/// Where the middle of each box is; all of them right of and below 0.
pub(super) fn place(plan: Plan<'_>) -> Vec<Spot> {
    let mut spots = vec![(0.0, 0.0); plan.sizes.len()];
    let (mut x, mut y, mut row): (f64, f64, f64) = (0.0, 0.0, 0.0);
    for part in parts(plan) {
        match plan.rings.iter().find(|ring| part.contains(&ring[0])) {
            Some(ring) => ring::place(plan, ring, &part, &mut spots),
            None => columns::place(plan, &part, &mut spots),
        }
        let bounds = bounds(plan, &part, &spots);
        if x > 0.0 && x + bounds.w > PAGE {
            (x, y, row) = (0.0, y + row + APART, 0.0);
        }
        for &node in &part {
            let (at_x, at_y) = spots[node];
            spots[node] = (at_x - bounds.x + x, at_y - bounds.y + y);
        }
        x += bounds.w + APART;
        row = row.max(bounds.h);
    }
    spots
}

/// The boxes that belong together: each ring with what is nearest to it, and what is
/// connected and has no ring.
fn parts(plan: Plan<'_>) -> Vec<Vec<usize>> {
    let n = plan.sizes.len();
    let mut part_of: Vec<Option<usize>> = vec![None; n];
    let mut queue = VecDeque::new();
    for (nth, ring) in plan.rings.iter().enumerate() {
        for &node in ring {
            part_of[node] = Some(nth);
            queue.push_back(node);
        }
    }
    let mut count = plan.rings.len();
    spread(plan, &mut part_of, &mut queue);
    for node in 0..n {
        if part_of[node].is_none() {
            part_of[node] = Some(count);
            count += 1;
            queue.push_back(node);
            spread(plan, &mut part_of, &mut queue);
        }
    }
    (0..count).map(|part| (0..n).filter(|&node| part_of[node] == Some(part)).collect()).collect()
}

fn spread(plan: Plan<'_>, part_of: &mut [Option<usize>], queue: &mut VecDeque<usize>) {
    while let Some(node) = queue.pop_front() {
        for next in neighbours(plan.edges, node) {
            if part_of[next].is_none() {
                part_of[next] = part_of[node];
                queue.push_back(next);
            }
        }
    }
}

/// The area of some boxes.
fn bounds(plan: Plan<'_>, nodes: &[usize], spots: &[Spot]) -> Rect {
    let rects = nodes.iter().map(|&node| Rect::around(spots[node], plan.sizes[node]));
    let joined = rects.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect { x, y, w: a.right().max(b.right()) - x, h: a.bottom().max(b.bottom()) - y }
    });
    joined.unwrap_or_default()
}
