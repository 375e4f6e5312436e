//! The claims of documents, what is to be said of each, and what shows that.
//!
//! The text is grouped by document. A claim of several documents is told under the first of
//! them, which names the others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::list::write_wrapped;
use super::style::padded;
use crate::model::claim::{Claim, Exhibit, Judgement, Topic};

/// One claim, as `list --claims` tells it.
#[derive(Debug, Serialize)]
pub(crate) struct ClaimEntry {
    number: &'static str,
    topic: &'static str,
    claim: &'static str,
    documents: &'static [&'static str],
    #[serde(serialize_with = "name")]
    judgement: Judgement,
    because: &'static str,
    shown_by: Vec<ExhibitEntry>,
}

#[derive(Debug, Serialize)]
struct ExhibitEntry {
    scenario: &'static str,
    sizes: BTreeMap<&'static str, i64>,
    shows: String,
}

fn name<S: Serializer>(judgement: &Judgement, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(judgement.name())
}

impl ClaimEntry {
    /// What there is to tell of a claim.
    pub(crate) fn new(topic: &Topic, claim: &Claim) -> ClaimEntry {
        let Claim { number, says, documents, judgement, exhibits } = *claim;
        let shown_by = exhibits.iter().map(ExhibitEntry::new).collect();
        let because = judgement.because();
        ClaimEntry {
            number,
            topic: topic.name,
            claim: says,
            documents,
            judgement,
            because,
            shown_by,
        }
    }

    /// The document that it is told under, without a section.
    fn document(&self) -> &'static str {
        self.documents.first().map_or("", |document| without_section(document))
    }
}

impl ExhibitEntry {
    fn new(exhibit: &Exhibit) -> ExhibitEntry {
        let Exhibit { scenario, sizes, shows } = *exhibit;
        ExhibitEntry { scenario, sizes: sizes.iter().copied().collect(), shows: shows.to_string() }
    }

    /// The variant and its sizes, as `check` takes them.
    fn name(&self) -> String {
        let sizes = self.sizes.iter().map(|(name, value)| format!(" -p {name}={value}"));
        format!("{}{}", self.scenario, sizes.collect::<String>())
    }
}

fn without_section(document: &str) -> &str {
    document.split_once(' ').map_or(document, |(document, _)| document)
}

/// A claim, the judgement, and a line for each variant that shows it, by document.
pub(crate) fn write_text(entries: &[ClaimEntry], out: &mut dyn Write) -> io::Result<()> {
    let documents: BTreeSet<&str> = entries.iter().map(ClaimEntry::document).collect();
    for document in documents {
        writeln!(out, "document {document}")?;
        for entry in entries.iter().filter(|entry| entry.document() == document) {
            write_claim(entry, out)?;
        }
    }
    Ok(())
}

/// Columns before what stands at the end of a line.
const GAP: usize = 3;

fn write_claim(entry: &ClaimEntry, out: &mut dyn Write) -> io::Result<()> {
    let start = format!("  {}  ", entry.number);
    match entry.documents {
        [] | [_] => write_wrapped(&start, entry.claim, 0, "", out)?,
        [_, others @ ..] => {
            let also = format!("also {}", others.join(", "));
            write_wrapped(&start, entry.claim, also.len() + GAP, &also, out)?;
        }
    }
    write_wrapped("       ", &entry.judgement.to_string(), 0, "", out)?;
    let names: Vec<String> = entry.shown_by.iter().map(ExhibitEntry::name).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    for (name, exhibit) in names.iter().zip(&entry.shown_by) {
        writeln!(out, "         {}  {}", padded(name, width), exhibit.shows)?;
    }
    Ok(())
}
