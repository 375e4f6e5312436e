//! The claims of the documents: each is judged by variants that exist, and what these
//! declare bears the judgement out. That they show what they declare is tested beside.

use std::collections::BTreeSet;

use unknot_checker::{Appears, Claim, Exhibit, Expectation, Grounds, Judgement, Kind};
use unknot_scenarios::CATALOGUE;
use unknot_scenarios::claims::TOPICS;

use crate::kit::support::{scenario, unknot, unknot_on};

fn claims() -> impl Iterator<Item = &'static Claim> {
    TOPICS.iter().flat_map(|topic| topic.claims)
}

/// What is declared of a variant for the sizes of an exhibit.
fn declared(exhibit: &Exhibit) -> Expectation {
    let (_, name) = exhibit.scenario.split_once('/').expect(exhibit.scenario);
    let scenario = scenario(exhibit.scenario_name());
    let variant = scenario.variants.iter().find(|v| v.name == name).expect(exhibit.scenario);
    let sizes: Vec<(String, String)> =
        exhibit.sizes.iter().map(|(k, v)| ((*k).to_owned(), v.to_string())).collect();
    (variant.expect)(&scenario.params(&sizes).expect(exhibit.scenario))
}

/// Whether a declaration says what an exhibit needs.
fn bears_out(shows: Grounds, declared: &Expectation) -> bool {
    let finds = |kind: Kind, often| declared.findings.contains(&(kind, often));
    let outcomes: Vec<String> =
        declared.outcomes.iter().flatten().map(ToString::to_string).collect();
    let is_outcome = |outcome: &str| outcomes.iter().any(|one| one == outcome);
    match shows {
        Grounds::Passes => declared.findings.is_empty(),
        Grounds::Sometimes(kind) => finds(kind, Appears::Sometimes),
        Grounds::Always(kind) => finds(kind, Appears::Always),
        Grounds::Gives(outcome) => outcomes.len() == 1 && is_outcome(outcome),
        Grounds::MayGive(outcome) => outcomes.len() > 1 && is_outcome(outcome),
    }
}

#[test]
fn every_claim_is_borne_out() {
    for claim in claims() {
        for exhibit in claim.exhibits {
            let (number, name) = (claim.number, exhibit.scenario);
            let declared = declared(exhibit);
            let outcomes = &declared.outcomes;
            assert!(
                bears_out(exhibit.shows, &declared),
                "{number}: {name} does not declare '{}', but {declared} {outcomes:?}",
                exhibit.shows
            );
            let covers = scenario(exhibit.scenario_name()).covers;
            // Another scenario may show one side of a claim, but one of them is about it.
            let is_covered = claim
                .exhibits
                .iter()
                .any(|exhibit| scenario(exhibit.scenario_name()).covers.contains(&number));
            assert!(is_covered, "{number}: {name} covers {covers:?}");
        }
    }
}

/// For other than the usual sizes no other test compares what is declared with what is
/// found.
#[test]
fn exhibits_with_sizes_show_what_they_declare() {
    let with_sizes = claims().flat_map(|claim| claim.exhibits).filter(|w| !w.sizes.is_empty());
    let mut compared = 0;
    for exhibit in with_sizes {
        let sizes: Vec<String> =
            exhibit.sizes.iter().map(|(name, value)| format!("-p {name}={value}")).collect();
        let ran = unknot(&format!("check {} {}", exhibit.scenario, sizes.join(" ")));
        assert_eq!(ran.code, 0, "{}", ran.out);
        compared += 1;
    }
    assert!(compared > 3, "only {compared}");
}

/// A judgement has enough to rest on: to refute takes a finding or an outcome, and a
/// condition is shown from both sides.
#[test]
fn judgements_have_grounds() {
    for claim in claims() {
        let shown: Vec<Grounds> = claim.exhibits.iter().map(|exhibit| exhibit.shows).collect();
        let number = claim.number;
        assert!(!shown.is_empty(), "{number} is shown by nothing");
        match claim.judgement {
            Judgement::Holds(_) => {}
            Judgement::OnlyIf(_) => assert!(shown.len() > 1, "{number} shows one side"),
            Judgement::Refuted(_) => {
                let is_against = |one: &Grounds| *one != Grounds::Passes;
                assert!(shown.iter().any(is_against), "{number}");
            }
        }
        for text in [claim.says, claim.judgement.because()] {
            assert!(!text.ends_with('.') && !text.is_empty(), "{number}: {text}");
        }
        let documents: Vec<&str> = claim.documents.iter().map(|name| &name[..3]).collect();
        let all = ["000", "001", "002", "003", "004"];
        assert!(documents.iter().all(|name| all.contains(name)), "{number}: {documents:?}");
        assert!(documents.is_sorted() && !documents.is_empty(), "{number}: {documents:?}");
    }
}

/// The documents have 138 examples, 16 stories and 84 claims, and each is covered by a
/// scenario. Each claim is judged, in the order of the numbers.
#[test]
fn all_of_the_documents_is_covered() {
    let covered: BTreeSet<&str> = CATALOGUE.iter().flat_map(|s| s.covers).copied().collect();
    for (letter, count) in [('E', 138), ('S', 16), ('K', 84)] {
        let numbers = (1..=count).map(|number| format!("{letter}{number:02}"));
        let missing: Vec<String> = numbers.filter(|one| !covered.contains(one.as_str())).collect();
        assert!(missing.is_empty(), "without a scenario: {missing:?}");
        let beyond = format!("{letter}{:02}", count + 1);
        assert!(!covered.contains(beyond.as_str()), "{beyond}");
    }
    let judged: Vec<&str> = claims().map(|claim| claim.number).collect();
    let all: Vec<String> = (1..=84).map(|number| format!("K{number:02}")).collect();
    assert_eq!(judged, all);
}

/// How the judgements of the documents' reader came out: 54 hold, 15 under a condition and
/// 15 do not.
#[test]
fn judgements_are_counted() {
    let count = |name: &str| claims().filter(|claim| claim.judgement.name() == name).count();
    assert_eq!(
        ["holds", "holds only if", "refuted"].map(count),
        [54, 15, 15],
        "the sums of the documents' table"
    );
}

#[test]
fn claims_are_listed() {
    const NOT_ONE: [(&str, &str); 2] = [
        ("list --claims K85", "there are K01 to K84"),
        ("list --claims lost-updates", "no claim is called 'lost-updates'"),
    ];
    let all = unknot("list --claims");
    for document in ["000", "001", "002", "003", "004"] {
        assert!(all.out.contains(&format!("document {document}\n")), "{document}");
    }
    let claim_lines = all.out.lines().filter(|line| line.starts_with("  K")).count();
    assert_eq!((all.code, claim_lines), (0, 84));
    for (line, numbers) in [
        ("list --claims K14", &["K14"][..]),
        ("list --claims ab-ba-*", &["K15", "K17"]),
        ("list --claims rlock-*/*", &["K14", "K16"]),
        ("list --claims K8* K01", &["K01", "K80", "K81", "K82", "K83", "K84"]),
    ] {
        let ran = unknot(line);
        let listed: BTreeSet<&str> = ran
            .out
            .lines()
            .filter_map(|line| line.strip_prefix("  K"))
            .map(|line| &line[..2])
            .collect();
        let wanted: BTreeSet<&str> = numbers.iter().map(|number| &number[1..]).collect();
        assert_eq!((ran.code, listed), (0, wanted), "{line}");
    }
    for (line, message) in NOT_ONE {
        let ran = unknot(line);
        assert_eq!(ran.code, 2, "{line}");
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
    // A catalogue without claims says so.
    let ran = unknot_on(CATALOGUE, "list --claims K01");
    assert!(ran.code == 2 && ran.err.contains("there are no claims"), "{}", ran.err);
}
