//! How many classes scenarios have, where their heads say so and why.

use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::strategy::Dpor;

use crate::kit::support::scenario;

/// A variant, a size, and how many classes it has for some values of that size.
type Row = (&'static str, &'static str, &'static [(i64, u64)]);

const ROWS: &[Row] = &[
    // (n!)² as for threads: the k-th of n writes comes behind any of k reads, in any order.
    ("gil-quantum-lost-update/processes", "threads", &[(2, 4), (3, 36), (4, 576)]),
    ("await-inside-rmw/on-threads", "tasks", &[(2, 4), (3, 36)]),
    // n! orders of the owners.
    ("await-inside-rmw/on-threads-locked", "tasks", &[(2, 2), (3, 6), (4, 24)]),
    ("gil-io-yield-lost-update/pause", "threads", &[(2, 6), (3, 69)]),
    ("patched-fetches/gathered", "fetches", &[(2, 8), (3, 108)]),
    // Ways to put n clients into groups, one after another.
    ("selector-unread-input/reads", "clients", &[(1, 1), (2, 3), (3, 13), (4, 75)]),
    // Between each two neighbours of n sends and the end a receipt comes, or none.
    ("stream-coalescing/bare", "messages", &[(1, 2), (2, 4), (3, 8), (4, 16)]),
    // The close of the parent has 9 places on each connection.
    ("echo-server-serial-versus-concurrent/processes", "clients", &[(1, 9), (2, 81), (3, 729)]),
    ("echo-server-serial-versus-concurrent/threads", "clients", &[(2, 1), (3, 1)]),
    // Which guest comes in first.
    ("alias-plain-lock-self-deadlock/plain-lock", "guests", &[(1, 1), (2, 2), (5, 5)]),
    ("rlock-reentrancy/one-release-missing", "threads", &[(2, 2), (4, 4)]),
    ("abandoned-lock-on-exception/with-acquire", "processes", &[(2, 2), (4, 4)]),
    ("cpu-bound-threads-vs-processes/threads-in-turns", "workers", &[(5, 1), (20, 1)]),
];

#[test]
fn classes_are_as_many_as_heads_say() {
    for (name, size, counts) in ROWS {
        let (scenario_name, variant) = name.split_once('/').expect("name/variant");
        let scenario = scenario(scenario_name);
        let variant = scenario.variants.iter().find(|v| v.name == variant).expect(name);
        for &(value, n_classes) in *counts {
            let given = [((*size).to_owned(), value.to_string())];
            let params = scenario.params(&given).expect(name);
            let budget = Budget {
                semantics: variant.semantics(),
                max_executions: 100_000,
                ..Budget::default()
            };
            let seen = observe(&variant.program(&params), Dpor::new(), budget);
            assert!(seen.exhausted(), "{name} {size}={value}");
            assert_eq!(seen.stats.executions, n_classes, "{name} {size}={value}");
        }
    }
}
