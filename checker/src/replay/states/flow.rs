//! Which objects each step changes and what it leaves there, and from which write it read.
//!
//! A variable has a value where a step noted one. Of a primitive it is told which step
//! changed it last. A read comes from the last write of the same part of the same
//! variable; an item that is taken comes from the step that wrote its slot.

use std::collections::BTreeMap;

use serde::Serialize;
use unknot_sim::{Execution, Mode, ObjectId, Purpose};

use crate::model::finding::Origin;
use crate::model::labels::{label_of, package_path};
use crate::replay::graph::Place;
use crate::replay::record::subject_of;

/// An object of the program: a variable or a whole primitive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectRecord {
    /// Such as `Lock 'bob'`.
    pub label: String,
    /// Such as `Lock`.
    pub kind: String,
    /// Whether it is a variable: it has a value.
    pub is_variable: bool,
    /// Where it was created.
    pub created: Place,
}

/// What one step does to objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StepFlow {
    /// The object that the step is about, by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<u32>,
    /// The objects that it changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<u32>,
    /// What is known to be in the variable that it is about, after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The steps that wrote what it reads, earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads_from: Vec<u32>,
}

/// The objects of an execution, in the order in which steps touch them.
#[derive(Default)]
pub(crate) struct StepObjects {
    pub(super) records: Vec<ObjectRecord>,
    /// For each of them the first object that it tells.
    origins: Vec<Origin>,
    numbers: BTreeMap<ObjectId, u32>,
}

impl StepObjects {
    pub(super) fn of(execution: &Execution<'_>) -> (StepObjects, Vec<StepFlow>) {
        let mut objects = StepObjects::default();
        let mut writes: BTreeMap<(ObjectId, u32), u32> = BTreeMap::new();
        let flow = (0..execution.trace.len())
            .map(|step| objects.flow(execution, step, &mut writes))
            .collect();
        (objects, flow)
    }

    /// An object by its number, with its name in every search.
    pub(crate) fn get(&self, number: u32) -> (&ObjectRecord, Origin) {
        (&self.records[number as usize], self.origins[number as usize].clone())
    }

    fn flow(
        &mut self,
        execution: &Execution<'_>,
        step: usize,
        writes: &mut BTreeMap<(ObjectId, u32), u32>,
    ) -> StepFlow {
        let accesses = execution.trace.accesses(step);
        let about = subject_of(execution, step).map(|id| execution.whole(id));
        let mut flow = StepFlow {
            about: about.and_then(|id| self.number(execution, id)),
            ..StepFlow::default()
        };
        for access in accesses {
            let place = (access.object, access.slot);
            let holds_data =
                execution.object(access.object).is_variable || access.mode == Mode::Slot;
            let from = writes.get(&place).filter(|_| holds_data && access.reads());
            flow.reads_from.extend(from.filter(|from| !flow.reads_from.contains(from)));
        }
        flow.reads_from.sort_unstable();
        for access in accesses.iter().filter(|access| access.mutates()) {
            writes.insert((access.object, access.slot), step as u32);
            let number = self.number(execution, execution.whole(access.object));
            flow.changes.extend(number.filter(|number| !flow.changes.contains(number)));
        }
        let is_whole = |id| {
            let mut touched = accesses.iter().filter(|access| access.object == id);
            execution.object(id).is_variable && touched.all(|access| access.slot == 0)
        };
        let noted = execution.values.get(&(step as u32)).filter(|_| about.is_some_and(is_whole));
        flow.value =
            noted.and_then(|noted| noted.written().or(noted.seen())).map(ToString::to_string);
        flow
    }

    /// The number of an object; none for one of the machine.
    fn number(&mut self, execution: &Execution<'_>, id: ObjectId) -> Option<u32> {
        let object = execution.object(id);
        let is_of_program = matches!(
            object.purpose,
            Purpose::Primitive | Purpose::Copy | Purpose::Peer | Purpose::Handle | Purpose::Baton
        );
        if !is_of_program || object.kind.is_empty() {
            return None;
        }
        let StepObjects { records, origins, numbers } = self;
        if let Some(number) = numbers.get(&id) {
            return Some(*number);
        }
        let file = package_path(object.location.file()).to_owned();
        let record = ObjectRecord {
            label: label_of(execution, id),
            kind: object.kind.to_owned(),
            is_variable: object.is_variable,
            created: Place { file, line: object.location.line() },
        };
        // Parts of one thing, such as a socket, have one row. Variables never share one.
        let same = records.iter().position(|known| !known.is_variable && *known == record);
        let number = same.unwrap_or(records.len());
        if same.is_none() {
            records.push(record);
            origins.push(execution.names.object_origin(id));
        }
        numbers.insert(id, number as u32);
        Some(number as u32)
    }
}
