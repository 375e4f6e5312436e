//! Any schedule file is read as it was written, and cut anywhere it is none.

use std::sync::Arc;

use proptest::prelude::*;
use unknot_checker::Kind;
use unknot_checker::Schedule;
use unknot_checker::model::kind::KINDS;
use unknot_checker::model::schedule::ScheduledStep;
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::file::{RecordedStep, SchedFile};
use unknot_checker::sim::{Ended, StackSize, TaskPath, TimeMode};

/// Any file at all, whatever stands in its texts.
fn files() -> impl Strategy<Value = SchedFile> {
    let text = || any::<String>();
    let path = (0_u32..3, prop::collection::vec(1_u32..5, 0..3)).prop_map(|(role, parts)| {
        let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
        let letter = ["T", "K", "C"][role as usize];
        let path = if parts.is_empty() { "0".to_owned() } else { parts.join(".") };
        TaskPath::parse(&format!("{letter}{path}")).expect("a path")
    });
    let decided = (path, prop::collection::vec(any::<u32>(), 0..3), any::<bool>())
        .prop_map(|(task, choices, preempts)| ScheduledStep { task, choices, preempts });
    let made = (text(), prop::option::of(text()), text(), any::<u32>())
        .prop_map(|(op, object, file, line)| RecordedStep { op, object, file, line });
    let time = prop_oneof![Just(TimeMode::Any), Just(TimeMode::Virtual)];
    let stack = (64_usize << 10..=1 << 30).prop_map(StackSize::new);
    let semantics = (time, any::<u32>(), 1..=usize::MAX, stack).prop_map(
        |(time, max_timeouts, max_steps, stack)| Semantics { time, max_timeouts, max_steps, stack },
    );
    let kinds: Vec<Kind> = KINDS.iter().map(|row| row.kind).collect();
    let ended = [Ended::Complete, Ended::Stuck, Ended::Cut, Ended::Abandoned];
    (
        text(),
        prop::collection::btree_map(text(), any::<i64>(), 0..3),
        semantics,
        (prop::sample::select(ended.to_vec()), prop::sample::subsequence(kinds, 0..3)),
        prop::collection::vec((decided, made), 0..8),
    )
        .prop_map(|(scenario, params, semantics, (ended, shows), steps)| {
            let (mut decided, made): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
            // Nobody is left at the first step.
            if let Some(first) = decided.first_mut() {
                first.preempts = false;
            }
            let schedule = Schedule { steps: Arc::new(decided) };
            SchedFile { scenario, params, semantics, shows, ended, schedule, made }
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_file_is_read_as_it_was_written(file in files()) {
        let text = file.to_string();
        prop_assert_eq!(SchedFile::parse(text.as_bytes()), Ok(file), "{}", text);
        // Cut anywhere it is no file any more.
        for end in 0..text.len() {
            prop_assert!(SchedFile::parse(&text.as_bytes()[..end]).is_err(), "{}", end);
        }
    }
}
