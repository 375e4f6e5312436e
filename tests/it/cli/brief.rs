//! What is long is folded, with how much is left out; everything is there if asked for.

use unknot_checker::sim::{Atomic, Outcome, Shared, done, spawn};
use unknot_checker::{Checked, Checker};

/// The text of a check that fails, brief and whole.
fn told<O: Outcome>(
    name: &str,
    body: impl Fn() -> O + Send + Sync + Clone + 'static,
) -> [String; 2] {
    let check = |checker: Checker| {
        checker.name(name).strategy("random").max_executions(200).check(body.clone())
    };
    let text = |checked: &Checked| {
        let caught =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| checked.assert_pass()));
        let payload = caught.expect_err("it fails");
        payload.downcast_ref::<String>().cloned().expect("a text")
    };
    [check(Checker::new()), check(Checker::new().verbose())].map(|checked| text(&checked))
}

/// Many updates are lost, each of a variable of its own.
#[test]
fn of_many_findings_some_are_told() {
    let body = || {
        let numbers: Vec<_> = (0..30).map(|_| Shared::new(0)).collect();
        let theirs = numbers.clone();
        let count = |number: &Shared<i64>| number.write(number.read() + 1);
        let task = spawn(move || theirs.iter().for_each(count));
        numbers.iter().for_each(count);
        task.join()
    };
    let [brief, whole] = told("many", body);
    let stories = |text: &str| {
        text.matches("\nFAIL lost-update").count() + usize::from(text.starts_with("FAIL"))
    };
    let replays = |text: &str| text.matches("replay: ").count();
    assert_eq!(replays(&brief), 6, "{brief}");
    assert!(stories(&brief) > 6 && stories(&brief) <= 26, "{brief}");
    assert!(brief.contains("more findings: `Checker::verbose` shows them"), "{brief}");
    assert!(replays(&whole) > 26, "{}", replays(&whole));
    assert!(!whole.contains("`Checker::verbose`"));
    assert!(
        brief
            .lines()
            .filter(|line| !line.contains("replay: "))
            .all(|line| line.chars().count() < 200)
    );
}

/// A long way to the fault, of which the ends and what matters are told.
#[test]
fn of_a_long_schedule_what_matters_is_told() {
    let body = || {
        let (noise, x) = (Atomic::new(0), Shared::new(0));
        let theirs = x.clone();
        (0..500).for_each(|_| _ = noise.fetch_add(1));
        let task = spawn(move || theirs.write(theirs.read() + 1));
        x.write(x.read() + 1);
        task.join()?;
        (0..500).for_each(|_| _ = noise.fetch_add(1));
        done(())
    };
    let [brief, whole] = told("long", body);
    assert!(brief.contains("steps 4 to 499 are left out"), "{brief}");
    assert!(brief.contains("`Checker::verbose` shows all steps"), "{brief}");
    assert!(brief.lines().count() < 80, "{brief}");
    assert!(whole.lines().count() > 1_000 && !whole.contains("left out"));
    // The steps that prove it are told.
    assert!(
        brief.lines().filter(|line| line.contains("write Shared#2 = 1")).count() >= 4,
        "{brief}"
    );
}

/// What is very long by itself.
#[test]
fn long_values_are_cut() {
    let body = || {
        let x = Shared::new("a".repeat(100_000));
        let theirs = x.clone();
        let task = spawn(move || theirs.write(theirs.read() + "b"));
        x.write(x.read() + "c");
        task.join()
    };
    let [brief, whole] = told("values", body);
    assert!(brief.len() < 10_000, "{}", brief.len());
    assert!(whole.len() < 40_000, "{}", whole.len());
}
