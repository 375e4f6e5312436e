//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format", 2020), for editors and
//! code hosts.
//!
//! A finding is a result: its rule is the kind, its location the line where it shows, its
//! related locations the lines where that comes from, and its code flow the simplest
//! schedule, with a thread flow for each task. `executionOrder` is the number of the step,
//! counted from 1 (§3.38.11), so that a reader can go through the steps of all tasks in the
//! order in which they were made. What a task waits for at the end stands behind its steps,
//! without a number, since it never happened.
//!
//! A finding that the scenario declares is suppressed in source (§3.35): it is there, and
//! accepted. A check of which nothing can be said is a result of the kind `open` (§3.27.9).
//! `partialFingerprints` has the key under which a check tells a finding once. Of steps that
//! repeat for ever only the first round is written, and of other flows at most the last
//! `MOST_STEPS` steps; the properties of a result say how many were left out.

mod rules;
mod types;

use std::collections::BTreeMap;
use std::io;

use unknot_sim::Role;

use self::types::{
    SarifArtifact, SarifBase, SarifCodeFlow, SarifDriver, SarifFlowStep, SarifLocation, SarifLog,
    SarifMessage, SarifPlace, SarifRegion, SarifResult, SarifRun, SarifSuppression,
    SarifThreadFlow, SarifTool,
};
use super::answer::CheckAnswer;
use super::data::Report;
use super::places::{Remark, Remarks, ShownFinding};
use super::replay::ReplayReport;
use super::visible::visible;
use super::words::{operation_text, source_path, step_text};
use super::{tale, text};
use crate::model::scenario::Source;
use crate::replay::record::{OperationRecord, TaskRecord};

/// The most steps of an execution that are written: code hosts read no more.
const MOST_STEPS: usize = 1_000;

/// What addresses are relative to, where the source is known.
const WORKSPACE: &str = "SRCROOT";

/// What they are relative to otherwise.
const PACKAGE: &str = "PACKAGE";

/// Under which name the key of a finding is written. Its end grows when keys change.
const KEY: &str = "unknotFinding/v1";

/// Writes the results of checks.
///
/// # Errors
/// If the output cannot be written.
pub fn write_checks(reports: &[Report], out: &mut dyn io::Write) -> io::Result<()> {
    let mut results = vec![];
    for report in reports {
        let name = &report.scenario;
        for finding in &report.findings {
            let mut result = result(&finding.shown(), name, report.source);
            result.properties.insert("schedule", finding.schedule.to_string());
            result.properties.insert("replay", text::replay_line(report, finding));
            if report.declares(finding.kind) {
                let justification = format!("{} declares it", visible(name));
                result.suppressions.push(SarifSuppression { kind: "inSource", justification });
            }
            results.push(result);
        }
        results.extend(undeclared(report));
    }
    write(results, out)
}

/// Writes the findings of one execution.
///
/// # Errors
/// If the output cannot be written.
pub fn write_replay(
    report: &ReplayReport<'_>,
    sources: &[Source],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let results = report.findings.iter().map(|finding| {
        let mut result = result(&report.shown(finding), &report.scenario, sources);
        result.properties.insert("schedule", report.schedule.clone());
        result
    });
    write(results.collect(), out)
}

fn write(results: Vec<SarifResult>, out: &mut dyn io::Write) -> io::Result<()> {
    let base = |text: &str| SarifBase { description: SarifMessage { text: text.to_owned() } };
    let driver = SarifDriver {
        name: "unknot",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules::all(),
    };
    let run = SarifRun {
        tool: SarifTool { driver },
        original_uri_base_ids: BTreeMap::from([
            (WORKSPACE, base("The root of the workspace that the tool was built in.")),
            (PACKAGE, base("The package of the program.")),
        ]),
        results,
    };
    let log = SarifLog {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// What a check says of itself where it is not as declared.
fn undeclared(report: &Report) -> Option<SarifResult> {
    let (kind, level) = match report.answer() {
        CheckAnswer::AsDeclared => return None,
        CheckAnswer::Open => ("open", "none"),
        CheckAnswer::Otherwise => ("fail", "error"),
    };
    let mut told = vec![format!("{}: {}", visible(&report.scenario), report.verdict)];
    told.extend(report.differences.iter().map(|difference| visible(difference)));
    Some(SarifResult {
        rule_id: rules::AS_DECLARED,
        rule_index: rules::all().len() - 1,
        kind,
        level,
        message: SarifMessage { text: told.join("; ") },
        locations: vec![],
        related_locations: vec![],
        code_flows: vec![],
        partial_fingerprints: key(&report.scenario, rules::AS_DECLARED),
        suppressions: vec![],
        properties: BTreeMap::new(),
    })
}

fn key(scenario: &str, key: &str) -> BTreeMap<&'static str, String> {
    BTreeMap::from([(KEY, format!("{scenario}: {key}"))])
}

fn result(shown: &ShownFinding<'_>, scenario: &str, sources: &[Source]) -> SarifResult {
    let Remarks { shows, from } = shown.remarks();
    let placed = |(nth, remark): (usize, &Remark)| {
        let Remark { file, line, text } = remark;
        location(Some(nth), (file, *line), text.clone(), sources)
    };
    // Each place has a number, by which a reader tells them apart.
    let locations = shows.iter().enumerate().map(placed).collect();
    let related_locations = (shows.len()..).zip(&from).map(placed).collect();
    let more = shows.iter().filter(|remark| shown.says_more(remark));
    let told: Vec<&str> = more.map(|remark| remark.text.as_str()).collect();
    let message = match told.is_empty() {
        true => shown.headline(),
        false => format!("{}. {}", shown.headline(), told.join("; ")),
    };
    let (flow, left_out) = code_flow(shown, sources);
    let mut properties = BTreeMap::new();
    if left_out > 0 {
        properties.insert("stepsLeftOut", left_out.to_string());
    }
    SarifResult {
        rule_id: shown.kind.name(),
        rule_index: shown.kind as usize,
        kind: "fail",
        level: rules::level(shown.level),
        message: SarifMessage { text: message },
        locations,
        related_locations,
        code_flows: flow.into_iter().collect(),
        partial_fingerprints: key(scenario, shown.key),
        suppressions: vec![],
        properties,
    }
}

/// The execution, and how many steps of it are left out.
fn code_flow(shown: &ShownFinding<'_>, sources: &[Source]) -> (Option<SarifCodeFlow>, usize) {
    let repeats = tale::repeats(shown.detail, shown.proof);
    let repeated = repeats.map_or(0, |repeats| repeats.block * (repeats.rounds - 1));
    let until = shown.steps.len().saturating_sub(repeated);
    let told = &shown.steps[until.saturating_sub(MOST_STEPS)..until];
    let thread = |task: &TaskRecord| {
        let steps = told.iter().filter(|step| step.task == task.task).map(|step| SarifFlowStep {
            location: at(&step.operation, step_text(step), sources),
            execution_order: Some(step.step + 1),
            importance: match shown.proof.contains(&step.step) {
                true => "essential",
                false => "important",
            },
        });
        let is_stuck = repeated == 0 && task.role == Role::Program && task.killed.is_none();
        let waits = task.pending.as_ref().filter(|pending| is_stuck && !pending.enabled);
        let waits = waits.map(|pending| {
            let text = format!("waits: {}", operation_text(&pending.operation));
            let location = at(&pending.operation, text, sources);
            SarifFlowStep { location, execution_order: None, importance: "essential" }
        });
        let locations: Vec<SarifFlowStep> = steps.chain(waits).collect();
        // A thread flow has at least one location.
        let id = task.task.clone();
        let message = SarifMessage { text: shown.task(&task.task) };
        (!locations.is_empty()).then_some(SarifThreadFlow { id, message, locations })
    };
    let thread_flows: Vec<SarifThreadFlow> = shown.tasks.iter().filter_map(thread).collect();
    let message = SarifMessage { text: "a schedule that shows it".to_owned() };
    let flow = (!thread_flows.is_empty()).then_some(SarifCodeFlow { message, thread_flows });
    (flow, shown.steps.len() - told.len())
}

fn at(operation: &OperationRecord, text: String, sources: &[Source]) -> SarifLocation {
    location(None, (&operation.file, operation.line), text, sources)
}

fn location(
    id: Option<usize>,
    (file, line): (&str, u32),
    text: String,
    sources: &[Source],
) -> SarifLocation {
    let (path, uri_base_id) = match source_path(sources, file) {
        Some(path) => (path, WORKSPACE),
        None => (file.to_owned(), PACKAGE),
    };
    let artifact_location = SarifArtifact { uri: uri(&path), uri_base_id };
    // Lines are counted from 1.
    let region = SarifRegion { start_line: line.max(1) };
    let physical_location = SarifPlace { artifact_location, region };
    SarifLocation { id, physical_location, message: Some(SarifMessage { text }) }
}

/// A relative path as a relative address (RFC 3986).
fn uri(path: &str) -> String {
    let mut address = String::new();
    for byte in path.replace('\\', "/").trim_start_matches('/').bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(byte.into());
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_addresses() {
        for (path, address) in [
            ("src/a_b-c.rs", "src/a_b-c.rs"),
            ("src\\a b.rs", "src/a%20b.rs"),
            ("/src/é?#.rs", "src/%C3%A9%3F%23.rs"),
            ("C:/x.rs", "C%3A/x.rs"),
        ] {
            assert_eq!(uri(path), address);
        }
    }
}
