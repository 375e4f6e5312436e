//! Scenarios show what they declare for other sizes than the usual ones: those that the
//! documents name, and those at which a declared formula changes its case. Where the documents
//! give the figure, it is in the row, so that it is not taken from the program that declares it.

use unknot_scenarios::CATALOGUE;

use crate::kit::support::{scenario, unknot};

/// A scenario or one of its variants, its sizes, and the one outcome if the documents give it.
type Row = (&'static str, &'static str, &'static str);

fn show(rows: &[Row]) {
    for (name, sizes, outcome) in rows {
        let given: Vec<(String, String)> = sizes
            .split_whitespace()
            .map(|size| size.split_once('=').expect("name=value"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let flags: Vec<String> = given.iter().map(|(n, v)| format!("-p {n}={v}")).collect();
        let ran = unknot(&format!("check {name} {}", flags.join(" ")));
        assert_eq!(ran.code, 0, "{name} {sizes}: {}{}", ran.out, ran.err);
        if outcome.is_empty() {
            continue;
        }
        let (scenario_name, variant) = name.split_once('/').expect("a figure is of a variant");
        let scenario = scenario(scenario_name);
        let variant = scenario.variants.iter().find(|v| v.name == variant).expect(name);
        let params = scenario.params(&given).expect(sizes);
        let declared = (variant.expect)(&params).outcomes.expect(name);
        let declared: Vec<String> = declared.iter().map(ToString::to_string).collect();
        assert_eq!(declared, [*outcome], "{name} {sizes}");
    }
}

/// M25: a quantum of bytecodes, and what is left. K08: a pause between load and store.
#[test]
fn interpreter_locks() {
    show(&[
        ("gil-quantum-lost-update/no-lock", "quantum=1", "10"),
        ("gil-quantum-lost-update/no-lock", "quantum=2", "10"),
        ("gil-quantum-lost-update/no-lock", "quantum=3", "10"),
        ("gil-quantum-lost-update/no-lock", "quantum=4", "0"),
        ("gil-quantum-lost-update/no-lock", "quantum=5", "8"),
        ("gil-quantum-lost-update/no-lock", "quantum=100", "0"),
        ("gil-quantum-lost-update/no-lock", "rounds=100 quantum=5", "80"),
        ("gil-quantum-lost-update/no-lock", "rounds=100 body=7 quantum=100", "44"),
        ("gil-quantum-lost-update/no-lock", "rounds=100 body=8 quantum=100", "0"),
        ("gil-quantum-lost-update/no-lock", "rounds=100 body=10 quantum=100", "0"),
        ("gil-quantum-lost-update/no-lock", "rounds=100 body=13 quantum=100", "24"),
        ("gil-quantum-lost-update/no-lock", "rounds=1000 body=7 quantum=100", "440"),
        ("gil-quantum-lost-update/no-lock", "rounds=1000 body=13 quantum=100", "240"),
        ("gil-quantum-lost-update/no-lock", "threads=100 rounds=1 lead-in=96 quantum=100", "0"),
        ("gil-quantum-lost-update/no-lock", "threads=100 rounds=1 lead-in=97 quantum=100", "99"),
        ("gil-quantum-lost-update/no-lock", "threads=100 rounds=1 lead-in=98 quantum=100", "99"),
        ("gil-quantum-lost-update/no-lock", "threads=100 rounds=1 lead-in=99 quantum=100", "99"),
        ("gil-quantum-lost-update/locked", "quantum=1", "0"),
        ("gil-quantum-lost-update/locked", "quantum=3 body=7", "0"),
        ("gil-quantum-lost-update/locked", "threads=100 rounds=1 lead-in=98 quantum=100", "0"),
        ("gil-quantum-lost-update/processes", "threads=3 quantum=1 body=7", ""),
        ("gil-io-yield-lost-update/pause-by-the-clock", "threads=100", "99"),
        ("gil-io-yield-lost-update/locked-by-the-clock", "threads=100", "0"),
        ("gil-io-yield-lost-update", "threads=2", ""),
        ("gil-io-yield-lost-update", "pause=0", ""),
        ("gil-long-native-call/keeps-lock", "call=1", "the other ends at=1"),
        ("gil-long-native-call/gives-lock-up", "call=100", "the other ends at=0"),
    ]);
}

#[test]
fn coroutines() {
    show(&[
        ("await-inside-rmw/await-inside", "tasks=10", "number=1 s=1"),
        ("await-inside-rmw/no-await", "tasks=10", "number=10 s=0"),
        ("await-inside-rmw/async-lock", "tasks=10", "number=10 s=10"),
        ("await-inside-rmw", "tasks=2", ""),
        ("generator-ping-pong", "items=0", ""),
        ("generator-ping-pong", "items=100", ""),
        ("generator-two-consumers", "rounds=1", ""),
        ("generator-two-consumers", "rounds=10", ""),
        ("generator-round-robin", "rounds=0", ""),
        ("generator-round-robin", "rounds=10", ""),
        ("greenlet-switch", "numbers=1 switch=5", ""),
        ("greenlet-switch", "numbers=15 switch=0", ""),
        ("cooperative-sleep/overlapping", "eat=2 play=5", "said=eat1 play1 eat2 play2 s=5"),
        ("cooperative-sleep/overlapping", "eat=5 play=2", "said=eat1 play1 play2 eat2 s=5"),
        ("cooperative-sleep/overlapping", "eat=3 play=3", "said=eat1 play1 eat2 play2 s=3"),
        ("blocking-call-in-coroutine/unpatched", "eat=5 play=2", "said=eat1 eat2 play1 play2 s=7"),
        ("blocking-call-in-coroutine/patched", "eat=3 play=3", "said=eat1 play1 eat2 play2 s=3"),
        ("patched-fetches", "fetches=2", ""),
        ("async-wait-set-order/looked-at", "timeout=1", "failed=0 left=2 ms=1000"),
        ("async-wait-set-order/looked-at", "timeout=3", "failed=1 left=1 ms=3000"),
        ("async-wait-set-order/looked-at", "timeout=4", "failed=1 left=0 ms=3500"),
        ("async-wait-set-order/errors-ignored", "timeout=1", "0"),
        ("async-wait-set-order/errors-ignored", "timeout=4", "1"),
        ("cooperative-cpu-hog", "parts=2", ""),
        ("cooperative-cpu-hog", "parts=20", ""),
        ("coroutine-multi-core", "cores=1 each=3", ""),
        ("coroutine-multi-core/one-process", "cores=8 each=2", "16"),
        ("coroutine-multi-core/a-process-a-core", "cores=8 each=2", "2"),
    ]);
}

/// M30, and what the policies make of other bursts.
#[test]
fn processors() {
    show(&[
        ("sched-fcfs/long-first", "", "waits=[0, 24, 27] ends=30"),
        ("sched-sjf/at-once", "", "waits=[6, 0, 3] ends=30"),
        ("sched-sjf/preemptive", "", "waits=[9, 0, 15, 2] ends=26"),
        ("sched-round-robin/free-switches", "", "waits=[6, 4, 7] ends=30"),
        ("sched-round-robin/switching", "", "waits=[9, 5, 9] ends=33"),
        ("sched-mlfq/bursts", "", "waits=[6, 8, 9] ends=30"),
        ("sched-fcfs", "jobs=20", ""),
        ("sched-fcfs", "long=3 short=24", ""),
        ("sched-sjf", "jobs=20", ""),
        ("sched-sjf", "long=20 short=19 jobs=3", ""),
        ("sched-round-robin", "quantum=1", ""),
        ("sched-round-robin", "quantum=2 switch=3", ""),
        ("sched-round-robin", "quantum=3", ""),
        ("sched-round-robin/free-switches", "quantum=24", "waits=[0, 24, 27] ends=30"),
        ("sched-round-robin", "long=5 short=7 quantum=4", ""),
        ("sched-mlfq", "first=1 second=1", ""),
        ("sched-mlfq", "short=6", ""),
        ("sched-mlfq", "short=40 first=20 second=20 jobs=20", ""),
        ("multiprogramming-io-switch", "io=50 quantum=10", ""),
        ("multiprogramming-io-switch", "io=200 quantum=3", ""),
        ("multiprogramming-io-switch/time-sharing", "", "ends=105 idle=35"),
        ("multiprogramming-io-switch/uninterrupted", "", "waits=[0, 40] ends=55"),
        ("multiprogramming-io-switch/interrupted", "", "waits=[5, 0] ends=55"),
        ("cpu-bound-threads-vs-processes", "cores=1", ""),
        ("cpu-bound-threads-vs-processes", "workers=7 cores=3", ""),
        ("cpu-bound-threads-vs-processes", "workers=1 turn=1", ""),
        ("cpu-bound-threads-vs-processes", "workers=20 burst=13", ""),
    ]);
}

#[test]
fn input_and_output() {
    show(&[
        // A poll falls on the moment of the arrival.
        ("io-model-phases", "arrival=9", ""),
        ("io-model-phases", "arrival=1 interval=1 copy=7", ""),
        (
            "io-model-phases/polling",
            "arrival=10 interval=7",
            "wait=0 copy=2 work=14 calls=3 wasted=2 done=16",
        ),
        ("io-poll-latency", "arrival=9", ""),
        ("io-poll-latency", "arrival=50 interval=1", ""),
        ("io-poll-latency/poll", "arrival=1 interval=50", "latency=49 wasted=1"),
        ("sync-async-blocking-matrix", "search=8", ""),
        ("sync-async-blocking-matrix", "search=1 interval=50", ""),
        ("io-select-one-versus-many/one-at-a-time", "connections=1", "calls=2 threads=1"),
        ("io-select-one-versus-many/threads", "connections=1", "calls=1 threads=1"),
        ("io-select-one-versus-many/one-at-a-time", "connections=100", "calls=200 threads=1"),
        ("io-select-one-versus-many/all-at-once", "connections=100", "calls=101 threads=1"),
        ("io-select-one-versus-many/threads", "connections=100", "calls=100 threads=100"),
    ]);
}

#[test]
fn servers() {
    show(&[
        ("echo-server-serial-versus-concurrent", "clients=1 stay=3", ""),
        ("echo-server-serial-versus-concurrent/serial", "clients=3 stay=3", "[0, 3, 6]"),
        ("echo-server-serial-versus-concurrent/serial-first-stays", "clients=3", ""),
        ("echo-server-serial-versus-concurrent/threads*", "clients=3", ""),
        ("echo-server-serial-versus-concurrent/processes*", "clients=3", ""),
        ("echo-server-serial-versus-concurrent/selector*", "clients=3", ""),
        // Those of greenlets and coroutines have 34,848 classes each.
        ("echo-server-serial-versus-concurrent/greenlets", "clients=3", "[0, 0, 0]"),
        ("empty-message-stall", "lines=0", ""),
        ("empty-message-stall", "lines=5", ""),
        ("pipe-both-receive", "lines=0 messages=3 room=3", ""),
        ("pipe-both-receive", "lines=5 messages=3", ""),
        ("stream-coalescing", "messages=1", ""),
        ("stream-coalescing", "messages=3", ""),
        ("stream-coalescing", "messages=4", ""),
        ("selector-partial-write", "room=8 answer=8", ""),
        ("selector-partial-write", "room=1 answer=8", ""),
        ("selector-partial-write", "room=3 answer=8", ""),
        ("selector-partial-write", "clients=2", ""),
        ("selector-partial-write", "clients=2 room=1 answer=3", ""),
        ("selector-unread-input", "clients=1", ""),
        ("selector-unread-input", "clients=3 messages=2", ""),
    ]);
}

/// Outcomes that are not declared are not compared: a wrong one would pass.
#[test]
fn outcomes_are_declared() {
    for scenario in CATALOGUE {
        let params = scenario.params(&[]).expect("defaults");
        for variant in scenario.variants {
            let declared = (variant.expect)(&params).outcomes;
            assert!(declared.is_some(), "{}/{}", scenario.name, variant.name);
        }
    }
}
