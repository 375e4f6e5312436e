//! Which side reports the items, and which side joins the queue (E88; M12 M13).
//!
//! A producer puts n items. A consumer polls n times: if the queue is not empty
//! it gets one; a poll that finds nothing is used up. Four more lines stand
//! there as comments: after its put the producer reports and joins the queue,
//! and after its get so does the consumer.
//!
//! ```text
//!   producer           consumer        not reported
//!   put 1                              1
//!                      get 1           1
//!                      report          0
//!   report  ValueError                 0
//! ```
//!
//! `all-four-lines`: of put k and get k both sides report, so one of them is one
//! too many. If the consumer is first it is between put k and report k of the
//! producer, and the producer raises and ends. It ate one item; if others lie
//! there and it polls again, its next report raises as well. If the producer is
//! first, the consumer raises at once. Nothing raises only if the consumer saw
//! no item: all its polls come before the first put, one schedule. So: no task
//! and 0 eaten; the producer alone, or the consumer alone, and 1; from two items
//! on both, and 2. The joins wait for nothing: a task that comes to one has just
//! made the count 0, and if it was the consumer, the producer puts no more.
//!
//! `joins-and-consumer-report`: the producer waits until its item is reported,
//! so a poll that came too early is one that is missing in the end: the
//! producer hangs. It completes only if all n are eaten.
//!
//! `joins-without-reports`: no task lowers the count; the producer hangs at its
//! first join, always.
//!
//! `switched`: the lines are parameters, all off as in the document. If no task
//! reports, a task that joins hangs: the producer always, the consumer unless it ate
//! nothing. If only the producer does, its put is in the count at its report, so
//! nothing raises, and it leaves 0, so every join returns. If only the consumer
//! does, nothing raises either; a producer that joins may hang as above, and a
//! consumer that joins from two items on, if another put came before its join.
//! Where no task hangs or raises, 0 to n are eaten: the polls that came in time.
//!
//! `consumer-reports`: the consumer waits in its n gets instead of polling, and
//! reports; the producer joins. Put, get, report and join follow one another:
//! one class.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "task-done-by-producer",
    family: "queues",
    about: "four lines that report and join, on either side",
    covers: &["E88", "M12", "M13"],
    params: &[
        Param { name: "items", about: "items, and polls", default: 3, min: 1, max: 10 },
        switch("producer_reports", "whether the producer reports its put"),
        switch("producer_joins", "whether the producer then joins the queue"),
        switch("consumer_reports", "whether the consumer reports its get"),
        switch("consumer_joins", "whether the consumer then joins the queue"),
    ],
    variants: &[
        Variant::new(
            "all-four-lines",
            "both sides report and join",
            |params| polling(params, Lines::ALL),
            |params| expect(params, Lines::ALL),
        ),
        Variant::new(
            "joins-and-consumer-report",
            "the consumer reports, the producer joins",
            |params| polling(params, Lines::CONSUMER_REPORT),
            |params| expect(params, Lines::CONSUMER_REPORT),
        ),
        Variant::new(
            "joins-without-reports",
            "the producer joins and no task reports",
            |params| polling(params, Lines::NO_REPORT),
            |params| expect(params, Lines::NO_REPORT),
        ),
        Variant::new(
            "switched",
            "the lines that the parameters say",
            |params| polling(params, Lines::switched(params)),
            |params| expect(params, Lines::switched(params)),
        ),
        Variant::new(
            "consumer-reports",
            "gets that wait, the consumer reports, the producer joins",
            consumer_reports,
            |params| Expectation::pass().outcomes([ended("none", params.int("items"))]),
        ),
    ],
    source: source!("task_done_by_producer.rs"),
};

const fn switch(name: &'static str, about: &'static str) -> Param {
    Param { name, about, default: 0, min: 0, max: 1 }
}

/// Which of the four lines are no comments.
#[derive(Clone, Copy)]
struct Lines {
    producer: Side,
    consumer: Side,
}

#[derive(Clone, Copy)]
struct Side {
    reports: bool,
    joins: bool,
}

impl Side {
    const fn new(reports: bool, joins: bool) -> Side {
        Side { reports, joins }
    }

    /// The two lines after a put or a get.
    fn then(self, queue: &Queue<i64>) -> Result<(), Exception> {
        if self.reports {
            queue.task_done()?;
        }
        if self.joins {
            queue.join();
        }
        Ok(())
    }
}

impl Lines {
    const ALL: Lines = Lines { producer: Side::new(true, true), consumer: Side::new(true, true) };
    const CONSUMER_REPORT: Lines =
        Lines { producer: Side::new(false, true), consumer: Side::new(true, false) };
    const NO_REPORT: Lines =
        Lines { producer: Side::new(false, true), consumer: Side::new(false, false) };

    fn switched(params: &Params) -> Lines {
        let is_on = |name| params.int(name) == 1;
        Lines {
            producer: Side::new(is_on("producer_reports"), is_on("producer_joins")),
            consumer: Side::new(is_on("consumer_reports"), is_on("consumer_joins")),
        }
    }
}

fn ended(raised: &str, eaten: i64) -> Value {
    Value::Record(vec![("raised", raised.into()), ("eaten", eaten.into())])
}

/// What the file head says, line by line.
fn expect(params: &Params, lines: Lines) -> Expectation {
    let n = params.int("items");
    let eats =
        |eaten: &[i64]| -> Vec<Value> { eaten.iter().map(|&eaten| ended("none", eaten)).collect() };
    let any: Vec<i64> = (0..=n).collect();
    let (producer, consumer) = (lines.producer, lines.consumer);
    // Then the reports of one side mix freely with the steps of the other.
    let is_wide = match (producer.reports, consumer.reports) {
        (true, false) => consumer.joins,
        (false, true) => !producer.joins && !consumer.joins,
        _ => false,
    };
    let pass = Expectation::pass().exhausts_if(n <= 8 || !is_wide);
    match (producer.reports, consumer.reports) {
        (true, true) => {
            let both = (n >= 2).then(|| ended("both", 2));
            let one = [ended("none", 0), ended("producer", 1), ended("consumer", 1)];
            pass.sometimes(Kind::Exception).outcomes(one.into_iter().chain(both))
        }
        (true, false) => pass.outcomes(eats(&any)),
        (false, true) if producer.joins => pass.sometimes(Kind::Hang).outcomes(eats(&[n])),
        (false, true) if consumer.joins && n >= 2 => {
            pass.sometimes(Kind::Hang).outcomes(eats(&any))
        }
        (false, true) => pass.outcomes(eats(&any)),
        (false, false) if producer.joins => pass.always(Kind::Hang).outcomes(eats(&[])),
        (false, false) if consumer.joins => pass.sometimes(Kind::Hang).outcomes(eats(&[0])),
        (false, false) => pass.outcomes(eats(&any)),
    }
}

fn start_producer(queue: &Queue<i64>, n: i64, side: Side) -> JoinHandle<Result<(), Exception>> {
    let queue = queue.clone();
    spawn_named("producer", move || {
        for item in 0..n {
            queue.put(item)?;
            side.then(&queue)?;
        }
        Ok(())
    })
}

fn polling(params: &Params, lines: Lines) -> Result<Value, Exception> {
    let n = params.int("items");
    let queue = Queue::named("queue", 0);
    let producer = start_producer(&queue, n, lines.producer);
    let consumer = spawn_named("consumer", move || -> Result<i64, (i64, Exception)> {
        let mut eaten = 0;
        for _ in 0..n {
            if queue.empty() {
                continue;
            }
            let ate = queue.get().map(|_| eaten += 1).and_then(|()| lines.consumer.then(&queue));
            // The number that it has eaten is told in any case.
            ate.map_err(|exception| (eaten, exception))?;
        }
        Ok(eaten)
    });
    let producer = producer.join()?;
    let consumer = consumer.join()?;
    let raised = match (producer.is_err(), consumer.is_err()) {
        (false, false) => "none",
        (true, false) => "producer",
        (false, true) => "consumer",
        (true, true) => "both",
    };
    let eaten = consumer.unwrap_or_else(|(eaten, _)| eaten);
    Ok(ended(raised, eaten))
}

fn consumer_reports(params: &Params) -> Result<Value, Exception> {
    let n = params.int("items");
    let queue = Queue::named("queue", 0);
    let producer = start_producer(&queue, n, Side::new(false, true));
    let consumer = spawn_named("consumer", move || -> Result<i64, Exception> {
        for _ in 0..n {
            queue.get()?;
            queue.task_done()?;
        }
        Ok(n)
    });
    producer.join()??;
    Ok(ended("none", consumer.join()??))
}
