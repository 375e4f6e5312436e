//! A pass is earned: what a bound cut that nothing asked for, a search that ended
//! early, a schedule that reaches no end, and a program that does not do the same
//! again are told, and pass nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use unknot_checker::check::observe;
use unknot_checker::check::verdict::Verdict;
use unknot_checker::model::terms::{AskedBounds, Budget};
use unknot_checker::sim::{Atomic, Exception, Program, Shared, Value, choose, spawn, yield_now};
use unknot_checker::strategy::{Bounded, Dfs, Dpor, Strategy, Visibility};
use unknot_checker::{Checked, Checker, Expectation, Kind, Params, Scenario, Variant, source};

use crate::kit::support::unknot_on;

/// Two tasks that add one each by a read and a write, after so many steps.
fn lost_after(steps: u32) -> impl Fn() -> Result<i64, Exception> + Send + Sync + 'static {
    move || {
        for _ in 0..steps {
            yield_now();
        }
        let x = Shared::new(0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(theirs.read() + 1));
        x.write(x.read() + 1);
        task.join().map(|()| x.read())
    }
}

/// A program that never ends and never does the same again.
fn endless() -> Result<(), Exception> {
    let count = Atomic::new(0);
    loop {
        count.fetch_add(1);
    }
}

/// A task that waits for a flag without saying so. Where main is first it ends.
fn polling() -> Result<(), Exception> {
    let flag = Atomic::new(0);
    let theirs = flag.clone();
    let task = spawn(move || while theirs.load() == 0 {});
    flag.store(1);
    task.join()
}

/// What an assertion says when it fails; nothing if it does not.
fn complaint(assertion: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).err();
    let text = payload.map(|payload| payload.downcast_ref::<String>().expect("a text").clone());
    text.unwrap_or_default()
}

/// What `assert_pass` and `assert_pass_bounded` say, each in one word or none, and
/// the verdict.
fn judged(checked: &Checked) -> (bool, bool, String) {
    let passes = complaint(|| checked.assert_pass()).is_empty();
    let passes_bounded = complaint(|| checked.assert_pass_bounded()).is_empty();
    (passes, passes_bounded, checked.verdict().to_string())
}

#[test]
fn an_assertion_accepts_what_was_asked_for() {
    let new = || Checker::new().allow(Kind::Livelock);
    assert_eq!(judged(&new().check(lost_after(0))), (false, false, "FAIL lost-update".to_owned()));
    let rows = [
        // The only execution is cut before anything goes wrong.
        (
            new().check(lost_after(10_001)),
            (false, false),
            "INCONCLUSIVE (not everything was explored: all 1 cut after 10,000 steps)",
        ),
        // The bound was set, and nothing is known of any end.
        (
            new().max_steps(2).check(lost_after(0)),
            (false, false),
            "INCONCLUSIVE (no execution ended: all 1 cut after 2 steps)",
        ),
        (
            new().max_steps(50).check(endless),
            (false, false),
            "INCONCLUSIVE (no execution ended: all 1 cut after 50 steps)",
        ),
        (
            new().check(endless),
            (false, false),
            "INCONCLUSIVE (not everything was explored: all 1 cut after 10,000 steps)",
        ),
        // One schedule without a preemption loses nothing; one is left out.
        (
            new().preemptions(0).check(lost_after(0)),
            (false, true),
            "PASS (bounded: ≤0 preemptions; 1 cut)",
        ),
        (new().preemptions(0).check(|| 1), (true, true), "PASS (exhaustive)"),
    ];
    for (checked, passes, verdict) in rows {
        let (pass, bounded, text) = judged(&checked);
        assert_eq!(((pass, bounded), text.as_str()), (passes, verdict));
    }
}

/// The loads before the store are any number: 0 to 7 of them end within 12 steps.
#[test]
fn some_executions_that_end_are_a_pass_where_the_bound_was_set() {
    let bounded = Checker::new().allow(Kind::Livelock).max_steps(12).check(polling);
    let (passes, passes_bounded, text) = judged(&bounded);
    assert!(!passes && passes_bounded, "{text}");
    assert!(
        text.starts_with("PASS (bounded: ") && text.ends_with(" cut after 12 steps)"),
        "{text}"
    );
    assert!(bounded.report().executions > 0 && bounded.report().cut > 0);
    // The same search, where nothing asked for that bound.
    let program: Program = std::sync::Arc::new(|| polling().map(Value::from));
    let semantics = unknot_checker::model::terms::Semantics { max_steps: 12, ..Default::default() };
    for (asked, word) in [(false, "inconclusive"), (true, "pass")] {
        let asked = AskedBounds { steps: asked, ..AskedBounds::default() };
        let levels =
            unknot_checker::model::kind::Levels::new(&[], &[Kind::Livelock]).expect("levels");
        let budget = Budget { semantics, asked, levels, ..Budget::default() };
        let seen = observe(&program, Dpor::new(), budget);
        assert_eq!(Verdict::of(&seen, budget).word(), word);
    }
}

const CUT: &[Scenario] = &[Scenario {
    name: "cut",
    family: "t",
    about: "programs whose executions are cut",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("says-nothing", "no bound", body_endless, |_| Expectation::pass()),
        Variant::new("has-a-bound", "its own", body_endless, |_| Expectation::pass().bounded())
            .cut_after(20),
        Variant::new("has-no-end", "by design", body_endless, |_| Expectation::pass().endless())
            .cut_after(20),
        Variant::new("always", "not in all", raises_or_never_ends, |_| {
            Expectation::pass().always(Kind::Exception).bounded()
        })
        .cut_after(20),
        Variant::new("ends", "after all", |_| Ok(Value::Int(1)), |_| Expectation::pass().endless()),
    ],
    source: source!("earned.rs"),
}];

/// One value raises, and the other never ends.
fn raises_or_never_ends(_: &Params) -> Result<Value, Exception> {
    match choose(2) {
        0 => body_endless(&Params::NONE),
        _ => Err(Exception::new("ValueError", "one")),
    }
}

fn body_endless(_: &Params) -> Result<Value, Exception> {
    endless().map(Value::from)
}

#[test]
fn a_row_says_what_cut_it() {
    for (line, code, text) in [
        ("cut/says-nothing", 3, "INCONCLUSIVE (not everything was explored: all 1 cut after"),
        ("cut/has-a-bound", 3, "INCONCLUSIVE (no execution ended: all 1 cut after 20 steps)"),
        ("cut/has-no-end", 0, "PASS (bounded: all 1 cut after 20 steps)"),
        ("cut/has-no-end --max-steps 30", 0, "PASS (bounded: all 1 cut after 30 steps)"),
        ("cut/ends", 1, "outcome 1 was not declared"),
        ("cut/always", 1, "exception was declared for all executions, 1 of 2 executions show it"),
        ("cut/always", 1, "2 executions  FAIL exception (1 cut after 20 steps)"),
    ] {
        let ran = unknot_on(CUT, &format!("check {line} --allow livelock"));
        assert!(ran.out.contains(text), "{line}: {}", ran.out);
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{line}: {}", ran.out);
    }
}

#[test]
fn a_replay_without_an_end_is_a_failure() {
    let stops = "ends after 1 step, before the program does; unfinished: T0 at fetch_add (";
    for (line, code, err) in [
        ("cut/says-nothing 'T0'", 1, stops),
        ("cut/says-nothing 'T0*5' --max-steps 5", 1, "was cut after 5 steps; unfinished: T0"),
        ("cut/has-no-end 'T0*20'", 0, ""),
        ("cut/has-no-end 'T0'", 1, stops),
        ("cut/ends 'T0'", 0, ""),
    ] {
        let ran = unknot_on(CUT, &format!("replay {line}"));
        assert!(ran.err.contains(err) && ran.err.is_empty() == err.is_empty(), "{}", ran.err);
        assert_eq!(ran.code, code, "{line}: {}{}", ran.out, ran.err);
    }
}

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// Runs a program with its runs counted from 0.
fn counted(strategy: impl Strategy, body: fn(u32) -> Result<Value, Exception>) -> Vec<String> {
    RUNS.set(0);
    let program: Program = std::sync::Arc::new(move || body(RUNS.replace(RUNS.get() + 1)));
    let seen = observe(&program, strategy, Budget::default());
    assert!(!seen.exhausted());
    let verdict = Verdict::of(&seen, Budget::default()).to_string();
    vec![verdict, seen.divergence.map(|found| found.message).unwrap_or_default()]
}

/// In every other run one line uses another object: the same operation at the same
/// place, at a step that the search makes again.
#[test]
fn another_object_at_the_same_line_is_found_out() {
    fn body(run: u32) -> Result<Value, Exception> {
        let cells = [Shared::named("a", 0), Shared::named("b", 0)];
        let (mine, theirs) = (cells.clone(), cells[(run % 2) as usize].clone());
        let task = spawn(move || {
            theirs.write(1);
            theirs.write(2);
        });
        task.join()?;
        let seen = mine[0].read() + mine[1].read();
        // All steps are made again for the second value.
        Ok(Value::from(seen + i64::from(choose(2))))
    }
    let strategies: [(&str, Box<dyn Strategy>); 3] = [
        ("dpor", Box::new(Dpor::new())),
        ("bounded", Box::new(Bounded::new(3))),
        ("dfs", Box::new(Dfs::new(Visibility::All))),
    ];
    for (name, strategy) in strategies {
        let told = counted(strategy, body);
        assert!(told[0].contains("nondeterminism"), "{name}: {told:?}");
        let repeated = told[1].starts_with("T1 did 'write' (")
            && told[1].ends_with("and used, created or chose something else than before");
        let asked = told[1].starts_with("T1 asked for 'write Shared 'a'' (")
            && told[1].contains("and now asks for 'write Shared 'b'' (");
        assert!(repeated || asked, "{name}: {told:?}");
    }
}

/// The steps are the same in each run, and what comes out is the number of the run.
#[test]
fn an_outcome_that_does_not_come_again_is_found_out() {
    fn body(run: u32) -> Result<Value, Exception> {
        Shared::new(0).write(0);
        Ok(Value::from(run))
    }
    let told = counted(Dpor::new(), body);
    assert_eq!(told[0], "FAIL nondeterminism");
    assert!(told[1].contains("which showed the outcome 0 and now do not"), "{told:?}");
}
