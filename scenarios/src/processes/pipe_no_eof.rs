//! A receiver that never comes to the end of a pipe (E04).
//!
//! Main makes a pipe and starts a worker, which sends its messages and ends, and a boss,
//! which receives for ever. Main joins both. The end of file comes to the boss once every
//! message was received and no process has an open copy of the sending end.
//!
//! ```text
//!   copies of the sending end       main    worker   boss
//!   pipe                            open
//!   start the worker                open    open
//!   start the boss                  open    open     open
//!   the worker sends n, ends        open    -        open
//!   the boss receives n             open    -        open     the end never comes
//! ```
//!
//! A start copies every end that the parent has open, whether the program passes it or
//! not. So three processes have the sending end, and it takes three closes: the end of the
//! worker is one, with or without a word.
//!
//! The k-th receipt waits for the k-th send. Closes count, and their order does not
//! matter, and the boss sees only that all are made. The worker has a copy of the
//! receiving end as well and keeps it, so none of its sends has to look for readers. No two
//! steps are left that could be made in another order: one class in every form. What is
//! forgotten is forgotten in every execution.
//!
//! `no-close`: main and the boss keep a copy each. `worker-closes`: they still do, since
//! that copy would have closed by itself. `boss-keeps-its-own`: main closes as well. The boss
//! waits for a close that only the boss could make. `main-forgets`: the boss and the worker
//! close. The copy of main is open until main ends, and main joins the boss. In each of
//! these a `hang`: no task that has ever done anything to the pipe can end the wait, and the
//! copies that are left were never meant to.
//!
//! `main-closes-the-other-end`: main closes an end, but the receiving one. Now it is a
//! process that uses the pipe, and the only one that is left with the sending end. The boss
//! waits for a message or a close of main, and main waits for the boss: a `deadlock`, a cycle
//! of two.
//!
//! `bystander-stays`: all three close. Between the starts of the worker and of the boss main
//! has started another process, which knows nothing of the pipe and stays until main
//! lets it go, after the boss. It has a copy. The boss waits for ever, and so does the
//! bystander: two hangs.
//!
//! `bystander-leaves`: a bystander that ends by itself closes its copy with that. The end of
//! file comes late, and comes. `bystander-closes`: a bystander that closes first may stay.
//! `all-closed`: no bystander. The boss receives n messages and the end.

use unknot_checker::sim::process::{self, Connection, Semaphore, pipe};
use unknot_checker::sim::{Exception, Value, done};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pipe-no-eof",
    family: "processes",
    about: "a receiver waits for the end of a pipe of which copies are open",
    covers: &["E04"],
    params: &[Param {
        name: "messages",
        about: "messages that the worker sends",
        default: 3,
        min: 0,
        max: 10,
    }],
    variants: &[
        Variant::new("no-close", "no process closes anything", |p| run(p, &[], None), |_| hangs()),
        Variant::new(
            "worker-closes",
            "only the worker closes the sending end",
            |params| run(params, &[Copied::SendingOfWorker], None),
            |_| hangs(),
        ),
        Variant::new(
            "boss-keeps-its-own",
            "the receiver does not close its copy of the sending end",
            |params| run(params, &[Copied::SendingOfWorker, Copied::SendingOfMain], None),
            |_| hangs(),
        ),
        Variant::new(
            "main-forgets",
            "main does not close its copy, and joins the receiver",
            |params| run(params, &[Copied::SendingOfWorker, Copied::SendingOfBoss], None),
            |_| hangs(),
        ),
        Variant::new(
            "main-closes-the-other-end",
            "main closes the receiving end in place of the sending one",
            |params| run(params, &[Copied::SendingOfBoss, Copied::ReceivingOfMain], None),
            |_| Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([]),
        ),
        Variant::new(
            "bystander-stays",
            "a process that has nothing to do with the pipe has a copy",
            |params| run(params, SENDING, Some(Bystander::Stays)),
            |_| hangs(),
        ),
        Variant::new(
            "bystander-leaves",
            "such a process ends by itself",
            |params| run(params, SENDING, Some(Bystander::Leaves)),
            ends,
        ),
        Variant::new(
            "bystander-closes",
            "such a process closes its copy before anything else",
            |params| run(params, SENDING, Some(Bystander::Closes)),
            ends,
        ),
        Variant::new(
            "all-closed",
            "every copy of the sending end is closed",
            |params| run(params, SENDING, None),
            ends,
        ),
    ],
    source: source!("pipe_no_eof.rs"),
};

/// The copy of an end that a process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copied {
    SendingOfWorker,
    SendingOfBoss,
    SendingOfMain,
    ReceivingOfMain,
}

/// All copies of the sending end.
const SENDING: &[Copied] = &[Copied::SendingOfWorker, Copied::SendingOfBoss, Copied::SendingOfMain];

/// What a process does that has nothing to do with the pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bystander {
    /// It waits until it may go.
    Stays,
    /// It ends at once.
    Leaves,
    /// It closes the sending end, and waits until it may go.
    Closes,
}

fn hangs() -> Expectation {
    Expectation::pass().always(Kind::Hang).outcomes::<Value>([])
}

fn ends(params: &Params) -> Expectation {
    Expectation::pass().outcomes([received(params.int("messages"))])
}

fn received(n: i64) -> Value {
    Value::Record(vec![("received", n.into())])
}

/// Receives to the end. How many messages there were.
fn receive_all(from: &Connection<i64>) -> Result<i64, Exception> {
    let mut n = 0;
    loop {
        match from.recv() {
            Ok(_) => n += 1,
            Err(error) if error.kind == "EOFError" => return Ok(n),
            Err(error) => return Err(error),
        }
    }
}

impl Bystander {
    fn body(self, sending: &Connection<i64>, may_go: &Semaphore) {
        if self == Bystander::Closes {
            sending.close();
        }
        if self != Bystander::Leaves {
            may_go.acquire();
        }
    }
}

fn run(
    params: &Params,
    closed: &'static [Copied],
    bystander: Option<Bystander>,
) -> Result<Value, Exception> {
    let (receiving, sending) = pipe::<i64>("numbers");
    let n = process::Value::named("received", 0);
    let may_go = Semaphore::named("may go", 0);
    let messages = params.int("messages");
    let worker = process::new(sending.clone(), move |sending: Connection<i64>| {
        (1..=messages).try_for_each(|i| sending.send(i))?;
        if closed.contains(&Copied::SendingOfWorker) {
            sending.close();
        }
        done(())
    });
    let worker = worker.named("worker").start()?;
    let start = |bystander: Bystander| {
        let args = (sending.clone(), may_go.clone());
        let body = move |(sending, may_go)| bystander.body(&sending, &may_go);
        process::new(args, body).named("bystander").start()
    };
    let bystander = bystander.map(start).transpose()?;
    let args = (receiving.clone(), sending.clone(), n.clone());
    let boss = process::new(args, move |(receiving, sending, n)| {
        if closed.contains(&Copied::SendingOfBoss) {
            sending.close();
        }
        n.write(receive_all(&receiving)?);
        done(())
    });
    let boss = boss.named("boss").start()?;
    if closed.contains(&Copied::SendingOfMain) {
        sending.close();
    }
    if closed.contains(&Copied::ReceivingOfMain) {
        receiving.close();
    }
    worker.join()?;
    boss.join()?;
    if let Some(bystander) = bystander {
        may_go.release();
        bystander.join()?;
    }
    Ok(received(n.read()))
}
