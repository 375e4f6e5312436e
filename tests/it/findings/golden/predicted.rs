//! A program of which one execution lets three things expect: one is a deadlock, one is a lost
//! update, and one cannot be, since an event keeps the tasks apart.

use unknot_checker::sim::{Event, Exception, JoinHandle, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario};

use super::programs::scenario;

type Done = Result<(), Exception>;

fn both(first: Lock, second: Lock) -> impl FnOnce() -> Done {
    move || {
        let _first = first.lock()?;
        let _second = second.lock()?;
        Ok(())
    }
}

/// Two clerks take the till and the book, in two orders. The baker has given back the oven and
/// the door before it says that the shop is open, and the porter waits for that. A guest counts
/// itself under a lock, and the host without one.
fn shop(more_guests: usize) -> Result<Value, Exception> {
    let (till, book) = (Lock::named("till"), Lock::named("book"));
    let (oven, door) = (Lock::named("oven"), Lock::named("door"));
    let open = Event::named("open");
    let (guests, list) = (Shared::named("guests", 0), Lock::named("list"));
    let mut tasks: Vec<JoinHandle<Done>> = vec![
        spawn_named("clerk", both(till.clone(), book.clone())),
        spawn_named("second clerk", both(book, till)),
    ];
    let (bake, opens) = (both(oven.clone(), door.clone()), open.clone());
    tasks.push(spawn_named("baker", move || {
        bake()?;
        opens.set();
        Ok(())
    }));
    let carry = both(door, oven);
    tasks.push(spawn_named("porter", move || {
        open.wait();
        carry()
    }));
    for _ in 0..=more_guests {
        let (guests, list) = (guests.clone(), list.clone());
        tasks.push(spawn_named("guest", move || {
            let _list = list.lock()?;
            guests.write(guests.read() + 1);
            Ok(())
        }));
    }
    guests.write(guests.read() + 1);
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(Value::Unit)
}

fn few(_: &Params) -> Result<Value, Exception> {
    shop(0)
}

fn many(_: &Params) -> Result<Value, Exception> {
    shop(97)
}

fn expect(_: &Params) -> Expectation {
    Expectation::pass().sometimes(Kind::Deadlock).sometimes(Kind::LostUpdate)
}

/// With 5 tasks beside main, of which every execution can be made, and with 102.
pub(super) fn all() -> Vec<Scenario> {
    vec![scenario("predicted", few, expect), scenario("predicted-crowd", many, expect)]
}
