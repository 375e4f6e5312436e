//! What a check says of a declaration that it could not go through in full.
//!
//! A whole search settles any declaration. A sample, a spent budget or a bound
//! on preemptions settles only that something may happen: all that may was
//! seen. What always happens, or never, stays open. What contradicts a
//! declaration does so however little was seen.

use unknot_checker::check::observe_monitored;
use unknot_checker::check::verdict::{Compared, compare};
use unknot_checker::model::end::Stop;
use unknot_checker::model::kind::Levels;
use unknot_checker::model::scenario::Body;
use unknot_checker::model::terms::Budget;
use unknot_checker::search::monitor::{CheckPhase, Monitor, Pulse};
use unknot_checker::sim::{Exception, Queue, Shared, Value, spawn};
use unknot_checker::strategy::{Config, STRATEGIES, Unit};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant, source};

use crate::kit::support::unknot_on;

/// Two tasks add one each. An update is lost, and 1 comes out, if both read
/// before either writes; else 2.
fn racy(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || theirs.write(theirs.read() + 1));
    x.write(x.read() + 1);
    task.join()?;
    Ok(x.read().into())
}

/// Nobody ever puts.
fn stuck(_: &Params) -> Result<Value, Exception> {
    let queue: Queue<i64> = Queue::named("queue", 0);
    Ok(queue.get()?.into())
}

/// One after the other.
fn racy_then_stuck(params: &Params) -> Result<Value, Exception> {
    racy(params)?;
    stuck(params)
}

const fn variant(name: &'static str, body: Body, expect: fn(&Params) -> Expectation) -> Variant {
    Variant::new(name, "as told", body, expect)
}

const DECLARED: &[Scenario] = &[Scenario {
    name: "t",
    family: "tests",
    about: "as told",
    covers: &[],
    params: &[],
    variants: &[
        variant("kind", racy, |_| may_lose()),
        variant("kind-and-outcomes", racy, |_| may_lose().outcomes([1, 2])),
        variant("outcome-too-many", racy, |_| may_lose().outcomes([1, 2, 3])),
        variant("outcome-too-few", racy, |_| may_lose().outcomes([1])),
        variant("kind-too-many", racy, |_| may_lose().sometimes(Kind::Hang)),
        variant("kind-too-few", racy, |_| Expectation::pass().outcomes([1, 2])),
        variant("not-always", racy, |_| Expectation::pass().always(Kind::LostUpdate)),
        variant("always", stuck, |_| Expectation::pass().always(Kind::Hang)),
        variant("always-and-sometimes", racy_then_stuck, |_| may_lose().always(Kind::Hang)),
        variant("nothing", |_| Ok(Value::Unit), |_| Expectation::pass().outcomes([()])),
    ],
    source: source!("declared.rs"),
}];

fn may_lose() -> Expectation {
    Expectation::pass().sometimes(Kind::LostUpdate)
}

#[test]
fn what_settles_a_declaration() {
    // 10,000 executions of a handful of steps show all that there is.
    for (line, code, text) in [
        ("kind", 0, "1 as declared"),
        ("kind --strategy random", 0, "1 as declared"),
        ("kind-and-outcomes", 0, "1 as declared"),
        ("kind-and-outcomes --strategy random", 0, "1 as declared"),
        // One execution has one of the two outcomes.
        ("kind-and-outcomes --max-executions 1", 3, "did not appear yet"),
        ("kind-and-outcomes --max-executions 1 --strategy random", 3, "did not appear yet"),
        // Nothing is lost as long as nobody is preempted; once is enough.
        ("kind --strategy dfs --preemptions 0", 3, "lost-update was declared and did not"),
        ("kind-and-outcomes --strategy dfs --preemptions 1", 0, "1 as declared"),
        ("outcome-too-many", 1, "outcome 3 was declared and never appears"),
        ("outcome-too-many --strategy random", 3, "outcome 3 was declared and did not appear yet"),
        ("outcome-too-few", 1, "outcome 2 was not declared"),
        ("outcome-too-few --strategy random", 1, "outcome 2 was not declared"),
        ("kind-too-many", 1, "hang was declared and never appears"),
        ("kind-too-many --strategy random", 3, "hang was declared and did not appear yet"),
        ("kind-too-few", 1, "lost-update was not declared"),
        ("kind-too-few --strategy random", 1, "lost-update was not declared"),
        ("not-always", 1, "lost-update was declared for all executions"),
        ("not-always --strategy random", 1, "lost-update was declared for all executions"),
        ("always", 0, "1 as declared"),
        ("always --strategy random", 3, "not everything was explored"),
        ("always-and-sometimes", 0, "1 as declared"),
        ("always-and-sometimes --strategy random", 3, "not everything was explored"),
        ("nothing", 0, "1 as declared"),
        ("nothing --strategy random", 3, "not everything was explored"),
    ] {
        let ran = unknot_on(DECLARED, &format!("check t/{line}"));
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{line}: {}", ran.out);
        assert!(ran.out.contains(text), "{line}: {}", ran.out);
    }
}

/// The same sample as above but for a clock that ended it: on a slower machine
/// it might have seen less.
#[test]
fn a_clock_settles_nothing() {
    let random = STRATEGIES.iter().find(|row| row.name == "random").expect("it is there");
    let variant = DECLARED[0].variants[1];
    assert_eq!(variant.name, "kind-and-outcomes");
    for (stops, settled) in [(true, false), (false, true)] {
        let watch = Monitor::new(move |pulse: Pulse<'_>| {
            (stops && pulse.executions >= 1_000).then_some(Stop::Interrupted)
        });
        let budget = Budget { max_executions: 2_000, ..Budget::default() };
        let program = variant.program(&Params::NONE);
        let sampler = (random.create)(Config::default());
        let seen = observe_monitored(&program, sampler, budget, (CheckPhase::Search, &watch));
        assert_eq!(seen.outcomes.len(), 2, "both outcomes were seen");
        let declared = (variant.expect)(&Params::NONE);
        let compared = compare(&seen, &declared, Levels::default(), Unit::Schedules);
        let open = Compared::Open("not everything was explored".to_owned());
        assert_eq!(compared, if settled { Compared::AsDeclared } else { open });
    }
}
