//! What happened, told for each kind of finding: the steps that prove it with
//! their values and source lines, and a sentence or two about what they mean.
//!
//! A finding about being stuck is told by its wait-for graph, and by when it closed.

use std::io;

use super::columns::Repeats;
use super::kinds::Tale;
use super::look::{Amount, Look};
use super::rows::write_rows;
use super::wait_for;
use crate::replay::detail::Detail;
use crate::report::data::{FindingReport, Report};
use crate::report::kinds;

/// The most rows of a tale that are told.
const MOST_ROWS: usize = 20;

/// The column of a row in which the place in the source stands.
const PLACE: usize = 3;

/// The part of a finding's schedule that repeats, if one does.
pub(super) fn repeats(detail: &Detail, proof: &[u32]) -> Option<Repeats> {
    let rounds = detail.rounds.filter(|&rounds| rounds > 1)? as usize;
    Some(Repeats { block: proof.len(), rounds })
}

/// Tells what happened.
pub(super) fn write(
    report: &Report,
    finding: &FindingReport,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let tale = Tale { report, finding, is_whole: look.amount == Amount::Whole };
    let kinds::Story { rows, sentences } = kinds::story(finding.kind, &tale);
    if let Some(graph) = &finding.graph {
        wait_for::write(graph, report.source, look, out)?;
        return write_all(&sentences, out);
    }
    let first = rows.len().min(look.most(MOST_ROWS));
    write_rows(&rows[..first], ("  ", PLACE), look, out)?;
    look.write_more(rows.len() - first, ("step", "steps"), out)?;
    if rows.is_empty() {
        return sentences.iter().try_for_each(|sentence| writeln!(out, "  {sentence}"));
    }
    write_all(&sentences, out)
}

fn write_all(sentences: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    if !sentences.is_empty() {
        writeln!(out)?;
    }
    sentences.iter().try_for_each(|sentence| writeln!(out, "  {sentence}"))
}
