//! `unknot check --save DIR`: a schedule file of each finding.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Trouble;
use super::output::{check_destination, write_aside};
use super::select::Selected;
use crate::finding::Kind;
use crate::replay::replay_knowing;
use crate::report::Report;
use crate::scenario::Params;
use crate::sched::SchedFile;
use crate::standstill::Known;

/// Makes the folder, and looks whether those of the variants can be made in it.
/// They are made only for what is found.
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

/// Writes the files of a report, which then names them.
pub(super) fn findings(
    dir: &Path,
    one: Selected<'_>,
    params: &Params,
    report: &mut Report,
) -> Result<(), Trouble> {
    let program = one.variant.program(params);
    let folder = folder(dir, one).join(sizes(params));
    let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
    for finding in &mut report.findings {
        let n = counts.entry(finding.kind).or_default();
        *n += 1;
        let path = folder.join(format!("{}-{n}.sched", finding.kind));
        let known = Known::default();
        let record = replay_knowing(&program, &finding.schedule, known, report.semantics).record;
        let shows = Some(finding.kind);
        let file = SchedFile::of(&one.name(), params, report.semantics, (&record, shows));
        fs::create_dir_all(&folder).map_err(|error| {
            Trouble::Unwritten(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
        write_aside(&path, file.to_string().as_bytes())?;
        finding.saved = Some(path.display().to_string());
    }
    Ok(())
}

/// The sizes as the name of a folder, so that checks of other sizes have their own;
/// nothing where there are none.
fn sizes(params: &Params) -> String {
    let sizes: Vec<String> = params.iter().map(|(name, size)| format!("{name}={size}")).collect();
    sizes.join(",")
}

fn folder(dir: &Path, one: Selected<'_>) -> PathBuf {
    dir.join(one.scenario.name).join(one.variant.name)
}
