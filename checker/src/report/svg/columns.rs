//! A graph without a cycle that has to be shown as one: columns from left to right.
//!
//! Sugiyama, Tagawa and Toda (1981), made simple: an edge that would go back is left out
//! of account, the column of a box is its longest way from a beginning, the order within a
//! column follows the neighbours' places, and each box is as near to their height as the
//! boxes above it let it be. Long edges get no place of their own: they are bent around
//! boxes when they are drawn.

use super::plan::{Plan, Spot};

/// The room between columns, and between boxes of a column.
const BETWEEN: f64 = 56.0;
const BELOW: f64 = 26.0;

/// How often the order within the columns is made better.
const ROUNDS: usize = 4;

/// Places the boxes of a part of a graph.
pub(super) fn place(plan: Plan<'_>, part: &[usize], spots: &mut [Spot]) {
    let edges = forward(plan, part);
    let column = columns(plan, part, &edges);
    let n = part.iter().map(|&node| column[node] + 1).max().unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![vec![]; n];
    for &node in part {
        columns[column[node]].push(node);
    }
    let mut x = 0.0;
    for column in &columns {
        let widest = column.iter().map(|&node| plan.sizes[node].0).fold(0.0, f64::max);
        for &node in column {
            spots[node].0 = x + widest / 2.0;
        }
        x += widest + BETWEEN;
        stack(plan, column, spots);
    }
    for round in 0..ROUNDS {
        let there: Vec<usize> = match round % 2 {
            0 => (0..n).collect(),
            _ => (0..n).rev().collect(),
        };
        for at in there {
            let wanted = |node: usize, spots: &[Spot]| {
                let beside: Vec<f64> = beside(&edges, node).map(|one| spots[one].1).collect();
                match beside.len() {
                    0 => spots[node].1,
                    n => beside.iter().sum::<f64>() / n as f64,
                }
            };
            let mut nodes: Vec<(f64, usize)> =
                columns[at].iter().map(|&node| (wanted(node, spots), node)).collect();
            // Equal wishes keep their order.
            nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
            columns[at] = nodes.iter().map(|&(_, node)| node).collect();
            let wishes: Vec<f64> = nodes.iter().map(|&(y, _)| y).collect();
            settle(plan, &columns[at], &wishes, spots);
        }
    }
}

fn beside<'a>(edges: &'a [(usize, usize)], node: usize) -> impl Iterator<Item = usize> + 'a {
    edges.iter().filter_map(
        move |&(from, to)| {
            if from == node { Some(to) } else { (to == node).then_some(from) }
        },
    )
}

/// Places boxes below each other.
fn stack(plan: Plan<'_>, column: &[usize], spots: &mut [Spot]) {
    let mut top = 0.0;
    for &node in column {
        let h = plan.sizes[node].1;
        spots[node].1 = top + h / 2.0;
        top += h + BELOW;
    }
}

/// Places boxes as near to the wished heights of their middles as they can be without
/// overlapping: boxes that would overlap are a block, in the middle of what they wish.
fn settle(plan: Plan<'_>, column: &[usize], wishes: &[f64], spots: &mut [Spot]) {
    // Each block: how many boxes, where its top wants to be, and its height.
    let mut blocks: Vec<(usize, f64, f64)> = vec![];
    for (&node, wish) in column.iter().zip(wishes) {
        let h = plan.sizes[node].1;
        blocks.push((1, wish - h / 2.0, h + BELOW));
        while let [.., before, last] = blocks.as_slice() {
            if before.1 + before.2 <= last.1 {
                break;
            }
            let (n, m) = (before.0 as f64, last.0 as f64);
            let top = (before.1 * n + (last.1 - before.2) * m) / (n + m);
            let joined = (before.0 + last.0, top, before.2 + last.2);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    let mut nodes = column.iter();
    for (n, top, _) in blocks {
        let mut at = top;
        for &node in nodes.by_ref().take(n) {
            let h = plan.sizes[node].1;
            spots[node].1 = at + h / 2.0;
            at += h + BELOW;
        }
    }
}

/// The edges inside a part, without those that close a cycle.
fn forward(plan: Plan<'_>, part: &[usize]) -> Vec<(usize, usize)> {
    let mut kept: Vec<(usize, usize)> = vec![];
    for &(from, to) in plan.edges.iter().filter(|edge| part.contains(&edge.0)) {
        let is_new = from != to && part.contains(&to) && !kept.contains(&(from, to));
        if is_new && !reaches(&kept, to, from) {
            kept.push((from, to));
        }
    }
    kept
}

fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&node) = seen.get(next) {
        next += 1;
        for &(_, target) in edges.iter().filter(|edge| edge.0 == node) {
            if !seen.contains(&target) {
                seen.push(target);
            }
        }
    }
    seen.contains(&to)
}

/// The number of the column of each box.
fn columns(plan: Plan<'_>, part: &[usize], edges: &[(usize, usize)]) -> Vec<usize> {
    let mut column = vec![0; plan.sizes.len()];
    // The longest way has fewer edges than there are boxes.
    for _ in part {
        for &(from, to) in edges {
            column[to] = column[to].max(column[from] + 1);
        }
    }
    column
}
