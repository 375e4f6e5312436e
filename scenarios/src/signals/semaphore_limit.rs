//! A car park with few places (E14 E82 E118; K26 K27 S08; M20).
//!
//! A semaphore is compared with a car park: it has a number of places, and a car that
//! comes when it is full waits at the gate. The documents send 100 threads for 5 s
//! each, or 20 for 2 s, through a semaphore of 5.
//!
//! ```text
//!   T1          T2          T3
//!   acquire
//!               acquire
//!                           acquire  BLOCKED, with two places
//!   release
//!                           acquire
//! ```
//!
//! `places`: a car is counted in as it takes its permit and out as it gives it
//! back, so a car that is counted has a permit, and no more than k are counted at
//! once (K26). No car waits for ever: a car that has a permit waits for
//! nothing and gives it back (K27). The outcome is the greatest number of cars
//! inside at once. Each from 1 to min(n, k) is possible, and no other: let that
//! many enter before the first of them leaves, and the others one by one. With
//! 3 cars and 2 places, 6 of the 54 schedules of M20 have one car at a time, as
//! many as there are orders of the cars.
//!
//! `stays`: durations count, and every car stays equally long. Time moves
//! only when no task can go on, so at each arrival of time k cars leave and k
//! that wait come in: all have finished after ceil(n / k) times the stay.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::{Exception, Semaphore, Value, now, sleep, spawn_named, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "semaphore-limit",
    family: "signals",
    about: "cars and a car park with few places",
    covers: &["E14", "E82", "E118", "K26", "K27", "S08", "M20"],
    params: &[
        Param { name: "cars", about: "cars that come", default: 4, min: 1, max: 100 },
        Param { name: "places", about: "permits of the semaphore", default: 2, min: 1, max: 100 },
        Param { name: "stay", about: "seconds that a car stays", default: 5, min: 1, max: 60 },
    ],
    variants: &[
        Variant::new("places", "never more cars inside than places", places, |params| {
            let (cars, places) = (params.int("cars"), params.int("places"));
            Expectation::pass().outcomes(1..=cars.min(places)).exhausts_if(cars <= 5)
        }),
        Variant::new("stays", "how long it takes when every car stays", stays, |params| {
            let (cars, places) = (params.int("cars"), params.int("places"));
            let rounds = (cars + places - 1) / places;
            Expectation::pass().outcomes([rounds * params.int("stay")]).exhausts_if(cars <= 5)
        })
        .in_virtual_time(),
    ],
    source: source!("semaphore_limit.rs"),
};

fn places(params: &Params) -> Result<Value, Exception> {
    let places = params.int("places");
    let gate = Semaphore::named("gate", u32::try_from(places).expect("in range"));
    // Cars inside, counted as part of the steps that take and give permits, so
    // that counting adds no interleavings; and the most there have been.
    let (inside, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let mut cars = vec![];
    for i in 1..=params.size("cars") {
        let (gate, inside, most) = (gate.clone(), inside.clone(), most.clone());
        cars.push(spawn_named(("car", i), move || {
            gate.acquire();
            let at_once: i64 = inside.get() + 1;
            inside.set(at_once);
            most.set(at_once.max(most.get()));
            verify!(at_once <= places, "{at_once} cars are on {places} places");
            gate.release();
            inside.set(inside.get() - 1);
        }));
    }
    for car in cars {
        car.join()?;
    }
    Ok(most.get().into())
}

fn stays(params: &Params) -> Result<Value, Exception> {
    let gate = Semaphore::named("gate", u32::try_from(params.int("places")).expect("in range"));
    let stay = Duration::from_secs(u64::try_from(params.int("stay")).expect("in range"));
    let mut cars = vec![];
    for i in 1..=params.size("cars") {
        let gate = gate.clone();
        cars.push(spawn_named(("car", i), move || {
            let _place = gate.permit();
            sleep(stay);
        }));
    }
    for car in cars {
        car.join()?;
    }
    Ok(now()?.as_secs().into())
}
