//! Findings as data: what kind of trouble, and what proves it.

use std::cmp::Ordering;
use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::{Names, ObjectId, Role, TaskId, TaskPath};

use super::kind::Kind;
use super::labels::package_path;

/// What one analysis found in one execution, in the terms of that execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The identity within one search.
    pub signature: Signature,
    /// The executed steps that prove it, in the order the kind defines.
    pub steps: SmallVec<[u32; 4]>,
}

impl Evidence {
    /// Both pieces of evidence as one.
    pub(crate) fn and(mut self, other: Evidence) -> Evidence {
        self.signature.tasks.extend(other.signature.tasks);
        self.signature.objects.extend(other.signature.objects);
        self.signature.sites.extend(other.signature.sites);
        self.steps.extend(other.steps);
        self.steps.sort_unstable();
        self.steps.dedup();
        self
    }
}

/// What makes two findings the same one: never step numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// The kind.
    pub kind: Kind,
    /// The tasks that are part of it.
    pub tasks: SmallVec<[TaskId; 2]>,
    /// The objects that are part of it.
    pub objects: SmallVec<[ObjectId; 2]>,
    /// The source lines that are part of it.
    pub sites: SmallVec<[Site; 3]>,
}

/// A place in the source of the program under test.
#[derive(Clone, Copy, Debug)]
pub struct Site(pub &'static Location<'static>);

impl PartialEq for Site {
    fn eq(&self, other: &Site) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Site {}

impl PartialOrd for Site {
    fn partial_cmp(&self, other: &Site) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Site {
    fn cmp(&self, other: &Site) -> Ordering {
        // One place is nearly always one address; the text is compared only
        // where the compiler made two of it, or for the order in a report.
        if std::ptr::eq(self.0, other.0) { Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

/// The same identity in terms that mean the same in every search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The kind.
    pub kind: Kind,
    /// The tasks.
    pub tasks: Vec<TaskPath>,
    /// The objects, by creator and number.
    pub objects: Vec<Origin>,
    /// The source lines.
    pub sites: Vec<Site>,
}

/// What is wrong with a program, rather than with one execution of it: the
/// finding without its tasks. A hundred tasks that run the same lines can get
/// in each other's way in 9,900 pairs, and that is one fault. Objects and
/// sites are sorted sets, since in a finding their order follows its tasks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault<Object> {
    /// The kind.
    pub kind: Kind,
    /// The objects that are part of it.
    pub objects: SmallVec<[Object; 2]>,
    /// The source lines that are part of it.
    pub sites: SmallVec<[Site; 3]>,
}

/// An object by creator and number, which mean the same in every search.
pub type Origin = (TaskPath, u32);

impl<Object: Ord> Fault<Object> {
    pub(crate) fn new(
        kind: Kind,
        objects: impl IntoIterator<Item = Object>,
        sites: &[Site],
    ) -> Fault<Object> {
        let mut objects: SmallVec<[Object; 2]> = objects.into_iter().collect();
        objects.sort_unstable();
        objects.dedup();
        let mut sites: SmallVec<[Site; 3]> = sites.into();
        sites.sort_unstable();
        sites.dedup();
        Fault { kind, objects, sites }
    }
}

impl<Object: Clone> Fault<Object> {
    /// The same, as another kind.
    #[must_use]
    pub fn of_kind(&self, kind: Kind) -> Fault<Object> {
        Fault { kind, ..self.clone() }
    }

    /// The same, as analyses find it: they do not tell stale writes from lost updates.
    #[must_use]
    pub fn unsettled(&self) -> Fault<Object> {
        match self.kind {
            Kind::StaleWrite => self.of_kind(Kind::LostUpdate),
            _ => self.clone(),
        }
    }
}

impl Fault<ObjectId> {
    /// The same fault in terms that mean the same in every search.
    #[must_use]
    pub fn named(&self, names: &Names) -> Fault<Origin> {
        let objects = self.objects.iter().map(|&object| names.object_origin(object));
        Fault::of(self.kind, objects, &self.sites)
    }
}

impl<Object: Ord> Fault<Object> {
    /// The fault of a program that behaves differently under the same decisions. It is a
    /// fault of the whole program, and counts once however often it shows.
    #[must_use]
    pub fn nondeterminism() -> Fault<Object> {
        Fault::new(Kind::Nondeterminism, [], &[])
    }
}

impl Fault<Origin> {
    /// A fault of objects that are known in every search.
    pub(crate) fn of(
        kind: Kind,
        objects: impl IntoIterator<Item = Origin>,
        sites: &[Site],
    ) -> Fault<Origin> {
        Fault::new(kind, objects.into_iter().map(place_alone), sites)
    }

    /// The fault as a word: its kind, objects and lines. It is the same wherever the
    /// fault is found, for tools that compare two reports.
    #[must_use]
    pub fn key(&self) -> String {
        let objects = self.objects.iter().map(|(creator, nth)| format!("{creator}#{nth}"));
        let places = self.sites.iter().map(|Site(at)| (package_path(at.file()), at.line()));
        let places = places.map(|(file, line)| format!("{file}:{line}"));
        let parts: Vec<String> = objects.chain(places).collect();
        format!("{} {}", self.kind, parts.join(" ")).trim_end().to_owned()
    }
}

impl Identity {
    /// The fault that it is one case of.
    #[must_use]
    pub fn fault(&self) -> Fault<Origin> {
        Fault::of(self.kind, self.objects.iter().cloned(), &self.sites)
    }
}

/// Which of the objects that one place makes is the first one may differ between
/// executions. So a fault is about the place, or each of them would be a fault of its own.
fn place_alone((creator, nth): Origin) -> Origin {
    let is_place = creator.role == Role::Place;
    (creator, if is_place { 0 } else { nth })
}

impl Signature {
    /// The fault that it is one case of.
    #[must_use]
    pub fn fault(&self) -> Fault<ObjectId> {
        Fault::new(self.kind, self.objects.iter().copied(), &self.sites)
    }

    /// The identity behind the interned numbers.
    #[must_use]
    pub fn identity(&self, names: &Names) -> Identity {
        Identity {
            kind: self.kind,
            tasks: self.tasks.iter().map(|&t| names.task_path(t)).collect(),
            objects: self.objects.iter().map(|&o| names.object_origin(o)).collect(),
            sites: self.sites.to_vec(),
        }
    }
}
