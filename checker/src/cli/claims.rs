//! `unknot list --claims`.

use std::io::Write;

use super::args::ListArgs;
use super::select::glob;
use super::status::{Status, Trouble};
use crate::model::claim::{Claim, Topic};
use crate::report::claims::ClaimEntry;

pub(super) fn run(
    args: &ListArgs,
    topics: &[Topic],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let all = || topics.iter().flat_map(|topic| topic.claims.iter().map(move |one| (topic, one)));
    for pattern in &args.patterns {
        if !all().any(|(_, claim)| matches(pattern, claim)) {
            return Err(unknown(pattern, all().map(|(_, claim)| claim.number)));
        }
    }
    let is_wanted = |claim: &Claim| {
        args.patterns.is_empty() || args.patterns.iter().any(|pattern| matches(pattern, claim))
    };
    let wanted = all().filter(|(_, claim)| is_wanted(claim));
    let entries: Vec<ClaimEntry> =
        wanted.map(|(topic, claim)| ClaimEntry::new(topic, claim)).collect();
    let write = args.format.claims.expect("what lists scenarios lists claims");
    write(&entries, out)?;
    Ok(Status::Ok)
}

/// A claim is meant by its number, and by each scenario and variant that shows it.
fn matches(pattern: &str, claim: &Claim) -> bool {
    let exhibits = claim.exhibits.iter();
    let mut names = exhibits.flat_map(|exhibit| [exhibit.scenario_name(), exhibit.scenario]);
    glob(pattern, claim.number) || names.any(|name| glob(pattern, name))
}

fn unknown<'a>(pattern: &str, mut numbers: impl Iterator<Item = &'a str>) -> Trouble {
    let there_are = match (numbers.next(), numbers.last()) {
        (None, _) => "there are no claims".to_owned(),
        (Some(one), None) => format!("there is {one}"),
        (Some(first), Some(last)) => format!("there are {first} to {last}"),
    };
    Trouble::Usage(format!(
        "no claim is called '{pattern}' or shown by a scenario of that name; {there_are}"
    ))
}
