//! The points of an execution, as a frame keeps them.
//!
//! Executions on top of one another begin with the same points, which may be many. So
//! points stand in chunks. A frame shares chunks with the frame below it, and with the
//! frames of searches that were cut from its own. A chunk that is shared is never
//! changed.

use std::ops::Range;
use std::sync::Arc;

use super::node::Node;

/// How many points a chunk has. Most executions are shorter; then points are copied,
/// which costs less than sharing them.
const CHUNK: usize = 128;

/// How many points two executions have in common at their beginning. One is in pieces.
pub(super) fn n_same<'a>(mut a: &[Node], b: impl Iterator<Item = &'a [Node]>) -> usize {
    let is_same = |(a, b): &(&Node, &Node)| a.task == b.task && a.choices == b.choices;
    let mut n = 0;
    for b in b {
        let same = a.iter().zip(b).take_while(is_same).count();
        n += same;
        if same < b.len() {
            break;
        }
        a = &a[same..];
    }
    n
}

/// The points of an execution up to some step.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    /// All chunks but the last one are full.
    chunks: Vec<Arc<Vec<Node>>>,
}

impl Points {
    pub(super) fn len(&self) -> usize {
        let Some((last, others)) = self.chunks.split_last() else { return 0 };
        others.len() * CHUNK + last.len()
    }

    /// # Panics
    /// If there is no such point.
    pub(super) fn at(&self, at: usize) -> &Node {
        &self.chunks[at / CHUNK][at % CHUNK]
    }

    /// Some of the points, in pieces.
    pub(super) fn slices(&self, range: Range<usize>) -> impl Iterator<Item = &[Node]> {
        let chunks = range.start / CHUNK..range.end.div_ceil(CHUNK);
        chunks.map(move |nth| {
            let first = nth * CHUNK;
            let from = range.start.max(first) - first;
            &self.chunks[nth][from..(range.end - first).min(CHUNK)]
        })
    }

    /// Makes these points its own. It has the first `same` of them already; `others` tells
    /// how many of them another frame has.
    pub(super) fn take(&mut self, points: &[Node], same: usize, others: Option<(&Points, usize)>) {
        let same = same.min(self.len()).min(points.len());
        self.chunks.truncate(points.len().div_ceil(CHUNK));
        for nth in same / CHUNK..points.len().div_ceil(CHUNK) {
            let first = nth * CHUNK;
            let chunk = &points[first..points.len().min(first + CHUNK)];
            let is_theirs = |&(_, n): &(&Points, usize)| first + CHUNK <= n;
            let theirs = others.filter(is_theirs).filter(|_| chunk.len() == CHUNK);
            let new = match (theirs, self.chunks.get_mut(nth)) {
                (Some((others, _)), _) => Arc::clone(&others.chunks[nth]),
                (None, Some(own)) => match Arc::get_mut(own) {
                    Some(nodes) => {
                        nodes.truncate(same.saturating_sub(first).min(chunk.len()));
                        nodes.extend_from_slice(&chunk[nodes.len()..]);
                        continue;
                    }
                    None => Arc::new(chunk.to_vec()),
                },
                (None, None) => Arc::new(chunk.to_vec()),
            };
            match self.chunks.get_mut(nth) {
                Some(own) => *own = new,
                None => self.chunks.push(new),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use unknot_sim::TaskId;

    use super::*;
    use crate::strategy::dpor::node::StepReason;
    use crate::strategy::order::choice::Choices;

    fn nodes(tasks: impl Iterator<Item = u32>) -> Vec<Node> {
        tasks.map(|task| Node::new(TaskId(task), StepReason::Led, Choices::new())).collect()
    }

    fn tasks(points: &Points, range: Range<usize>) -> Vec<u32> {
        points.slices(range).flatten().map(|node| node.task.0).collect()
    }

    /// Points of one length after points of another, with a number of common points, alone
    /// and on top of another frame.
    #[test]
    fn points_are_those_that_were_taken_last() {
        let lengths = [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7];
        let cases = lengths.iter().flat_map(|a| lengths.iter().map(move |b| (*a, *b)));
        for (before, n) in cases {
            for same in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5] {
                let same = same.min(before).min(n);
                let (before, n) = (before as u32, n as u32);
                let first = nodes(0..before);
                let second = nodes((0..n).map(|i| if i < same as u32 { i } else { i + 1_000 }));
                let expected: Vec<u32> = second.iter().map(|node| node.task.0).collect();
                let mut below = Points::default();
                below.take(&first, 0, None);
                for others in [None, Some((&below, same))] {
                    let mut points = Points::default();
                    points.take(&first, 0, None);
                    let kept = points.clone();
                    points.take(&second, same, others);
                    assert_eq!(points.len(), n as usize);
                    assert_eq!(tasks(&points, 0..n as usize), expected, "{before} {n} {same}");
                    let middle = n as usize / 3..n as usize * 2 / 3;
                    assert_eq!(tasks(&points, middle.clone()), expected[middle]);
                    assert_eq!(tasks(&kept, 0..before as usize), (0..before).collect::<Vec<_>>());
                }
            }
        }
    }
}
