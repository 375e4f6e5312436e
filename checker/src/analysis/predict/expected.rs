//! Predictions as data: what is expected, and the ways there.

use unknot_sim::ObjectId;

use crate::model::finding::Fault;
use crate::model::kind::Kind;

/// Predictions of one kind, at most.
pub(crate) const MOST_PREDICTIONS: usize = 64;

/// Something that another order of an execution may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prediction {
    /// What would be found.
    pub(crate) fault: Fault<ObjectId>,
    /// Whether the first way keeps the order of the locks of the execution. Of a lost update the
    /// tasks may read other values on it.
    pub(crate) keeps_locks: bool,
    /// How to get there, to be tried one after the other. There is at least one.
    pub(crate) ways: Vec<SteeredWay>,
}

/// A way to what was predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SteeredWay {
    /// The steps that it is about: of a deadlock the requests of its tasks, each for what the
    /// next one has; of a data race both accesses; of a lost update the read, the write, and
    /// the write of the other task.
    pub(crate) steps: Vec<u32>,
    /// Steps of the execution to be made first, in their order.
    pub(crate) lead: Vec<u32>,
    /// What tasks are to come to after that, one after the other.
    pub(crate) goals: Vec<TaskGoal>,
}

/// A step that a task is to make, or to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskGoal {
    /// The step of the execution.
    pub(crate) step: u32,
    /// Whether it is to be made.
    pub(crate) is_made: bool,
    /// How many steps its task makes before it.
    pub(crate) n_before: u32,
}

/// What one execution lets expect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Predictions {
    pub(crate) all: Vec<Prediction>,
    /// Whether a bound left something out.
    pub(crate) is_cut: bool,
}

impl Predictions {
    /// Adds a prediction. False if there are enough of its kind.
    pub(super) fn add(&mut self, prediction: Prediction) -> bool {
        let kind: Kind = prediction.fault.kind;
        let n = self.all.iter().filter(|one| one.fault.kind == kind).count();
        let is_room = n < MOST_PREDICTIONS;
        self.is_cut |= !is_room;
        if is_room {
            self.all.push(prediction);
        }
        is_room
    }
}
