//! A schedule file as an argument: read, compared with the other arguments, and
//! its execution compared with what was recorded.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use unknot_sim::Ended;

use super::args::Terms;
use super::select::Selected;
use crate::cli::status::Trouble;
use crate::model::kind::Kind;
use crate::model::scenario::Params;
use crate::model::schedule::Schedule;
use crate::model::terms::{Semantics, time_name};
use crate::replay::Replayed;
use crate::replay::file::{FileComparison, MAX_BYTES, Moved, SchedFile, compare, now_ended};

/// A schedule file with its path, for messages.
pub(super) struct SavedFile {
    path: String,
    file: SchedFile,
}

impl SavedFile {
    /// Reads one.
    pub(super) fn read(path: &Path) -> Result<SavedFile, Trouble> {
        let shown = path.display().to_string();
        let bytes = read_bytes(path)
            .map_err(|error| Trouble::Usage(format!("cannot read {shown}: {error}")))?;
        match SchedFile::parse(&bytes) {
            Ok(file) => Ok(SavedFile { path: shown, file }),
            Err(error) => Err(Trouble::Usage(format!("{shown} is no schedule file: {error}"))),
        }
    }

    /// What it says.
    pub(super) fn file(&self) -> &SchedFile {
        &self.file
    }

    /// The decisions of its execution.
    pub(super) fn schedule(&self) -> &Schedule {
        &self.file.schedule
    }

    /// The parameters and semantics of the file, unless the file is of another
    /// scenario or an option says otherwise.
    pub(super) fn terms(
        &self,
        one: Selected<'_>,
        p: &[(String, String)],
        terms: Terms,
    ) -> Result<(Params, Semantics), Trouble> {
        let SavedFile { path, file } = self;
        let (name, recorded) = (one.name(), &file.scenario);
        if *recorded != name {
            let message = format!("{path} is of the scenario {recorded}, not of {name}");
            return Err(Trouble::Usage(message));
        }
        let params = self.params(one, p)?;
        let asked = terms.over(file.semantics);
        let Semantics { time, max_timeouts, max_steps, stack } = file.semantics;
        for (option, asked, recorded) in [
            ("time", time_name(asked.time).to_owned(), time_name(time).to_owned()),
            ("timeouts", asked.max_timeouts.to_string(), max_timeouts.to_string()),
            ("max-steps", asked.max_steps.to_string(), max_steps.to_string()),
            ("stack", asked.stack.to_string(), stack.to_string()),
        ] {
            if asked != recorded {
                return Err(self.contradiction(&format!("--{option} {asked}"), &recorded));
            }
        }
        Ok((params, file.semantics))
    }

    /// The recorded parameters. A parameter that the scenario has got since may be
    /// given as well.
    fn params(&self, one: Selected<'_>, p: &[(String, String)]) -> Result<Params, Trouble> {
        let SavedFile { path, file } = self;
        let given = one.params(p)?;
        for (key, _) in p {
            let asked = given.iter().find(|(name, _)| name == key).map(|(_, value)| value);
            if let (Some(asked), Some(&recorded)) = (asked, file.params.get(key))
                && asked != recorded
            {
                return Err(self.contradiction(&format!("-p {key}={asked}"), &recorded.to_string()));
            }
        }
        let is_known =
            |name: &str| file.params.contains_key(name) || p.iter().any(|(k, _)| k == name);
        if let Some(param) = one.scenario.params.iter().find(|param| !is_known(param.name)) {
            let (name, about) = (param.name, param.about);
            let message = format!(
                "{path} has no parameter '{name}' ({about}); add -p {name}={}",
                param.default
            );
            return Err(Trouble::Usage(message));
        }
        let mut all: Vec<(String, String)> =
            file.params.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        all.extend(p.iter().filter(|(key, _)| !file.params.contains_key(key)).cloned());
        one.scenario.params(&all).map_err(|error| Trouble::Usage(format!("{path}: {error}")))
    }

    fn contradiction(&self, option: &str, recorded: &str) -> Trouble {
        Trouble::Usage(format!(
            "{option} contradicts {}, which was recorded with {recorded}",
            self.path
        ))
    }

    /// Which of the findings that the file was saved for are not shown any more, in a sentence.
    fn no_longer(&self, replayed: &Replayed) -> Option<String> {
        let is_shown =
            |kind: &Kind| replayed.proofs.iter().any(|proof| proof.identity.kind == *kind);
        let gone = self.file.shows.iter().filter(|kind| !is_shown(kind));
        let gone: Vec<&str> = gone.map(|kind| kind.name()).collect();
        let (path, gone) = (&self.path, gone.join(", "));
        (!gone.is_empty()).then(|| format!("the schedule of {path} no longer shows {gone}"))
    }

    /// The scenario that the file names.
    pub(super) fn scenario(&self) -> &str {
        &self.file.scenario
    }

    /// A note about the replay, if it needs one, or why it is of another program.
    pub(super) fn judge(
        &self,
        one: Selected<'_>,
        replayed: &Replayed,
    ) -> Result<Option<String>, Trouble> {
        let SavedFile { path, file } = self;
        let FileComparison { moved, difference } = compare(file, &replayed.record);
        // A step that differs comes before one that cannot be made.
        let parted = difference.map(|it| (it.step, it.recorded, it.now)).or_else(|| {
            let divergence = replayed.divergence.as_ref()?;
            let recorded = file.told(divergence.step).unwrap_or_default();
            let mut now = divergence.message.clone();
            if replayed.record.ended == Ended::Stuck {
                now.push_str(&format!("; {}", now_ended(&replayed.record)));
            }
            Some((divergence.step, recorded, now))
        });
        match parted {
            Some((step, recorded, now)) => Err(Trouble::Changed(format!(
                "{path} does not fit {}: at step {step}, recorded: {recorded}; now: {now}{}",
                one.name(),
                self.no_longer(replayed).map_or(String::new(), |what| format!("\n{what}")),
            ))),
            None if self.no_longer(replayed).is_some() => {
                Err(Trouble::Changed(self.no_longer(replayed).unwrap_or_default()))
            }
            None => Ok(moved.map(|Moved { steps, first, recorded, now }| {
                let noun = if steps == 1 { "step is" } else { "steps are" };
                format!(
                    "{steps} {noun} at other lines than in {path}, the first is step {first}: \
                     recorded: {recorded}; now: {now}"
                )
            })),
        }
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::other(format!("it has more than {MAX_BYTES} bytes"));
    let file = File::open(path)?;
    if file.metadata()?.len() > MAX_BYTES {
        return Err(too_large());
    }
    // A file without a length, such as a pipe, is checked while it is read.
    let mut bytes = vec![];
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}
