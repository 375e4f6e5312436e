//! The schedule with a column for each task; where rows would be too wide, a line for
//! each step.
//!
//! A row is a step. At the row after which the schedule leaves a task the last
//! column says why: `preempted` if the task could have gone on, otherwise what it
//! came to. Starts, joins and ends are left out unless nothing else would show
//! that a task made steps there. Tasks that are blocked at the end come last.

use std::collections::BTreeMap;
use std::io;

use unknot_sim::{Act, Role};

use super::grid::{Grid, GridRow};
use super::look::Look;
use super::style::Mark;
use crate::replay::record::{StepRecord, TaskRecord};
use crate::report::words::{label, operation_text};

/// Steps at the end that are one block over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// The steps of the block.
    pub block: usize,
    /// How often it is made.
    pub rounds: usize,
}

/// Which part of a schedule is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Focus<'a> {
    /// Only the first round of steps that repeat.
    pub repeats: Option<Repeats>,
    /// Only these tasks, where there are many; all tasks, if it is empty.
    pub involved: &'a [String],
    /// The steps that matter: only these are told of a long schedule.
    pub matter: &'a [u32],
}

/// Tasks that get a column each; with more tasks, some are left out.
const MAX_COLUMNS: usize = 8;

/// Whether a step is worth a row in any case.
fn is_shown(step: &StepRecord) -> bool {
    !matches!(step.operation.act, Act::Spawn | Act::Join | Act::End)
}

/// For each step after which another task comes, why.
fn switches(steps: &[StepRecord], tasks: &[TaskRecord]) -> Vec<Option<&'static str>> {
    // What each task is about to do, from the end on.
    let mut about: BTreeMap<&str, Act> = tasks
        .iter()
        .filter_map(|task| Some((task.task.as_str(), task.pending.as_ref()?.operation.act)))
        .collect();
    let mut why = vec![None; steps.len()];
    for (at, step) in steps.iter().enumerate().rev() {
        let next = steps.get(at + 1).filter(|next| next.task != step.task);
        if let Some(next) = next.filter(|_| step.role == Role::Program) {
            why[at] = Some(match about.get(step.task.as_str()) {
                None => "ended",
                Some(_) if next.preempts => "preempted",
                Some(Act::Yield) => "yields",
                Some(Act::Sleep) => "sleeps",
                Some(_) if next.role == Role::Exit => "killed",
                Some(_) => "blocked",
            });
        }
        about.insert(&step.task, step.operation.act);
    }
    why
}

/// The steps that get a row. The reason for which a turn ends stands at the last
/// row of the turn.
fn chosen<'a>(steps: &'a [StepRecord], why: &[Option<&'static str>]) -> Vec<GridRow<'a>> {
    let mut rows: Vec<GridRow<'_>> = vec![];
    let mut begin = 0;
    for at in 0..steps.len() {
        if is_shown(&steps[at]) {
            rows.push(GridRow { step: &steps[at], why: None });
        }
        let is_last = steps.get(at + 1).is_none_or(|next| next.task != steps[at].task);
        if !is_last {
            continue;
        }
        let of_turn = |row: &&mut GridRow<'_>| row.step.step as usize >= begin;
        match rows.last_mut().filter(of_turn) {
            Some(row) => row.why = why[at],
            None if why[at].is_some() => rows.push(GridRow { step: &steps[at], why: why[at] }),
            None => {}
        }
        begin = at + 1;
    }
    rows
}

/// Writes the columns, with only the first round of a block that repeats.
///
/// # Errors
/// If the output cannot be written.
pub fn write_columns(
    (steps, tasks): (&[StepRecord], &[TaskRecord]),
    focus: Focus<'_>,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Focus { repeats, involved, matter } = focus;
    let why = switches(steps, tasks);
    let blocked = |task: &TaskRecord| {
        // The clock and the exit wait for no task: what they could do is not due.
        let is_program = task.role == Role::Program;
        let pending =
            task.pending.as_ref().filter(|p| is_program && p.operation.act != Act::Join)?;
        let state = match pending.enabled {
            _ if task.killed.is_some() => "KILLED".to_owned(),
            true => "UNFINISHED".to_owned(),
            false => look.paint(Mark::Bad, "BLOCKED"),
        };
        let wanted = operation_text(&pending.operation);
        Some(format!("{wanted}   {state}"))
    };
    let mine = |task: &TaskRecord| {
        let mut turns = steps.iter().zip(&why).filter(|(step, _)| step.task == task.task);
        turns.any(|(step, why)| is_shown(step) || *why == Some("preempted"))
    };
    let mut columns: Vec<&TaskRecord> =
        tasks.iter().filter(|task| blocked(task).is_some() || mine(task)).collect();
    let all = columns.len();
    if all > MAX_COLUMNS && !involved.is_empty() {
        columns.retain(|task| involved.contains(&task.task));
    }
    let until = repeats.map_or(steps.len(), |r| steps.len() - r.block * (r.rounds - 1));
    let column = |step: &StepRecord| columns.iter().position(|task| task.task == step.task);
    let chosen = chosen(steps, &why).into_iter();
    let chosen: Vec<(usize, GridRow<'_>)> = chosen
        .filter(|row| (row.step.step as usize) < until)
        .filter_map(|row| Some((column(row.step)?, row)))
        .collect();
    let ends: Vec<(usize, String)> = match repeats {
        None => columns
            .iter()
            .enumerate()
            .filter_map(|(nth, task)| Some((nth, blocked(task)?)))
            .collect(),
        Some(_) => vec![],
    };
    let labels: Vec<String> = columns.iter().map(|task| label(task)).collect();
    let grid = Grid { labels, rows: &chosen, ends, matter };
    grid.write(look, out)?;
    if let Some(Repeats { block, rounds }) = repeats {
        let first = until - block;
        let what = if block == 1 {
            format!("step {first} is")
        } else {
            format!("steps {first} to {} are", until - 1)
        };
        writeln!(
            out,
            "     …   {what} made {rounds} times in all, up to step {}",
            steps.len() - 1
        )?;
    }
    write_left_out(all - columns.len(), out)
}

fn write_left_out(others: usize, out: &mut dyn io::Write) -> io::Result<()> {
    match others {
        0 => Ok(()),
        1 => writeln!(out, "  one other task is left out"),
        _ => writeln!(out, "  {others} other tasks are left out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::record::{OperationRecord, PendingRecord};

    fn role(task: &str) -> Role {
        if task.starts_with(Role::Exit.letter()) { Role::Exit } else { Role::Program }
    }

    /// The act of an operation. The operation has a name of its own: nothing may depend on it.
    fn act(op: &str) -> Act {
        match op {
            "begin" => Act::Spawn,
            "pause" => Act::Yield,
            "nap" => Act::Sleep,
            "stop" => Act::End,
            _ => Act::Access,
        }
    }

    fn operation(op: &str, object: Option<String>) -> OperationRecord {
        let (file, line) = (String::new(), 1);
        OperationRecord { op: op.to_owned(), act: act(op), object, named: None, file, line }
    }

    fn step(step: u32, task: &str, op: &str, preempts: bool) -> StepRecord {
        StepRecord {
            step,
            task: task.to_owned(),
            role: role(task),
            operation: operation(op, (op == "read").then(|| "Shared '余额'".to_owned())),
            value: None,
            choices: vec![],
            woke: None,
            preempts,
        }
    }

    fn task(task: &str, name: &str, about: Option<&str>) -> TaskRecord {
        let pending =
            about.map(|op| PendingRecord { operation: operation(op, None), enabled: false });
        let finished = pending.is_none();
        let (role, task, name) = (role(task), task.to_owned(), name.to_owned());
        TaskRecord {
            task,
            role,
            name,
            process: None,
            finished,
            killed: None,
            pending,
            since: None,
            failure: None,
        }
    }

    /// The lines, without the spaces at their ends.
    fn lines(steps: &[StepRecord], tasks: &[TaskRecord], repeats: Option<Repeats>) -> Vec<String> {
        let mut bytes = vec![];
        let focus = Focus { repeats, ..Focus::default() };
        write_columns((steps, tasks), focus, Look::default(), &mut bytes).expect("memory");
        String::from_utf8(bytes).expect("UTF-8").lines().map(str::to_owned).collect()
    }

    /// Nine tasks are more than fit side by side.
    #[test]
    fn of_many_tasks_only_those_involved_are_shown() {
        let name = |nth: u32| format!("T{nth}");
        let steps: Vec<StepRecord> = (0..9).map(|i| step(i, &name(i), "read", false)).collect();
        let tasks: Vec<TaskRecord> = (0..9).map(|i| task(&name(i), "", None)).collect();
        let mut bytes = vec![];
        let focus = Focus { involved: &[name(2), name(5)], ..Focus::default() };
        write_columns((&steps, &tasks), focus, Look::default(), &mut bytes).expect("memory");
        let shown = String::from_utf8(bytes).expect("UTF-8");
        let words: Vec<&str> = shown.lines().next().unwrap_or("").split_whitespace().collect();
        assert_eq!(words, ["step", "T2", "T5", "switch"]);
        assert!(shown.ends_with("  7 other tasks are left out\n"), "{shown}");
    }

    /// A Chinese character takes two columns of a terminal and is one `char`:
    /// what stands after it begins in the same column of each row all the same.
    #[test]
    fn wide_names_keep_the_columns_aligned() {
        let steps = [step(0, "T0", "read", false), step(1, "T1", "read", true)];
        let tasks = [task("T0", "哲学家", Some("lock")), task("T1", "b", None)];
        let shown = lines(&steps, &tasks, None);
        // "T0 '哲学家'" is 11 wide, "read Shared '余额'" 18, "lock   BLOCKED" 14.
        assert_eq!(
            shown,
            [
                "  step   T0 '哲学家'          T1 'b'               switch",
                "     0   read Shared '余额'                        preempted",
                "     1                        read Shared '余额'",
                "         lock   BLOCKED",
            ]
        );
    }

    /// Each reason, at the last row of the turn; a turn without a row of its own
    /// shows its last step.
    #[test]
    fn why_a_task_is_left() {
        let steps = [
            step(0, "T0", "begin", false),
            step(1, "T1", "read", false),
            step(2, "T0", "read", false),
            step(3, "T1", "pause", true),
            step(4, "T0", "nap", false),
            step(5, "T1", "read", false),
            step(6, "T1", "stop", false),
            step(7, "T0", "read", false),
            step(8, "K0", "exit", false),
        ];
        let tasks = [task("T0", "", Some("read")), task("T1", "", None), task("K0", "exit", None)];
        let why: Vec<&str> =
            switches(&steps, &tasks).into_iter().map(Option::unwrap_or_default).collect();
        // T0 is left at 0: no task preempts it, so it was blocked. T1 is about to
        // yield after 1. T0 is preempted after 2, and about to sleep there; the
        // schedule says that it was preempted.
        assert_eq!(
            why,
            ["blocked", "yields", "preempted", "blocked", "blocked", "", "ended", "killed", ""]
        );
        let shown = lines(&steps, &tasks, None);
        assert!(
            shown[1].starts_with("     0   begin") && shown[1].ends_with("blocked"),
            "{shown:?}"
        );
        assert!(shown.iter().any(|l| l.contains("5") && l.ends_with("ended")), "{shown:?}");
    }

    #[test]
    fn a_block_that_repeats_is_shown_once() {
        let mut steps = vec![step(0, "T0", "read", false)];
        for round in 0..5 {
            steps.push(step(1 + 2 * round, "T0", "read", false));
            steps.push(step(2 + 2 * round, "T0", "pause", false));
        }
        let tasks = [task("T0", "", Some("read"))];
        let shown = lines(&steps, &tasks, Some(Repeats { block: 2, rounds: 5 }));
        assert_eq!(shown.len(), 5, "{shown:?}");
        assert_eq!(shown[4], "     …   steps 1 to 2 are made 5 times in all, up to step 10");
    }
}
