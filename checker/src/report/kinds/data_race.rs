//! Data races: two accesses that nothing orders, and the locks of each.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::DataRace,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: data_race(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    format!("{} and {} use {} and nothing orders them", case.task(0), case.task(1), case.object())
}

fn data_race(tale: &Tale<'_>) -> Vec<String> {
    let (Some(&first), Some(&second)) = (tale.finding.proof.first(), tale.finding.proof.get(1))
    else {
        return vec![];
    };
    let under = |nth: usize| match tale.finding.detail.locks.get(nth) {
        Some(locks) if !locks.is_empty() => format!("under {}", locks.join(" and ")),
        _ => "under no lock".to_owned(),
    };
    let nothing = "nothing leads from one to the other";
    let how = match tale.finding.detail.locks.iter().all(Vec::is_empty) {
        true => format!("Neither was made under a lock, and {nothing}."),
        false => {
            let (one, other) = (under(0), under(1));
            format!("Step {first} was made {one}, step {second} {other}; {nothing}.")
        }
    };
    vec![
        how,
        "One lock around both would order them, or a join, a signal or a queue between them."
            .to_owned(),
    ]
}
