//! Lost updates.
//!
//! Task A reads version v of a cell and later writes the cell without reading
//! it again, and between the two another task B wrote it: A's write replaces a
//! version that A never saw, and B's update is lost. A write with no read of
//! the cell since the task's last write of it is blind and is not flagged.
//! When several tasks wrote in between, the one whose version is replaced is
//! named. Only variables count: the state inside an event or a queue is written
//! by intent without a look.
//!
//! Misses updates that are lost through several cells, and updates that are
//! based on a value which a task kept from before its own last write.

use smallvec::smallvec;
use unknot_sim::{Access, Execution, Mode};

use super::Scratch;
use crate::finding::{Evidence, Kind, Signature, Site};

const NONE: u32 = u32::MAX;

/// Per cell and task, by step.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// The last write of each cell.
    last_write: Vec<u32>,
    /// The last read of each cell by each task since its own last write.
    last_read: Vec<u32>,
    /// The read that the last write of each cell was based on.
    read_of_last_write: Vec<u32>,
}

pub(super) fn find(execution: &Execution<'_>, scratch: &mut Scratch, found: &mut Vec<Evidence>) {
    let Buffers { last_write, last_read, read_of_last_write } = &mut scratch.lost_update;
    let (n_objects, n_tasks) = (execution.objects.len(), execution.tasks.len());
    for (buffer, len) in [
        (&mut *last_write, n_objects),
        (read_of_last_write, n_objects),
        (last_read, n_objects * n_tasks),
    ] {
        buffer.clear();
        buffer.resize(len, NONE);
    }
    let trace = execution.trace;
    for (step, made) in trace.steps().iter().enumerate() {
        for access in trace.accesses(step) {
            if !execution.object(access.object).is_variable {
                continue;
            }
            let cell = access.object.index();
            let mine = cell * n_tasks + made.task.index();
            match access.mode {
                Mode::Read | Mode::Compare => last_read[mine] = step as u32,
                Mode::Write => {
                    let read = std::mem::replace(&mut last_read[mine], NONE);
                    let replaced = std::mem::replace(&mut last_write[cell], step as u32);
                    let based_on = std::mem::replace(&mut read_of_last_write[cell], read);
                    if read != NONE && replaced != NONE && replaced > read {
                        found.push(evidence(execution, [read, step as u32, replaced, based_on]));
                    }
                }
                Mode::Update => {
                    last_read[mine] = NONE;
                    last_write[cell] = step as u32;
                    read_of_last_write[cell] = step as u32;
                }
                _ => {}
            }
        }
    }
}

/// Steps: A's read, A's write, B's write, and B's read if it made one.
fn evidence(execution: &Execution<'_>, steps: [u32; 4]) -> Evidence {
    let made = |i: usize| &execution.trace.steps()[steps[i] as usize];
    let accesses = execution.trace.accesses(steps[0] as usize);
    let variable = |a: &&Access| {
        matches!(a.mode, Mode::Read | Mode::Compare) && execution.object(a.object).is_variable
    };
    let cell = accesses.iter().find(variable).expect("a read").object;
    Evidence {
        signature: Signature {
            kind: Kind::LostUpdate,
            tasks: smallvec![made(0).task, made(2).task],
            objects: smallvec![cell],
            sites: smallvec![
                Site(made(0).location),
                Site(made(1).location),
                Site(made(2).location)
            ],
        },
        steps: steps.into_iter().filter(|&step| step != NONE).collect(),
    }
}
