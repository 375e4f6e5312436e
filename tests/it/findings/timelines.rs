//! How the time of an execution was spent: by tables for programs that are worked out by
//! hand, and by what holds of every execution of generated ones.

use std::sync::Arc;
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use unknot_checker::analysis::timeline::{TaskState, TaskTimes, Timeline};
use unknot_checker::sim::net::{Interest, select};
use unknot_checker::sim::{
    Cpu, Ended, Event, Exception, Execution, Limits, Lock, Policy, Program, Queue, Semaphore,
    TimeMode, Value, done, explore, net, sleep, spawn, spawn_named,
};
use unknot_checker::strategy::{Dpor, Observing};

use crate::kit::generated::number;
use crate::kit::programs::{Shape, specs};
use crate::kit::support::{program, unknot};

/// The timelines of the executions of a program in virtual time, of so many at most.
fn timelines(program: &Program, most: u64) -> Vec<Option<Timeline>> {
    let look = |seen: &mut Vec<Option<Timeline>>, execution: &Execution<'_>| {
        seen.push(Timeline::of(execution));
        if let Some(Some(timeline)) = seen.last() {
            judge(timeline, execution);
        }
    };
    let limits = Limits { time: TimeMode::Virtual, ..Limits::default() };
    explore(program, limits, Observing::new(Dpor::new(), vec![], look).at_most(most)).seen
}

/// The one of the first execution.
fn timeline(
    body: impl Fn() -> Result<Value, Exception> + Send + Sync + 'static,
) -> Option<Timeline> {
    let program: Program = Arc::new(body);
    timelines(&program, 1).remove(0)
}

/// What holds of every execution.
fn judge(timeline: &Timeline, execution: &Execution<'_>) {
    for task in &timeline.tasks {
        let states = &task.states;
        assert!(states.windows(2).all(|pair| pair[0].since <= pair[1].since), "{task:?}");
        for &(from, to) in task.transitions().keys() {
            assert!(from.may_become(to), "{from:?} to {to:?}: {task:?}");
        }
        let slices = timeline.slices.iter().filter(|slice| slice.task == task.task);
        let ran: u64 =
            slices.filter(|slice| !slice.switch).map(|slice| slice.to - slice.from).sum();
        assert_eq!(task.running, ran, "{task:?}");
        // The states say the same as the sums.
        let spent = |wanted| spent(task, wanted, timeline.end);
        let blocked: u64 = task.blocked.iter().map(|blocked| blocked.time).sum();
        assert_eq!(spent(TaskState::Running), task.running, "{task:?}");
        assert_eq!(spent(TaskState::Ready), task.ready, "{task:?}");
        assert_eq!(spent(TaskState::Blocked), blocked, "{task:?}");
        if let Some(turnaround) = task.turnaround {
            assert_eq!(task.running + task.ready + blocked, turnaround, "{task:?}");
        }
    }
    let is_over = execution.ended == Ended::Complete;
    let ends = timeline.tasks.iter().filter_map(|task| Some(task.arrival + task.turnaround?));
    assert!(!is_over || ends.max() <= Some(timeline.end));
}

fn spent(task: &TaskTimes, state: TaskState, end: u64) -> u64 {
    let ends = task.states.iter().skip(1).map(|next| next.since).chain([end]);
    let spans = task.states.iter().zip(ends);
    spans.filter(|(span, _)| span.state == state).map(|(span, end)| end - span.since).sum()
}

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// The states of a task, each with the millisecond in which it began.
fn states(timeline: &Timeline, task: &str) -> String {
    let task = timeline.tasks.iter().find(|times| times.task == task).expect(task);
    let states =
        task.states.iter().map(|one| format!("{} {}", one.state.name(), one.since / 1_000));
    states.collect::<Vec<_>>().join(", ")
}

/// What the head of the scenario says of each variant.
#[test]
fn states_of_the_scenario() {
    for (variant, task, expected) in [
        ("start-is-ready", "T1", "new 0, ready 0, running 0, ended 5"),
        ("start-is-ready", "T2", "new 0, ready 0, running 5, ended 10"),
        (
            "start-is-ready",
            "T0",
            "new 0, ready 0, running 0, blocked 0, ready 5, running 5, \
          blocked 5, ready 10, running 10, ended 10",
        ),
        (
            "preempted",
            "T1",
            "new 0, ready 0, running 0, ready 2, running 4, ready 6, running 7, \
          ended 8",
        ),
        ("preempted", "T2", "new 0, ready 0, running 2, ready 4, running 6, ended 7"),
        ("blocked", "T1", "new 0, ready 0, running 0, blocked 2, ready 6, running 7, ended 9"),
        ("blocked", "T2", "new 0, ready 0, running 2, ended 7"),
        ("locked", "T1", "new 0, ready 0, running 0, ended 3"),
        ("locked", "T2", "new 0, ready 0, running 0, blocked 0, ready 3, running 3, ended 6"),
    ] {
        let program = program(&format!("process-states/{variant}"), &[]);
        let timeline = timelines(&program, 1).remove(0).expect("there is a clock");
        assert_eq!(states(&timeline, task), expected, "{variant}");
    }
}

/// A device is ready after 10 ms, and a task looks at it every 3 ms: at 0, 3, 6, 9 and 12.
/// Another one waits for it: one call, blocked for 10 ms.
#[test]
fn polls_are_counted() {
    let timeline = timeline(|| {
        let device = Semaphore::named("device", 0);
        let (polled, waited) = (device.clone(), device.clone());
        let polls = spawn_named("polls", move || {
            while !polled.try_acquire() {
                sleep(millis(3));
            }
        });
        let waits = spawn_named("waits", move || waited.acquire());
        sleep(millis(10));
        device.release();
        device.release();
        polls.join()?;
        waits.join()?;
        done(()).map(|()| Value::Unit)
    });
    let timeline = timeline.expect("there is a clock");
    let calls = |task: usize| {
        let calls = timeline.tasks[task].calls.iter();
        calls.map(|call| (call.op.as_str(), call.made, call.refused)).collect::<Vec<_>>()
    };
    let blocked = |task: usize| {
        let blocked = timeline.tasks[task].blocked.iter();
        blocked.map(|one| (one.op.as_str(), one.time)).collect::<Vec<_>>()
    };
    assert_eq!(calls(1), [("sleep", 4, 0), ("try acquire", 5, 4)]);
    assert_eq!(blocked(1), [("sleep", 12_000)]);
    assert_eq!((calls(2), blocked(2)), (vec![("acquire", 1, 0)], vec![("acquire", 10_000)]));
    assert_eq!(
        (timeline.tasks[1].turnaround, timeline.tasks[2].turnaround),
        (Some(12_000), Some(10_000))
    );
    assert_eq!(blocked(0), [("join", 2_000), ("sleep", 10_000)]);
    assert_eq!((timeline.end, timeline.tasks[0].response), (12_000, None));
}

/// A try that is refused, one that is not, and a get that times out.
#[test]
fn refused_calls_are_counted() {
    let timeline = timeline(|| {
        let (lock, queue) = (Lock::new(), Queue::<i64>::new(0));
        let _held = (lock.try_acquire(), lock.try_acquire());
        let _nothing = queue.get_timeout(millis(4));
        Ok(Value::Unit)
    });
    let timeline = timeline.expect("there is a clock");
    let calls = timeline.tasks[0].calls.iter().map(|c| (c.made, c.refused)).collect::<Vec<_>>();
    assert_eq!(calls, [(1, 1), (2, 1)], "{:?}", timeline.tasks[0].calls);
}

/// Polls of sockets: an open handle refuses nothing, one thing that is ready is enough for a
/// select, and the end of a stream is an answer.
#[test]
fn calls_at_sockets_are_counted() {
    let timeline = timeline(|| {
        let (ours, theirs) = net::socketpair("line");
        let (idle, _other) = net::socketpair("line");
        let nothing = ours.try_recv(4);
        assert!(nothing.is_err());
        sleep(millis(1));
        theirs.send(b"ab")?;
        let ready = select(&[(&ours, Interest::Read), (&idle, Interest::Read)], Some(millis(0)))?;
        assert_eq!(ready.len(), 1);
        assert_eq!(ours.try_recv(4)?, b"ab");
        theirs.close()?;
        assert_eq!(ours.recv(4)?, b"");
        Ok(Value::Unit)
    });
    let timeline = timeline.expect("there is a clock");
    let calls = timeline.tasks[0].calls.iter();
    let calls: Vec<_> = calls.map(|c| (c.op.as_str(), c.made, c.refused)).collect();
    assert_eq!(
        calls,
        [
            ("close", 1, 0),
            ("recv", 1, 0),
            ("select", 1, 0),
            ("send", 1, 0),
            ("sleep", 1, 0),
            ("try recv", 2, 1),
        ]
    );
}

/// A lock that is handed on in the order of coming: to stand in line and to be given it is one
/// call.
#[test]
fn a_call_that_stands_in_line_is_one() {
    let timeline = timeline(|| {
        let lock = Lock::first_come("lock");
        let theirs = lock.clone();
        let held = lock.lock()?;
        let other = spawn(move || theirs.lock().map(drop));
        sleep(millis(1));
        drop(held);
        other.join()??;
        Ok(Value::Unit)
    });
    let timeline = timeline.expect("there is a clock");
    let calls = timeline.tasks[1].calls.iter();
    let calls: Vec<_> = calls.map(|c| (c.op.as_str(), c.made)).collect();
    assert_eq!(calls, [("lock", 1), ("unlock", 1)]);
}

/// Tasks that never end, and one that is killed while it computes.
#[test]
fn tasks_without_an_end() {
    let timeline = timeline(|| {
        let cpu = Cpu::new(1, Policy::Fcfs)?;
        let (event, theirs) = (Event::new(), cpu.clone());
        spawn(move || event.wait());
        let _daemon =
            unknot_checker::sim::spawn_daemon("daemon", move || theirs.compute(millis(9)));
        cpu.compute(millis(2));
        Ok(Value::Unit)
    });
    let timeline = timeline.expect("there is a clock");
    assert_eq!(states(&timeline, "T1"), "new 0, ready 0, running 0, blocked 0");
    // Main asked first by its path, so the daemon runs from 2 on, to its end: nothing kills
    // it while T1 keeps the program from its end.
    assert_eq!(states(&timeline, "T2"), "new 0, ready 0, running 2, ended 11");
    assert_eq!(timeline.tasks[1].turnaround, None);
}

#[test]
fn without_a_clock_there_is_none() {
    assert_eq!(timeline(|| Ok(Value::Unit)), None);
    assert!(
        !unknot("replay ab-ba-noodles -p group=1 'T0*2 T1' --format json").out.contains("timeline")
    );
    let replayed = unknot("replay sched-fcfs --strategy random --seed 1 --format json");
    assert!(replayed.out.contains("\"timeline\": {"), "{}", replayed.out);
}

/// In generated programs, with everything that they draw, every execution goes through
/// legal transitions only, and the sums are right.
#[test]
fn timelines_of_generated_programs() {
    let shape = Shape { max_tasks: 3, max_ops: 4 };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[49; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = specs(shape);
    let mut with_clock = 0;
    for _ in 0..number("UNKNOT_PROGRAMS", 300) {
        let spec = strategy.new_tree(&mut runner).expect("programs can be made").current();
        let all = timelines(&spec.program(), 20);
        with_clock += u64::from(all.iter().any(Option::is_some));
    }
    assert!(with_clock > 20, "{with_clock} programs had a clock");
}
