//! Time that passes, and steps that let others go first.

use std::time::Duration;

use unknot_checker::sim::{now, sleep, yield_now};

use super::family::*;

operations! {
    /// Numbers are milliseconds.
    TimeOp, |_| {
        Yield, "yield_now" => yield_now(),
        Sleep(millis: u8), "sleep" => sleep(Duration::from_millis(millis.into())),
        Now, "now" => now().map(|now| now.as_millis() as i64),
    }
}

impl Family for TimeOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[Theme::new(32, || {
        let looks = ops![Now, Now, Sleep(1), Sleep(2)];
        [looks, ops![Lock(0), LockTimeout(0), Unlock(0), Update(0)]].concat()
    })];

    fn create(_: &Objects) {}
}
