//! A schedule that shows lost-update in counter.
//!
//! Written by `unknot promote` from update.sched. It fails as long as the schedule shows that.
//! It says nothing about other schedules: a check searches those.

use unknot_checker::Checker;

#[test]
fn counter_lost_update() {
    let program = crate::promoted::counter;
    Checker::new()
        .name("counter")
        .replay(
            "T0*2 ! T1 ! T0 T1*2 T0*3",
            program,
        )
        .assert_pass();
}
