//! `unknot check --save DIR`: a schedule file of each finding.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use unknot_sim::{Execution, Program};

use super::output::{check_destination, write_aside};
use super::select::Selected;
use crate::cli::status::Trouble;
use crate::model::kind::{Kind, Levels};
use crate::model::scenario::Params;
use crate::model::terms::{Budget, Semantics};
use crate::replay::file::SchedFile;
use crate::replay::record::Record;
use crate::replay::replay_knowing;
use crate::report::Report;
use crate::search::news::News;
use crate::search::standstill::Known;
use crate::search::standstill::Sure;

/// Makes the folder, and checks that the folders of the variants can be made in it.
/// These are made only where something is found.
pub(super) fn prepare(dir: &Path, selected: &[Selected<'_>]) -> Result<(), Trouble> {
    let cannot_make =
        |error| Trouble::Usage(format!("cannot make the folder {}: {error}", dir.display()));
    fs::create_dir_all(dir).map_err(cannot_make)?;
    check_destination(&dir.join("finding.sched"))?;
    for one in selected {
        for folder in [dir.join(one.scenario.name), folder(dir, *one)] {
            if folder.exists() && !folder.is_dir() {
                let folder = folder.display();
                return Err(Trouble::Usage(format!("{folder} is in the way: it is no folder")));
            }
        }
    }
    Ok(())
}

/// The files of one check. A finding of a search is written at once, so that it is there
/// when the check is killed; the files of the report replace these.
pub(super) struct Saver {
    scenario: String,
    params: Params,
    semantics: Semantics,
    levels: Levels,
    folder: PathBuf,
    early: Mutex<Early>,
}

/// What was written before the report.
#[derive(Default)]
struct Early {
    known: BTreeSet<News>,
    counts: BTreeMap<Kind, u32>,
    files: Vec<PathBuf>,
}

impl Saver {
    pub(super) fn new(dir: &Path, one: Selected<'_>, params: &Params, budget: Budget) -> Saver {
        Saver {
            scenario: one.name(),
            params: params.clone(),
            semantics: budget.semantics,
            levels: budget.levels,
            folder: folder(dir, one).join(sizes(params)),
            early: Mutex::default(),
        }
    }

    /// Locks; a panic leaves nothing half done but a file, which is written again.
    fn early(&self) -> MutexGuard<'_, Early> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the file of a finding of a search, unless it has one. It is called an
    /// error only if no other execution can change that.
    pub(super) fn hear(&self, news: &News, execution: &Execution<'_>) {
        let Some(sure) = news.error(self.levels) else { return };
        let mut early = self.early();
        if !early.known.insert(news.clone()) {
            return;
        }
        let nth = early.counts.entry(sure.kind()).or_default();
        *nth += 1;
        let path = self.folder.join(format!("found-{}-{nth}.sched", sure.kind().name()));
        let shows = match sure {
            Sure::Yes(kind) => Some(kind),
            Sure::No(_) => None,
        };
        // A file that cannot be written is told with the report.
        if self.write(&path, &Record::of(execution), shows).is_ok() {
            early.files.push(path);
        }
    }

    fn write(&self, path: &Path, record: &Record, shows: Option<Kind>) -> Result<(), Trouble> {
        let file = SchedFile::of(&self.scenario, &self.params, self.semantics, (record, shows));
        let folder = &self.folder;
        fs::create_dir_all(folder).map_err(|error| {
            Trouble::Unwritten(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
        write_aside(path, file.to_string().as_bytes())
    }

    /// Writes the files of a report, which then names them. They replace the files that
    /// were written before.
    pub(super) fn findings(&self, program: &Program, report: &mut Report) -> Result<(), Trouble> {
        let early = std::mem::take(&mut self.early().files);
        let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
        for finding in &mut report.findings {
            let n = counts.entry(finding.kind).or_default();
            *n += 1;
            let path = self.folder.join(format!("{}-{n}.sched", finding.kind));
            let known = Known::default();
            let record = replay_knowing(program, &finding.schedule, known, self.semantics).record;
            self.write(&path, &record, Some(finding.kind))?;
            finding.saved = Some(path.display().to_string());
        }
        // All findings are in these files now, or turned out to be none.
        early.iter().for_each(|path| _ = fs::remove_file(path));
        Ok(())
    }
}

/// The sizes as the name of a folder, so that checks of other sizes have folders of
/// their own; empty where there are none.
fn sizes(params: &Params) -> String {
    let sizes: Vec<String> = params.iter().map(|(name, size)| format!("{name}={size}")).collect();
    sizes.join(",")
}

fn folder(dir: &Path, one: Selected<'_>) -> PathBuf {
    dir.join(one.scenario.name).join(one.variant.name)
}
