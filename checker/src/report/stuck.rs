//! The headlines of executions that are stuck: what never came, in words.

use crate::analysis::missing::{Deed, Fate, Missing, Taker};
use crate::replay::graph::Graph;
use crate::replay::record::Record;
use crate::report::words::task_label_of;

/// Entries that are told in full; others tell only what is waited for.
const IN_FULL: usize = 2;

/// One sentence for a hang: what its tasks wait for, and what became of it.
pub(super) fn hang(missing: &[Missing], record: &Record) -> String {
    let words = Words { record };
    let told = missing.iter().take(IN_FULL).map(|one| words.sentence(one));
    let mut told: Vec<String> = told.collect();
    let rest: Vec<String> = (missing.iter().skip(IN_FULL))
        .map(|one| format!("{} for {}", words.tasks(&one.tasks), one.object))
        .collect();
    if !rest.is_empty() {
        told.push(format!("also {}", rest.join(", ")));
    }
    told.join("; ")
}

/// One sentence for locks with owners that have ended.
pub(super) fn abandoned(tasks: &[String], graph: Option<&Graph>, record: &Record) -> String {
    let words = Words { record };
    let wait = graph.and_then(|graph| graph.waits.iter().find(|wait| tasks.contains(&wait.task)));
    let of = |wait: &crate::replay::graph::WaitEdge| {
        let graph = graph?;
        let label = &graph.resource(wait.resource)?.label;
        let hold = graph.holds.iter().find(|hold| hold.resource == wait.resource)?;
        let owner = words.task(&hold.task);
        Some(format!("{label}, which {owner} took at step {} and ended with", hold.step))
    };
    let what = wait.and_then(of).unwrap_or_else(|| "a lock whose owner has ended".to_owned());
    format!("{} {what}", words.waits_for(tasks))
}

struct Words<'a> {
    record: &'a Record,
}

impl Words<'_> {
    fn task(&self, path: &str) -> String {
        let task = self.record.tasks.iter().find(|task| task.task == path);
        task_label_of(path, task.map_or("", |task| &task.name))
    }

    /// The first task with its name, and the others by their paths.
    fn tasks(&self, tasks: &[String]) -> String {
        match tasks {
            [] => String::new(),
            [one] => self.task(one),
            [first, others @ ..] => {
                format!("{}, and likewise {},", self.task(first), others.join(", "))
            }
        }
    }

    fn waits_for(&self, tasks: &[String]) -> String {
        format!("{} waits for", self.tasks(tasks))
    }

    fn sentence(&self, Missing { tasks, object, fate }: &Missing) -> String {
        let waits_for = || self.waits_for(tasks);
        match fate {
            Fate::LostWakeUp { notified: Deed { task, step } } => format!(
                "lost wake-up: {} notified {object} at step {step}, when no task waited; \
                 {} waits",
                self.task(task),
                self.tasks(tasks)
            ),
            Fate::WokeOthers { notified: Deed { task, step }, woke } => format!(
                "{} {object}: the notification of {} at step {step} woke {}",
                waits_for(),
                self.task(task),
                woke.join(", ")
            ),
            Fate::NeverNotified => format!("{} {object}, which no task notifies", waits_for()),
            Fate::NeverSet => format!("{} {object}, which is never set", waits_for()),
            Fate::Cleared { set, cleared } => format!(
                "{} {object}, set by {} at step {} and cleared by {} at step {}",
                waits_for(),
                self.task(&set.task),
                set.step,
                self.task(&cleared.task),
                cleared.step
            ),
            Fate::Parties { here, of } => {
                format!("{here} of {of} parties are at {object}: {}", tasks.join(", "))
            }
            Fate::Taken { left, of, takers } => {
                format!("{} {object}: {left} of {of} permits, {}", waits_for(), self.takers(takers))
            }
            Fate::UsedUp { given: 0, .. } => {
                format!("{} {object}, to which nothing was given", waits_for())
            }
            Fate::UsedUp { given, taken } => format!(
                "{} {object}: nothing more will come, {given} given and {taken} taken",
                waits_for()
            ),
            Fate::Full { places } => {
                format!("{} room in {object}, which stays full: {places} of {places}", waits_for())
            }
            Fate::Unreported { items } => {
                let noun = if *items == 1 { "item is" } else { "items are" };
                format!("{} {object}: {items} {noun} never reported as done", waits_for())
            }
            Fate::Unchanged { changed: None } => {
                format!("{} a change of {object}, which no task changes", waits_for())
            }
            Fate::Unchanged { changed: Some(Deed { task, step }) } => format!(
                "{} a change of {object}, changed last by {} at step {step}",
                waits_for(),
                self.task(task)
            ),
        }
    }

    fn takers(&self, takers: &[Taker]) -> String {
        let (ended, left): (Vec<&Taker>, Vec<&Taker>) =
            takers.iter().partition(|taker| taker.ended);
        match (ended.as_slice(), left.as_slice()) {
            ([one], []) => format!("its taker {} has ended", self.task(&one.task)),
            ([_, _], []) => "both takers have ended".to_owned(),
            (all, []) => format!("all {} takers have ended", all.len()),
            (_, left) => {
                let tasks: Vec<String> = left.iter().map(|taker| self.task(&taker.task)).collect();
                format!("taken by {}", tasks.join(", "))
            }
        }
    }
}
