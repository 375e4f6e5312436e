//! Annotations of lines, as GitHub reads them from the log of a workflow
//! (`::error file=…,line=…,title=…::message`, "Workflow commands for GitHub Actions").
//!
//! A finding stands on the line where it shows, such as that of a wait, and a notice on
//! each line where that comes from, such as that of the acquisition. A finding that the
//! scenario declares is a notice too, since the check is as declared; what is open is a
//! warning. GitHub shows the first ten annotations of each sort that a step prints.
//!
//! Paths are relative to the root of the workspace where the catalogue brings its sources,
//! and to the package otherwise.

use std::io;

use super::answer::CheckAnswer;
use super::data::Report;
use super::places::{Remark, Remarks, ShownFinding};
use super::replay::ReplayReport;
use super::text;
use super::visible::visible;
use super::words::source_path;
use crate::model::kind::Level;
use crate::model::scenario::Source;

/// How loud an annotation is, in the words of GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loudness {
    Error,
    Warning,
    Notice,
}

impl Loudness {
    fn word(self) -> &'static str {
        match self {
            Loudness::Error => "error",
            Loudness::Warning => "warning",
            Loudness::Notice => "notice",
        }
    }
}

/// Writes the annotations of checks, and a line that GitHub shows in the log.
///
/// # Errors
/// If the output cannot be written.
pub fn write_checks(reports: &[Report], out: &mut dyn io::Write) -> io::Result<()> {
    for report in reports {
        for finding in &report.findings {
            let shown = finding.shown();
            let is_told = finding.level == Level::Note || report.declares(finding.kind);
            let loudness = if is_told { Loudness::Notice } else { Loudness::Error };
            let replay = format!("replay: {}", text::replay_line(report, finding));
            let scenario = visible(&report.scenario);
            write_finding(loudness, (&scenario, &replay), &shown, report.source, out)?;
        }
        let loudness = match report.answer() {
            CheckAnswer::AsDeclared => continue,
            CheckAnswer::Open => Loudness::Warning,
            CheckAnswer::Otherwise => Loudness::Error,
        };
        let told = [&[report.verdict.to_string()], &report.differences[..]].concat();
        let told: Vec<String> = told.iter().map(|text| visible(text)).collect();
        write_command(loudness, None, &visible(&report.scenario), &told.join("; "), out)?;
    }
    let as_declared =
        reports.iter().filter(|report| report.answer() == CheckAnswer::AsDeclared).count();
    writeln!(out, "{} checked, {as_declared} as declared", reports.len())
}

/// Writes the annotations of one execution.
///
/// # Errors
/// If the output cannot be written.
pub fn write_replay(
    report: &ReplayReport<'_>,
    sources: &[Source],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &report.findings {
        let loudness = match finding.level {
            Level::Error if !report.as_expected => Loudness::Error,
            _ => Loudness::Notice,
        };
        let schedule = format!("schedule: '{}'", report.schedule);
        let shown = report.shown(finding);
        write_finding(loudness, (&visible(&report.scenario), &schedule), &shown, sources, out)?;
    }
    Ok(())
}

fn write_finding(
    loudness: Loudness,
    (scenario, again): (&str, &str),
    shown: &ShownFinding<'_>,
    sources: &[Source],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let title = format!("{} in {scenario}", shown.kind);
    let Remarks { shows, from } = shown.remarks();
    let whole = format!("{}\n{again}", shown.headline());
    if shows.is_empty() {
        write_command(loudness, None, &title, &whole, out)?;
    }
    for remark in &shows {
        let place = placed(remark, sources);
        let more =
            if shown.says_more(remark) { format!("{}\n", remark.text) } else { String::new() };
        write_command(loudness, place, &title, &format!("{more}{whole}"), out)?;
    }
    for remark in &from {
        let place = placed(remark, sources);
        write_command(Loudness::Notice, place, &title, &remark.text, out)?;
    }
    Ok(())
}

/// Where a remark stands; nowhere if the sources are known and its file is none of them,
/// such as one of the standard library.
fn placed(remark: &Remark, sources: &[Source]) -> Option<(String, u32)> {
    let path = source_path(sources, &remark.file);
    let path = path.or_else(|| sources.is_empty().then(|| remark.file.clone()));
    path.map(|path| (path, remark.line))
}

fn write_command(
    loudness: Loudness,
    place: Option<(String, u32)>,
    title: &str,
    message: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let word = loudness.word();
    let at = place.map(|(file, line)| format!("file={},line={line},", property(&file)));
    let (at, title) = (at.unwrap_or_default(), property(title));
    writeln!(out, "::{word} {at}title={title}::{}", data(message))
}

/// The text of a command: a letter that would end it is written as its number.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which other letters end as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command() {
        let mut out = vec![];
        let place = Some(("src/a,b:c%.rs".to_owned(), 7));
        let done =
            write_command(Loudness::Error, place, "x,y::z\n", "50%\r\n::error::no", &mut out);
        done.expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        let at = "file=src/a%2Cb%3Ac%25.rs,line=7,title=x%2Cy%3A%3Az%0A";
        assert_eq!(text, format!("::error {at}::50%25%0D%0A::error::no\n"));
    }
}
