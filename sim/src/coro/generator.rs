//! Generators: functions that are suspended at each yield until they are resumed.
//!
//! A generator is a task that waits at a gauge of its own while it is suspended. To resume it
//! is a step that gives to that gauge, and the resumer waits at one of its own, to which the
//! next yield or the end of the generator gives. So one of the two runs at a time, a round
//! trip takes four steps, and a program that shares nothing else has one class.
//!
//! A suspended generator keeps no program from its end: it is a daemon, and a note says where
//! it was left.
//!
//! What this misses: Python closes a generator that no variable refers to any more. Here it
//! stays suspended.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;

use crate::act::Act;
use crate::ending;
use crate::exception::Exception;
use crate::execution::Purpose;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::Noted;
use crate::op::{Access, Op};
use crate::rt::{self, NewObject};
use crate::sync::store::note_item;
use crate::task;

/// A started generator: what it is sent, what it yields, and what it returns.
#[derive(Debug)]
pub struct Generator<S, Y, R> {
    state: Rc<GeneratorState<S, Y, R>>,
    /// Its task with its end, for which a resumer waits in the meantime.
    task: Option<(TaskId, ObjectId)>,
}

/// What the body of a generator yields with.
#[derive(Debug)]
pub struct Yielder<S, Y> {
    gauges: Gauges,
    passed: Rc<RefCell<Passed<S, Y>>>,
}

/// Why a generator yielded nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratorStop<R> {
    /// It has returned this.
    Returned(R),
    /// It raised this, or could not be resumed.
    Raised(Exception),
}

/// The cell that each step of a generator updates, and where it waits.
#[derive(Clone, Copy, Debug)]
struct Gauges {
    cell: ObjectId,
    /// Where the generator waits while it is suspended.
    inner: ObjectId,
}

#[derive(Debug)]
struct GeneratorState<S, Y, R> {
    gauges: Gauges,
    passed: Rc<RefCell<Passed<S, Y>>>,
    /// What it returned, or raised.
    returned: RefCell<Option<Result<R, Exception>>>,
    /// Where each task waits that has resumed it. Another task may resume it again before
    /// that one has gone on.
    seats: RefCell<BTreeMap<TaskId, ObjectId>>,
}

/// What the two sides leave for one another.
#[derive(Debug)]
struct Passed<S, Y> {
    phase: GeneratorPhase,
    sent: Option<Result<S, Exception>>,
    /// Where the task waits that has resumed it last, and what that one is given.
    resumer: Option<(ObjectId, Yielded<Y>)>,
}

/// What one task is given that has resumed a generator.
type Yielded<Y> = Rc<RefCell<Option<Y>>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GeneratorPhase {
    Created,
    Running,
    Suspended,
    /// Its body is over, and its last step is to come.
    Ending,
    Finished,
}

/// The kind of what `close` raises in a generator.
const EXIT: &str = "GeneratorExit";

/// Starts a generator, which runs once it is resumed. One step.
///
/// ```
/// use unknot_sim::{GeneratorStop, done, generator, run_once};
///
/// run_once(|| {
///     let sums = generator(|yielder| {
///         let mut sum = 0;
///         loop {
///             sum += yielder.yield_(sum)?;
///             if sum > 9 {
///                 return done(());
///             }
///         }
///     });
///     assert_eq!(sums.next(), Ok(0));
///     assert_eq!(sums.send(7), Ok(7));
///     assert_eq!(sums.send(3), Err(GeneratorStop::Returned(Ok(()))));
///     done(())
/// });
/// ```
#[track_caller]
pub fn generator<S: 'static, Y: 'static, R: Debug + 'static>(
    body: impl FnOnce(&Yielder<S, Y>) -> R + 'static,
) -> Generator<S, Y, R> {
    start("generator".into(), body, Location::caller())
}

/// The same, with a name for reports.
///
/// ```
/// use unknot_sim::{Exception, Yielder, done, generator_named, run_once};
///
/// run_once(|| {
///     let once = generator_named("once", |yielder: &Yielder<(), i64>| {
///         yielder.yield_(7)?;
///         done(())
///     });
///     assert_eq!(once.next(), Ok(7));
///     once.close()
/// });
/// ```
#[track_caller]
pub fn generator_named<S: 'static, Y: 'static, R: Debug + 'static>(
    name: impl Into<Name>,
    body: impl FnOnce(&Yielder<S, Y>) -> R + 'static,
) -> Generator<S, Y, R> {
    start(name.into(), body, Location::caller())
}

fn start<S: 'static, Y: 'static, R: Debug + 'static>(
    name: Name,
    body: impl FnOnce(&Yielder<S, Y>) -> R + 'static,
    location: &'static Location<'static>,
) -> Generator<S, Y, R> {
    let gauges = Gauges::new(name.clone(), location);
    let passed = Passed { phase: GeneratorPhase::Created, sent: None, resumer: None };
    let passed = Rc::new(RefCell::new(passed));
    let (returned, seats) = (RefCell::new(None), RefCell::default());
    let state = Rc::new(GeneratorState { gauges, passed: Rc::clone(&passed), returned, seats });
    let theirs = Rc::clone(&state);
    let run = move || {
        rt::step(Op::local("begin", location).with(gauges.inner, Mode::Take, 1));
        let end = GeneratorEnd(&theirs);
        let returned = body(&Yielder { gauges, passed });
        let raised = ending::exception(&returned).map(not_the_end);
        *theirs.returned.borrow_mut() = Some(raised.map_or(Ok(returned), Err));
        drop(end);
    };
    let op = Op::local("spawn", location).acting(Act::Spawn);
    let handle = task::start_by(op, name, true, run);
    Generator { state, task: handle.id().zip(handle.end()) }
}

/// What a generator's body raises. To raise the end of a generator is no way to end one: it
/// would hide that another generator ended inside (PEP 479).
fn not_the_end(raised: Exception) -> Exception {
    match raised.kind {
        "StopIteration" => raised.renamed("RuntimeError", "generator raised StopIteration"),
        _ => raised,
    }
}

impl Gauges {
    fn new(name: Name, location: &'static Location<'static>) -> Gauges {
        let cell = rt::create_cell("Generator", name, location);
        let seat = NewObject::new("seat", Name::default(), location).part_of(cell);
        Gauges { cell, inner: rt::create(seat.serving(Purpose::Suspension)) }
    }

    fn op(self, verb: &'static str, location: &'static Location<'static>) -> Op {
        Op::local(verb, location).with(self.cell, Mode::Update, 0)
    }
}

/// Tells the resumer at the end of a generator's body, be that a panic or not: the last step
/// of the task gives to the gauge at which the resumer waits.
struct GeneratorEnd<'a, S, Y, R>(&'a GeneratorState<S, Y, R>);

impl<S, Y, R> Drop for GeneratorEnd<'_, S, Y, R> {
    fn drop(&mut self) {
        let mut passed = self.0.passed.borrow_mut();
        passed.phase = GeneratorPhase::Ending;
        if let Some((seat, _)) = passed.resumer.take() {
            let updates = Access::new(self.0.gauges.cell, Mode::Update, 0);
            rt::say_at_end(&[updates, Access::new(seat, Mode::Give, 1)]);
        }
    }
}

impl<S: 'static, Y: 'static> Yielder<S, Y> {
    /// Suspends the generator, and gives this to the task that has resumed it. Returns what
    /// is sent when it is resumed. Two steps.
    ///
    /// # Errors
    /// What is thrown in; `GeneratorExit` where the generator is closed.
    #[track_caller]
    pub fn yield_(&self, value: Y) -> Result<S, Exception> {
        let location = Location::caller();
        let resumer = self.passed.borrow().resumer.clone();
        let Some((seat, yielded)) = resumer.filter(|_| !rt::is_quiet()) else {
            return Err(Exception::killed());
        };
        rt::step_or_leave(self.gauges.op("yield", location).with(seat, Mode::Give, 1))?;
        note_item(&value, Noted::Put);
        *yielded.borrow_mut() = Some(value);
        self.passed.borrow_mut().phase = GeneratorPhase::Suspended;
        rt::step_or_leave(Op::local("yield", location).with(self.gauges.inner, Mode::Take, 1))?;
        let sent = self.passed.borrow_mut().sent.take();
        sent.unwrap_or_else(|| Err(Exception::killed()))
    }
}

impl<S: 'static, Y: 'static, R> Generator<S, Y, R> {
    /// Resumes the generator. Returns what it yields next: two steps, beside those that it
    /// makes itself.
    ///
    /// # Errors
    /// What it returned or raised instead; `StopIteration` past its end, and `ValueError`
    /// while it runs.
    #[track_caller]
    pub fn next(&self) -> Result<Y, GeneratorStop<R>>
    where
        S: Default,
    {
        self.resume("next", Ok(S::default()), Location::caller())
    }

    /// The same, with a value for the yield at which the generator is suspended.
    ///
    /// # Errors
    /// As [`Generator::next`]; `TypeError` before the first yield, which could take it.
    #[track_caller]
    pub fn send(&self, value: S) -> Result<Y, GeneratorStop<R>> {
        self.resume("send", Ok(value), Location::caller())
    }

    /// The same, with an exception that the yield raises.
    ///
    /// # Errors
    /// As [`Generator::next`]; the exception itself where the generator had not begun, or
    /// had ended.
    #[track_caller]
    pub fn throw(&self, exception: Exception) -> Result<Y, GeneratorStop<R>> {
        self.resume("throw", Err(exception), Location::caller())
    }

    /// Has the generator end at the yield at which it is suspended: one step if it had not
    /// begun or has ended.
    ///
    /// # Errors
    /// What it raised instead; `RuntimeError` if it yielded once more, and `ValueError` while
    /// it runs.
    #[track_caller]
    pub fn close(&self) -> Result<(), Exception> {
        let exit = Exception::new(EXIT, "the generator is closed");
        match self.resume("close", Err(exit), Location::caller()) {
            Ok(_) => Err(rt::raised("RuntimeError", "generator ignored GeneratorExit")),
            Err(GeneratorStop::Raised(exception)) if exception.kind != EXIT => Err(exception),
            Err(_) => Ok(()),
        }
    }

    fn resume(
        &self,
        verb: &'static str,
        sent: Result<S, Exception>,
        location: &'static Location<'static>,
    ) -> Result<Y, GeneratorStop<R>> {
        let GeneratorState { gauges, passed, returned, .. } = &*self.state;
        rt::step_or_leave(gauges.op(verb, location)).map_err(GeneratorStop::Raised)?;
        if rt::is_quiet() {
            return Err(GeneratorStop::Raised(Exception::killed()));
        }
        self.check(verb, &sent).map_err(GeneratorStop::Raised)?;
        if let Ok(value) = &sent {
            note_item(value, Noted::Put);
        }
        let (seat, yielded) = (self.seat(location), Yielded::default());
        {
            let mut passed = passed.borrow_mut();
            (passed.phase, passed.sent) = (GeneratorPhase::Running, Some(sent));
            passed.resumer = Some((seat, Rc::clone(&yielded)));
        }
        rt::also(gauges.inner, Mode::Give, 1);
        let wait = Op::local(verb, location).with(seat, Mode::Take, 1);
        let wait = self.task.iter().fold(wait, |wait, &(_, end)| wait.with(end, Mode::On, 1));
        rt::step_or_leave(wait).map_err(GeneratorStop::Raised)?;
        let yielded = yielded.borrow_mut().take();
        yielded.ok_or_else(|| match returned.borrow_mut().take() {
            Some(Ok(value)) => GeneratorStop::Returned(value),
            Some(Err(exception)) => GeneratorStop::Raised(exception),
            None => GeneratorStop::Raised(rt::raised("RuntimeError", "the generator panicked")),
        })
    }

    /// Where the current task waits for the generator.
    fn seat(&self, location: &'static Location<'static>) -> ObjectId {
        let mut seats = self.state.seats.borrow_mut();
        *seats.entry(rt::current()).or_insert_with(|| {
            let seat = NewObject::new("seat", Name::default(), location);
            rt::create(seat.part_of(self.state.gauges.cell))
        })
    }

    /// Whether it can be resumed. One that is ended before it has begun never begins.
    fn check(&self, verb: &str, sent: &Result<S, Exception>) -> Result<(), Exception> {
        let mut passed = self.state.passed.borrow_mut();
        // That the body is over is seen from its last step on, which updates the cell.
        if passed.phase == GeneratorPhase::Ending
            && self.task.is_some_and(|(task, _)| rt::has_ended(task))
        {
            passed.phase = GeneratorPhase::Finished;
        }
        match (passed.phase, sent) {
            (GeneratorPhase::Running | GeneratorPhase::Ending, _) => {
                Err(rt::raised("ValueError", "generator already executing"))
            }
            (GeneratorPhase::Finished, Ok(_)) => {
                Err(rt::raised("StopIteration", "the generator ended"))
            }
            (GeneratorPhase::Finished | GeneratorPhase::Created, Err(exception)) => {
                passed.phase = GeneratorPhase::Finished;
                Err(exception.clone())
            }
            (GeneratorPhase::Created, Ok(_)) if verb == "send" => {
                let message = "can't send a value to a just-started generator";
                Err(rt::raised("TypeError", message))
            }
            (GeneratorPhase::Created | GeneratorPhase::Suspended, _) => Ok(()),
        }
    }
}

impl<R: Debug> fmt::Display for GeneratorStop<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GeneratorStop::Returned(value) => write!(f, "StopIteration: {value:?}"),
            GeneratorStop::Raised(exception) => fmt::Display::fmt(exception, f),
        }
    }
}

impl<R: Debug> GeneratorStop<R> {
    /// The same as an exception, as a caller sees it that does not handle it: `StopIteration`
    /// with what was returned, or what was raised.
    #[must_use]
    #[track_caller]
    pub fn exception(self) -> Exception {
        match self {
            GeneratorStop::Returned(value) => Exception::new("StopIteration", format!("{value:?}")),
            GeneratorStop::Raised(exception) => exception,
        }
    }
}
