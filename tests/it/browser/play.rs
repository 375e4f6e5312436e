//! The scheduler that a reader plays: picks, hints, undo and what is said of the rest.

use serde_json::{Value, json};

use super::chromium::Browser;
use super::visit::{LOOKS, PageFile, assert_readable, open};
use crate::kit::support::unknot;

/// What a reader sees of the board.
fn text(browser: &mut Browser, id: &str) -> String {
    let text = browser.eval(&format!("byId('{id}').innerText"));
    text.as_str().expect("a text").to_owned()
}

/// Picks the hinted step until the execution ends, and says how many steps that took.
fn play_hints(browser: &mut Browser) -> u64 {
    browser.eval("island.checks[0].board.begin()");
    let steps = browser.eval(
        "(() => {
            const board = island.checks[0].board;
            let steps = 0;
            while (!board.space.isEnd(board.state)) {
                board.parts.hint.click();
                const hinted = document.querySelector('.hinted');
                if (!hinted) throw new Error('no hint after ' + steps + ' steps');
                hinted.click();
                steps++;
            }
            return steps;
        })()",
    );
    steps.as_u64().expect("a number")
}

/// Scenarios, what the page says of all schedules, and what the hints lead to.
const PLAYED: [(&str, &str, &str); 6] = [
    // Main starts both, and then they take their first locks in either order; or T1 takes its
    // lock before T2 is started. These three orders of four steps end stuck.
    (
        "ab-ba-noodles/opposite-orders -p group=1",
        "53 states and 187 schedules. 3 of them fail.",
        "No task can go on. It shows deadlock.",
    ),
    ("lost-update-decrement/no-lock -p threads=2", "fail.", "It shows lost-update"),
    ("alias-plain-lock-self-deadlock/plain-lock", "All of them fail.", "It shows deadlock"),
    ("condition-missed-notify/no-predicate", "fail.", "It shows hang"),
    ("abandoned-lock-on-exception/raise-before-release", "fail.", "abandoned-lock"),
    (
        "generator-two-consumers",
        "fail",
        "The limit of steps is reached: what would follow is not known",
    ),
];

#[test]
fn hints_lead_to_what_was_found() {
    let Some(mut browser) = Browser::start() else { return };
    for (scenario, said, end) in PLAYED {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        if browser.eval("Boolean(island.checks[0].play.graph)") != json!(true) {
            panic!("{scenario} has no graph of states");
        }
        let about = text(&mut browser, "play");
        assert!(about.contains(said), "{scenario}: {about}");
        let steps = play_hints(&mut browser);
        let now = text(&mut browser, "play-now");
        assert!(now.contains(end), "{scenario}: {now}");
        assert!(now.contains("You reached the goal."), "{scenario}: {now}");
        // The hints are the simplest schedule that the check found.
        let goal = "island.checks[0].board.space.findings[island.checks[0].board.goal].finding";
        let finding = format!("island.checks[0].report.findings[{goal}]");
        let simplest = browser.eval(&format!("{finding}.steps.length"));
        assert_eq!(simplest, json!(steps), "{scenario}");
        let preemptions = browser.eval(&format!("{finding}.preemptions"));
        let counted =
            browser.eval("island.checks[0].board.path.filter((one) => one.preempts).length");
        assert_eq!(counted, preemptions, "preemptions of {scenario}");
        // What the page calls the schedule is one for the command line.
        let schedule = browser.eval("island.checks[0].board.schedule()");
        let around = browser.eval("island.checks[0].said.replay");
        let around = around.as_array().expect("a list").iter().filter_map(Value::as_str);
        let command = around.collect::<Vec<_>>().join(schedule.as_str().expect("text"));
        let ran = unknot(&format!("{} --format json", command.replacen("unknot ", "", 1)));
        let replayed: Value = serde_json::from_str(&ran.out).expect("a document");
        assert_eq!(replayed["steps"].as_array().map(Vec::len), Some(steps as usize), "{scenario}");
        assert_eq!(browser.errors(), Vec::<String>::new(), "{scenario}");
    }
}

/// At the end of the hints the board shows the graph that the player shows at the end of the
/// same execution.
#[test]
fn the_board_shows_what_the_player_shows() {
    let Some(mut browser) = Browser::start() else { return };
    for scenario in
        ["ab-ba-noodles/opposite-orders -p group=1", "philosophers-ring/all-left-first -p seats=3"]
    {
        let page = PageFile::of(&format!("check {scenario}"));
        open(&mut browser, &page.path, LOOKS[2]);
        play_hints(&mut browser);
        let same = browser.eval(
            "(() => {
                const [board, told] = [island.checks[0].board, []];
                board.begin();
                player.load(executionOf(0, 'findings', 0), undefined, 0);
                const edges = (graph) => JSON.stringify(graph.wait_for.map(
                    ({ from, to, label, certain }) => [from, to, label, certain]));
                for (let at = 0; ; at++) {
                    const theirs = player.execution.graphAt(at);
                    const ours = board.space.graphAt(board.state);
                    if (edges(theirs) !== edges(ours)) told.push(at);
                    if (board.space.isEnd(board.state)) return [told, at];
                    board.hint();
                    document.querySelector('.hinted').click();
                }
            })()",
        );
        assert_eq!(same[0], json!([]), "{scenario}");
        assert!(same[1].as_u64().expect("steps") > 3, "{scenario}");
    }
}

/// A mended program says that nothing fails, of how many; undo and a goal out of reach.
#[test]
fn the_board_says_what_can_still_be_reached() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check lost-update-decrement/locked -p threads=2");
    open(&mut browser, &page.path, LOOKS[2]);
    let said = text(&mut browser, "play");
    let all =
        unknot("check lost-update-decrement/locked -p threads=2 --strategy dfs --format json");
    let all: Value = serde_json::from_str(&all.out).expect("a document");
    let schedules = all[0]["executions"].as_u64().expect("a count");
    assert!(said.contains(&format!("None of these {schedules} fails")), "{said}");

    let page = PageFile::of("check ab-ba-noodles/opposite-orders -p group=1");
    open(&mut browser, &page.path, LOOKS[2]);
    // T1 alone to its end: no deadlock can come.
    let pick = |browser: &mut Browser, task: &str| {
        browser.eval(&format!(
            "byId('play-tasks').querySelector('button[data-task=\"{task}\"]').click()"
        ));
    };
    for task in ["T0", "T0", "T1", "T1"] {
        pick(&mut browser, task);
    }
    let reach = text(&mut browser, "play-reach");
    assert_eq!(reach, "From here no schedule reaches the goal any more. 1 step back one did.");
    browser.eval("document.querySelector('#play-controls button').click()");
    let reach = text(&mut browser, "play-reach");
    assert!(reach.starts_with("From here ") && reach.ends_with(" the goal."), "{reach}");
    // What is blocked cannot be picked, and says why: T2 takes its first lock, then wants
    // that of T1.
    pick(&mut browser, "T2");
    let row = "byId('play-tasks').querySelector('tr[data-task=T2]')";
    let blocked = browser.eval(&format!("{row}.innerText"));
    let blocked = blocked.as_str().expect("a text").replace(['\t', '\n'], " ");
    assert!(blocked.contains("waits for Lock 'chopsticks', which T1 holds"), "{blocked}");
    assert_eq!(browser.eval(&format!("{row}.querySelectorAll('button').length")), json!(0));
    assert_eq!(browser.errors(), Vec::<String>::new());
}

/// The quiz hides what is to be found and what comes next, until it is answered.
#[test]
fn the_quiz_asks_first() {
    let Some(mut browser) = Browser::start() else { return };
    let page = PageFile::of("check lost-update-decrement/no-lock -p threads=2 --quiz");
    for look in LOOKS {
        open(&mut browser, &page.path, look);
        assert_readable(&mut browser, "the quiz");
    }
    let seen = browser.eval("document.body.innerText");
    let seen = seen.as_str().expect("a text");
    assert!(!seen.contains("FAIL") && seen.contains("Can this program go wrong?"), "{seen}");
    let heads = browser.eval("byId('play-tasks').querySelector('thead').innerText");
    assert!(!heads.as_str().expect("a text").contains("next"), "{heads}");
    assert!(!seen.contains("of them fail") && !seen.contains("lost-update:"), "{seen}");
    // A wrong and a right expectation.
    let say = |browser: &mut Browser, word: &str| {
        browser.eval(&format!(
            "[...byId('quiz').querySelectorAll('button')].find((one) => one.innerText === '{word}').click()"
        ));
        text(browser, "quiz")
    };
    assert!(say(&mut browser, "No schedule fails").contains("No: there is a schedule that fails."));
    assert!(say(&mut browser, "deadlock").contains("No: no schedule shows deadlock."));
    assert!(say(&mut browser, "lost-update").contains("That is so."));
    // Each step is asked for, and made whatever is answered.
    browser.eval("byId('play-tasks').querySelector('button').click()");
    let asked = text(&mut browser, "play-ask");
    assert!(asked.contains("What is the next step of T0?"), "{asked}");
    browser.eval("byId('play-ask').querySelector('button').click()");
    assert!(text(&mut browser, "play-ask").contains(" of 1 right."));
    assert_eq!(browser.eval("island.checks[0].board.path.length"), json!(1));
    browser.eval("[...byId('quiz').querySelectorAll('button')].pop().click()");
    let seen = browser.eval("document.body.innerText");
    assert!(seen.as_str().expect("a text").contains("FAIL"), "{seen}");
    assert_eq!(browser.errors(), Vec::<String>::new());
    let refused = unknot("check lost-update-decrement/no-lock --quiz");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--quiz asks on a page"), "{}", refused.err);
}
