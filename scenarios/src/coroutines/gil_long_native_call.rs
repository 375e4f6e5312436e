//! Native code keeps the interpreter lock until it returns (K12).
//!
//! A thread calls code of an extension, which takes 10 s. Another thread wants to execute a
//! few bytecodes.
//!
//! `keeps-lock`: the quantum counts bytecodes, and native code executes none. So the other
//! thread waits for all of the call, and ends at 10 s, always.
//!
//! `gives-lock-up`: the extension gives the lock up for the time of its call. The other thread
//! ends at 0 s, always.

use std::time::Duration;

use unknot_checker::sim::{Exception, Gil, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::clock::seconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "gil-long-native-call",
    family: "coroutines",
    about: "a long call of native code, and a thread that waits for the interpreter lock",
    covers: &["K12"],
    params: &[Param { name: "call", about: "seconds of the call", default: 10, min: 1, max: 100 }],
    variants: &[
        Variant::new(
            "keeps-lock",
            "the call keeps the lock",
            |params| program(params, true),
            |params| Expectation::pass().outcomes([other_ends_at(params.int("call"))]),
        )
        .in_virtual_time(),
        Variant::new(
            "gives-lock-up",
            "the call gives the lock up",
            |params| program(params, false),
            |_| Expectation::pass().outcomes([other_ends_at(0)]),
        )
        .in_virtual_time(),
    ],
    source: source!("gil_long_native_call.rs"),
};

fn other_ends_at(seconds: i64) -> Value {
    Value::Record(vec![("the other ends at", seconds.into())])
}

fn program(params: &Params, keeps_lock: bool) -> Result<Value, Exception> {
    let gil = Gil::new(100);
    let call = Duration::from_secs(params.int("call").unsigned_abs());
    let own = gil.clone();
    let native = gil.spawn("native", move || match keeps_lock {
        true => own.native(call),
        false => own.sleep(call),
    });
    let own = gil.clone();
    let other = gil.spawn("other", move || {
        (0..3).for_each(|_| own.bytecode());
        seconds()
    });
    let (native, other) = gil.blocking(|| (native.join(), other.join()));
    native?;
    Ok(other_ends_at(other??))
}
