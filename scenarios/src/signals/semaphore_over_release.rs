//! A permit too many (K28).
//!
//! A car park has k places. k + 1 cars come, and an attendant opens the gate
//! once too often: the attendant releases a permit that it never took.
//!
//! ```text
//!   T1        T2        T3        T4 (attendant)     with 2 places
//!   acquire
//!             acquire
//!                                 release
//!                       acquire                      3 cars on 2 places
//! ```
//!
//! `plain`: a semaphore has no owner and no upper end, so the stray release
//! raises the limit to k + 1 silently, and all k + 1 cars can be inside.
//! The outcome is the greatest number of cars inside at once: 1 to k + 1.
//!
//! `bounded`: a release above the first value raises a `ValueError`. There is
//! one release more than there are acquires, so exactly one of them raises, in
//! every execution. But which one? The attendant raises only if no car has a
//! permit just then; then the stray release does nothing, and at most k cars are
//! inside at once, as always. Otherwise it passes, k + 1 cars can be inside,
//! and the *car* that next leaves the car park empty raises, which did nothing
//! wrong. Each number of cars that is possible is reached both times: any group
//! can be inside together after the attendant has raised, and 1 to k + 1 cars
//! when the attendant comes while the first of them has its permit. So the documents'
//! reading that a bounded semaphore shows the culprit holds only in the next
//! variant.
//!
//! `bounded-when-empty`: the attendant comes when all cars have left. All
//! permits are there, so the attendant always raises, and the limit has held.
//!
//! `guards`: a permit that is tied to a block cannot be given back twice, nor
//! by a task that has none; the attendant has nothing to release.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use unknot_checker::sim::{
    BoundedSemaphore, Exception, JoinHandle, Semaphore, Value, spawn_named, verify,
};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "semaphore-over-release",
    family: "signals",
    about: "an attendant opens the car park once too often",
    covers: &["K28"],
    params: &[Param {
        name: "places",
        about: "permits of the semaphore; one car more comes",
        default: 2,
        min: 1,
        max: 4,
    }],
    variants: &[
        Variant::new("plain", "a semaphore takes any release", plain, |params| {
            let places = params.int("places");
            Expectation::pass()
                .sometimes(Kind::InvariantViolation)
                .outcomes(1..=places + 1)
                .exhausts_if(places <= 3)
        }),
        Variant::new("bounded", "a bounded semaphore raises, somewhere", bounded, |params| {
            let places = params.int("places");
            let attendant = (1..=places).map(|most| told(most, "attendant"));
            let car = (1..=places + 1).map(|most| told(most, "car"));
            Expectation::pass()
                .always(Kind::Exception)
                .sometimes(Kind::InvariantViolation)
                .outcomes(attendant.chain(car))
                .exhausts_if(places <= 3)
        }),
        Variant::new(
            "bounded-when-empty",
            "the attendant comes when all cars have left",
            bounded_when_empty,
            |params| {
                let places = params.int("places");
                Expectation::pass()
                    .always(Kind::Exception)
                    .outcomes((1..=places).map(|most| told(most, "attendant")))
                    .exhausts_if(places <= 3)
            },
        ),
        Variant::new("guards", "permits are given back by guards only", guards, |params| {
            let places = params.int("places");
            Expectation::pass().outcomes(1..=places).exhausts_if(places <= 3)
        }),
    ],
    source: source!("semaphore_over_release.rs"),
};

/// What the bounded variants tell: the most cars at once, and which task raised.
fn told(most: i64, raised_by: &'static str) -> Value {
    Value::Record(vec![("at once", most.into()), ("raised by", raised_by.into())])
}

fn permits(params: &Params) -> u32 {
    u32::try_from(params.int("places")).expect("in range")
}

fn plain(params: &Params) -> Result<Value, Exception> {
    let gate = Semaphore::named("gate", permits(params));
    let (entry, exit) = (gate.clone(), gate.clone());
    let cars = Cars::send(
        params,
        move || entry.acquire(),
        move |()| {
            exit.release();
            Ok(())
        },
    );
    let attendant = spawn_named("attendant", move || gate.release());
    cars.wait()?;
    attendant.join()?;
    Ok(cars.most.get().into())
}

fn bounded(params: &Params) -> Result<Value, Exception> {
    let gate = BoundedSemaphore::named("gate", permits(params));
    let cars = Cars::through(params, &gate);
    let attendant = spawn_named("attendant", move || gate.release());
    let a_car_raised = cars.wait()?;
    let he_raised = attendant.join()?.is_err();
    verify!(he_raised != a_car_raised, "not exactly one of them raised");
    Ok(told(cars.most.get(), if he_raised { "attendant" } else { "car" }))
}

fn bounded_when_empty(params: &Params) -> Result<Value, Exception> {
    let gate = BoundedSemaphore::named("gate", permits(params));
    let cars = Cars::through(params, &gate);
    let a_car_raised = cars.wait()?;
    let he_raised = spawn_named("attendant", move || gate.release()).join()?.is_err();
    verify!(he_raised && !a_car_raised, "the wrong one raised");
    Ok(told(cars.most.get(), "attendant"))
}

fn guards(params: &Params) -> Result<Value, Exception> {
    let gate = BoundedSemaphore::named("gate", permits(params));
    let cars = Cars::send(
        params,
        move || gate.permit(),
        |permit| {
            drop(permit);
            Ok(())
        },
    );
    cars.wait()?;
    Ok(cars.most.get().into())
}

/// Cars on their way.
struct Cars {
    started: RefCell<Vec<JoinHandle<Result<(), Exception>>>>,
    /// The most that were inside at once, counted as part of the steps that
    /// take and give permits, so that counting adds no interleavings.
    most: Rc<Cell<i64>>,
}

impl Cars {
    /// Sends one car more than there are places.
    fn send<P: 'static>(
        params: &Params,
        acquire: impl Fn() -> P + Clone + 'static,
        release: impl Fn(P) -> Result<(), Exception> + Clone + 'static,
    ) -> Cars {
        let places = params.int("places");
        let (inside, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let car = |i| {
            let (inside, most) = (inside.clone(), most.clone());
            let (acquire, release) = (acquire.clone(), release.clone());
            spawn_named(("car", i), move || {
                let permit = acquire();
                let at_once: i64 = inside.get() + 1;
                inside.set(at_once);
                most.set(at_once.max(most.get()));
                verify!(at_once <= places, "{at_once} cars are on {places} places");
                let left = release(permit);
                inside.set(inside.get() - 1);
                left
            })
        };
        let started = (1..=places + 1).map(car).collect();
        Cars { started: RefCell::new(started), most }
    }

    fn through(params: &Params, gate: &BoundedSemaphore) -> Cars {
        let (entry, exit) = (gate.clone(), gate.clone());
        Cars::send(params, move || entry.acquire(), move |()| exit.release())
    }

    /// Waits until all have left, and says whether one of them raised.
    fn wait(&self) -> Result<bool, Exception> {
        let mut raised = false;
        for car in self.started.take() {
            raised |= car.join()?.is_err();
        }
        Ok(raised)
    }
}
