//! How the time of one execution was spent, for people: a bar for each task, what each
//! core did, and a table.

use std::io;
use std::time::Duration;

use serde::Serialize;
use unknot_sim::Ended;

use super::look::Look;
use super::replay::{ended, ended_text};
use super::rows::write_rows;
use super::style::width;
use crate::analysis::timeline::{CoreTime, TaskState, TaskTimes, Timeline};
use crate::report::style::padded;

/// The most columns of a bar.
const COLUMNS: usize = 60;

/// So many slices of a core are listed in a brief text.
const SLICES: usize = 20;

/// How the time of one execution was spent.
#[derive(Debug, Serialize)]
pub struct GanttReport<'a> {
    /// `name/variant`.
    pub scenario: String,
    /// What was run, as text.
    pub schedule: String,
    /// How it ended.
    #[serde(rename = "ended", serialize_with = "ended")]
    pub end: Ended,
    /// The rest.
    #[serde(flatten)]
    pub timeline: &'a Timeline,
}

pub(super) fn shown(micros: u64) -> String {
    match micros {
        0 => "0".to_owned(),
        micros => format!("{:?}", Duration::from_micros(micros)),
    }
}

pub(super) fn label(task: &TaskTimes) -> String {
    match task.name.as_str() {
        "" => task.task.clone(),
        name => format!("{} '{name}'", task.task),
    }
}

/// Writes it for people.
///
/// # Errors
/// If the output cannot be written.
pub fn write_text(report: &GanttReport<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let GanttReport { scenario, schedule, end, timeline } = report;
    writeln!(out, "{scenario}: {}, {}\n", shown(timeline.end), ended_text(*end))?;
    write_bars(timeline, look, out)?;
    write_cores(timeline, look, out)?;
    write_times(timeline, look, out)?;
    write_calls(timeline, out)?;
    writeln!(out, "schedule '{schedule}'")
}

/// The time that a column of a bar stands for: a round number, so that at most so many
/// columns are needed.
fn unit(end: u64, columns: usize) -> u64 {
    let least = end.div_ceil(columns as u64).max(1);
    let mut unit = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        if unit >= least {
            break;
        }
        let power = 10_u64.pow(unit.ilog10());
        unit = power.saturating_mul(factor);
    }
    unit
}

fn write_bars(timeline: &Timeline, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let labels: Vec<String> = timeline.tasks.iter().map(label).collect();
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let columns = look.columns.saturating_sub(widest + 4).clamp(10, COLUMNS);
    let unit = unit(timeline.end, columns);
    for (task, label) in timeline.tasks.iter().zip(&labels) {
        let bar: String = (0..timeline.end.div_ceil(unit))
            .map(|column| sign(timeline, task, column * unit + unit / 2))
            .collect();
        writeln!(out, "  {}  {}", padded(label, widest), bar.trim_end())?;
    }
    let signs = [(false, ""), (true, ", * a core switches to it")];
    let has_switch = timeline.slices.iter().any(|slice| slice.switch);
    let (_, switch) = signs[usize::from(has_switch)];
    writeln!(out, "\n  a column is {}: # runs, . is ready, - is blocked{switch}\n", shown(unit))
}

/// What a task does at a time.
fn sign(timeline: &Timeline, task: &TaskTimes, now: u64) -> char {
    let is_switch = |slice: &CoreTime| {
        slice.switch && slice.task == task.task && (slice.from..slice.to).contains(&now)
    };
    if timeline.slices.iter().any(is_switch) {
        return '*';
    }
    let begun = task.states.partition_point(|state| state.since <= now);
    match begun.checked_sub(1).map(|at| task.states[at].state) {
        Some(TaskState::Running) => '#',
        Some(TaskState::Ready) => '.',
        Some(TaskState::Blocked) => '-',
        Some(TaskState::New | TaskState::Ended | TaskState::Killed) | None => ' ',
    }
}

fn write_cores(timeline: &Timeline, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut cores: Vec<(&str, u32)> = vec![];
    for slice in &timeline.slices {
        if !cores.contains(&(&slice.cpu, slice.core)) {
            cores.push((&slice.cpu, slice.core));
        }
    }
    cores.sort_unstable();
    for (cpu, core) in cores.iter().copied() {
        let of_core = |slice: &&CoreTime| (slice.cpu.as_str(), slice.core) == (cpu, core);
        let slices: Vec<&CoreTime> = timeline.slices.iter().filter(of_core).collect();
        writeln!(out, "  core {core} of {cpu}:")?;
        let most = look.most(SLICES);
        for slice in slices.iter().take(most) {
            let CoreTime { task, from, to, switch, .. } = slice;
            let what = if *switch { "switch to " } else { "" };
            writeln!(out, "    {} to {}  {what}{task}", shown(*from), shown(*to))?;
        }
        look.write_more(slices.len().saturating_sub(most), ("slice", "slices"), out)?;
    }
    if cores.is_empty() { Ok(()) } else { writeln!(out) }
}

fn write_times(timeline: &Timeline, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let heading = ["task", "arrival", "running", "ready", "blocked", "response", "turnaround"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for task in &timeline.tasks {
        let or_none = |time: Option<u64>| time.map_or("-".to_owned(), shown);
        let all: u64 = task.blocked.iter().map(|blocked| blocked.time).sum();
        let each = task.blocked.iter().map(|one| format!("{} {}", one.op, shown(one.time)));
        let blocked = match task.blocked.as_slice() {
            [] => shown(0),
            [one] => format!("{} ({})", shown(all), one.op),
            _ => format!("{} ({})", shown(all), each.collect::<Vec<_>>().join(", ")),
        };
        let (arrival, running, ready) = (task.arrival, task.running, task.ready);
        rows.push(vec![
            label(task),
            shown(arrival),
            shown(running),
            shown(ready),
            blocked,
            or_none(task.response),
            or_none(task.turnaround),
        ]);
    }
    write_rows(&rows, ("  ", usize::MAX), look, out)?;
    writeln!(out)
}

fn write_calls(timeline: &Timeline, out: &mut dyn io::Write) -> io::Result<()> {
    for task in &timeline.tasks {
        let calls = task.calls.iter().map(|call| match call.refused {
            0 => format!("{} {}", call.made, call.op),
            refused => format!("{} {} ({refused} refused)", call.made, call.op),
        });
        let calls: Vec<String> = calls.collect();
        if !calls.is_empty() {
            writeln!(out, "  {} called: {}", label(task), calls.join(", "))?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn a_column_is_a_round_time() {
        for (end, columns, expected) in [
            (1, 60, 1),
            (60, 60, 1),
            (61, 60, 2),
            (30_000, 60, 500),
            (30_001, 60, 1_000),
            (7, 1, 10),
        ] {
            assert_eq!(unit(end, columns), expected, "{end} in {columns}");
        }
    }
}
