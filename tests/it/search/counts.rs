//! Exact numbers of schedules and of trace classes.
//!
//! Schedule counts are those of the documents' models, in the mode in which
//! starts, ends and joins are no branch points. Class counts are argued for in
//! the comments, and compared with the plain search.

use std::collections::BTreeSet;

use crate::documents::oracle::models;
use crate::kit::support::{dfs, dpor, outcomes, program, visible};

/// The number of schedules that the oracle counts.
fn schedules(outcomes: &crate::documents::oracle::counter::Outcomes) -> u64 {
    u64::try_from(outcomes.values().sum::<u128>()).expect("small")
}

/// The end is one of 0 to n - 1; (2n)!/2^n schedules and (n!)^2 classes: the
/// writes come in any of n! orders, and so do the gaps into which reads fall.
#[test]
fn lost_update_without_a_lock() {
    for (n, n_schedules, n_classes) in [(2, 6, 4), (3, 90, 36)] {
        let program = program("lost-update-decrement/no-lock", &[("threads", n)]);
        let plain = visible(&program);
        assert_eq!(plain.stats.executions, n_schedules, "{n} threads");
        assert_eq!(schedules(&models::counters::m01_lost_update(n as usize)), n_schedules);
        let reduced = dpor(&program);
        assert_eq!((reduced.stats.executions, reduced.stats.cut), (n_classes, 0), "{n} threads");
        let expected: BTreeSet<String> =
            (0..n).map(|end| format!("Complete(Int({end}))")).collect();
        assert_eq!(outcomes(&plain), expected);
        assert_eq!(outcomes(&reduced), expected);
    }
}

/// n! orders of the sections, as schedules and as classes.
#[test]
fn lost_update_with_a_lock() {
    for (n, count) in [(2, 2), (3, 6), (4, 24), (5, 120)] {
        let program = program("lost-update-decrement/locked", &[("threads", n)]);
        assert_eq!(visible(&program).stats.executions, count);
        let reduced = dpor(&program);
        assert_eq!((reduced.stats.executions, reduced.findings.len()), (count, 0));
        assert_eq!(outcomes(&reduced), BTreeSet::from(["Complete(Int(0))".to_owned()]));
    }
}

/// One guest a group: T1 takes both first, T2 takes both first, or each takes
/// one: three classes, of which one is the deadlock. As schedules 6, of which
/// 2 deadlock, since the two first takes commute.
#[test]
fn noodles_in_opposite_orders() {
    for (group, n_schedules, n_stuck) in [(1, 6, 2), (2, 192, 80), (3, 13_050, 5_418)] {
        let program = program("ab-ba-noodles/opposite-orders", &[("group", group)]);
        let plain = visible(&program);
        assert_eq!((plain.stats.executions, plain.stats.stuck), (n_schedules, n_stuck));
        assert_eq!(schedules(&models::locks::m06_two_groups(group as usize)), n_schedules);
        let reduced = dpor(&program);
        assert_eq!(outcomes(&plain), outcomes(&reduced));
        if group == 1 {
            assert_eq!((reduced.stats.executions, reduced.stats.stuck), (3, 1));
        }
    }
}

/// (2k)! schedules and classes, none stuck.
#[test]
fn noodles_in_one_order() {
    for variant in ["one-order", "one-rlock"] {
        for (group, count) in [(1, 2), (2, 24), (3, 720)] {
            let program = program(&format!("ab-ba-noodles/{variant}"), &[("group", group)]);
            let reduced = dpor(&program);
            assert_eq!((reduced.stats.executions, reduced.findings.len()), (count, 0), "{variant}");
            assert_eq!(visible(&program).stats.executions, count, "{variant}");
        }
    }
}

/// The reduced search sees the outcomes and findings of the plain one.
#[test]
fn dpor_sees_what_dfs_sees() {
    for (name, params) in [
        ("lost-update-decrement/no-lock", [("threads", 2)]),
        ("lost-update-decrement/locked", [("threads", 2)]),
        ("lost-update-decrement/no-lock", [("threads", 3)]),
        ("ab-ba-noodles/opposite-orders", [("group", 1)]),
        ("ab-ba-noodles/one-order", [("group", 1)]),
        ("ab-ba-noodles/one-rlock", [("group", 1)]),
    ] {
        let program = program(name, &params);
        let (plain, reduced) = (dfs(&program), dpor(&program));
        assert_eq!(outcomes(&plain), outcomes(&reduced), "{name} {params:?}");
        let (plain, reduced): (Vec<_>, Vec<_>) =
            (plain.findings.keys().collect(), reduced.findings.keys().collect());
        assert_eq!(plain, reduced, "{name} {params:?}");
    }
}
