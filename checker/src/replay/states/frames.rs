//! Lists that change little from one step to the next: each record once in a table, and
//! for each step which part of a list is replaced.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::replay::graph::{Graph, HoldEdge, Knot, ResourceNode, TaskEdge, TaskNode, WaitEdge};
use crate::replay::record::TaskRecord;

/// Every record of all frames, once.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StateTables {
    /// All tasks, with what they are about to do.
    pub tasks: Vec<TaskRecord>,
    /// The tasks of the wait-for graph.
    pub nodes: Vec<TaskNode>,
    /// Its resources.
    pub resources: Vec<ResourceNode>,
    /// Task waits for resource.
    pub waits: Vec<WaitEdge>,
    /// Resource is held by task.
    pub holds: Vec<HoldEdge>,
    /// Task waits for task.
    pub wait_for: Vec<TaskEdge>,
    /// Tasks that only one another could free.
    pub knots: Vec<Knot>,
}

impl StateTables {
    /// Leaves out the records that none of these frames has. Records are numbered in the
    /// order in which frames first have them.
    pub(super) fn keep_those_of(&mut self, frames: &[StateFrame]) {
        let used = |list: fn(&StateFrame) -> &Splice| {
            let added = frames.iter().flat_map(|frame| list(frame).iter().skip(2));
            added.max().map_or(0, |last| *last as usize + 1)
        };
        self.tasks.truncate(used(|frame| &frame.tasks));
        self.nodes.truncate(used(|frame| &frame.nodes));
        self.resources.truncate(used(|frame| &frame.resources));
        self.waits.truncate(used(|frame| &frame.waits));
        self.holds.truncate(used(|frame| &frame.holds));
        self.wait_for.truncate(used(|frame| &frame.wait_for));
        self.knots.truncate(used(|frame| &frame.knots));
    }
}

/// What is replaced in a list: from where, how many, and by which numbers of its table.
pub(super) type Splice = Vec<u32>;

/// What differs from the frame before; a list that is the same is left out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StateFrame {
    /// Of the tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Splice,
    /// Of the tasks of the graph.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Splice,
    /// Of the resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Splice,
    /// Of the waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waits: Splice,
    /// Of the holdings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Splice,
    /// Of the edges between tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wait_for: Splice,
    /// Of the knots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub knots: Splice,
}

/// The frames so far.
#[derive(Default)]
pub(crate) struct Frames {
    pub(crate) tables: StateTables,
    pub(crate) frames: Vec<StateFrame>,
    known: [BTreeMap<String, u32>; 7],
    last: [Vec<u32>; 7],
}

impl Frames {
    pub(crate) fn push(&mut self, tasks: &[TaskRecord], graph: &Graph) {
        let Frames { tables, frames, known, last } = self;
        let [t0, t1, t2, t3, t4, t5, t6] = known;
        let [l0, l1, l2, l3, l4, l5, l6] = last;
        frames.push(StateFrame {
            tasks: splice(tasks, &mut tables.tasks, t0, l0),
            nodes: splice(&graph.tasks, &mut tables.nodes, t1, l1),
            resources: splice(&graph.resources, &mut tables.resources, t2, l2),
            waits: splice(&graph.waits, &mut tables.waits, t3, l3),
            holds: splice(&graph.holds, &mut tables.holds, t4, l4),
            wait_for: splice(&graph.wait_for, &mut tables.wait_for, t5, l5),
            knots: splice(&graph.knots, &mut tables.knots, t6, l6),
        });
    }
}

/// Puts what is new of a list into its table, and tells what differs from the last list.
fn splice<T: Clone + Serialize>(
    list: &[T],
    table: &mut Vec<T>,
    known: &mut BTreeMap<String, u32>,
    last: &mut Vec<u32>,
) -> Splice {
    let number = |record: &T| {
        let key = serde_json::to_string(record).expect("a record is JSON");
        *known.entry(key).or_insert_with(|| {
            table.push(record.clone());
            (table.len() - 1) as u32
        })
    };
    let now: Vec<u32> = list.iter().map(number).collect();
    if now == *last {
        return vec![];
    }
    let same = |pairs: &mut dyn Iterator<Item = (&u32, &u32)>| {
        pairs.take_while(|(before, after)| before == after).count()
    };
    let start = same(&mut last.iter().zip(&now));
    let shorter = last.len().min(now.len()) - start;
    let end = same(&mut last.iter().rev().zip(now.iter().rev())).min(shorter);
    let mut splice = vec![start as u32, (last.len() - start - end) as u32];
    splice.extend(&now[start..now.len() - end]);
    *last = now;
    splice
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A splice makes the next list of the one before, whatever they are.
    #[test]
    fn what_is_replaced_gives_the_next_list() {
        let lists: [&[char]; 9] = [
            &[],
            &['a'],
            &['a', 'b'],
            &['c', 'a', 'b'],
            &['c', 'a', 'd', 'b'],
            &['b', 'b'],
            &['b', 'b', 'b'],
            &['a', 'a'],
            &[],
        ];
        let (mut table, mut known, mut last) = (vec![], BTreeMap::new(), vec![]);
        let mut shown: Vec<u32> = vec![];
        for list in lists {
            let splice = splice(list, &mut table, &mut known, &mut last);
            if let [start, gone, with @ ..] = splice.as_slice() {
                let (start, gone) = (*start as usize, *gone as usize);
                shown.splice(start..start + gone, with.iter().copied());
            }
            let read: Vec<char> = shown.iter().map(|&at| table[at as usize]).collect();
            assert_eq!(read, list);
        }
    }
}
