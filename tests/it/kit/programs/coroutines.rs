//! Generators that threads share, greenlets, and hubs of threads.

use std::time::Duration;

use unknot_checker::sim::green::Hub;
use unknot_checker::sim::{
    Exception, Fork, Forking, Generator, GeneratorStop, Greenlet, Reads, Semaphore, Shared,
    generator_named,
};

use super::family::*;

operations! {
    /// The generator asks for a permit between its second yield and its third, which is its
    /// last one.
    CoroutineOp, |task| {
        GenNext, "Generator::next" => resumed(task.objects.coroutines().0.next()),
        GenSend(value: u8), "Generator::send" => {
            resumed(task.objects.coroutines().0.send(value.into()))
        },
        GenThrow, "Generator::throw" => {
            let thrown = Exception::new("Thrown", "from outside");
            resumed(task.objects.coroutines().0.throw(thrown))
        },
        GenClose, "Generator::close" => task.objects.coroutines().0.close(),
        /// A greenlet of this thread is switched to so often; its second switch is its last.
        GreenSwitch(n: u8), "Greenlet::switch" => switches(task, n),
        /// A hub of this thread with a greenlet that changes a cell, and waits before or not.
        HubJoin(millis: u8), "Hub::joinall" => {
            let (hub, green) = hub(task, true, millis);
            hub.joinall(vec![green]).len()
        },
        HubPause(millis: u8), "Hub::pause" => hub(task, false, 0).0.pause(of(millis)),
        HubSleep(millis: u8), "Hub::sleep" => hub(task, true, 0).0.sleep(of(millis)),
        HubAcquire, "Hub::blocking" => {
            let semaphore = task.objects.semaphore().clone();
            hub(task, true, 0).0.blocking(|| semaphore.acquire())
        },
        /// The greenlet never has its turn, or it may.
        HubSpawn(patched: bool), "Hub::spawn" => {
            _ = hub(task, patched, 1);
        },
    }
}

type Three = Generator<i64, i64, Result<i64, Exception>>;

/// A generator with three yields.
#[derive(Clone)]
pub(super) struct Threes(std::rc::Rc<Three>);

fn of(millis: u8) -> Duration {
    Duration::from_millis(millis.into())
}

fn three(cell: Shared<i64>, semaphore: Semaphore) -> Three {
    generator_named("three", move |yielder| {
        let first = yielder.yield_(1)?;
        cell.write(first);
        let second = yielder.yield_(2)?;
        semaphore.acquire();
        Ok(second + yielder.yield_(3)?)
    })
}

fn resumed(told: Result<i64, GeneratorStop<Result<i64, Exception>>>) -> Result<i64, Exception> {
    match told {
        Ok(value) => Ok(value),
        Err(GeneratorStop::Returned(returned)) => Ok(10 + returned?),
        Err(GeneratorStop::Raised(exception)) => Err(exception),
    }
}

fn switches(task: &Running, n: u8) -> i64 {
    let main = Greenlet::main();
    let cell = task.objects.cell(0).clone();
    let child = main.child("child", move |me, passed| {
        cell.write(passed);
        me.parent().switch(passed + 1)
    });
    (0..n).fold(1, |passed, _| child.switch(passed))
}

/// A hub of the running thread, and a greenlet that changes a cell once its turn comes.
fn hub(task: &Running, patched: bool, millis: u8) -> (Hub, unknot_checker::sim::green::Green<()>) {
    let (hub, cell) = (Hub::new(patched), task.objects.cell(0).clone());
    let theirs = hub.clone();
    let green = hub.spawn("green", move || {
        if millis > 0 {
            theirs.sleep(of(millis));
        }
        cell.write(cell.read() + 1);
    });
    (hub, green)
}

impl Family for CoroutineOp {
    type Objects = Threes;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(95, || {
            let resumes = ops![GenNext, GenNext, GenSend(1), GenSend(2), GenThrow, GenClose];
            [resumes, ops![Release, Release, TryAcquire, Read(0), Write(0, 3)]].concat()
        }),
        Theme::new(96, || {
            let turns = ops![GreenSwitch(1), GreenSwitch(2), GreenSwitch(3), HubSpawn(true)];
            let hubs = ops![HubJoin(0), HubJoin(1), HubPause(0), HubPause(1)];
            let others =
                ops![HubSleep(1), HubAcquire, Release, Read(0), Write(0, 3), Sleep(1), TryAcquire];
            [turns, hubs, others.clone(), others].concat()
        }),
    ];

    fn create(others: &Objects) -> Threes {
        Threes(std::rc::Rc::new(three(others.cell(0).clone(), others.semaphore().clone())))
    }
}

/// Processes share the generator, as they share the objects of most families.
impl Fork for Threes {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Threes {
        self.clone()
    }
}
