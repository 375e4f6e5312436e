//! What orderings order, and fences.

use std::panic::Location;
use std::sync::atomic::Ordering;

use unknot_sim::raw::{self, Act, Op, Order};

/// What a load with this ordering orders.
#[track_caller]
pub(super) fn of_load(ordering: Ordering) -> Order {
    match ordering {
        Ordering::Relaxed => Order::RELAXED,
        Ordering::Acquire | Ordering::SeqCst => Order::ACQUIRE,
        Ordering::Release => panic!("there is no such thing as a release load"),
        _ => panic!("there is no such thing as an acquire-release load"),
    }
}

/// What a store with this ordering orders.
#[track_caller]
pub(super) fn of_store(ordering: Ordering) -> Order {
    match ordering {
        Ordering::Relaxed => Order::RELAXED,
        Ordering::Release | Ordering::SeqCst => Order::RELEASE,
        Ordering::Acquire => panic!("there is no such thing as an acquire store"),
        _ => panic!("there is no such thing as an acquire-release store"),
    }
}

/// What a read-modify-write with this ordering orders.
pub(super) fn of_update(ordering: Ordering) -> Order {
    match ordering {
        Ordering::Relaxed => Order::RELAXED,
        Ordering::Acquire => Order::ACQUIRE,
        Ordering::Release => Order::RELEASE,
        _ => Order::BOTH,
    }
}

/// A fence: it makes something of the relaxed operations of its task. One step, on which no
/// other depends.
///
/// # Panics
/// If it is relaxed.
#[track_caller]
pub fn fence(ordering: Ordering) {
    assert!(ordering != Ordering::Relaxed, "there is no such thing as a relaxed fence");
    let act = Act::Fence(of_update(ordering));
    raw::step(Op::local("fence", Location::caller()).acting(act));
}

/// A fence for the compiler alone, which orders nothing here.
#[track_caller]
pub fn compiler_fence(ordering: Ordering) {
    assert!(ordering != Ordering::Relaxed, "there is no such thing as a relaxed fence");
}
