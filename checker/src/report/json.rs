//! JSON, for programs that read reports.
//!
//! Every document says which schema it follows, the version of its format and the
//! tool that wrote it, before anything else. The version grows when a reader of the
//! old format could no longer read the new one.

use std::io;

use serde::Serialize;

use crate::analysis::timeline::Timeline;

/// The documents that are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// One report of `check`, of which its output is a list.
    Check,
    /// `replay`.
    Replay,
    /// `graph`.
    Graph,
    /// `gantt`.
    Gantt,
    /// `explain`.
    Explain,
    /// `diff`.
    Diff,
    /// The island of a page.
    Page,
    /// One variant of `list`, of which its output is a list.
    List,
    /// One claim of `list --claims`, of which its output is a list.
    Claims,
}

/// The version of all formats.
pub const FORMAT: u32 = 1;

impl Document {
    /// All of them.
    pub const ALL: [Document; 9] = [
        Document::Check,
        Document::Replay,
        Document::Graph,
        Document::Gantt,
        Document::Explain,
        Document::Diff,
        Document::Page,
        Document::List,
        Document::Claims,
    ];

    /// The address of its schema, the last part of which is a file of
    /// `checker/schema`. No server answers at this address.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Document::Check => "json-schema:///unknot/1/check-report.schema.json",
            Document::Replay => "json-schema:///unknot/1/replay-report.schema.json",
            Document::Graph => "json-schema:///unknot/1/wait-for-graph.schema.json",
            Document::Gantt => "json-schema:///unknot/1/timeline.schema.json",
            Document::Explain => "json-schema:///unknot/1/explanation.schema.json",
            Document::Diff => "json-schema:///unknot/1/execution-difference.schema.json",
            Document::Page => "json-schema:///unknot/1/page.schema.json",
            Document::List => "json-schema:///unknot/1/scenario-list.schema.json",
            Document::Claims => "json-schema:///unknot/1/claim-list.schema.json",
        }
    }

    pub(super) fn stamped<T: Serialize>(self, body: &T) -> Stamped<'_, T> {
        let tool = concat!("unknot ", env!("CARGO_PKG_VERSION"));
        Stamped { schema: self.id(), format: FORMAT, tool, body }
    }
}

/// A document with its schema, format and tool.
#[derive(Serialize)]
pub(super) struct Stamped<'a, T> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    format: u32,
    tool: &'static str,
    #[serde(flatten)]
    body: &'a T,
}

/// A document, and how the time of its execution was spent.
#[derive(Serialize)]
pub(crate) struct Timed<'a, T> {
    #[serde(flatten)]
    pub(crate) body: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeline: Option<&'a Timeline>,
}

/// Prints a document.
///
/// # Errors
/// If the output cannot be written.
pub fn write(document: Document, data: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document.stamped(data))?;
    writeln!(out)
}

/// Prints a list of documents as one.
///
/// # Errors
/// If the output cannot be written.
pub fn write_all<T: Serialize>(
    document: Document,
    data: &[T],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let all: Vec<_> = data.iter().map(|one| document.stamped(one)).collect();
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}
