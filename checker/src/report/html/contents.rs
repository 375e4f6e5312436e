//! What is in the island of a page: documents as `--format json` prints them, the states
//! of executions, and sources.
//!
//! A document becomes text as soon as it is there, so that a page knows how large it is.

use serde::Serialize;
use serde_json::json;

use super::claims;
use super::play::PlayData;
use crate::model::kind::{KINDS, Kind, Levels};
use crate::model::labels::package_path;
use crate::model::scenario::Source;
use crate::model::schedule::Schedule;
use crate::replay::Replayed;
use crate::replay::states::States;
use crate::report::data::{FindingReport, Report};
use crate::report::explain::ExplainReport;
use crate::report::json::Document;
use crate::report::kinds::{self, Tale};
use crate::report::replay::ReplayReport;
use crate::report::text::{replay_parts, story_command};
use crate::report::words::without_ups;

/// The most bytes of the executions in a page.
pub(super) const MOST_BYTES: usize = 2_500_000;

/// What the page shows first.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct PagePlace {
    /// The number of an execution of the page.
    pub(crate) execution: usize,
    /// After how many steps; at the end if not told.
    pub(crate) step: Option<usize>,
}

/// An execution, run again, with the state at each step.
pub(crate) struct PageExecution {
    pub(crate) replayed: Replayed,
    pub(crate) states: States,
}

/// Everything that a page shows.
#[derive(Default)]
pub(crate) struct Page {
    /// Reports of checks, each with what it says in words.
    checks: Vec<String>,
    /// Executions with their states.
    executions: Vec<String>,
    /// Bytes of them.
    bytes: usize,
    sources: Vec<&'static [Source]>,
    place: Option<PagePlace>,
    /// Whether the reader is asked before anything is told.
    asks: bool,
}

/// A check with what is to be told besides its report.
pub(crate) struct PageCheck<'a> {
    pub(crate) report: &'a Report,
    /// Which order decides where an error was found, or why that is not said.
    pub(crate) explained: Option<Result<ExplainReport, String>>,
    /// The graph of all states.
    pub(crate) play: PlayData,
}

/// Why an execution is on the page.
#[derive(Default, Serialize)]
struct Origins {
    /// The check that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<usize>,
    /// The findings that it shows, by their numbers in the report.
    findings: Vec<usize>,
    /// The outcome that it gives.
    outcomes: Vec<usize>,
}

/// A document as text. Reports have no maps with keys that are not strings.
fn text(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("a report is JSON")
}

impl Page {
    /// Adds the report of a check, what decides or why that is not said, and the executions
    /// that it names.
    pub(crate) fn add_check(
        &mut self,
        check: PageCheck<'_>,
        levels: Levels,
        run: &dyn Fn(&Schedule) -> PageExecution,
    ) {
        let PageCheck { report, explained, play } = check;
        let number = self.checks.len();
        let said = said(report, levels);
        let document = text(&Document::Check.stamped(report));
        let (flip, unexplained) = match explained {
            Some(Ok(why)) => (text(&Document::Explain.stamped(&why)), None),
            Some(Err(message)) => ("null".to_owned(), Some(message)),
            None => ("null".to_owned(), None),
        };
        let unexplained = text(&unexplained);
        self.checks.push(String::new());
        self.sources.push(report.source);
        let is_declared = |kind: Kind| {
            let declared = report.expected.iter().flat_map(|all| &all.findings);
            declared.into_iter().any(|one| one.kind == kind)
        };
        let mut told: Vec<&Schedule> = vec![];
        let findings = report.findings.iter().map(|finding| &finding.schedule);
        for schedule in findings.chain(report.outcomes.iter().map(|one| &one.schedule)) {
            if told.contains(&schedule) || self.bytes > MOST_BYTES {
                continue;
            }
            told.push(schedule);
            let PageExecution { replayed, states } = run(schedule);
            let name = report.scenario.clone();
            let body = ReplayReport::new(name, &replayed, levels, is_declared);
            let matching = |all: &mut dyn Iterator<Item = &Schedule>| {
                let equal = all.enumerate().filter(|(_, one)| *one == schedule);
                equal.map(|(at, _)| at).collect()
            };
            let origins = Origins {
                check: Some(number),
                findings: matching(&mut report.findings.iter().map(|one| &one.schedule)),
                outcomes: matching(&mut report.outcomes.iter().map(|one| &one.schedule)),
            };
            let around = replay_parts(report);
            let told = PageEntry { of: &origins, command: &around, body: &body };
            let is_first = self.executions.is_empty();
            match told.within(MOST_BYTES.saturating_sub(self.bytes), is_first, states) {
                Ok(text) => self.push(text),
                Err(_) => self.bytes = MOST_BYTES + 1,
            }
        }
        let is_too_much = self.bytes + play.json().len() > MOST_BYTES;
        let play = if is_too_much { PlayData::left_out() } else { play };
        self.bytes += play.json().len();
        let play = play.json();
        self.checks[number] = format!(
            "{{\"report\":{document},\"said\":{said},\"flip\":{flip},\
             \"unexplained\":{unexplained},\"play\":{play}}}"
        );
    }

    /// Has the page ask the reader before it tells anything.
    pub(crate) fn ask_first(&mut self) {
        self.asks = true;
    }

    /// Adds one execution that belongs to no check.
    pub(crate) fn add_replay(
        &mut self,
        report: &ReplayReport<'_>,
        states: &States,
        command: &[String; 2],
        source: &'static [Source],
    ) {
        self.sources.push(source);
        self.bytes = 0;
        let told = PageEntry { of: &Origins::default(), command, body: report };
        // A page of one execution has that execution, however long it is.
        match told.within(MOST_BYTES, true, states.clone()) {
            Ok(text) | Err(text) => self.push(text),
        }
    }

    /// Has the page open at a place.
    pub(crate) fn open_at(&mut self, place: PagePlace) {
        self.place = Some(place);
    }

    fn push(&mut self, execution: String) {
        self.bytes += execution.len();
        self.executions.push(execution);
    }

    /// The island as JSON, stamped like the documents in it.
    pub(super) fn to_json(&self) -> String {
        let (checks, executions) = (self.checks.join(","), self.executions.join(","));
        let mut sources: Vec<(String, &str)> = vec![];
        for source in self.sources.iter().flat_map(|all| all.iter()) {
            let file = package_path(&without_ups(source.file)).to_owned();
            let is_told = executions.contains(&text(&file)) || checks.contains(&text(&file));
            if is_told && sources.iter().all(|(known, _)| *known != file) {
                sources.push((file, source.text));
            }
        }
        let sources: Vec<_> =
            sources.iter().map(|(file, text)| json!({ "file": file, "text": text })).collect();
        let (sources, place, asks) = (text(&sources), text(&self.place), self.asks);
        let stamp = text(&Document::Page.stamped(&json!({})));
        let stamp = stamp.trim_end_matches('}');
        format!(
            "{stamp},\"checks\":[{checks}],\n\"executions\":[{executions}],\n\
             \"sources\":{sources},\n\"place\":{place},\n\"quiz\":{asks}}}"
        )
    }
}

/// An execution as the page tells it, but for its states.
#[derive(Clone, Copy)]
struct PageEntry<'a> {
    of: &'a Origins,
    command: &'a [String; 2],
    body: &'a ReplayReport<'a>,
}

impl PageEntry<'_> {
    fn with(self, states: &States) -> String {
        let replay = text(&Document::Replay.stamped(self.body));
        let (of, command, states) = (text(self.of), text(self.command), text(states));
        format!("{{\"of\":{of},\"command\":{command},\"replay\":{replay},\"states\":{states}}}")
    }

    /// The execution in so many bytes, with fewer states if it may be shortened and does not
    /// fit otherwise; as an error what it is at the shortest.
    fn within(self, room: usize, may_shorten: bool, mut states: States) -> Result<String, String> {
        loop {
            let text = self.with(&states);
            if text.len() <= room {
                return Ok(text);
            }
            let n_states = states.frames.len();
            if !may_shorten || n_states <= 1 {
                return Err(text);
            }
            states.keep(n_states / 2);
        }
    }
}

/// What a page tells of a check besides its report.
fn said(report: &Report, levels: Levels) -> serde_json::Value {
    let (word, details) = claims::verdict(report);
    let kinds = KINDS.iter().map(|row| row.kind).filter(|kind| levels.is_error(*kind));
    let errors: Vec<&str> = kinds.map(Kind::name).collect();
    json!({
        "verdict": word,
        "details": details,
        "claims": claims::claims(report),
        "executions": claims::executions(report),
        "errors": errors,
        "unit": report.unit.count(1),
        "command": story_command(report),
        "replay": replay_parts(report),
        "sentences": report.findings.iter().map(|f| sentences(report, f)).collect::<Vec<_>>(),
    })
}

/// What the text report says of a finding below its steps.
fn sentences(report: &Report, finding: &FindingReport) -> Vec<String> {
    kinds::story(finding.kind, &Tale { report, finding, is_whole: true }).sentences
}
