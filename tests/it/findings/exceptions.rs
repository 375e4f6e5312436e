//! Exceptions and panics: one finding for each, at the place where it was made,
//! however many tasks pass it on.

use std::sync::Arc;

use unknot_checker::Kind;
use unknot_checker::sim::{Channel, Exception, Lock, Program, Value, spawn};

use crate::kit::support::dpor;

type Done = Result<(), Exception>;

/// The line in this file that follows the marker, counted from 1.
fn line_after(marker: &str) -> u32 {
    let mut lines = include_str!("exceptions.rs").lines();
    let at = lines.position(|line| line.trim() == format!("// {marker}")).expect(marker);
    u32::try_from(at).expect("a short file") + 2
}

fn refuse(amount: i64) -> Done {
    if amount > 0 {
        // here: refuse
        return Err(Exception::new("ValueError", format!("too much: {amount}")));
    }
    Ok(())
}

/// Main passes on what the task ended with.
fn passed_on() -> Done {
    spawn(|| refuse(7)).join()??;
    Ok(())
}

/// Three tasks pass it on, one after the other.
fn passed_on_thrice() -> Done {
    spawn(|| -> Done { spawn(|| -> Done { spawn(|| refuse(7)).join()? }).join()? }).join()??;
    Ok(())
}

/// Two tasks end at one line with different texts, and main passes the first on.
fn two_of_a_kind() -> Done {
    let (one, two) = (spawn(|| refuse(1)), spawn(|| refuse(2)));
    one.join()??;
    two.join()?
}

/// The task steps after the exception was made.
fn released_on_the_way() -> Done {
    let lock = Lock::new();
    let _held = lock.lock()?;
    refuse(7)
}

/// Main ends with what joining a task raises that panicked.
fn panicked() -> Done {
    let lock = Lock::new();
    let task = spawn(move || -> Done {
        // here: panicked
        let _held = lock.lock()?;
        assert!(!lock.locked(), "a panic of the program");
        Ok(())
    });
    task.join()?
}

/// What a primitive raises is made at the line that asked for the step.
fn misused() -> Done {
    let channel = Channel::new(1);
    channel.close();
    // here: misused
    channel.send(1)
}

#[test]
fn each_is_one_finding_at_its_place() {
    let table: [(fn() -> Done, u32); 6] = [
        (passed_on, line_after("here: refuse")),
        (passed_on_thrice, line_after("here: refuse")),
        (two_of_a_kind, line_after("here: refuse")),
        (released_on_the_way, line_after("here: refuse")),
        // The last step before the panic asks whether the lock is taken.
        (panicked, line_after("here: panicked") + 1),
        (misused, line_after("here: misused")),
    ];
    for (row, (body, line)) in table.into_iter().enumerate() {
        let program: Program = Arc::new(move || body().map(|()| Value::Unit));
        let observed = dpor(&program);
        let places: Vec<u32> = observed
            .findings
            .keys()
            .filter(|fault| fault.kind == Kind::Exception)
            .flat_map(|fault| fault.sites.iter().map(|site| site.0.line()))
            .collect();
        assert_eq!(places, [line], "row {row}");
    }
}

/// Where an exception was made is no part of what it is.
#[test]
fn two_exceptions_are_equal_wherever_they_were_made() {
    let one = Exception::new("ValueError", "the same");
    let other = Exception::new("ValueError", "the same");
    assert_ne!(one.place(), other.place());
    assert_eq!(one, other);
}
