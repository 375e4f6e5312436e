//! What is stuck: knots, hangs and locks whose owners have ended.
//!
//! The story of what is stuck is its wait-for graph, and when it closed.

use super::tale::{KindReport, Story, Tale};
use crate::analysis::missing::{Deed, Fate, Missing, Taker};
use crate::model::finding::Identity;
use crate::model::kind::Kind;
use crate::replay::detail::Detail;
use crate::replay::graph::{EdgeMode, Graph, WaitEdge};
use crate::replay::record::Record;
use crate::report::words::task_label_of;

pub(super) const DEADLOCK: KindReport = KindReport {
    kind: Kind::Deadlock,
    headline: |case| knot_message(case.identity, case.graph, case.detail),
    story,
};

pub(super) const HANG: KindReport = KindReport {
    kind: Kind::Hang,
    headline: |case| hang(&case.detail.missing, case.record),
    story,
};

pub(super) const ABANDONED_LOCK: KindReport = KindReport {
    kind: Kind::AbandonedLock,
    headline: |case| {
        let tasks: Vec<String> = case.identity.tasks.iter().map(ToString::to_string).collect();
        abandoned(&tasks, case.graph, case.record)
    },
    story,
};

/// Tasks beside a partial deadlock of which a brief text tells how far they came.
const MOST_OTHERS: usize = 6;

/// What its graph does not show: when it closed.
fn story(tale: &Tale<'_>) -> Story {
    Story { rows: vec![], sentences: closed(tale) }
}

fn closed(tale: &Tale<'_>) -> Vec<String> {
    let Some(closed) = &tale.finding.detail.closed else { return vec![] };
    let when = match closed.closed_at {
        Some(step) => format!("closed at step {step}"),
        None => "closed before the first step".to_owned(),
    };
    if !closed.partial {
        return vec![when];
    }
    let most = if tale.is_whole { usize::MAX } else { MOST_OTHERS };
    let (told, more) = closed.others.split_at(closed.others.len().min(most));
    let others: Vec<String> = (told.iter())
        .map(|path| {
            let task = tale.finding.tasks.iter().find(|task| task.task == *path);
            let ended = task.is_some_and(|task| task.finished);
            let since = task.and_then(|task| task.since);
            match (ended, since) {
                (true, Some(step)) => format!("{} ended at step {step}", tale.task(path)),
                (false, Some(step)) => format!("{} ran on to step {step}", tale.task(path)),
                (_, None) => tale.task(path),
            }
        })
        .collect();
    let more = match more.len() {
        0 => String::new(),
        1 => " and one other task".to_owned(),
        n => format!(" and {n} other tasks"),
    };
    vec![format!("{when}; partial: {}{more}", others.join(", "))]
}

fn knot_message(identity: &Identity, graph: Option<&Graph>, detail: &Detail) -> String {
    let size = identity.tasks.len();
    let paths: Vec<String> = identity.tasks.iter().map(ToString::to_string).collect();
    let joins = graph.is_some_and(|graph| {
        graph.waits.iter().any(|wait| wait.mode == EdgeMode::Join && paths.contains(&wait.task))
    });
    // The cycle may be shorter than the knot, if a resource has owners.
    let knot = graph.and_then(|graph| graph.knot(&paths));
    let order =
        knot.map_or_else(String::new, |knot| format!(": {}", knot.cycle.join(" \u{2192} ")));
    let partial = if detail.closed.as_ref().is_some_and(|c| c.partial) { "partial, " } else { "" };
    match (size, joins) {
        (1, true) => format!("{partial}a task joins itself"),
        (1, false) => format!("{partial}a task waits for what it holds itself"),
        (_, true) => format!("{partial}cycle of {size} through a join{order}"),
        (_, false) => format!("{partial}resource cycle of {size}{order}"),
    }
}

/// Entries that are told in full; others tell only what is waited for.
const IN_FULL: usize = 2;

/// One sentence for a hang: what its tasks wait for, and what became of it.
fn hang(missing: &[Missing], record: &Record) -> String {
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
fn abandoned(tasks: &[String], graph: Option<&Graph>, record: &Record) -> String {
    let words = Words { record };
    let wait = graph.and_then(|graph| graph.waits.iter().find(|wait| tasks.contains(&wait.task)));
    let of = |wait: &WaitEdge| {
        let graph = graph?;
        let label = &graph.resource(wait.resource)?.label;
        let hold = graph.holds.iter().find(|hold| hold.resource == wait.resource)?;
        let (owner, step) = (words.task(&hold.task), hold.step);
        let is_killed = record.tasks.iter().any(|t| t.task == hold.task && t.killed.is_some());
        Some(match (hold.inherited, is_killed) {
            (true, _) => {
                format!(
                    "a private copy of {label}, which {owner} held when that was made at step {step}"
                )
            }
            (_, true) => format!("{label}, which {owner} took at step {step} and was killed with"),
            (_, false) => format!("{label}, which {owner} took at step {step} and ended with"),
        })
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
            Fate::NoEnd { sent, copies } => {
                format!("{} a message of {object}: {}", waits_for(), self.no_end(*sent, copies))
            }
            Fate::Unreported { items } => {
                let noun = if *items == 1 { "item is" } else { "items are" };
                format!("{} {object}: {items} {noun} never reported as done", waits_for())
            }
            Fate::NotWoken { is_lost } => {
                format!("{} {object}, {}", waits_for(), not_woken(*is_lost))
            }
            Fate::NoTask => {
                format!("{} a task of {object}, which is not closed", waits_for())
            }
            Fate::NoResult => {
                format!("{} {object}, which no worker delivers", waits_for())
            }
            Fate::NotZero { counter } => format!("{} {object}, left at {counter}", waits_for()),
            Fate::NoSender => format!("{} {object}, to which no task sends", waits_for()),
            Fate::NoReceiver => format!("{} {object}, from which none receives", waits_for()),
            Fate::NoneReady => {
                format!("{} {object}, of which none comes", waits_for())
            }
            Fate::Unchanged { changed } => {
                format!("{} a change of {object}, {}", waits_for(), self.changed(changed.as_ref()))
            }
        }
    }

    fn changed(&self, changed: Option<&Deed>) -> String {
        match changed {
            None => "which no task changes".to_owned(),
            Some(Deed { task, step }) => {
                format!("changed last by {} at step {step}", self.task(task))
            }
        }
    }

    fn no_end(&self, sent: usize, copies: &[String]) -> String {
        let sent = match sent {
            0 => "no message was sent".to_owned(),
            1 => "the only message was received".to_owned(),
            n => format!("all {n} messages were received"),
        };
        let copies: Vec<String> = copies.iter().map(|path| self.task(path)).collect();
        let has = if copies.len() == 1 { "has" } else { "have" };
        format!("{sent}, and {} {has} the other end open", copies.join(", "))
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

/// What became of a waker.
fn not_woken(is_lost: bool) -> &'static str {
    if is_lost { "of which no clone is left" } else { "with which no task wakes it" }
}
