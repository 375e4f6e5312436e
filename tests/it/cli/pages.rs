//! The data of pages, without a browser: what `--format html` has in its island.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value as Json, json};
use unknot_checker::sim::{Exception, Shared, Value, spawn};
use unknot_checker::{Expectation, Params, Scenario, Variant, source};

use super::schemas::{errors, objects, validator};
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

/// Pages of each command: of several checks, of errors, notes and passes, of time and of
/// processes, of an execution that is cut, stuck or complete.
const PAGES: &[&str] = &[
    "check ab-ba-noodles -p group=1",
    "check lost-update-decrement/no-lock lost-update-decrement/locked -p threads=2",
    "check sched-round-robin/switching",
    "check eof-spin",
    "check pipe-no-eof",
    "check event-pulse/pulse",
    "check generator-two-consumers",
    "check ticket-oversell/no-lock --strategy pct --max-executions 20",
    "check lost-update-decrement --time-limit 0",
    "replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2'",
    "replay ab-ba-noodles -p group=1 'T0*2'",
    "replay lost-update-decrement -p threads=2 --strategy random --seed 7 --max-steps 3",
    "replay sched-fcfs --strategy random --seed 7",
    "graph abandoned-lock-on-terminate",
    "graph ab-ba-noodles -p group=1 --at 3",
    "check ab-ba-noodles/opposite-orders -p group=1 --quiz",
];

#[test]
fn the_island_is_what_its_schema_says() {
    let validator = validator("page");
    for line in PAGES {
        let errors = errors(&validator, &island(&unknot(&format!("{line} --format html"))));
        assert!(errors.is_empty(), "{line}: {errors:#?}");
    }
}

/// A place without its numbers: `/executions/3/states` is `/executions/states`.
fn kind_of_place(place: &str) -> String {
    place.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/")
}

/// With a field of another type, or with one that no schema knows, it is not valid: for each
/// field of each kind of object.
#[test]
fn an_island_that_is_changed_is_not_valid() {
    let validator = validator("page");
    let mut known: BTreeSet<String> = BTreeSet::new();
    for line in [PAGES[0], PAGES[2], PAGES[14]] {
        let document = island(&unknot(&format!("{line} --format html")));
        let mut places = vec![];
        objects(&document, "", &mut places);
        for place in places {
            let fields = document.pointer(&place).and_then(Json::as_object).expect("an object");
            let is_of_scenario = place.ends_with("/params") || place.ends_with("/sizes");
            let unknown = Some("unheard of".to_owned()).filter(|_| !is_of_scenario);
            for key in fields.keys().cloned().chain(unknown) {
                if !known.insert(format!("{}: {key}", kind_of_place(&place))) {
                    continue;
                }
                let mut changed = document.clone();
                changed.pointer_mut(&place).expect("the same object")[key.as_str()] =
                    json!({ "unheard of": {} });
                assert!(!validator.is_valid(&changed), "{key} at {place}");
            }
        }
    }
    assert!(known.len() > 250, "{}", known.len());
}
