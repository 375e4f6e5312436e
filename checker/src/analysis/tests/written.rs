//! Executions that are written down instead of run.
//!
//! Tasks, objects, steps and how it ended are data here, so that an analysis
//! is tested on exactly the order that a sentence describes, whatever the
//! primitives make of it. Gauges count as the machine has them count, and
//! nothing else is simulated: a step may do what no primitive does.
//!
//! Objects have the numbers in which they are listed, and the ends of tasks
//! the numbers after them. Places stand for source lines, by number.

use std::collections::BTreeMap;
use std::panic::Location;

use unknot_sim::{
    Access, Act, Effect, Ended, Exception, Execution, Failure, Guard, Mode, Name, Names, Noted,
    Object, ObjectId, Op, Ownership, Phase, Purpose, Role, Task, TaskId, Trace, Violation, Want,
};

/// An execution that is being written.
pub(super) struct Written {
    names: Names,
    live: Vec<TaskId>,
    tasks: Vec<Task>,
    objects: Vec<Object>,
    trace: Trace,
    violations: Vec<Violation>,
    values: BTreeMap<u32, Noted>,
    ended: Ended,
}

/// A source line, by number.
pub(super) fn place(nth: usize) -> &'static Location<'static> {
    made(nth).place().expect("an exception of the program has a place")
}

/// An exception that is made at such a line.
fn made(nth: usize) -> Exception {
    #[track_caller]
    fn here() -> Exception {
        Exception::new("ValueError", "of the test")
    }
    // Each call stands in a column of its own.
    let all = [here(), here(), here(), here(), here(), here(), here(), here()];
    all[nth].clone()
}

fn object(kind: &'static str, initial: i64, ownership: Ownership) -> Object {
    Object {
        purpose: Purpose::Primitive,
        kind,
        name: Name::default(),
        location: place(0),
        initial,
        shows: initial,
        limit: i64::MAX,
        ownership,
        is_variable: false,
        is_atomic: true,
        keeps_versions: false,
        part_of: None,
        copy_of: None,
        has_crowd: false,
        is_called_by_place: false,
        raised_by: &[],
        want: Want::default(),
    }
}

/// A gauge of this many units, owned by the tasks that take them; a lock has one.
pub(super) fn lock(units: i64) -> Object {
    object("Lock", units, Ownership::Owners)
}

/// A gauge of this many permits.
pub(super) fn semaphore(permits: i64) -> Object {
    object("Semaphore", permits, Ownership::Takers)
}

/// A gauge that is closed until a task sets it.
pub(super) fn event() -> Object {
    Object { raised_by: &["set"], ..object("Event", 0, Ownership::Nobody) }
}

/// A cell with data of the program.
pub(super) fn variable() -> Object {
    let plain = object("Shared", 0, Ownership::Nobody);
    Object { is_variable: true, is_atomic: false, ..plain }
}

/// A cell with data of the program; its accesses order what is around them.
pub(super) fn atomic() -> Object {
    Object { is_variable: true, ..object("Atomic", 0, Ownership::Nobody) }
}

/// A cell that holds the state of a primitive.
pub(super) fn state() -> Object {
    object("Event", 0, Ownership::Nobody)
}

/// An access without units.
pub(super) fn on(object: u32, mode: Mode) -> Access {
    Access::new(ObjectId(object), mode, 0)
}

/// An access of some units.
pub(super) fn units(object: u32, mode: Mode, amount: i64) -> Access {
    Access::new(ObjectId(object), mode, amount)
}

impl Written {
    /// Main and its children, none of which has made a step, and some objects.
    pub(super) fn new<const N: usize>(n_tasks: u32, objects: [Object; N]) -> Written {
        let mut names = Names::new();
        let mut written = Written {
            live: (0..n_tasks).map(TaskId).collect(),
            tasks: vec![],
            objects: objects.to_vec(),
            trace: Trace::default(),
            violations: vec![],
            values: BTreeMap::new(),
            ended: Ended::Complete,
            names: Names::new(),
        };
        for nth in 0..n_tasks {
            let done = ObjectId(N as u32 + nth);
            let end = object("task", 0, Ownership::Nobody);
            written.objects.push(Object { purpose: Purpose::End, ..end });
            written.tasks.push(Task {
                id: if nth == 0 { TaskId::MAIN } else { names.child(TaskId::MAIN, nth - 1) },
                role: Role::Program,
                name: Name::default(),
                process: 0,
                daemon: false,
                attached: true,
                alive: None,
                deadline: None,
                parent: TaskId::MAIN,
                crowd: None,
                started_by: None,
                phase: Phase::Waiting,
                pending: Op::local("go on", place(0)),
                last_step: None,
                done,
                failure: None,
            });
        }
        for nth in 0..written.objects.len() {
            names.object(TaskId::MAIN, nth as u32);
        }
        Written { names, ..written }
    }

    /// A step of a task at a place.
    pub(super) fn step<const N: usize>(
        self,
        task: u32,
        at: usize,
        verb: &'static str,
        accesses: [Access; N],
    ) -> Written {
        self.act(task, Op::local(verb, place(at)), accesses)
    }

    /// A step of a task for something else than what it touches.
    fn act<const N: usize>(mut self, task: u32, op: Op, accesses: [Access; N]) -> Written {
        let step = self.trace.len() as u32;
        self.trace.push(TaskId(task), &op, false);
        self.tasks[task as usize].last_step = Some(step);
        for mut access in accesses {
            let shows = &mut self.objects[access.object.index()].shows;
            access.granted = access.mode != Mode::Try || *shows >= access.amount;
            match access.effect() {
                Effect::Nothing => {}
                Effect::Add(amount) => *shows += amount,
                Effect::Become(amount) => *shows = amount,
            }
            self.trace.touch(access);
        }
        self
    }

    /// A task starts another one.
    pub(super) fn start(self, by: u32, child: u32) -> Written {
        let mut written = self.act(by, Op::local("spawn", place(0)).acting(Act::Spawn), []);
        written.trace.start(TaskId(child));
        written.tasks[child as usize].started_by = Some(written.trace.len() as u32 - 1);
        written
    }

    /// A task ends.
    pub(super) fn end(self, task: u32) -> Written {
        let done = self.tasks[task as usize].done;
        let end = Op::local("end", place(0)).acting(Act::End);
        let mut written = self.act(task, end, [Access::new(done, Mode::Set, 1)]);
        written.tasks[task as usize].phase = Phase::Finished;
        written
    }

    /// A task is about to do something that waits.
    pub(super) fn blocked(mut self, task: u32, at: usize, access: Access) -> Written {
        let op = Op::local("wait", place(at)).with(access.object, access.mode, access.amount);
        let guard = Guard { gauge: access.object, at_least: access.amount };
        self.tasks[task as usize].pending = Op { guard: Some(guard), ..op };
        self
    }

    /// A task waits at a gauge of its own, and another access says what it is there for.
    pub(super) fn parked(self, task: u32, at: usize, seat: u32, sought: Access) -> Written {
        let mut written = self.blocked(task, at, units(seat, Mode::Take, 1));
        written.tasks[task as usize].pending.accesses.push(sought);
        written
    }

    /// A task is about to wait for the end of another one.
    pub(super) fn joins(self, task: u32, at: usize, other: u32) -> Written {
        let done = self.tasks[other as usize].done;
        self.blocked(task, at, Access::new(done, Mode::Await, 1))
    }

    /// A task ends with an exception that was made at a place.
    pub(super) fn raises(mut self, task: u32, at: usize) -> Written {
        self.tasks[task as usize].failure = Some(Failure::Exception(made(at)));
        self.end(task)
    }

    /// A task panics and ends.
    pub(super) fn panics(mut self, task: u32) -> Written {
        let failure = Failure::Panic {
            message: "of the test".to_owned(),
            location: place(0).to_string(),
            after: self.tasks[task as usize].last_step,
        };
        self.tasks[task as usize].failure = Some(failure);
        self.end(task)
    }

    /// A condition that does not hold after the last step.
    pub(super) fn violates(mut self, at: usize) -> Written {
        let step = self.trace.steps().last().expect("a step");
        let violation = Violation {
            task: step.task,
            step: Some(self.trace.len() as u32 - 1),
            message: "of the test".to_owned(),
            location: place(at),
        };
        self.violations.push(violation);
        self
    }

    /// The task is killed at the exit of the program, which does not wait for it.
    pub(super) fn daemon(mut self, task: u32) -> Written {
        self.tasks[task as usize].daemon = true;
        self.tasks[task as usize].attached = false;
        self
    }

    /// How it ended; complete unless told.
    pub(super) fn ended(mut self, ended: Ended) -> Written {
        self.ended = ended;
        self
    }

    /// How it ended: no task can go on.
    pub(super) fn stuck(self) -> Written {
        self.ended(Ended::Stuck)
    }

    /// What an analysis is given.
    pub(super) fn execution(&self) -> Execution<'_> {
        Execution {
            ended: self.ended,
            trace: &self.trace,
            live: &self.live,
            tasks: &self.tasks,
            processes: &[],
            copies: &[],
            feeders: &[],
            objects: &self.objects,
            names: &self.names,
            makespan: 0,
            slices: &[],
            timeouts_used_up: false,
            has_exit_outcome: false,
            is_excluded: false,
            has_crowds: false,
            violations: &self.violations,
            outcome: None,
            values: &self.values,
        }
    }
}
