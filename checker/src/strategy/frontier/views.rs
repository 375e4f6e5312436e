//! Two views of a point, neither of which sees values.
//!
//! The coarse view is how many tasks are at each place: none, one, or several. The fine view
//! is how many they are exactly, and which line wrote each object last. Two points that look
//! alike may be different states; a state that no execution came to before mostly looks
//! new in one of the two.

use unknot_sim::{ObjectId, Point};

use crate::model::finding::Site;
use crate::strategy::sampling::execution_seed;
use crate::strategy::sampling::places::CodePlaces;

/// The views there are.
pub(super) const N_VIEWS: usize = 2;

/// As many tasks at one place as the coarse view tells apart.
const SEVERAL: u32 = 2;

/// What has ended is at no place.
const ENDED: usize = 0;

/// Who wrote an object last.
#[derive(Clone, Copy, Debug)]
struct LastWrite {
    slot: u32,
    mark: u64,
}

/// How an execution looks so far.
#[derive(Debug, Default)]
pub(super) struct PointViews {
    places: CodePlaces,
    /// The steps that were looked at.
    n_seen: usize,
    /// For each object the line that wrote each of its slots last.
    writes: Vec<Vec<LastWrite>>,
    /// The marks of all of these together.
    written: u64,
    /// For each place, and first for those that have ended, how many tasks are there.
    counts: Vec<u32>,
}

/// A number that stands for two. Numbers of several facts are added up, in any order.
fn mark(one: u64, other: u64) -> u64 {
    execution_seed(one, other)
}

impl PointViews {
    /// Forgets the execution.
    pub(super) fn begin(&mut self) {
        self.n_seen = 0;
        self.written = 0;
        self.writes.iter_mut().for_each(Vec::clear);
    }

    /// Looks at the steps that were made since.
    pub(super) fn follow(&mut self, point: &Point<'_>) {
        let trace = point.trace();
        for step in self.n_seen..trace.len() {
            let mut writes = trace.accesses(step).iter().filter(|a| a.writes()).peekable();
            if writes.peek().is_some() {
                let place = self.places.number_of_line(Site(trace.steps()[step].location));
                writes.for_each(|access| self.write(access.object, access.slot, place));
            }
        }
        self.n_seen = trace.len();
    }

    fn write(&mut self, object: ObjectId, slot: u32, place: usize) {
        let of = mark(object.index() as u64, u64::from(slot));
        let now = mark(of, place as u64);
        let at = object.index();
        if self.writes.len() <= at {
            self.writes.resize_with(at + 1, Vec::new);
        }
        let before = match self.writes[at].iter_mut().find(|last| last.slot == slot) {
            Some(last) => std::mem::replace(&mut last.mark, now),
            None => {
                self.writes[at].push(LastWrite { slot, mark: now });
                0
            }
        };
        self.written = self.written.wrapping_sub(before).wrapping_add(now);
    }

    /// How the point looks, coarse and fine.
    pub(super) fn look(&mut self, point: &Point<'_>) -> [u64; N_VIEWS] {
        self.counts.clear();
        let (mut coarse, mut fine) = (0_u64, self.written);
        for &task in point.live() {
            let place = match point.pending(task) {
                Some(op) => 1 + self.places.number(point, op),
                None => ENDED,
            };
            if self.counts.len() <= place {
                self.counts.resize(place + 1, 0);
            }
            self.counts[place] += 1;
            let one_more = mark(place as u64, u64::from(self.counts[place]));
            fine = fine.wrapping_add(one_more);
            if self.counts[place] <= SEVERAL {
                coarse = coarse.wrapping_add(one_more);
            }
        }
        [coarse, fine]
    }
}
