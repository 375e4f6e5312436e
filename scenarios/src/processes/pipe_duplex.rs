//! Both ends of a pipe send and receive (E93 E123; K51).
//!
//! A child sends its message, receives an answer and closes its end. Its parent receives the
//! message, sends the answer and joins the child.
//!
//! ```text
//!   parent            child
//!                     send "child 1"
//!   recv "child 1"
//!   send "parent 1"
//!                     recv "parent 1"
//!                     close
//!   join
//! ```
//!
//! A pipe has a way in each direction, and messages on the one know nothing of those on
//! the other. On each way the k-th receipt waits for the k-th send. A send never waits.
//!
//! `reply`: each step waits for the one before it, so there is one schedule but for the
//! ends of both, one class and one outcome: both have all that the other one sent.
//!
//! `crossing`: both send all their messages first, and then receive. They pass each other on
//! the way. Many schedules, and the same class, since no two of these steps touch the same
//! way but a send and the receipt that waits for it. With less room than messages both
//! would wait for ever: `pipe-both-receive` has that.

use unknot_checker::sim::process::{self, Connection, pipe};
use unknot_checker::sim::{Exception, Value, done};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pipe-duplex",
    family: "processes",
    about: "a child and its parent send to each other on one pipe",
    covers: &["E93", "E123", "K51"],
    params: &[Param {
        name: "messages",
        about: "messages that each of them sends",
        default: 1,
        min: 1,
        max: 5,
    }],
    variants: &[
        Variant::new("reply", "the parent answers what it received", reply, all_heard),
        Variant::new("crossing", "both send before they receive", crossing, all_heard),
    ],
    source: source!("pipe_duplex.rs"),
};

/// What a process sends.
fn messages(of: &str, n: usize) -> Vec<String> {
    (1..=n).map(|nth| format!("{of} {nth}")).collect()
}

fn heard(by_parent: Vec<String>, by_child: Vec<String>) -> Value {
    Value::Record(vec![("parent", by_parent.into()), ("child", by_child.into())])
}

fn all_heard(params: &Params) -> Expectation {
    let n = params.size("messages");
    Expectation::pass().outcomes([heard(messages("child", n), messages("parent", n))])
}

/// A process says something on its end of the pipe. Returns what it hears.
type Talk = fn(&Connection<String>, usize) -> Result<Vec<String>, Exception>;

/// Starts a child and talks to it. The outcome is what both have heard.
fn talk(params: &Params, parent: Talk, child: Talk) -> Result<Value, Exception> {
    let n = params.size("messages");
    let (mine, theirs) = pipe::<String>("talk");
    let by_child = process::Value::named("heard by the child", vec![]);
    let args = (theirs, by_child.clone());
    let started = process::new(args, move |(theirs, by_child)| {
        by_child.write(child(&theirs, n)?);
        theirs.close();
        done(())
    });
    let started = started.named("child").start()?;
    let by_parent = parent(&mine, n)?;
    started.join()?;
    Ok(heard(by_parent, by_child.read()))
}

fn send_all(to: &Connection<String>, messages: Vec<String>) -> Result<(), Exception> {
    messages.into_iter().try_for_each(|message| to.send(message))
}

fn receive(from: &Connection<String>, n: usize) -> Result<Vec<String>, Exception> {
    (0..n).map(|_| from.recv()).collect()
}

fn reply(params: &Params) -> Result<Value, Exception> {
    let parent: Talk = |end, n| {
        let answer = |answer| {
            let message = end.recv()?;
            end.send(answer)?;
            Ok(message)
        };
        messages("parent", n).into_iter().map(answer).collect()
    };
    let child: Talk = |end, n| {
        let ask = |message| {
            end.send(message)?;
            end.recv()
        };
        messages("child", n).into_iter().map(ask).collect()
    };
    talk(params, parent, child)
}

fn crossing(params: &Params) -> Result<Value, Exception> {
    let parent: Talk = |end, n| {
        send_all(end, messages("parent", n))?;
        receive(end, n)
    };
    let child: Talk = |end, n| {
        send_all(end, messages("child", n))?;
        receive(end, n)
    };
    talk(params, parent, child)
}
