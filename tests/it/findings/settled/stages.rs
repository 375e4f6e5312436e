//! What is settled says the same everywhere: counts, outcomes, verdicts, whatever
//! ends the search, and however many threads make it.

use unknot_checker::Kind::{DataRace, LostUpdate, StaleWrite};
use unknot_checker::check::verdict::Verdict;
use unknot_checker::report::json;
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::sim::{Exception, Program, Shared, Value, spawn};
use unknot_checker::{Checked, Checker};

use crate::kit::support::{dfs, dpor};

/// One more in x, by both tasks; and y is written by one, and looked at and written by
/// the other. What comes out says what was overwritten unseen: of x iff it is 1 in the
/// end, of y iff it was 0 when it was looked at and is 2 in the end.
fn both() -> Result<String, Exception> {
    let (x, y) = (Shared::new(0), Shared::new(0));
    let (theirs, others) = (x.clone(), y.clone());
    let task = spawn(move || {
        others.write(1);
        theirs.write(theirs.read() + 1);
    });
    let seen = y.read();
    y.write(2);
    x.write(x.read() + 1);
    task.join()?;
    Ok(format!("{} {seen} {}", x.read(), y.read()))
}

/// The part of it in which nothing depends on what was read.
fn stale() -> Result<i64, Exception> {
    let y = Shared::new(0);
    let others = y.clone();
    let task = spawn(move || others.write(1));
    let _ = y.read();
    y.write(2);
    task.join()?;
    Ok(y.read())
}

#[test]
fn counts_are_of_what_is_settled() {
    let program: Program = std::sync::Arc::new(|| both().map(Value::from));
    let count = |observed: &Observed, is_it: fn(&str) -> bool| -> u64 {
        let outcomes = observed.outcomes.iter().filter(|(turnout, _)| match turnout {
            Turnout::Complete(value) => is_it(&value.to_string()),
            _ => false,
        });
        outcomes.map(|(_, seen)| seen.executions).sum()
    };
    for observed in [dpor(&program), dfs(&program)] {
        let lost = count(&observed, |value| value.starts_with('1'));
        let stale = count(&observed, |value| value.ends_with("0 2"));
        assert!(lost > 0 && stale > 0 && lost < observed.stats.executions);
        assert_eq!(observed.kinds.get(&LostUpdate), Some(&lost));
        assert_eq!(observed.kinds.get(&StaleWrite), Some(&stale));
        for (turnout, seen) in &observed.outcomes {
            let is_lost = format!("{turnout:?}").contains("\"1 ");
            let intact = if is_lost { 0 } else { seen.executions };
            assert_eq!(seen.intact, intact, "{turnout:?}");
        }
    }
}

/// A search that is to end at the first error goes on where it met none.
#[test]
fn the_first_error_is_none_of_the_notes() {
    let run = |jobs| Checker::new().name("both").fail_fast().jobs(jobs).check(both);
    let json = |checked: &Checked| {
        let mut bytes = vec![];
        json::write(json::Document::Check, checked.report(), &mut bytes)
            .expect("memory takes everything");
        String::from_utf8(bytes).expect("text")
    };
    let one = run(1);
    assert_eq!(one.verdict(), &Verdict::Fail { kinds: vec![LostUpdate] });
    assert_eq!(json(&one), json(&run(2)));
    for jobs in [1, 2] {
        let checked = Checker::new().fail_fast().jobs(jobs).check(stale);
        checked.assert_finds(StaleWrite).assert_pass();
        let checked = Checker::new().fail_fast().fail_on(StaleWrite).jobs(jobs).check(stale);
        assert_eq!(checked.verdict(), &Verdict::Fail { kinds: vec![StaleWrite] });
    }
}

/// Samplers on several threads end there too.
#[test]
fn samplers_go_on_as_well() {
    for jobs in [1, 2] {
        let sample = Checker::new().strategy("random").max_executions(200).jobs(jobs);
        let checked = sample.fail_fast().check(stale);
        assert_eq!(checked.report().executions, 200);
        checked.assert_finds(StaleWrite).assert_finds(DataRace);
    }
}
