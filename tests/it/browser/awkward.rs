//! Pages of executions that are long or have many tasks, and of checks that did not look at
//! everything: what is not known is said, and nothing else.

use serde_json::{Value, json};

use super::chromium::Browser;
use super::visit::{LOOKS, PageFile, assert_readable, open};

/// The text of an element.
fn text(browser: &mut Browser, id: &str) -> String {
    let text = browser.eval(&format!("byId('{id}').innerText"));
    text.as_str().expect("a text").to_owned()
}

/// The numbers of the steps that are drawn, of the lanes, and of the step that is marked.
fn drawn(browser: &mut Browser) -> Value {
    browser.eval(
        "(() => {
            const marked = document.querySelector('#lanes .step.current');
            const row = player.lanes.rowOf.get(player.position - 1);
            return {
                steps: document.querySelectorAll('#lanes .step').length,
                lanes: document.querySelectorAll('.lane-name').length,
                marked: marked && Number(marked.dataset.step) === player.position - 1,
                cursor: Number(player.lanes.cursor.getAttribute('y')) === row * LANE.row,
            };
        })()",
    )
}

#[test]
fn steps_of_tasks_without_a_lane_get_one() {
    let Some(mut browser) = Browser::start() else { return };
    for scenario in ["ticket-oversell/no-lock", "lost-update-decrement/no-lock -p threads=3"] {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        let n =
            browser.eval("[player.execution.steps.length, player.execution.replay.tasks.length]");
        let all = json!({ "steps": n[0], "lanes": n[1], "marked": true, "cursor": true });
        let before = drawn(&mut browser);
        assert!(before["lanes"].as_u64() < n[1].as_u64(), "{scenario}: {before}");
        browser.eval("byId('all-steps').click()");
        assert_eq!(drawn(&mut browser), all, "{scenario}: all steps");
        browser.eval("byId('all-steps').click()");
        assert_eq!(drawn(&mut browser), before, "{scenario}: not all steps again");
        // Each run of steps of other tasks, until there is none.
        let folds = "[...document.querySelectorAll('#lanes .fold')]";
        while browser.eval(&format!("{folds}.length > 0")) == json!(true) {
            browser.eval(&format!(
                "{folds}[0].dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))"
            ));
        }
        assert_eq!(drawn(&mut browser), all, "{scenario}: each run");
        assert_readable(&mut browser, scenario);
        assert_eq!(browser.errors(), Vec::<String>::new(), "{scenario}");
    }
}

#[test]
fn the_end_of_a_long_execution_is_the_true_one() {
    let Some(mut browser) = Browser::start() else { return };
    let line = "replay gil-quantum-lost-update/no-lock -p rounds=300 --strategy random --seed 0 --execution 1";
    let page = PageFile::of(line);
    open(&mut browser, &page.path, LOOKS[2]);
    let [steps, last] = ["steps.length", "last"]
        .map(|what| browser.eval(&format!("player.execution.{what}")).as_u64().expect("a number"));
    assert!(steps > last, "not all states are in the page");
    let end = browser.eval("document.querySelector('#lanes .end').textContent");
    let end = end.as_str().expect("a text");
    assert!(end.contains("has ended") && !end.contains("BLOCKED"), "{end}");
    let unknown = browser.eval("document.querySelector('#lanes .unknown text').textContent");
    let words =
        format!("What is held and blocked in the last {} steps is not in this page.", steps - last);
    assert_eq!(unknown, json!(words));
    // Nothing is drawn below that as held or blocked.
    let low = browser.eval(
        "[...document.querySelectorAll('#lanes .bands rect, #lanes .blocked rect')].filter((one) =>
            Number(one.getAttribute('y')) + Number(one.getAttribute('height')) >
                player.lanes.unknown * LANE.row).length",
    );
    assert_eq!(low, json!(0));
    let step = steps - 1;
    browser.eval("byId('all-steps').click()");
    browser.eval(&format!(
        "document.querySelector('#lanes [data-step=\"{step}\"].step')
            .dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))"
    ));
    let now = text(&mut browser, "now");
    let said = format!("The state after step {step} (T0 end) is not in this page");
    assert!(now.starts_with(&said), "{now}");
    assert!(now.contains(&format!("After step {} ({last} of {steps} made)", last - 1)), "{now}");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

#[test]
fn tasks_that_wait_at_the_end_have_lanes_and_share_a_box() {
    let Some(mut browser) = Browser::start() else { return };
    let line = "replay semaphore-leak/dies-holding -p customers=50 'T0*50 T1*2 T2*2 T0*2'";
    let page = PageFile::of(line);
    for look in LOOKS {
        open(&mut browser, &page.path, look);
        assert_readable(&mut browser, line);
    }
    let lanes =
        browser.eval("[...document.querySelectorAll('.lane-name')].map((one) => one.title)");
    let lanes: Vec<String> = serde_json::from_value(lanes).expect("names");
    let waiting = lanes.iter().filter(|name| name.contains("'customer ")).count();
    assert_eq!((lanes.len(), waiting), (12, 10), "{lanes:?}");
    assert!(text(&mut browser, "legend").contains("39 tasks have no lane"));
    let matter = "[...document.querySelectorAll('#lanes .matter')].map((one) => one.dataset.step)";
    assert_eq!(browser.eval(&format!("{matter}.filter(Boolean)")), json!(["50", "52"]));
    // The arrows are those of the graph, but 47 tasks have one box.
    let nodes = browser.eval("document.querySelectorAll('#graph .node').length");
    assert_eq!(nodes, json!(5));
    let like = browser.eval("document.querySelector('#graph [data-task=T4]').textContent");
    assert!(
        like.as_str().is_some_and(|text| text.contains("47 tasks") && text.contains("T4, T5, …")),
        "{like}"
    );
    let edges = browser.eval(
        "player.graph.graphAt(player.position).wait_for
            .map(({ from, to, label, certain }) => [from, to, label, certain].join(' ')).sort()",
    );
    assert!(edges.as_array().is_some_and(|all| all.len() > 90));
    assert_eq!(browser.eval("reader.edges()"), edges);
    let waits = text(&mut browser, "waits");
    assert!(waits.contains("47 tasks (T4, T5, T6, T7, …) wait for Semaphore 'permits'"), "{waits}");
    assert_eq!(browser.errors(), Vec::<String>::new());
}

/// What the quiz answers, and what the player says of the schedule of an outcome.
#[test]
fn what_was_not_looked_at_is_not_denied() {
    let Some(mut browser) = Browser::start() else { return };
    let mut offered: Vec<Value> = vec![];
    for (line, kind, answer) in [
        ("lost-update-decrement/locked -p threads=2", "No schedule fails", "That is so."),
        (
            "lost-update-decrement/locked -p threads=2",
            "deadlock",
            "No: no schedule shows deadlock.",
        ),
        (
            "lost-update-decrement/locked --max-executions 2",
            "No schedule fails",
            "Not known: a schedule that fails was not found so far. The verdict is ",
        ),
        (
            "ticket-oversell/no-lock -p buyers=10 --max-executions 300",
            "deadlock",
            "Not known: deadlock was not found so far. The verdict is FAIL lost-update",
        ),
        ("ticket-oversell/no-lock", "No schedule fails", "No: there is a schedule that fails."),
    ] {
        let page = PageFile::of(&format!("check {line} --quiz"));
        open(&mut browser, &page.path, LOOKS[2]);
        let buttons = "[...byId('quiz').querySelectorAll('.buttons button')]";
        browser.eval(&format!("{buttons}.find((one) => one.innerText === '{kind}').click()"));
        let said = text(&mut browser, "quiz");
        assert!(said.contains(answer), "{line}: {said}");
        offered.push(browser.eval(&format!("{buttons}.map((one) => one.innerText)")));
        // An outcome has some schedule, not the simplest.
        let number = "executions.findIndex(({ entry }) => !entry.of.findings.length)";
        let number = browser.eval(number);
        if number.as_i64().is_some_and(|number| number >= 0) {
            let which = browser.eval(&format!("player.load({number}); byId('which').textContent"));
            let which = which.as_str().expect("a text");
            assert!(which.starts_with("A schedule that ends with "), "{line}: {which}");
        }
    }
    // What is offered does not tell what was found.
    assert!(offered.iter().all(|one| *one == offered[0]), "{offered:?}");
    assert!(offered[0].as_array().is_some_and(|all| all.len() == 9), "{}", offered[0]);
}

#[test]
fn an_execution_that_was_cut_is_not_called_right() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check lost-update-decrement/locked -p threads=2");
    open(&mut browser, &page.path, LOOKS[2]);
    for (ended, is_good, said) in [
        ("complete", true, "The program ends. It shows nothing wrong."),
        (
            "cut",
            false,
            "The limit of steps is reached: what would follow is not known here. 0 steps",
        ),
    ] {
        let shown = browser.eval(&format!(
            "(() => {{
                const {{ board }} = island.checks[0];
                board.begin();
                const end = {{ ended: '{ended}', outcome: null, findings: [], excluded: false }};
                board.space.ends.set(board.state, end);
                board.showNow();
                const {{ now }} = board.parts;
                return [now.className === 'good', now.textContent.replace(/ +/g, ' ')];
            }})()"
        ));
        assert_eq!(shown[0], json!(is_good), "{ended}");
        assert!(shown[1].as_str().is_some_and(|text| text.starts_with(said)), "{shown}");
    }
}

#[test]
fn a_page_of_many_tasks_keeps_its_size() {
    let line = "replay gil-quantum-lost-update/no-lock -p threads=30 --strategy random --seed 0 --execution 1";
    let page = PageFile::of(line);
    assert!(page.text().len() < 3_000_000, "{} bytes", page.text().len());
    let Some(mut browser) = Browser::start() else { return };
    open(&mut browser, &page.path, LOOKS[2]);
    let last = browser.eval("player.execution.last").as_u64().expect("a number");
    assert!(last > 50, "{last} states");
    for position in [0, last / 2, last] {
        browser.eval(&format!("player.goTo({position})"));
    }
    let which = text(&mut browser, "which");
    assert!(
        which.contains(&format!("Only the first {last} steps can be gone through here")),
        "{which}"
    );
    assert_eq!(browser.errors(), Vec::<String>::new());
}
