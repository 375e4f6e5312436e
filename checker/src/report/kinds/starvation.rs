//! Tasks that never get what others get each time round.

use std::collections::BTreeSet;

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::analysis::starvation::Starving;
use crate::model::kind::Kind;
use crate::report::words::place;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::Starvation,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: sentences(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    let n = case.identity.tasks.len();
    let tasks: Vec<String> = (0..n).map(|nth| case.task(nth)).collect();
    let objects: BTreeSet<&str> = case.detail.starved.iter().map(|one| &*one.object).collect();
    let objects: Vec<&str> = objects.into_iter().collect();
    let gets = if n == 1 { "gets" } else { "get" };
    format!(
        "{} never {gets} {}, which others take each time round",
        tasks.join(", "),
        objects.join(", ")
    )
}

fn sentences(tale: &Tale<'_>) -> Vec<String> {
    let starved = &tale.finding.detail.starved;
    let (rounds, steps) = (tale.finding.detail.rounds.unwrap_or(1), tale.finding.steps.len());
    let mut sentences = vec![format!(
        "The steps above came {rounds} times, until the limit of {steps} steps, and go on beyond it."
    )];
    sentences.extend(starved.iter().map(|one| {
        let what = match one.how {
            Starving::NeverEnabled => "waits all the time, and could not go on once",
            Starving::Overtaken => "could have gone on each time round, and was overtaken",
            Starving::Refused => "tries each time round, and is refused",
        };
        let at = place(&one.place.file, one.place.line);
        format!("{} {what} ({at}).", tale.task(&one.task))
    }));
    let is_strong = starved.iter().all(|one| one.how == Starving::NeverEnabled);
    sentences.push(match is_strong {
        true => "Even a scheduler that is fair to every task may do this for ever.".to_owned(),
        false => "A scheduler that is fair only to tasks that can go on all the time may do this \
                  for ever; handing over in the order of arrival ends it."
            .to_owned(),
    });
    sentences
}
