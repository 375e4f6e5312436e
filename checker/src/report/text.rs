//! Text, for people: a line for each check, and the findings, in blocks.
//!
//! A block is a headline, the tale of the finding (`tale.rs`), the
//! schedule in columns, and the command that shows it again.

use std::io;

use super::columns::Focus;
use super::look::{Amount, Look};
use super::shell;
use super::style::padded;
use super::style::{Mark, width};
use super::visible::visible;
use super::words::place;
use super::{columns, tale};
use crate::check::verdict::Verdict;
use crate::model::count::grouped;
use crate::model::kind::Level;
use crate::model::terms::{Semantics, time_name};
use crate::report::data::{BoundsReport, FindingReport, Report};

/// The most errors that are told as stories.
const MOST_STORIES: usize = 6;

/// The most findings that are told in a line.
const MOST_HEADLINES: usize = 20;

/// The most outcomes that are told.
const MOST_OUTCOMES: usize = 20;

/// One line for one check.
///
/// # Errors
/// If the output cannot be written.
pub fn write_line(report: &Report, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mark = match report.as_expected {
        // The verdict says so by itself.
        Some(true) if report.verdict.is_failure() => String::new(),
        Some(true) => "as declared".to_owned(),
        Some(false) => look.paint(Mark::Bad, "OTHERWISE"),
        None if report.expected.is_none() => String::new(),
        None => "open".to_owned(),
    };
    let count = executions(report);
    let mark = padded(&mark, 11);
    let line = format!("{}  {mark}  {count:>16}  {}", report.scenario, verdict(report, look));
    writeln!(out, "{}", line.trim_end())?;
    for difference in &report.differences {
        writeln!(out, "    {difference}")?;
    }
    write_aside(report, look, out)
}

/// What else a check did, below its line.
pub(super) fn write_aside(report: &Report, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    if let Some(BoundsReport { tried, enough }) = report.bounds {
        let bounds = match tried {
            1 => "bound 0 was".to_owned(),
            _ => format!("bounds 0 to {} were", tried - 1),
        };
        let so = if enough { "the last left nothing out" } else { "none was enough" };
        writeln!(out, "    preemptions: {bounds} tried, and {so}")?;
    }
    if let Some(unseen) = report.unseen {
        writeln!(out, "    of {} samples: {unseen}", grouped(unseen.executions))?;
    }
    // Where nothing was found the verdict says so by itself.
    let predicted = report.predicted.as_ref().filter(|_| report.verdict.is_failure());
    predicted.map_or(Ok(()), |predicted| predicted.write_line(out))?;
    report.cross_check.as_ref().map_or(Ok(()), |cross_check| cross_check.write_text(look, out))
}

/// How many executions were made: classes or schedules. If some were cut, their
/// classes are not known. What is found before an execution is
/// cut counts all the same, so these count here and wherever findings are counted.
pub(super) fn executions(report: &Report) -> String {
    match report.cut {
        0 => report.unit.count(report.executions),
        cut if report.executions + cut == 1 => "1 execution".to_owned(),
        cut => format!("{} executions", grouped(report.executions + cut)),
    }
}

/// The verdict with its first word marked; a declared failure is not marked as bad.
/// A failure tells what was cut, as the other verdicts do by themselves.
pub(super) fn verdict(report: &Report, look: Look) -> String {
    let verdict = &report.verdict;
    let (word, details) = (verdict.headword(), verdict.details());
    let cut = match report.cut {
        cut if verdict.is_failure() && cut > 0 => {
            let (cut, steps) = (grouped(cut), report.semantics.max_steps as u64);
            format!(" ({cut} cut after {} steps)", grouped(steps))
        }
        _ => String::new(),
    };
    // Where all are excluded the verdict says so.
    let excluded = match report.excluded {
        n if n > 0 && report.executions + report.cut > 0 => {
            format!(" ({} excluded by assumptions)", report.unit.count(n))
        }
        _ => String::new(),
    };
    let cut = cut + &excluded;
    let mark = match verdict {
        Verdict::Fail { .. } if report.as_expected == Some(true) => {
            return look.paint(Mark::Aside, &format!("{word} as declared: {details}{cut}"));
        }
        Verdict::Exhaustive | Verdict::Bounded(_) => Mark::Good,
        Verdict::Fail { .. } => Mark::Bad,
        Verdict::Inconclusive(_) => Mark::Open,
    };
    format!("{} {details}{cut}", look.paint(mark, word))
}

/// The first word of a finding.
pub(super) fn finding_mark(level: Level, look: Look) -> String {
    match level {
        Level::Error => look.paint(Mark::Bad, "FAIL"),
        Level::Note => "note".to_owned(),
    }
}

/// Everything about one check.
///
/// # Errors
/// If the output cannot be written.
pub fn write_report(report: &Report, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    write_findings(report, report.findings.iter(), look, out)?;
    let drawn = report.seed.map(|seed| (report.strategy.as_str(), seed));
    let predicted = report.predicted.as_ref();
    predicted.map_or(Ok(()), |predicted| predicted.write_text(drawn, look, out))?;
    writeln!(out, "outcomes of {} ({}):", report.scenario, params(report))?;
    writeln!(
        out,
        "  how many executions, what main returned or how they ended, and a schedule of one"
    )?;
    let counts: Vec<String> =
        report.outcomes.iter().map(|outcome| grouped(outcome.executions)).collect();
    let width = counts.iter().map(String::len).max().unwrap_or(0);
    let told = report.outcomes.len().min(look.most(MOST_OUTCOMES));
    for (outcome, count) in report.outcomes.iter().zip(&counts).take(told) {
        let value = outcome.value.as_ref().or(outcome.ended.as_ref());
        let value = value.map_or_else(String::new, |value| visible(value));
        writeln!(out, "  {count:>width$}  {value:12}  '{}'", outcome.schedule)?;
    }
    look.write_more(report.outcomes.len() - told, ("outcome", "outcomes"), out)?;
    writeln!(out)
}

fn params(report: &Report) -> String {
    let params: Vec<String> = report.params.iter().map(|(k, v)| format!("{k}={v}")).collect();
    if params.is_empty() { "no parameters".to_owned() } else { params.join(" ") }
}

/// The longest schedule in a line of a table.
const LONGEST: usize = 160;

/// The command that shows what a row found: its first error, unless its schedule is
/// too long.
pub(super) fn story(report: &Report) -> String {
    let is_error = |finding: &&FindingReport| finding.level == Level::Error;
    let shown = report.findings.iter().find(is_error);
    let schedule = shown.map(|finding| finding.schedule.to_string());
    match schedule.filter(|schedule| schedule.len() <= LONGEST) {
        Some(schedule) => format!("{} '{schedule}'", replay_command(report)),
        None => story_command(report),
    }
}

/// The command that tells everything about a row, or that runs a test again.
pub(crate) fn story_command(report: &Report) -> String {
    if let Some(test) = &report.test {
        return test.clone();
    }
    let check = format!("{} check {}", report.program, shell::word(&report.scenario));
    report.given.iter().fold(check, |command, (key, value)| {
        format!("{command} -p {}", shell::word(&format!("{key}={value}")))
    })
}

/// The command that shows a finding again.
pub(super) fn replay_line(report: &Report, finding: &FindingReport) -> String {
    replay_parts(report).join(&finding.schedule.to_string())
}

/// What stands before and behind a schedule in the command that shows it again.
pub(super) fn replay_parts(report: &Report) -> [String; 2] {
    match &report.test {
        Some(test) => ["UNKNOT_REPLAY='".to_owned(), format!("' {test}")],
        None => around_schedule(&replay_command(report)),
    }
}

/// The same for a command that ends with the schedule.
pub(crate) fn around_schedule(command: &str) -> [String; 2] {
    [format!("{command} '"), "'".to_owned()]
}

/// The start of the command that shows an execution again; the execution follows it.
pub(crate) fn replay_command(report: &Report) -> String {
    let terms = (report.semantics, report.usual);
    command_of((&report.program, "replay"), &report.scenario, &report.given, terms)
}

/// A command on one scenario, with everything that makes its executions what they are.
pub(crate) fn command_of(
    (program, verb): (&str, &str),
    scenario: &str,
    given: &[(String, String)],
    (terms, usual): (Semantics, Semantics),
) -> String {
    let mut command = format!("{program} {verb} {}", shell::word(scenario));
    for (key, value) in given {
        command.push_str(&format!(" -p {}", shell::word(&format!("{key}={value}"))));
    }
    if terms.time != usual.time {
        command.push_str(&format!(" --time {}", time_name(terms.time)));
    }
    if terms.max_timeouts != usual.max_timeouts {
        command.push_str(&format!(" --timeouts {}", terms.max_timeouts));
    }
    if terms.max_steps != usual.max_steps {
        command.push_str(&format!(" --max-steps {}", terms.max_steps));
    }
    if terms.stack != usual.stack {
        command.push_str(&format!(" --stack {}", terms.stack));
    }
    command
}

/// Findings: the stories of the first errors, and a line for each other error and
/// each note.
///
/// # Errors
/// If the output cannot be written.
pub fn write_findings<'a>(
    report: &Report,
    findings: impl Iterator<Item = &'a FindingReport>,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let is_story =
        |finding: &FindingReport| finding.level == Level::Error || look.amount == Amount::Whole;
    let (stories, notes): (Vec<_>, Vec<_>) = findings.partition(|finding| is_story(finding));
    let n_told = stories.len().min(look.most(MOST_STORIES));
    let (told, lines) = stories.split_at(n_told);
    told.iter().try_for_each(|finding| write_finding(report, finding, look, out))?;
    let lines: Vec<_> = lines.iter().chain(&notes).collect();
    let n_lines = lines.len().min(look.most(MOST_HEADLINES));
    for finding in &lines[..n_lines] {
        writeln!(out, "{}", line(report, finding, look))?;
    }
    look.write_more(lines.len() - n_lines, ("finding", "findings"), out)?;
    if n_lines > 0 { writeln!(out, "  {} tells their stories\n", look.more) } else { Ok(()) }
}

/// One finding.
///
/// # Errors
/// If the output cannot be written.
fn write_finding(
    report: &Report,
    finding: &FindingReport,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_headline(report, finding, look, out)?;
    writeln!(out)?;
    tale::write(report, finding, look, out)?;
    writeln!(out)?;
    let repeats = tale::repeats(&finding.detail, &finding.proof);
    let matter = matter(finding);
    let focus = Focus { repeats, involved: &finding.involved, matter: &matter };
    columns::write_columns((&finding.steps, &finding.tasks), focus, look, out)?;
    writeln!(out, "  replay: {}", replay_line(report, finding))?;
    if let Some(path) = &finding.saved {
        writeln!(out, "  saved:  {path}")?;
    }
    if report.test.is_some() {
        return writeln!(out);
    }
    let command = replay_command(report);
    if let (Some(seed), Some(execution)) = (report.seed, finding.execution) {
        let by_seed =
            format!("--strategy {} --seed {seed} --execution {execution}", report.strategy);
        let member = finding.member.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        writeln!(
            out,
            "  first shown by execution {execution}{member} of seed {seed}: {command} {by_seed}"
        )?;
    }
    writeln!(out)
}

/// The steps of a schedule that matter for its finding.
fn matter(finding: &FindingReport) -> Vec<u32> {
    let mut steps = finding.proof.clone();
    steps.extend(&finding.detail.written_by);
    if let Some(at) = finding.detail.closed.as_ref().and_then(|closed| closed.closed_at) {
        steps.extend([at.saturating_sub(1), at, at + 1]);
    }
    if let Some(graph) = &finding.graph {
        steps.extend(graph.waits.iter().filter_map(|wait| wait.since));
        steps.extend(graph.holds.iter().map(|hold| hold.step));
    }
    steps
}

/// A finding in one line: what it is, where in the source, and how often.
fn line(report: &Report, finding: &FindingReport, look: Look) -> String {
    let mark = finding_mark(finding.level, look);
    let mut places: Vec<String> = (finding.proof.iter())
        .filter_map(|&step| finding.steps.get(step as usize))
        .map(|step| place(&step.operation.file, step.operation.line))
        .collect();
    places.dedup();
    let at = if places.is_empty() { String::new() } else { format!(" at {}", places.join(", ")) };
    format!(
        "{mark} {} ({}){at}; {}",
        finding.kind,
        visible(&finding.message),
        shown_by(report, finding),
    )
}

/// In how many executions it was seen, and how early by the directed stage.
fn shown_by(report: &Report, finding: &FindingReport) -> String {
    // What is found before an execution is cut counts all the same.
    let searched = format!("shown by {} of {}", grouped(finding.executions), executions(report));
    match finding.directed {
        Some(number) => {
            format!("{searched}, first seen in execution {number} of the directed stage")
        }
        None => searched,
    }
}

/// What it is, where, and how often: on one line if that is not too long.
fn write_headline(
    report: &Report,
    finding: &FindingReport,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mark = finding_mark(finding.level, look);
    let (kind, message) = (&finding.kind, visible(&finding.message));
    let shown = format!("{}; {}", shown_by(report, finding), preemptions(finding));
    let what = format!("{mark} {kind} ({message})   {}", report.scenario);
    if width(&format!("{what}   {shown}")) <= look.columns {
        writeln!(out, "{what}   {shown}")
    } else if width(&what) <= look.columns {
        writeln!(out, "{what}\n  {shown}")
    } else if width(&format!("  {}   {shown}", report.scenario)) <= look.columns {
        writeln!(out, "{mark} {kind} ({message})\n  {}   {shown}", report.scenario)
    } else {
        writeln!(out, "{mark} {kind} ({message})\n  {}\n  {shown}", report.scenario)
    }
}

/// How simple the schedule of a finding is, and whether a simpler one may exist.
fn preemptions(finding: &FindingReport) -> String {
    let n = finding.preemptions;
    let noun = if n == 1 { "preemption" } else { "preemptions" };
    if finding.fewest {
        format!("{n} {noun}, the fewest possible")
    } else {
        format!("at most {n} {noun}")
    }
}
