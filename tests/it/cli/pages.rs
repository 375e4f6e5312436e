//! The data of pages, without a browser: what `--format html` has in its island.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value as Json;
use unknot_checker::sim::{Exception, Shared, Value, spawn};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

use crate::kit::support::{Ran, unknot, unknot_on};

/// How often `unsteady` ran. One test only runs it.
static RAN: AtomicI64 = AtomicI64::new(0);

/// Every third execution has a step more, and the steps behind it are others.
fn unsteady(_: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || theirs.write(2));
    if RAN.fetch_add(1, Ordering::Relaxed) % 3 == 2 {
        let _ = x.read();
    }
    x.write(1);
    task.join()?;
    Ok(Value::Unit)
}

const UNSTEADY: &[Scenario] = &[Scenario {
    name: "unsteady",
    family: "t",
    about: "a program that does not do the same again",
    covers: &[],
    params: &[],
    variants: &[Variant::new("form", "unsteady", unsteady, |_| Expectation::pass())],
    source: source!("pages.rs"),
}];

/// The island of the page that a command prints.
fn island(ran: &Ran) -> Json {
    let begin = "<script type=\"application/json\" id=\"data\">";
    let (_, rest) = ran.out.split_once(begin).expect("the page has an island");
    let (data, _) = rest.split_once("</script>").expect("which ends");
    serde_json::from_str(data).expect("the island is JSON")
}

/// The searches that find out what decides ask the clock as well. Ten million samples take
/// longer than a second, and the first few show the fault.
#[test]
fn an_explanation_ends_with_the_limit_on_time() {
    let check = "check ticket-oversell/no-lock -p buyers=8 --max-executions 10000000";
    let ran = unknot(&format!("{check} --time-limit 1 --format html"));
    let check = &island(&ran)["checks"][0];
    assert_eq!(check["report"]["ended_by"], "time limit: 1 s", "{}", ran.err);
    assert_eq!(check["report"]["verdict"], "fail");
    assert_eq!((&check["flip"], &check["unexplained"]), (&Json::Null, &"time limit: 1 s".into()));
}

/// Without one it is there, and where nothing fails there is nothing to explain.
#[test]
fn what_decides_is_told_of_errors() {
    for (form, is_explained) in [("no-lock", true), ("locked", false)] {
        let ran = unknot(&format!("check lost-update-decrement/{form} -p threads=2 --format html"));
        let check = &island(&ran)["checks"][0];
        assert_eq!(check["flip"].is_object(), is_explained, "{form}");
        assert_eq!(check["unexplained"], Json::Null, "{form}");
    }
}

/// A page runs executions again. Of a program that does not do the same again it shows what
/// comes of that, and says why nothing is explained.
#[test]
fn a_program_that_is_not_deterministic_has_a_page() {
    let ran = unknot_on(UNSTEADY, "check unsteady --format html");
    let check = &island(&ran)["checks"][0];
    assert_eq!(check["report"]["findings"][0]["kind"], "nondeterminism", "{}", ran.err);
    assert_eq!(check["flip"], Json::Null);
    let why = "the program does not do the same under the same schedule";
    assert_eq!(check["unexplained"], why);
}
