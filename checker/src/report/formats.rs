//! The formats, and what each can print: a new one is a file and a row.

use std::io::{self, Write};

use super::claims::{self, ClaimEntry};
use super::data::Report;
use super::diff::{self, DiffReport};
use super::explain::{self, ExplainReport};
use super::gantt::{self, GanttReport};
use super::html::{self, Page};
use super::json::{self, Document, Timed};
use super::list::{self, ListEntry};
use super::look::Look;
use super::picture::View;
use super::replay::ReplayReport;
use super::svg::Form;
use super::{dot, github, junit, mermaid, perfetto, sarif, shiviz, wait_for};
use crate::analysis::timeline::Timeline;
use crate::model::scenario::Source;
use crate::replay::graph::Graph;
use crate::replay::order::Clocks;

/// When the reports of `check` are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Checks {
    /// As text, each when its check has ended.
    AsTheyEnd,
    /// All together at the end.
    Together(fn(&[Report], &mut dyn Write) -> io::Result<()>),
}

/// How a text shows a graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GraphLook<'a> {
    pub(crate) view: View,
    /// The sources whose lines may be quoted.
    pub(crate) source: &'a [Source],
    pub(crate) look: Look,
    /// How the time was spent, if there was a clock. Only JSON has it beside a graph.
    pub(crate) timeline: Option<&'a Timeline>,
}

/// Prints an execution that was run again, with the sources to quote.
type WriteReplay = fn(&ReplayReport<'_>, &[Source], Look, &mut dyn Write) -> io::Result<()>;

/// Prints an execution with what had to come before what.
type WriteTrace = fn(&ReplayReport<'_>, Option<&Clocks>, &mut dyn Write) -> io::Result<()>;

/// Prints a wait-for graph.
type WriteGraph = fn(&Graph, GraphLook<'_>, &mut dyn Write) -> io::Result<()>;

/// Prints how the time of an execution was spent.
type WriteGantt = fn(&GanttReport<'_>, Look, &mut dyn Write) -> io::Result<()>;

/// Prints why an execution fails.
type WriteExplain = fn(&ExplainReport, Look, &mut dyn Write) -> io::Result<()>;

/// Prints how two executions differ.
type WriteDiff = fn(&DiffReport, Look, &mut dyn Write) -> io::Result<()>;

/// Prints what there is.
type WriteList = fn(&[ListEntry<'_>], &mut dyn Write) -> io::Result<()>;

/// Prints claims and what is to be said of them.
type WriteClaims = fn(&[ClaimEntry], &mut dyn Write) -> io::Result<()>;

/// Prints a page that moves through executions.
type WritePage = fn(&Page, &mut dyn Write) -> io::Result<()>;

/// A format by name, with what it prints; nothing where it has no form for that.
#[derive(Debug)]
pub struct FormatRow {
    /// What it is called on the command line.
    pub name: &'static str,
    pub(crate) check: Option<Checks>,
    pub(crate) replay: Option<WriteReplay>,
    /// A replay in a form that needs the order of its steps.
    pub(crate) trace: Option<WriteTrace>,
    pub(crate) graph: Option<WriteGraph>,
    pub(crate) gantt: Option<WriteGantt>,
    pub(crate) list: Option<WriteList>,
    pub(crate) claims: Option<WriteClaims>,
    pub(crate) explain: Option<WriteExplain>,
    pub(crate) diff: Option<WriteDiff>,
    /// `check`, `replay` and `graph` print it in place of their documents.
    pub(crate) page: Option<WritePage>,
}

impl FormatRow {
    /// Whether it tells everything there is, as text or data. Beside such a form `replay -o`
    /// writes a schedule file; any other form it writes to the file instead.
    pub(crate) fn is_general(&self) -> bool {
        self.list.is_some()
    }

    /// Whether it has a form for an execution that was run again.
    pub(crate) fn prints_replays(&self) -> bool {
        self.replay.is_some() || self.trace.is_some() || self.page.is_some()
    }

    /// A format that prints nothing, to be completed.
    const fn named(name: &'static str) -> FormatRow {
        FormatRow {
            name,
            check: None,
            replay: None,
            trace: None,
            graph: None,
            gantt: None,
            list: None,
            claims: None,
            explain: None,
            diff: None,
            page: None,
        }
    }
}

/// All formats, the default first.
pub const FORMATS: &[FormatRow] = &[
    FormatRow {
        name: "text",
        check: Some(Checks::AsTheyEnd),
        replay: Some(|report, source, look, out| report.write_text(source, look, out)),
        trace: None,
        graph: Some(|graph, GraphLook { source, look, .. }, out| {
            wait_for::write(graph, source, look, out)?;
            wait_for::write_knots(graph, out)
        }),
        gantt: Some(gantt::write_text),
        list: Some(list::write_text),
        claims: Some(claims::write_text),
        explain: Some(explain::write_text),
        diff: Some(diff::write_text),
        page: None,
    },
    FormatRow {
        name: "json",
        check: Some(Checks::Together(|all, out| json::write_all(Document::Check, all, out))),
        replay: Some(|report, _, _, out| json::write(Document::Replay, report, out)),
        trace: None,
        graph: Some(|graph, GraphLook { timeline, .. }, out| {
            json::write(Document::Graph, &Timed { body: graph, timeline }, out)
        }),
        gantt: Some(|report, _, out| json::write(Document::Gantt, report, out)),
        list: Some(|all, out| json::write_all(Document::List, all, out)),
        claims: Some(|all, out| json::write_all(Document::Claims, all, out)),
        explain: Some(|report, _, out| json::write(Document::Explain, report, out)),
        diff: Some(|report, _, out| json::write(Document::Diff, report, out)),
        page: None,
    },
    FormatRow {
        graph: Some(|graph, GraphLook { view, .. }, out| dot::write(graph, view, out)),
        ..FormatRow::named("dot")
    },
    FormatRow {
        graph: Some(|graph, GraphLook { view, .. }, out| mermaid::write(graph, view, out)),
        ..FormatRow::named("mermaid")
    },
    FormatRow { check: Some(Checks::Together(junit::write)), ..FormatRow::named("junit") },
    FormatRow {
        check: Some(Checks::Together(sarif::write_checks)),
        replay: Some(|report, source, _, out| sarif::write_replay(report, source, out)),
        ..FormatRow::named("sarif")
    },
    FormatRow {
        check: Some(Checks::Together(github::write_checks)),
        replay: Some(|report, source, _, out| github::write_replay(report, source, out)),
        ..FormatRow::named("github")
    },
    FormatRow {
        replay: Some(|report, _, _, out| perfetto::write(report, out)),
        ..FormatRow::named("perfetto")
    },
    FormatRow { trace: Some(shiviz::write), ..FormatRow::named("shiviz") },
    FormatRow {
        replay: Some(|report, _, look, out| Form::Svg.execution(report, look, out)),
        graph: Some(|graph, GraphLook { view, .. }, out| Form::Svg.graph(graph, view, out)),
        gantt: Some(|report, _, out| Form::Svg.gantt(report, out)),
        ..FormatRow::named("svg")
    },
    FormatRow {
        replay: Some(|report, _, look, out| Form::Png.execution(report, look, out)),
        graph: Some(|graph, GraphLook { view, .. }, out| Form::Png.graph(graph, view, out)),
        gantt: Some(|report, _, out| Form::Png.gantt(report, out)),
        ..FormatRow::named("png")
    },
    FormatRow { page: Some(html::write), ..FormatRow::named("html") },
];
