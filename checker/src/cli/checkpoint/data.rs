//! The contents of a file, as they are written.

use std::collections::BTreeMap;
use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use unknot_sim::Digest;

use crate::model::scenario::Source;
use crate::search::observed::Stats;
use crate::strategy::StrategyRow;

/// The address of the schema, the last part of which is a file of `checker/schema`.
const SCHEMA: &str = "json-schema:///unknot/1/checkpoint.schema.json";

/// The version of the format.
const FORMAT: u32 = 1;

/// The option with the budget.
const MOST: &str = "--max-executions";

const TOOL: &str = concat!("unknot ", env!("CARGO_PKG_VERSION"));

/// The whole document.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    #[serde(rename = "$schema")]
    schema: String,
    format: u32,
    tool: String,
    /// A digest of the search as text.
    checksum: String,
    search: Checkpoint,
}

/// What of a document has to be right before the rest is read.
#[derive(Deserialize)]
struct Seal {
    #[serde(rename = "$schema")]
    schema: String,
    format: u32,
    tool: String,
}

/// How far a search is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    /// The name of the scenario with its variant.
    pub(super) scenario: String,
    /// The options with which the search was begun, as they were given.
    pub(super) options: Vec<String>,
    /// All settings by their options, given or not.
    pub(super) settings: BTreeMap<String, String>,
    /// A digest of the source text that the scenario names.
    pub(super) source: String,
    pub(super) unit: UnitData,
    /// The schedules of everything that is observed.
    pub(super) witnesses: Vec<WitnessData>,
    pub(super) pieces: Vec<PieceData>,
}

/// Which part of the search it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitData {
    /// From 1.
    pub(crate) nth: u64,
    pub(crate) of: u64,
    /// How many pieces the whole search has.
    pub(crate) pieces: u64,
    /// A digest of all of them.
    pub(crate) division: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WitnessData {
    pub(super) schedule: String,
    /// A digest of what its steps did.
    pub(super) steps: String,
}

/// Some of the executions of the search, all in a row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PieceData {
    /// Its place among all pieces, from 0.
    pub(super) piece: u64,
    pub(super) next: NextData,
    /// Nothing, before the first execution.
    pub(super) seen: Option<SeenData>,
}

/// Where a piece goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NextData {
    /// Every behaviour was covered.
    Covered,
    /// It ended at an error.
    FirstError,
    /// At its first execution.
    Start,
    /// After turns: ways taken, what became of the values, ways ahead, and ways given away.
    Turns(Vec<[u64; 4]>),
    /// At the execution of a sampler with a number.
    Number(u64),
}

/// What was observed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenData {
    pub(super) counts: Stats,
    /// The bound on preemptions, and what it left out.
    pub(super) bound: Option<(u32, u64)>,
    pub(super) outcomes: Vec<RowData>,
    pub(super) standstills: Vec<RowData>,
    pub(super) findings: Vec<RowData>,
    /// The findings that are no errors, by their places in the list.
    pub(super) passed: Vec<usize>,
    /// For each kind, the executions that show it.
    pub(super) kinds: BTreeMap<String, u64>,
    pub(super) handed: Vec<HandedData>,
    pub(super) overwrites: Vec<(Vec<usize>, u64)>,
}

/// An outcome, a standstill or a finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowData {
    /// What it is; nothing for a standstill, which its schedule shows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) what: String,
    /// The place of its schedule in the list.
    pub(super) witness: usize,
    pub(super) executions: u64,
    pub(super) first: u64,
    pub(super) intact: u64,
    /// Sets of findings, by their places in the list, and the executions with each.
    pub(super) overwrites: Vec<(Vec<usize>, u64)>,
}

/// A gauge that tasks gave units that they did not hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandedData {
    pub(super) creator: String,
    pub(super) nth: u32,
    pub(super) tasks: Vec<String>,
}

/// A number as text.
pub(super) fn hex(digest: u64) -> String {
    format!("{digest:016x}")
}

/// The text of all files as one number, however their lines end.
fn source_digest(source: &[Source]) -> u64 {
    let mut digest = Digest::default();
    for Source { text, .. } in source {
        digest.write_u64(text.lines().count() as u64);
        text.lines().for_each(|line| digest.write(format!("{line}\n").as_bytes()));
    }
    digest.finish()
}

impl Checkpoint {
    /// A file before anything was observed.
    pub(crate) fn new(
        scenario: String,
        options: Vec<String>,
        settings: BTreeMap<String, String>,
        source: &[Source],
        (nth, of): (u64, u64),
        (pieces, division): (usize, u64),
    ) -> Checkpoint {
        let unit = UnitData { nth, of, pieces: pieces as u64, division: hex(division) };
        let (witnesses, pieces) = (vec![], vec![]);
        let source = hex(source_digest(source));
        Checkpoint { scenario, options, settings, source, unit, witnesses, pieces }
    }

    /// A digest of the source text of its scenario.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The part of the search that it is.
    pub(crate) fn unit(&self) -> &UnitData {
        &self.unit
    }

    /// The same, as another unit.
    pub(crate) fn as_unit(&self, nth: u64) -> Checkpoint {
        let unit = UnitData { nth, ..self.unit.clone() };
        Checkpoint { unit, ..self.clone() }
    }

    /// The scenario with its variant.
    pub(crate) fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The options with which it was begun.
    pub(crate) fn options(&self) -> &[String] {
        &self.options
    }

    /// The budget of its strategy, where none is given.
    pub(crate) fn usual_executions(&self) -> Option<u64> {
        let strategy = self.settings.get("--strategy").map_or("", String::as_str);
        StrategyRow::named(strategy).ok().map(|row| row.way.default_executions())
    }

    /// The options with which to go on after so many executions: with a larger budget if
    /// that one is spent.
    pub(super) fn words(&self, spent: u64) -> Vec<String> {
        let usual = self.usual_executions();
        let mut words = self.options.clone();
        let UnitData { nth, of, .. } = self.unit;
        let is_option = |word: &String| word == MOST;
        let at = words.iter().position(is_option).map(|at| at + 1);
        let most = at.and_then(|at| words.get(at)?.parse::<u64>().ok());
        // The executions of a sampler are divided, so there are not more of them.
        let is_divided = of > 1 && self.settings.contains_key(MOST);
        if !is_divided && spent >= most.or(usual).unwrap_or(u64::MAX) {
            let more = spent.saturating_mul(2).to_string();
            match at {
                Some(at) => words[at] = more,
                None => words.extend([MOST.to_owned(), more]),
            }
        }
        if of > 1 {
            words.extend(["--unit".to_owned(), format!("{nth}/{of}")]);
        }
        words
    }

    /// Executions of all its pieces.
    pub(super) fn spent(&self) -> u64 {
        let counts = self.pieces.iter().filter_map(|piece| piece.seen.as_ref());
        let spent = |counts: &Stats| {
            let Stats { executions, blocked, cut, excluded, .. } = counts;
            executions.saturating_add(*blocked).saturating_add(*cut).saturating_add(*excluded)
        };
        counts.map(|seen| spent(&seen.counts)).fold(0, u64::saturating_add)
    }

    /// The whole document.
    pub(super) fn text(&self) -> String {
        let sealed = Sealed {
            schema: SCHEMA.to_owned(),
            format: FORMAT,
            tool: TOOL.to_owned(),
            checksum: self.checksum(),
            search: self.clone(),
        };
        let text = serde_json::to_string(&sealed);
        text.expect("numbers and texts can be written") + "\n"
    }

    fn checksum(&self) -> String {
        let text = serde_json::to_string(self).expect("numbers and texts can be written");
        let mut digest = Digest::default();
        digest.write(text.as_bytes());
        hex(digest.finish())
    }

    /// Reads a document, or says what is wrong with it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Checkpoint, String> {
        let broken = |error: serde_json::Error| {
            if error.is_eof() {
                return "is not whole: it ends in the middle".to_owned();
            }
            format!("is no checkpoint: {error}")
        };
        // A file of another version may have another form.
        let seal: Seal = serde_json::from_slice(bytes).map_err(broken)?;
        if seal.schema != SCHEMA {
            return Err(format!("is no checkpoint: its schema is '{}'", seal.schema));
        }
        if (seal.format, &*seal.tool) != (FORMAT, TOOL) {
            return Err(format!(
                "was written by {} in format {}, and this is {TOOL} with format {FORMAT}, which \
                 may make executions in another order",
                seal.tool, seal.format
            ));
        }
        let sealed: Sealed = serde_json::from_slice(bytes).map_err(broken)?;
        let checksum = sealed.search.checksum();
        if checksum != sealed.checksum {
            return Err(format!(
                "is damaged: its checksum is {checksum}, and {} was written",
                sealed.checksum
            ));
        }
        Ok(sealed.search)
    }
}
