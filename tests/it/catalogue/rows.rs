//! The rows of the documents' thread, process, pool and network scenarios, as data: each is in the
//! catalogue under its name, in its family, with the examples and claims that
//! it covers, and its broken forms declare the documents' verdicts.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_scenarios::CATALOGUE;
use unknot_scenarios::claims::TOPICS;

use crate::kit::support::scenario;

/// What the documents say of a scenario.
struct Row {
    family: &'static str,
    name: &'static str,
    /// The kinds of finding that its broken forms declare, and no others. Lost
    /// items, torn records, wrong totals and a backlog without end are seen by
    /// a check of the scenario's own: an invariant violation. What comes of
    /// writing over a value that has changed is a lost update as well.
    shows: &'static [Kind],
    covers: &'static [&'static str],
}

const fn row(
    family: &'static str,
    name: &'static str,
    shows: &'static [Kind],
    covers: &'static [&'static str],
) -> Row {
    Row { family, name, shows, covers }
}

use Kind::{
    AbandonedLock, Deadlock, Exception, Hang, InvariantViolation, Leak, Livelock, LostUpdate,
};

const ROWS: &[Row] = &[
    row(
        "lost-updates",
        "lost-update-decrement",
        &[LostUpdate],
        &["E12", "E76", "E77", "E111", "E112", "E113", "K01", "K02", "K03", "K04"],
    ),
    row(
        "lost-updates",
        "inc-dec-drift",
        &[LostUpdate, InvariantViolation],
        &["E131", "E132", "K25"],
    ),
    row("lost-updates", "half-locked-section", &[LostUpdate, InvariantViolation], &["E133"]),
    row("lost-updates", "proxy-read-modify-write", &[LostUpdate], &["E50", "E06", "K18", "K19"]),
    row("lost-updates", "list-tail-remove-race", &[Exception], &["E16", "K13"]),
    row("lost-updates", "append-interleave", &[InvariantViolation], &["E25"]),
    row("lost-updates", "torn-pipe-frames", &[InvariantViolation], &["S16", "K22"]),
    row(
        "check-then-act",
        "ticket-oversell",
        &[LostUpdate, InvariantViolation],
        &["E35", "E39", "K20"],
    ),
    row("check-then-act", "ticket-torn-read", &[Exception], &["E35", "E39", "K21"]),
    row("check-then-act", "reader-leaves-when-empty", &[InvariantViolation, Hang], &["E03", "K50"]),
    row("check-then-act", "empty-then-get", &[Hang], &["E86", "E87", "E119", "K41"]),
    row("check-then-act", "full-then-put-nowait", &[Exception], &["E40", "E83"]),
    row("check-then-act", "overdraft-check-outside-lock", &[InvariantViolation], &["E116"]),
    row("check-then-act", "transfer-not-atomic", &[LostUpdate, InvariantViolation], &["E116"]),
    row(
        "check-then-act",
        "manager-two-container-order",
        &[InvariantViolation],
        &["E05", "E94", "E124"],
    ),
    row("deadlocks", "ab-ba-two-phase", &[Deadlock], &["E78", "E114", "K17"]),
    row("deadlocks", "ab-ba-noodles", &[Deadlock], &["E59", "E60", "K15"]),
    row("deadlocks", "rlock-swap-keeps-cycle", &[Deadlock], &["E79", "E115", "K14"]),
    row("deadlocks", "alias-plain-lock-self-deadlock", &[Deadlock], &["E61"]),
    row("deadlocks", "rlock-reentrancy", &[Deadlock, AbandonedLock], &["E13", "K16"]),
    row("deadlocks", "reentrant-drawcash", &[Deadlock], &["E116"]),
    row("deadlocks", "transfer-nested-opposite", &[Deadlock], &["E116"]),
    row("deadlocks", "philosophers-ring", &[Deadlock], &["E59"]),
    row("deadlocks", "abandoned-lock-on-exception", &[AbandonedLock, Exception], &["E125"]),
    row("deadlocks", "print-under-lock", &[], &["E07"]),
    row("signals", "semaphore-limit", &[], &["E14", "E82", "E118", "K26", "K27", "S08"]),
    row("signals", "semaphore-over-release", &[InvariantViolation, Exception], &["K28"]),
    row("signals", "semaphore-leak", &[Hang, Exception], &["S10"]),
    row("signals", "connection-pool", &[InvariantViolation, Hang, Exception], &["S10"]),
    row("signals", "bank-windows", &[], &["S07"]),
    row("signals", "event-boss-worker", &[Hang], &["E15", "E117", "K31", "K32"]),
    row("signals", "event-latch", &[], &["E80", "K29", "K33", "S09"]),
    row("signals", "event-timeout-poll", &[Hang, Exception], &["E81", "K30"]),
    row("signals", "event-pulse", &[Hang], &["K29"]),
    row("signals", "condition-missed-notify", &[Hang], &["E84"]),
    row("signals", "barrier-party-count", &[Hang, Exception], &[]),
    row("queues", "queue-order-kinds", &[Exception], &["E17", "E19", "E63", "K40"]),
    row("queues", "get-past-end", &[Hang], &["E18", "E85"]),
    row(
        "queues",
        "queue-block-timeout-table",
        &[Hang],
        &["E19", "E40", "E83", "K35", "K36", "K37"],
    ),
    row("queues", "blocking-get-handover", &[Hang], &["E41", "E62"]),
    row("queues", "bounded-queue-handoff", &[], &["E42", "K34"]),
    row("queues", "bounded-buffer", &[], &["E43", "E44", "K42", "S11"]),
    row("queues", "task-done-balance", &[Hang, Exception], &["E84", "K39"]),
    row("queues", "task-done-by-producer", &[Exception, Hang], &["E88"]),
    row("queues", "queue-join-not-empty", &[Hang, InvariantViolation], &["E84", "K38"]),
    row("queues", "demand-exceeds-supply", &[Hang], &["E20"]),
    row("queues", "no-sentinel", &[Hang], &["E43", "E44", "K43"]),
    row("queues", "sentinel-too-early", &[Hang, InvariantViolation], &["E45", "E46", "K44", "K45"]),
    row("queues", "sentinel-count-mismatch", &[Hang], &["E47", "E48", "K46", "K47"]),
    row("queues", "sentinel-per-producer", &[Hang, InvariantViolation], &["E47"]),
    row("queues", "quit-sentinel", &[Hang], &["E21"]),
    row("queues", "falsy-item-sentinel", &[InvariantViolation], &["E24", "E44", "E96"]),
    row(
        "queues",
        "consumer-timeout-exit",
        &[Hang, InvariantViolation],
        &["E49", "E52", "E136", "K48"],
    ),
    // Where there is room for all that is put into copies, it is lost.
    row("queues", "private-queue-copies", &[Hang], &["E52", "E92", "K24", "K49"]),
    row("queues", "join-before-drain", &[Hang], &["E46", "E92"]),
    row("queues", "queue-fan-in", &[], &["E91", "E122"]),
    row("queues", "endless-producer", &[InvariantViolation], &["E134"]),
    row("queues", "daemon-consumer-cut", &[], &["E57", "E108"]),
    // The documents have hangs. Where main uses the pipe and joins the receiver it is a cycle.
    row("processes", "pipe-no-eof", &[Hang, Deadlock], &["E04"]),
    row("processes", "pipe-duplex", &[], &["E93", "E123", "K51"]),
    row("processes", "pipe-both-receive", &[Deadlock], &["E93", "E26"]),
    row("processes", "process-isolation", &[InvariantViolation], &["E33", "E57", "K23", "K24"]),
    row("processes", "pid-identity", &[], &["E30", "E55", "E90", "K59"]),
    row(
        "processes",
        "start-print-order",
        &[],
        &[
            "E01", "E02", "E11", "E27", "E29", "E32", "E36", "E37", "E51", "E54", "E56", "E73",
            "E74", "E89", "E102", "E103", "E120", "E121", "E135", "K60",
        ],
    ),
    row("processes", "run-versus-start", &[InvariantViolation], &["E32", "K61"]),
    // The documents have an exception for a name that is set too early. Of a process the
    // name is lost, and nothing is raised.
    row("processes", "subclass-init", &[Exception, InvariantViolation], &["E32", "E54"]),
    row("processes", "thread-enumerate", &[], &["K62"]),
    row(
        "processes",
        "join-placement",
        &[],
        &["E10", "E75", "E104", "E105", "E106", "E107", "K55", "K56"],
    ),
    row("processes", "serial-join", &[], &["E31", "E105", "K55"]),
    row(
        "processes",
        "daemon-exit",
        &[],
        &["E29", "E38", "E75", "E108", "E109", "E110", "K57", "K58"],
    ),
    row("processes", "terminate-not-immediate", &[InvariantViolation], &["E28", "K53", "K54"]),
    row("pools", "pool-completion-order", &[], &["E08", "E09", "E95", "E126", "K64"]),
    row("pools", "pool-callback", &[], &["E09", "K68"]),
    row("pools", "pool-apply-versus-async", &[], &["K63"]),
    row("pools", "pool-life-cycle", &[Exception], &["E09", "E95", "E126", "K65", "K66", "K67"]),
    row("pools", "pool-silent-failure", &[InvariantViolation], &["E09"]),
    row("pools", "pool-terminate-early", &[InvariantViolation], &["E95"]),
    row("pools", "executor-result-order", &[], &["E64", "K70"]),
    row("pools", "executor-life-cycle", &[Exception], &["E65", "K69"]),
    row("pools", "executor-callback", &[], &["E66", "K68"]),
    row("scheduling", "multiprogramming-io-switch", &[], &["S01", "S05", "S06", "K84"]),
    row("scheduling", "process-states", &[], &["S02", "K52"]),
    row("scheduling", "sched-fcfs", &[], &["S03"]),
    row("scheduling", "sched-sjf", &[], &["S03"]),
    row("scheduling", "sched-round-robin", &[], &["S03"]),
    row("scheduling", "sched-mlfq", &[], &["S03"]),
    row("scheduling", "cpu-bound-threads-vs-processes", &[], &["E53", "S14", "K09", "K10", "K11"]),
    row("network", "io-model-phases", &[], &["K77", "K81", "S15"]),
    row("network", "io-poll-latency", &[], &["K78"]),
    row("network", "io-select-one-versus-many", &[], &["K79", "K80"]),
    row("network", "sync-async-blocking-matrix", &[], &["S04"]),
    row(
        "network",
        "echo-server-serial-versus-concurrent",
        &[Hang],
        &["E26", "E34", "E58", "E72", "E101"],
    ),
    row("network", "empty-message-stall", &[Deadlock], &["E26"]),
    row("network", "eof-spin", &[Livelock], &["E58"]),
    row("network", "stream-coalescing", &[InvariantViolation], &["E26", "E34", "E58"]),
    row("network", "selector-partial-write", &[Exception, InvariantViolation], &["E101", "K83"]),
    row("network", "selector-unread-input", &[Livelock], &["E100"]),
    row(
        "lost-updates",
        "gil-quantum-lost-update",
        &[LostUpdate],
        &["K05", "K06", "K07", "S12", "S14"],
    ),
    row("lost-updates", "gil-io-yield-lost-update", &[LostUpdate], &["K08"]),
    row("coroutines", "gil-long-native-call", &[], &["K12"]),
    // What is left suspended in the document is a note.
    row("coroutines", "generator-protocol", &[Exception, Leak], &["E22"]),
    row("coroutines", "generator-ping-pong", &[], &["E24", "E96", "E127", "K72"]),
    // That the same two items are made for ever is seen by a check of the scenario's own.
    row("coroutines", "generator-two-consumers", &[InvariantViolation, Livelock], &["E23"]),
    row("coroutines", "generator-round-robin", &[Livelock], &["E137"]),
    row("coroutines", "greenlet-switch", &[Leak], &["E67", "E97", "E128", "E68"]),
    row("coroutines", "cooperative-sleep", &[], &["E70", "E98", "E129"]),
    // So are sleeps that do not overlap, and a turn that comes late.
    row(
        "coroutines",
        "blocking-call-in-coroutine",
        &[InvariantViolation],
        &["E69", "E70", "K73", "K74"],
    ),
    row("coroutines", "patched-fetches", &[Exception], &["E99", "E130"]),
    row("lost-updates", "await-inside-rmw", &[LostUpdate], &["K71"]),
    // That a failure and what is left go unseen is found by a check of the scenario's own.
    row("coroutines", "async-wait-set-order", &[InvariantViolation], &["E71", "E138"]),
    row("coroutines", "coroutine-multi-core", &[], &["K76"]),
    row("coroutines", "cooperative-cpu-hog", &[InvariantViolation], &["E68", "K75", "K82"]),
];

#[test]
fn every_row_is_a_scenario() {
    assert_eq!(ROWS.len(), 112, "the rows of the ten families");
    for row in ROWS {
        let scenario = scenario(row.name);
        assert_eq!(scenario.family, row.family, "{}", row.name);
        for number in row.covers {
            assert!(scenario.covers.contains(number), "{} does not cover {number}", row.name);
        }
    }
}

#[test]
fn every_row_declares_what_the_documents_say() {
    for row in ROWS {
        let scenario = scenario(row.name);
        let params = scenario.params(&[]).expect("defaults");
        let declared: BTreeSet<Kind> = scenario
            .variants
            .iter()
            .flat_map(|variant| (variant.expect)(&params).findings)
            .map(|(kind, _)| kind)
            .collect();
        let shows: BTreeSet<Kind> = row.shows.iter().copied().collect();
        assert_eq!(declared, shows, "{}", row.name);
        let passes = |v: &unknot_checker::Variant| (v.expect)(&params).findings.is_empty();
        assert!(scenario.variants.iter().any(passes), "no variant of {} passes", row.name);
        // What is broken and what mends it are both to be seen.
        let has_both = row.shows.is_empty() || scenario.variants.len() > 1;
        assert!(has_both, "{} has one variant", row.name);
    }
}

/// Each number that a scenario refers to is told in one line.
#[test]
fn every_number_has_its_line() {
    let sources = include_str!("../../../scenarios/SOURCES.md");
    let told: Vec<&str> = sources
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | ").map(|(number, _)| number))
        .filter(|number| number.chars().nth(1).is_some_and(|c| c.is_ascii_digit()))
        .collect();
    let claims = TOPICS.iter().flat_map(|topic| topic.claims).map(|claim| claim.number);
    let told: Vec<&str> = told.into_iter().chain(claims).collect();
    let distinct: BTreeSet<&str> = told.iter().copied().collect();
    assert_eq!(told.len(), distinct.len(), "a number is told twice");
    let used: BTreeSet<&str> = CATALOGUE.iter().flat_map(|s| s.covers).copied().collect();
    let missing: Vec<&&str> = used.difference(&distinct).collect();
    assert!(missing.is_empty(), "without a line: {missing:?}");
    let idle: Vec<&&str> = distinct.difference(&used).collect();
    assert!(idle.is_empty(), "without a scenario: {idle:?}");
}
