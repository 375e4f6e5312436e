//! Numbers of processes.

use std::fmt;
use std::panic::Location;

use crate::id::{Role, TaskPath};
use crate::mode::Mode;
use crate::op::Op;
use crate::rt;
use crate::value::Value;

/// Which process. It is known by its place among those that started one another: `p0`, its
/// second child `p2`, the first child of that `p2.1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(KnownPid);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum KnownPid {
    /// The process that takes over those whose parents have died.
    Init,
    /// One of the program, by its main task.
    Of(TaskPath),
    /// The server of a manager, by the main task of the process that made it, the task that
    /// did, and the number among the objects which that task made.
    Server { process: TaskPath, task: TaskPath, nth: u32 },
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |main: &TaskPath| {
            let path = main.to_string();
            format!("p{}", path.trim_start_matches(Role::Program.letter()))
        };
        match &self.0 {
            KnownPid::Init => f.write_str("init"),
            KnownPid::Of(main) => f.write_str(&number(main)),
            KnownPid::Server { process, task, nth } if process == task => {
                write!(f, "{}.manager{nth}", number(process))
            }
            KnownPid::Server { process, task, nth } => {
                write!(f, "{}.{task}.manager{nth}", number(process))
            }
        }
    }
}

impl From<Pid> for Value {
    fn from(pid: Pid) -> Value {
        Value::Text(pid.to_string())
    }
}

impl From<TaskPath> for Pid {
    /// The number of the process with a main task.
    fn from(main: TaskPath) -> Pid {
        Pid(KnownPid::Of(main))
    }
}

impl Pid {
    /// The number of a server: objects are no tasks, and their numbers differ.
    pub(super) fn of_server(process: TaskPath, task: TaskPath, nth: u32) -> Pid {
        Pid(KnownPid::Server { process, task, nth })
    }
}

/// The number of the process that runs.
///
/// ```
/// use unknot_sim::{done, process, run_once};
///
/// run_once(|| {
///     assert_eq!(process::pid().to_string(), "p0");
///     let child = process::start((), |()| assert_eq!(process::ppid().to_string(), "p0"))?;
///     assert_eq!(child.pid().to_string(), "p1");
///     child.join()
/// });
/// ```
#[must_use]
pub fn pid() -> Pid {
    Pid::from(rt::main_of(rt::current()))
}

/// The number of the process that started the one that runs; that of `init` if it has
/// been killed since. One step where the parent can be killed.
#[track_caller]
#[must_use]
pub fn ppid() -> Pid {
    let (parent, end) = rt::parent_of(rt::current());
    let op = Op::local("ppid", Location::caller());
    match end {
        Some(end) if rt::step(op.with(end, Mode::Look, 1)) => Pid(KnownPid::Init),
        _ => Pid::from(rt::main_of(parent)),
    }
}
