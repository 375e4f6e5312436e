//! Pages of one execution, and where a page goes: `--format html` of `check`, `replay` and
//! `graph`. What is on the page of a check stands in `library/page.rs`.

use std::io::Write;
use std::path::Path;

use unknot_sim::{Program, with_program_name};

use super::output::write_to;
use super::select::Selected;
use crate::cli::status::Trouble;
use crate::model::kind::Levels;
use crate::model::scenario::Params;
use crate::model::terms::Semantics;
use crate::replay::Replayed;
use crate::replay::states::states;
use crate::report::formats::FormatRow;
use crate::report::html::{Page, PagePlace};
use crate::report::replay::ReplayReport;
use crate::report::text::{around_schedule, command_of};

/// One execution of a scenario, to be shown on a page of its own.
pub(super) struct SinglePage<'a> {
    pub(super) one: Selected<'a>,
    pub(super) params: &'a Params,
    pub(super) semantics: Semantics,
    pub(super) program: &'a str,
    pub(super) replayed: &'a Replayed,
}

impl SinglePage<'_> {
    /// A page of the execution alone, opened after so many steps.
    pub(super) fn page(&self, report: &ReplayReport<'_>, step: Option<usize>) -> Page {
        let SinglePage { one, params, semantics, program, replayed } = *self;
        let body: Program = one.variant.program(params);
        let run = || states(&body, replayed, semantics);
        let states = with_program_name(Some(one.name().into()), run);
        let usual = one.variant.semantics();
        let given = one.given(params);
        let command = command_of((program, "replay"), &one.name(), &given, (semantics, usual));
        let mut page = Page::default();
        page.add_replay(report, &states, &around_schedule(&command), one.scenario.source);
        page.open_at(PagePlace { execution: 0, step });
        page
    }

    /// The same where nothing but a graph is asked for.
    pub(super) fn page_at(&self, step: Option<usize>) -> Page {
        let declared = self.one.variant.expectation(self.params, self.semantics.time);
        let is_declared =
            |kind| declared.iter().flat_map(|all| &all.findings).any(|(one, _)| *one == kind);
        let name = self.one.name();
        let report = ReplayReport::new(name, self.replayed, Levels::default(), is_declared);
        self.page(&report, step)
    }
}

/// Writes a page to a file, or to the output where none is named.
pub(super) fn write(
    page: &Page,
    format: &FormatRow,
    path: Option<&Path>,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let write = format.page.expect("it was asked for");
    let mut bytes = vec![];
    write(page, &mut bytes)?;
    write_to(path, &bytes, out)
}
