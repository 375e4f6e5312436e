//! A subclass and the initialiser of its base (E32 E54).
//!
//! A class of one's own is made of a thread or a process. Its initialiser must call that of
//! the base, which makes what `start` needs, and gives the worker the name that it has by
//! default. The worker prints its name.
//!
//! ```text
//!   main                    worker
//!   own attributes
//!   start: exception                    the base was never made
//! ```
//!
//! `no-base-thread` and `no-base-process`: the base initialiser is left out. `start`
//! raises, in every execution: one task, one class. A thread says what is missing, a
//! process that it has no such attribute.
//!
//! `early-name-thread`: the name is set before the base is made. For a thread that raises.
//! `early-name-process`: the documents have one rule for both, but a process takes the
//! name, and the base initialiser puts the default one over it. Nothing is raised; the
//! name is lost, which is a violation, in every execution.
//!
//! `base-first-thread` and `base-first-process`: the base, then the name. The worker
//! prints it. `own-attribute-process`: the name is kept in an attribute of its own, which
//! may be set before the base is made. The process prints the name by default, as the
//! documents' listing does. In all of these main joins the worker, so there is one class.
//!
//! A name is text that no step touches. What the base does is modelled here: there are no
//! classes that can be half made in the simulator.

use unknot_checker::sim::process::Value as Memory;
use unknot_checker::sim::{Exception, Value, verify};
use unknot_checker::{Expectation, Kind, Scenario, Variant};

use super::worker::Worker;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "subclass-init",
    family: "processes",
    about: "a subclass leaves out the initialiser of its base, or calls it too late",
    covers: &["E32", "E54"],
    params: &[],
    variants: &[
        Variant::new(
            "no-base-thread",
            "the base of a thread is never made",
            |_| no_base(Worker::Thread),
            |_| raises(),
        ),
        Variant::new(
            "no-base-process",
            "the base of a process is never made",
            |_| no_base(Worker::Process),
            |_| raises(),
        ),
        Variant::new(
            "early-name-thread",
            "a thread is named before its base is made",
            |_| early_name(Worker::Thread),
            |_| raises(),
        ),
        Variant::new(
            "early-name-process",
            "a process is named before its base is made",
            |_| early_name(Worker::Process),
            |_| prints("Process-1").always(Kind::InvariantViolation),
        ),
        Variant::new(
            "base-first-thread",
            "a thread is named after its base is made",
            |_| base_first(Worker::Thread),
            |_| prints(GIVEN),
        ),
        Variant::new(
            "base-first-process",
            "a process is named after its base is made",
            |_| base_first(Worker::Process),
            |_| prints(GIVEN),
        ),
        Variant::new(
            "own-attribute-process",
            "the name of a process is in an attribute of its own",
            |_| own_attribute(Worker::Process),
            |_| prints("Process-1"),
        ),
    ],
    source: source!("subclass_init.rs"),
};

/// The name that the program gives.
const GIVEN: &str = "process-001";

fn raises() -> Expectation {
    Expectation::pass().always(Kind::Exception).outcomes::<Value>([])
}

fn prints(name: &str) -> Expectation {
    Expectation::pass().outcomes([name])
}

/// An object of the subclass.
#[derive(Debug)]
struct Object {
    worker: Worker,
    /// Whether the initialiser of the base was called.
    base: Base,
    name: Option<&'static str>,
    /// An attribute of the subclass itself.
    name1: Option<&'static str>,
}

/// How far the base of an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Missing,
    Made,
}

impl Object {
    /// Before any initialiser.
    fn new(worker: Worker) -> Object {
        Object { worker, base: Base::Missing, name: None, name1: None }
    }

    /// What the base initialiser does. It knows nothing of what was set before.
    fn init_base(&mut self) {
        self.base = Base::Made;
        self.name = Some(match self.worker {
            Worker::Thread => "Thread-1",
            Worker::Process => "Process-1",
        });
    }

    fn set_name(&mut self, name: &'static str) -> Result<(), Exception> {
        if (self.worker, self.base) == (Worker::Thread, Base::Missing) {
            return Err(Exception::new("AssertionError", "Thread.__init__() not called"));
        }
        self.name = Some(name);
        Ok(())
    }

    /// Starts the worker, which prints its name, and joins it.
    fn start(&self) -> Result<Value, Exception> {
        let name = match (self.base, self.worker, self.name) {
            (Base::Made, _, Some(name)) => name,
            (_, Worker::Thread, _) => {
                return Err(Exception::new("RuntimeError", "thread.__init__() not called"));
            }
            (_, Worker::Process, _) => {
                return Err(Exception::new("AttributeError", "no attribute '_closed'"));
            }
        };
        let printed = Memory::named("printed", String::new());
        let args = (printed.clone(), name.to_owned());
        self.worker.start(("worker", 1), args, |(printed, name)| printed.write(name))?.join()?;
        Ok(printed.read().into())
    }
}

fn no_base(worker: Worker) -> Result<Value, Exception> {
    let mut object = Object::new(worker);
    object.name1 = Some(GIVEN);
    object.start()
}

fn early_name(worker: Worker) -> Result<Value, Exception> {
    let mut object = Object::new(worker);
    object.set_name(GIVEN)?;
    object.init_base();
    verify!(object.name == Some(GIVEN), "the base initialiser put {:?} over it", object.name);
    object.start()
}

fn base_first(worker: Worker) -> Result<Value, Exception> {
    let mut object = Object::new(worker);
    object.init_base();
    object.set_name(GIVEN)?;
    object.start()
}

fn own_attribute(worker: Worker) -> Result<Value, Exception> {
    let mut object = Object::new(worker);
    object.name1 = Some(GIVEN);
    object.init_base();
    verify!(object.name1 == Some(GIVEN), "an attribute of its own is left alone");
    object.start()
}
