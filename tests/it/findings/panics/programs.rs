//! Programs that panic, or are left in the middle, with destructors that do something.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use unknot_checker::sim::{
    Event, Exception, Lock, Queue, Semaphore, Shared, always, choose, outcome_at_exit, spawn,
    spawn_daemon, yield_now,
};

/// Does this when it is dropped.
pub(super) struct AtDrop<F: FnMut()>(pub(super) F);

impl<F: FnMut()> Drop for AtDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// An assertion under a lock that somebody else tries.
pub(super) fn an_assertion() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (theirs, read) = (lock.clone(), number.clone());
    let asserts = spawn(move || -> Result<(), Exception> {
        let _held = theirs.lock()?;
        assert_eq!(read.read(), 0, "somebody wrote");
        Ok(())
    });
    let tries = spawn(move || -> Result<bool, Exception> {
        let granted = lock.try_acquire();
        if granted {
            lock.release()?;
        }
        Ok(granted)
    });
    let writes = spawn(move || number.write(1));
    let passed = asserts.join().is_ok();
    let granted = tries.join()??;
    writes.join()?;
    Ok(i64::from(passed) + 2 * i64::from(granted))
}

/// A permit that another task gives.
pub(super) fn a_permit() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let (theirs, given) = (permits.clone(), permits.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        yield_now();
        panic!("wants a permit");
    });
    let gives = spawn(move || given.release());
    panics.join().ok();
    gives.join()?;
    Ok(permits.value())
}

/// A permit that nobody gives.
pub(super) fn no_permit() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| permits.acquire());
        panic!("wants a permit");
    });
    panics.join().ok();
    Ok(0)
}

/// A lock that another task holds for a while, if it gets it.
pub(super) fn a_lock() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (theirs, held, written) = (lock.clone(), lock.clone(), number.clone());
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| theirs.acquire());
        panic!("wants the lock");
    });
    let holds = spawn(move || -> Result<(), Exception> {
        if held.try_acquire() {
            written.write(1);
            held.release()?;
        }
        Ok(())
    });
    panics.join().ok();
    holds.join()??;
    Ok(number.read() + 2 * i64::from(lock.locked()))
}

/// Two panics at once.
pub(super) fn two_panics() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let (ones, twos) = (number.clone(), number.clone());
    let first = spawn(move || -> () {
        let _at_drop = AtDrop(|| ones.write(ones.read() + 1));
        panic!("adds 1");
    });
    let second = spawn(move || -> () {
        let _at_drop = AtDrop(|| twos.write(twos.read() + 2));
        panic!("adds 2");
    });
    first.join().ok();
    second.join().ok();
    Ok(number.read())
}

/// A destructor that panics itself, and catches that.
pub(super) fn a_panic_in_a_panic() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let written = number.clone();
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| {
            let inner = catch_unwind(AssertUnwindSafe(|| -> () {
                yield_now();
                panic!("the inner one");
            }));
            written.write(i64::from(inner.is_err()));
        });
        panic!("the outer one");
    });
    panics.join().ok();
    Ok(number.read())
}

/// A panic that its task catches. The lock that it held is free again.
pub(super) fn a_panic_that_is_caught() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let written = number.clone();
    let catches = spawn(move || -> Result<(), Exception> {
        let caught = catch_unwind(AssertUnwindSafe(|| -> Result<(), Exception> {
            let _held = lock.lock()?;
            panic!("never seen");
        }));
        let _held = lock.lock()?;
        written.write(i64::from(caught.is_err()));
        Ok(())
    });
    catches.join()??;
    Ok(number.read())
}

/// The guard of a lock that somebody else has given back meanwhile.
pub(super) fn a_lock_given_back_twice() -> Result<i64, Exception> {
    let lock = Lock::new();
    let theirs = lock.clone();
    let panics = spawn(move || -> () {
        let _held = theirs.lock();
        theirs.release().ok();
        panic!("gives the lock back again");
    });
    panics.join().ok();
    Ok(lock.locked().into())
}

/// Others wait for what a destructor does.
pub(super) fn a_word_from_a_destructor() -> Result<i64, Exception> {
    let (event, results) = (Event::new(), Queue::new(1));
    let (set, put) = (event.clone(), results.clone());
    let waits = spawn(move || event.wait());
    let panics = spawn(move || -> () {
        let _first = AtDrop(|| put.put(7).unwrap_or_default());
        let _second = AtDrop(|| set.set());
        panic!("tells others");
    });
    waits.join()?;
    panics.join().ok();
    results.get()
}

/// A daemon that is killed before, in, or after its panic.
pub(super) fn a_daemon() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let written = number.clone();
    spawn_daemon("daemon", move || -> () {
        let _at_drop = AtDrop(|| written.write(written.read() + 1));
        yield_now();
        panic!("is killed perhaps");
    });
    outcome_at_exit(move || number.read());
    Ok(0)
}

/// A destructor that is kept from its end by nobody, and has none.
pub(super) fn no_end() -> Result<i64, Exception> {
    let event = Event::new();
    let polls = spawn(move || -> () {
        let _at_drop = AtDrop(|| while !event.is_set() {});
        panic!("polls for ever");
    });
    polls.join().ok();
    Ok(0)
}

/// The same of a task that waits for ever, and is unwound.
pub(super) fn no_end_of_a_wait() -> Result<i64, Exception> {
    let (event, permits) = (Event::new(), Semaphore::new(0));
    let waits = spawn(move || {
        let _at_drop = AtDrop(|| while !event.is_set() {});
        permits.acquire();
    });
    waits.join()?;
    Ok(0)
}

/// A task that waits for ever in a destructor, in which it has caught a panic.
pub(super) fn stuck_behind_a_panic() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| {
            catch_unwind(|| panic!("the inner one")).ok();
            permits.acquire();
        });
        panic!("the outer one");
    });
    panics.join().ok();
    Ok(0)
}

/// A panic that is caught and goes on, and waits for ever on its way.
pub(super) fn a_panic_that_goes_on() -> Result<i64, Exception> {
    let permits = Semaphore::new(0);
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| permits.acquire());
        resume_unwind(Box::new("goes on"));
    });
    panics.join().ok();
    Ok(0)
}

/// The same with another text, and nobody in its way.
pub(super) fn a_panic_that_goes_on_otherwise() -> Result<i64, Exception> {
    let panics = spawn(|| -> () {
        let caught = catch_unwind(|| panic!("the first one")).is_err();
        resume_unwind(Box::new(format!("the second one, {caught}")));
    });
    Ok(panics.join().is_ok().into())
}

/// A lock given back twice by a task that has caught a panic, while another one
/// panics or not.
pub(super) fn a_lock_given_back_twice_after_a_panic() -> Result<i64, Exception> {
    let (lock, number) = (Lock::new(), Shared::new(0));
    let (written, other) = (number.clone(), Shared::new(0));
    let catches = spawn(move || -> Result<(), Exception> {
        catch_unwind(|| panic!("never seen")).ok();
        {
            let _held = lock.lock()?;
            lock.release()?;
        }
        written.write(1);
        Ok(())
    });
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| other.write(1));
        yield_now();
        panic!("is seen");
    });
    panics.join().ok();
    catches.join()??;
    Ok(number.read())
}

/// A daemon that chooses on its way out, or is killed there.
pub(super) fn a_choice() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let written = number.clone();
    spawn_daemon("daemon", move || -> () {
        let _at_drop = AtDrop(|| written.write(i64::from(choose(3)) + 1));
        panic!("chooses");
    });
    outcome_at_exit(move || number.read());
    Ok(0)
}

/// Conditions that panic, the second one in a destructor.
pub(super) fn conditions_that_panic() -> Result<i64, Exception> {
    let number = Shared::new(0);
    let (written, seen) = (number.clone(), number.clone());
    always("below 1", move || {
        assert!(seen.read() < 1);
        true
    });
    let panics = spawn(move || -> () {
        let _at_drop = AtDrop(|| {
            written.write(1);
            written.write(2);
        });
        panic!("writes");
    });
    panics.join().ok();
    Ok(number.read())
}

/// What the outcome is made of panics.
pub(super) fn no_outcome() -> Result<i64, Exception> {
    outcome_at_exit(|| -> i64 { panic!("has no outcome") });
    Ok(0)
}

/// More guards than a task gets operations to leave by itself.
pub(super) fn many_guards() -> Result<i64, Exception> {
    let (permits, lock) = (Semaphore::new(150), Lock::new());
    let held: Vec<_> = (0..150).map(|_| permits.permit()).collect();
    lock.acquire();
    let _never = lock.lock().expect("a lock");
    Ok(held.len() as i64)
}

/// Guards that belong to what is asked later, where nobody gets there.
pub(super) fn guards_of_conditions() -> Result<i64, Exception> {
    let (locks, number) = ([Lock::new(), Lock::new()], Shared::new(0));
    let [first, second] = [locks[0].lock()?, locks[1].lock()?];
    let seen = number.clone();
    always("is 0", move || {
        let _held = &first;
        seen.read() == 0
    });
    outcome_at_exit(move || {
        drop(second);
        number.read()
    });
    locks[0].acquire();
    Ok(0)
}

/// A server that catches whatever happens, and is killed.
pub(super) fn who_catches_all() -> Result<i64, Exception> {
    let jobs: Queue<i64> = Queue::new(0);
    spawn_daemon("server", move || -> () {
        loop {
            catch_unwind(AssertUnwindSafe(|| jobs.get().unwrap_or_default())).ok();
        }
    });
    Ok(0)
}

/// A pool of threads, as in many a book, while main waits for something else.
pub(super) fn a_pool() -> Result<i64, Exception> {
    let (jobs, permits) = (Queue::new(0), Semaphore::new(0));
    let theirs = jobs.clone();
    let mut worker = Some(spawn(move || -> Result<i64, Exception> { theirs.get() }));
    let _pool = AtDrop(|| {
        jobs.put(1).expect("room");
        worker.take().map(|worker| worker.join().ok());
    });
    permits.acquire();
    Ok(0)
}
