//! Analyses on executions that are written by hand: what each says of exactly
//! these steps, in tables. Whether the steps are those of the primitives is for
//! the tests that run programs.

mod closing;
mod ends;
mod lost_update;
mod races;
mod stuck;
mod written;

use unknot_sim::{ObjectId, TaskId};

use self::written::{Written, place};
use super::handed::Handed;
use super::{Scratch, analyse};
use crate::model::finding::Site;
use crate::model::kind::Kind;

/// A finding as a table has it: tasks, objects and places by number, and the
/// steps that prove it.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    kind: Kind,
    tasks: Vec<u32>,
    objects: Vec<u32>,
    places: Vec<usize>,
    steps: Vec<u32>,
}

fn found<const T: usize, const O: usize, const P: usize, const S: usize>(
    kind: Kind,
    tasks: [u32; T],
    objects: [u32; O],
    places: [usize; P],
    steps: [u32; S],
) -> Found {
    let [tasks, objects, steps] = [tasks.to_vec(), objects.to_vec(), steps.to_vec()];
    Found { kind, tasks, objects, places: places.to_vec(), steps }
}

/// An execution in words, as it is written, and what is to be found in it.
type Row = (&'static str, Written, Vec<Found>);

/// Says that of some kinds exactly what the rows say is found, with buffers
/// that go from one execution to the next as in a search.
fn judge<const N: usize>(kinds: &[Kind], rows: [Row; N]) {
    let mut scratch = Scratch::default();
    for (name, written, expected) in rows {
        let mut evidence = vec![];
        let execution = written.execution();
        let handed = Handed::of(&execution);
        analyse(&execution, &handed, &mut scratch, &mut evidence);
        let said: Vec<Found> = evidence
            .into_iter()
            .filter(|evidence| kinds.contains(&evidence.signature.kind))
            .map(|evidence| Found {
                kind: evidence.signature.kind,
                tasks: evidence.signature.tasks.iter().map(|TaskId(task)| *task).collect(),
                objects: evidence.signature.objects.iter().map(|ObjectId(o)| *o).collect(),
                places: evidence.signature.sites.iter().map(|site| number(*site)).collect(),
                steps: evidence.steps.to_vec(),
            })
            .collect();
        assert_eq!(said, expected, "{name}");
    }
}

fn number(site: Site) -> usize {
    (0..8).find(|&nth| Site(place(nth)) == site).expect("a place of the table")
}
