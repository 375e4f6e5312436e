//! `unknot list`.

use std::io::Write;

use serde::Serialize;

use super::args::{Format, ListArgs};
use super::select::select;
use super::{Status, Trouble};
use crate::report::json;
use crate::scenario::Scenario;

#[derive(Serialize)]
struct Entry {
    scenario: String,
    family: &'static str,
    about: &'static str,
    covers: &'static [&'static str],
    params: Vec<ParamEntry>,
    declares: String,
}

#[derive(Serialize)]
struct ParamEntry {
    name: &'static str,
    about: &'static str,
    default: i64,
    min: i64,
    max: i64,
}

pub(super) fn run(
    args: &ListArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let selected = select(&args.patterns, catalogue)?;
    if args.format == Format::Json {
        let entries: Result<Vec<Entry>, Trouble> = selected
            .iter()
            .map(|one| {
                let params = one.scenario.params.iter();
                Ok(Entry {
                    scenario: one.name(),
                    family: one.scenario.family,
                    about: one.variant.about,
                    covers: one.scenario.covers,
                    params: params
                        .map(|p| ParamEntry {
                            name: p.name,
                            about: p.about,
                            default: p.default,
                            min: p.min,
                            max: p.max,
                        })
                        .collect(),
                    declares: (one.variant.expect)(&one.params(&[])?).to_string(),
                })
            })
            .collect();
        json::write(&entries?, out)?;
        return Ok(Status::Ok);
    }
    let (mut family, mut scenario) = ("", "");
    for one in &selected {
        if one.scenario.family != family {
            family = one.scenario.family;
            writeln!(out, "{family}")?;
        }
        if one.scenario.name != scenario {
            scenario = one.scenario.name;
            writeln!(out, "  {scenario}  {}", one.scenario.about)?;
            for p in one.scenario.params {
                writeln!(
                    out,
                    "      -p {}={}  {} ({} to {})",
                    p.name, p.default, p.about, p.min, p.max
                )?;
            }
        }
        writeln!(out, "    /{:18}  {}", one.variant.name, one.variant.about)?;
    }
    Ok(Status::Ok)
}
