//! Pages of scenarios of different kinds: what they show at each step is what the command
//! line says, they fit small and large screens, and no script fails.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::chromium::Browser;
use super::visit::{LOOKS, PageFile, assert_readable, graph_at, last, open, slide};
use crate::kit::support::unknot;

/// A scenario of each kind of trouble, and some without any.
const SCENARIOS: [&str; 18] = [
    "ab-ba-noodles/opposite-orders -p group=3",
    "philosophers-ring/all-left-first",
    "alias-plain-lock-self-deadlock/plain-lock",
    "reader-recursion/writers-first",
    "abandoned-lock-on-exception/raise-before-release",
    "condition-missed-notify/no-predicate",
    "event-pulse/pulse",
    "semaphore-leak/dies-holding",
    "lost-update-decrement/no-lock",
    "ticket-oversell/no-lock",
    "list-tail-remove-race/look-then-remove",
    "pipe-no-eof",
    "manager-two-container-order/own-key-first",
    "generator-two-consumers",
    "eof-spin",
    "sched-round-robin/switching",
    "lost-update-decrement/locked",
    "bench-indexer",
];

/// The documents of a page.
fn island(page: &PageFile) -> Value {
    let text = page.text();
    let begin = "<script type=\"application/json\" id=\"data\">";
    let (_, rest) = text.split_once(begin).expect("the page has an island");
    let (data, _) = rest.split_once("</script>").expect("which ends");
    serde_json::from_str(data).expect("the island is JSON")
}

/// The command that replays the execution which a page shows first.
fn graph_command(browser: &mut Browser) -> String {
    let command = browser.eval("player.execution.command");
    command.as_str().expect("a command").replacen("unknot replay", "graph", 1)
}

/// Positions at the ends and some between.
fn positions(last: u64) -> BTreeSet<u64> {
    [0, 1, last / 3, last / 2, last.saturating_sub(1), last].into()
}

#[test]
fn what_a_page_shows_at_a_step_is_what_the_command_line_says() {
    let Some(mut browser) = Browser::start() else { return };
    for scenario in SCENARIOS {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        let command = graph_command(&mut browser);
        let command = command.as_str();
        for position in positions(last(&mut browser)) {
            slide(&mut browser, position);
            let shown = browser.eval(&format!("player.execution.graphAt({position})"));
            match graph_at(command, position) {
                Value::Null => assert_eq!(shown["waits"], json!([]), "{command} {position}"),
                graph => {
                    assert_eq!(shown, graph, "{command} --at {position}");
                }
            }
            let graph = browser.eval("player.graph.graphAt(player.position)");
            assert_drawn(&mut browser, &graph, &format!("{command} --at {position}"));
        }
        assert_eq!(browser.errors(), Vec::<String>::new(), "{scenario}");
    }
}

/// What to flip stands on the page of a check that finds an error, as `explain` says it, and
/// on no other page.
#[test]
fn a_page_says_what_to_flip() {
    let Some(mut browser) = Browser::start() else { return };
    let cases = [
        ("ab-ba-noodles/opposite-orders -p group=1", "It fails if and only if", 2),
        ("alias-plain-lock-self-deadlock/plain-lock", "Every execution fails", 0),
        ("lost-update-decrement/no-lock -p threads=2", "Checked in all 4 classes", 2),
    ];
    for (scenario, sentence, conditions) in cases {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        let flip = browser.eval("byId('flip').hidden ? '' : byId('flip').innerText");
        let flip = flip.as_str().expect("a text");
        assert!(flip.contains(sentence), "{scenario}: {flip}");
        let items = browser.eval("byId('flip').querySelectorAll('li').length");
        assert_eq!(items, json!(conditions), "{scenario}");
        let explained = unknot(&format!("explain {scenario} --format json"));
        let explained: Value = serde_json::from_str(&explained.out).expect("JSON");
        assert_eq!(island(&page)["checks"][0]["flip"], explained, "{scenario}");
        assert_eq!(browser.errors(), Vec::<String>::new(), "{scenario}");
    }
    let page = PageFile::of("check lost-update-decrement/locked -p threads=2");
    open(&mut browser, &page.path, LOOKS[2]);
    assert_eq!(browser.eval("byId('flip').hidden"), json!(true));
    // Where the limit on time ended the search for it, that is said.
    let check = "check ticket-oversell/no-lock -p buyers=8 --max-executions 10000000";
    let page = PageFile::of(&format!("{check} --time-limit 1"));
    open(&mut browser, &page.path, LOOKS[2]);
    let flip = browser.eval("byId('flip').hidden ? '' : byId('flip').innerText");
    let sentence = "Which order of steps decides was not found out: time limit: 1 s.";
    assert!(flip.as_str().is_some_and(|flip| flip.contains(sentence)), "{flip}");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

/// Fails if the drawing or a table says something else than the graph.
fn assert_drawn(browser: &mut Browser, graph: &Value, about: &str) {
    let all = |list: &str| graph[list].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut edges: Vec<String> = all("wait_for")
        .iter()
        .map(|edge| ["from", "to", "label", "certain"].map(|name| text(&edge[name])).join(" "))
        .collect();
    edges.sort();
    assert_eq!(browser.eval("reader.edges()"), json!(edges), "{about}: arrows");
    let knotted: BTreeSet<String> = all("tasks")
        .iter()
        .filter(|task| task["part"] == "knot")
        .map(|task| text(&task["task"]))
        .collect();
    assert_eq!(browser.eval("reader.knotted()"), json!(knotted), "{about}: tasks of knots");
    let told: BTreeMap<String, String> =
        serde_json::from_value(browser.eval("reader.tasks()")).expect("states of tasks");
    for wait in all("waits") {
        assert_eq!(told[&text(&wait["task"])], "blocked", "{about}: {wait}");
    }
    let rows = browser.eval("reader.objects()");
    let rows = rows.as_array().expect("rows");
    for (list, column) in [("holds", "owner"), ("waits", "waiting")] {
        for edge in all(list) {
            let resource =
                &all("resources")[edge["resource"].as_u64().expect("it has one") as usize];
            let of_it = rows.iter().filter(|row| row["object"] == resource["label"]);
            let mut cells = of_it.map(|row| text(&row[column])).peekable();
            // A task that is joined is no object of the table.
            let is_there = cells.peek().is_some();
            let task = text(&edge["task"]);
            let named = cells.any(|cell| cell.split([',', ' ']).any(|word| word == task));
            assert!(named || !is_there, "{about}: {column} of {edge}");
        }
    }
}

#[test]
fn pages_fit_small_and_large_screens_in_light_and_dark() {
    let Some(mut browser) = Browser::start() else { return };
    for scenario in SCENARIOS {
        let page = PageFile::of(&format!("check {scenario}"));
        for look in LOOKS {
            open(&mut browser, &page.path, look);
            browser
                .eval("document.querySelectorAll('details').forEach((one) => (one.open = true))");
            let last = last(&mut browser);
            for position in [last, last / 2, 0] {
                slide(&mut browser, position);
                let about = format!("{scenario} at {position}, {look:?}");
                assert_readable(&mut browser, &about);
            }
            browser.eval("byId('all-tasks').click(); byId('all-steps').click()");
            assert_readable(&mut browser, &format!("{scenario} with all tasks, {look:?}"));
            assert_eq!(browser.errors(), Vec::<String>::new(), "{scenario}");
        }
    }
}

/// What is asked of each page is not true of every page.
#[test]
fn a_page_that_does_not_fit_or_fails_is_found() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=1");
    let add = |style: &str| {
        format!(
            "document.body.prepend(make('div', {{ style: '{style}' }}, 'a text that is in the way'))"
        )
    };
    open(&mut browser, &page.path, LOOKS[0]);
    browser.eval(&add("position: absolute; top: 12px; left: 12px"));
    assert_ne!(browser.eval("reader.overlaps()"), json!([]));
    assert_eq!(browser.eval("reader.overflow()"), json!([]));
    open(&mut browser, &page.path, LOOKS[0]);
    browser.eval(&add("width: 400px"));
    assert_ne!(browser.eval("reader.overflow()"), json!([]));
    browser.eval("new Promise((go) => setTimeout(go, 50)); setTimeout(() => nothing.there, 0); 0");
    browser.eval("new Promise((go) => setTimeout(go, 50))");
    assert_eq!(browser.errors().len(), 1);
    let graph = browser.eval("player.graph.graphAt(player.position)");
    browser.eval("byId('graph').querySelector('path.edge').remove()");
    let edges = graph["wait_for"].as_array().expect("a list").len();
    assert_eq!(browser.eval("reader.edges().length"), json!(edges - 1));
}

#[test]
fn keys_move_through_the_steps_and_tasks_keep_their_places() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=3");
    open(&mut browser, &page.path, LOOKS[2]);
    let last = last(&mut browser);
    assert_eq!(browser.eval("player.position"), json!(last), "it opens where the tasks are stuck");
    let places = browser.eval("reader.places()");
    let mut seen = vec![];
    for (key, position) in [
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", last),
        ("ArrowRight", last),
        ("p", last - 1),
        ("n", last),
    ] {
        browser.press(key);
        assert_eq!(browser.eval("player.position"), json!(position), "{key}, after {seen:?}");
        assert_eq!(browser.eval("byId('slider').value"), json!(position.to_string()));
        assert_eq!(browser.eval("reader.places()"), places, "{key}: tasks keep their places");
        seen.push(key);
    }
}

/// Keys that are for something else, or for what is not shown, and another address.
#[test]
fn keys_and_addresses_move_what_is_shown() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=1");
    open(&mut browser, &page.path, ((1400, 420), false));
    let last = last(&mut browser);
    browser.eval("byId('all-steps').click()");
    let focus = |id: &str| format!("byId('{id}').focus({{ preventScroll: true }})");
    for (before, key, position) in [
        ("island.checks[0].board.parts.hint.focus()".to_owned(), "Home", last),
        (focus("source"), "Home", last),
        (focus("lanes"), "ArrowLeft", last - 1),
        (focus("forth"), "End", last),
        // A click on a step leaves no box that takes the keys.
        (focus("lanes") + "; byId('lanes').click()", "Home", 0),
        ("location.hash = '#1.2'; new Promise((go) => setTimeout(go, 50))".to_owned(), "x", 2),
        ("location.hash = '#99.1'; new Promise((go) => setTimeout(go, 50))".to_owned(), "x", 2),
        ("byId('player').hidden = true".to_owned(), "ArrowRight", 2),
    ] {
        browser.eval(&before);
        browser.press(key);
        assert_eq!(browser.eval("player.position"), json!(position), "{before}: {key}");
    }
    assert_eq!(browser.eval("player.execution.number"), json!(1));
    // What the quiz hides stays where it is, and the address with it.
    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=1 --quiz");
    open(&mut browser, &page.path, LOOKS[2]);
    let shown = browser.eval("[player.position, location.hash]");
    browser.press("Home");
    assert_eq!(browser.eval("[player.position, location.hash]"), shown);
    // A check without an execution on the page has none that keys could move.
    browser.eval("executions.length = 0; showCheck(0); quiz.begin(0)");
    browser.press("Home");
    assert_eq!(browser.eval("[player.execution, player.position]"), json!([null, shown[0]]));
    assert_eq!(browser.errors(), Vec::<String>::new());
}

/// A step that a story names is one of the execution which shows its finding.
#[test]
fn a_link_of_a_story_loads_the_execution_of_its_finding() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check semaphore-leak/dies-holding");
    open(&mut browser, &page.path, LOOKS[2]);
    let right = browser.eval(
        "[...document.querySelectorAll('article.finding')].map((article) => {
            article.querySelector('.story button.link:not(.place)').click();
            const { findings } = island.checks[0].report;
            const message = article.querySelector('.message').textContent;
            const at = findings.findIndex((one) => one.message === message);
            return player.execution.of.findings.includes(at) && player.finding === findings[at];
        })",
    );
    let right = right.as_array().expect("a list").clone();
    assert!(right.len() > 1 && right.iter().all(|one| *one == json!(true)), "{right:?}");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn every_link_of_a_story_leads_to_its_step_and_every_outcome_loads() {
    let Some(mut browser) = Browser::start() else { return };
    for scenario in ["ab-ba-noodles/opposite-orders -p group=1", "lost-update-decrement/no-lock"] {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        let links = "[...document.querySelectorAll('.finding.error .because button')]
            .filter((one) => one.textContent.startsWith('step '))";
        let n = browser.eval(&format!("{links}.length")).as_u64().expect("a number");
        assert!(n >= 3, "{scenario}: the story has {n} links to steps");
        for nth in 0..n {
            let step = browser.eval(&format!("{links}[{nth}].click(); {links}[{nth}].textContent"));
            let now = browser.eval("byId('now').textContent");
            let (step, now) = (step.as_str().expect("text"), now.as_str().expect("text"));
            assert!(now.starts_with(&format!("After {step} ")), "{step}: {now}");
        }
        let report = unknot(&format!("check {scenario} --format json")).out;
        let report: Value = serde_json::from_str(&report).expect("one document");
        for (nth, outcome) in report[0]["outcomes"].as_array().expect("a list").iter().enumerate() {
            browser.eval(&format!(
                "document.querySelectorAll('#outcome-table button')[{nth}].click()"
            ));
            assert_eq!(browser.eval("player.execution.schedule"), outcome["schedule"]);
        }
    }
}

#[test]
fn a_value_leads_to_its_write_and_an_owner_to_the_acquisition() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of(
        "replay lost-update-decrement/no-lock 'T0*4 T1*3 T0 T2*3 T0 T3*3 T0 T4*3 T0*3'",
    );
    open(&mut browser, &page.path, LOOKS[2]);
    browser
        .eval("player.goTo(20); byId('objects').querySelector('[data-what=value] button').click()");
    let made = browser.eval("player.execution.steps[player.position - 1]");
    assert_eq!((&made["op"], &made["value"]), (&json!("write"), &json!("0")));
    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=1");
    open(&mut browser, &page.path, LOOKS[2]);
    browser.eval("byId('objects').querySelector('[data-what=owner] button').click()");
    let made = browser.eval("player.execution.steps[player.position - 1]");
    assert_eq!((&made["op"], &made["task"]), (&json!("lock"), &json!("T1")));
}

#[test]
fn the_documents_of_a_page_are_those_of_json() {
    let scenario = "ab-ba-noodles/opposite-orders -p group=1";
    let island = island(&PageFile::of(&format!("check {scenario}")));
    let report = unknot(&format!("check {scenario} --format json")).out;
    let report: Value = serde_json::from_str(&report).expect("one document");
    assert_eq!(island["checks"][0]["report"], report[0]);
    for one in island["executions"].as_array().expect("a list") {
        let schedule = one["replay"]["schedule"].as_str().expect("text");
        let around = one["command"].as_array().expect("a list").iter().filter_map(Value::as_str);
        let command = around.collect::<Vec<_>>().join(schedule).replacen("unknot ", "", 1);
        let replay = unknot(&format!("{command} --format json")).out;
        let replay: Value = serde_json::from_str(&replay).expect("one document");
        assert_eq!(one["replay"], replay);
    }
    let place = &self::island(&PageFile::of(&format!("graph {scenario} --at 3")))["place"];
    assert_eq!(*place, json!({ "execution": 0, "step": 3 }));
}
