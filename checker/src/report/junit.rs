//! JUnit XML of a check, as build servers read it: a scenario is a suite and a form of it a
//! case. The format has no owner; the writer is that of `cargo nextest`
//! (<https://docs.rs/quick-junit>).
//!
//! A case passes if the check says what was declared, so a broken form that shows what it
//! declares passes. What too little was observed for is an `error`, since it is no success.
//! What was found are properties of the case either way, and the schedule files stand in
//! its output, each behind a line with its name; where they were saved, that is an
//! attachment as Jenkins and GitLab read it. A case has no duration: it would differ from
//! run to run.
//!
//! What it can miss: two characters that are none in XML, and one for private use, are
//! replaced in names.

use std::io;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::answer::CheckAnswer;
use super::data::{FindingReport, Report};
use super::look::Look;
use super::text;
use super::visible::visible;
use crate::model::kind::Level;

/// Writes the document.
///
/// # Errors
/// If the output cannot be written.
pub fn write(reports: &[Report], out: &mut dyn io::Write) -> io::Result<()> {
    let mut suites: Vec<TestSuite> = vec![];
    for report in reports {
        let (suite, case) = report.scenario.split_once('/').unwrap_or(("unknot", &report.scenario));
        let suite = xml(&visible(suite));
        let case = test_case(report, &suite, &xml(&visible(case)))?;
        if suites.last().is_none_or(|last| last.name.as_str() != suite) {
            suites.push(TestSuite::new(suite));
        }
        suites.last_mut().expect("there is one now").add_test_case(case);
    }
    // A suite is counted when it is added, so it is complete by then.
    let mut document = quick_junit::Report::new("unknot");
    document.add_test_suites(suites);
    let text = document.to_string().map_err(io::Error::other)?;
    out.write_all(with_tabs(&text).as_bytes())
}

/// The document with its tabs. A parser makes a space of a tab in an attribute (XML 1.0,
/// §3.3.3), so there it is written as its number.
fn with_tabs(text: &str) -> String {
    let mut is_in_tag = false;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Texts and attributes have these two letters as entities only.
            '<' => is_in_tag = true,
            '>' => is_in_tag = false,
            _ => {}
        }
        match (letter, is_in_tag) {
            (TAB, true) => out.push_str("&#9;"),
            (TAB, false) => out.push('\t'),
            _ => out.push(letter),
        }
    }
    out
}

/// What stands for a tab until the document is written: its writer takes tabs for control
/// characters, and the fields of a schedule file are parted by them.
const TAB: char = '\u{f8ff}';

/// A text that XML can hold: not all characters are allowed there, and `TAB` is taken.
fn xml(text: &str) -> String {
    text.replace([TAB, '\u{fffe}', '\u{ffff}'], "\u{fffd}").replace('\t', &TAB.to_string())
}

fn test_case(report: &Report, suite: &str, name: &str) -> io::Result<TestCase> {
    let mut case = TestCase::new(name, status(report)?);
    case.set_classname(suite);
    let params = report.params.iter().map(|(name, value)| (format!("param.{name}"), value));
    case.add_properties(params.map(|(name, value)| Property::new(name, value.to_string())));
    case.add_property(("verdict", report.verdict.to_string().as_str()));
    case.add_property(("executions", text::executions(report).as_str()));
    let mut output = String::new();
    for (nth, finding) in report.findings.iter().enumerate() {
        let key = format!("finding.{}", nth + 1);
        case.add_properties(properties(report, finding, &key));
        if finding.level == Level::Error {
            output.push_str(&attachment(report, finding, nth + 1));
        }
    }
    if !output.is_empty() {
        case.set_system_out(xml(&output));
    }
    Ok(case)
}

/// What a case came to: with the text of the command line, if it does not pass.
fn status(report: &Report) -> io::Result<TestCaseStatus> {
    let (kind, word) = match report.answer() {
        CheckAnswer::AsDeclared => return Ok(TestCaseStatus::success()),
        CheckAnswer::Otherwise => (NonSuccessKind::Failure, "otherwise"),
        CheckAnswer::Open => (NonSuccessKind::Error, "inconclusive"),
    };
    let mut told = vec![];
    text::write_report(report, Look::default(), &mut told)?;
    text::write_line(report, Look::default(), &mut told)?;
    let mut status = TestCaseStatus::non_success(kind);
    let mut message = report.verdict.to_string();
    for difference in &report.differences {
        message.push_str(&format!("; {}", visible(difference)));
    }
    status.set_type(word).set_message(xml(&message));
    status.set_description(xml(&String::from_utf8_lossy(&told)));
    Ok(status)
}

fn properties(report: &Report, finding: &FindingReport, key: &str) -> Vec<Property> {
    let mut all = vec![
        Property::new(format!("{key}.kind"), finding.kind.name()),
        Property::new(format!("{key}.level"), finding.level.name()),
        Property::new(format!("{key}.message"), xml(&visible(&finding.message))),
        Property::new(format!("{key}.schedule"), finding.schedule.to_string()),
        Property::new(format!("{key}.replay"), xml(&text::replay_line(report, finding))),
    ];
    if let Some(path) = &finding.saved {
        all.push(Property::new(format!("{key}.file"), xml(&visible(path))));
    }
    all
}

/// The schedule file of a finding, behind its name.
fn attachment(report: &Report, finding: &FindingReport, nth: usize) -> String {
    let file = report.sched_file(finding);
    let at = finding.saved.as_ref().map(|path| format!("[[ATTACHMENT|{}]]\n", visible(path)));
    format!("{}--- finding-{nth}-{}.sched\n{file}", at.unwrap_or_default(), finding.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_stays_a_tab() {
        let mut case = TestCase::new(xml("a\tb"), TestCaseStatus::success());
        case.set_system_out(xml("one\ttwo <x>\tthree"));
        let mut suite = TestSuite::new("suite");
        suite.add_test_case(case);
        let mut document = quick_junit::Report::new("unknot");
        document.add_test_suite(suite);
        let text = with_tabs(&document.to_string().expect("XML"));
        assert!(text.contains("name=\"a&#9;b\""), "{text}");
        assert!(text.contains("one\ttwo &lt;x&gt;\tthree"), "{text}");
    }
}
