//! Tasks: how they are started, and what others ask about them.

use unknot_checker::sim::{JoinHandle, active_count, enumerate, spawn, spawn_daemon, spawn_named};

use super::family::*;
use super::{TaskKind, processes};

operations! {
    /// Numbers name a task that this one has started.
    TaskOp, |task| {
        /// Starts a task that does what the program has as `extra`.
        Start, "spawn_named" => start_extra(task, TaskKind::Thread),
        StartUnnamed, "spawn" => start_extra(task, TaskKind::Unnamed),
        Enumerate, "enumerate" => enumerate().len(),
        ActiveCount, "active_count" => active_count(),
        IsAlive(i: u8), "JoinHandle::is_alive" => handle(task, i).map(JoinHandle::is_alive),
        JoinTimeout(i: u8), "JoinHandle::join_timeout" => {
            handle(task, i).map(|handle| handle.join_timeout(TIMEOUT))
        },
        Join(i: u8), "JoinHandle::join" => {
            let handle = task.kept.tasks.get_mut(usize::from(i)).and_then(Option::take);
            handle.map(JoinHandle::join)
        },
    }
}

/// Starts a task with operations, and others that its destructor does.
pub(super) fn start(task: &mut Running, kind: TaskKind, ops: Vec<Op>, at_drop: Vec<Op>) {
    if kind.is_process() {
        return processes::start(task, kind, ops, at_drop);
    }
    let (nth, mut child) = task.child(at_drop);
    let body = move || child.run(&ops);
    let handle = match kind {
        TaskKind::Unnamed => spawn(body),
        TaskKind::Daemon => spawn_daemon(("task", nth), body),
        _ => spawn_named(("task", nth), body),
    };
    task.kept.tasks.push(Some(handle));
}

/// The public operation that starts a task.
pub(super) fn call_of(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Thread => "spawn_named",
        TaskKind::Unnamed => "spawn",
        TaskKind::Daemon => "spawn_daemon",
        TaskKind::Process => "start",
        TaskKind::Killable => "KillableBuilder::start",
        TaskKind::Daemonic => "Builder::start",
    }
}

pub(super) fn start_extra(task: &mut Running, kind: TaskKind) -> Option<()> {
    let ops = task.extra.to_vec();
    task.may_start().then(|| start(task, kind, ops, vec![]))
}

/// What the program has as `extra`, for another task to do. It is nothing where tasks may
/// start none.
pub(super) fn extra(task: &mut Running) -> impl FnOnce() + use<> {
    let ops = if task.may_start() { task.extra.to_vec() } else { vec![] };
    let (_, mut child) = task.child(vec![]);
    move || child.run(&ops)
}

fn handle(task: &Running, i: u8) -> Option<&JoinHandle<()>> {
    task.kept.tasks.get(usize::from(i))?.as_ref()
}

impl Family for TaskOp {
    type Objects = ();
    /// The handles of the tasks that it has started, unless it has joined them.
    type Kept = Vec<Option<JoinHandle<()>>>;

    const THEMES: &'static [Theme] = &[
        Theme::new(19, || ops![Enumerate, ActiveCount, Update(0), Yield]),
        Theme::new(21, || {
            ops![Start, Start, Join(0), JoinTimeout(0), IsAlive(0), Update(0), Update(1)]
        }),
        Theme::new(34, || {
            ops![StartUnnamed, StartUnnamed, Enumerate, Join(0), IsAlive(0), Update(0)]
        }),
    ];

    fn create(_: &Objects) {}

    fn is_start(self) -> bool {
        matches!(self, TaskOp::Start | TaskOp::StartUnnamed)
    }

    fn for_main() -> Vec<Op> {
        ops![IsAlive(0), IsAlive(1), JoinTimeout(0), JoinTimeout(1), Join(0), Join(1)]
    }
}
