//! `unknot list`.

use std::io::Write;

use super::args::ListArgs;
use super::select::{Selected, select};
use super::status::{Status, Trouble};
use crate::model::scenario::Scenario;
use crate::report::list::ListEntry;

pub(super) fn run(
    args: &ListArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let selected = select(&args.patterns, catalogue)?;
    let entries: Result<Vec<ListEntry<'_>>, Trouble> = selected.iter().map(entry).collect();
    let write = args.format.list.expect("the parser takes formats that list");
    write(&entries?, out)?;
    Ok(Status::Ok)
}

fn entry<'a>(one: &Selected<'a>) -> Result<ListEntry<'a>, Trouble> {
    let declares = (one.variant.expect)(&one.params(&[])?).to_string();
    Ok(ListEntry::new(one.scenario, one.variant, declares))
}
