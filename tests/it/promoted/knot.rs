//! A schedule that shows deadlock in ab-ba-noodles/opposite-orders.
//!
//! Written by `unknot promote` from knot.sched. It passes as long as the schedule shows that.
//! It says nothing about other schedules: a check searches those.

use unknot_checker::{Checker, Kind};

#[test]
fn ab_ba_noodles_opposite_orders_deadlock() {
    let program = unknot_checker::program(
        unknot_scenarios::CATALOGUE,
        "ab-ba-noodles/opposite-orders",
        &[("group", 1)],
    );
    Checker::new()
        .name("ab-ba-noodles/opposite-orders")
        .replay(
            "T0*2 T1 ! T2",
            program,
        )
        .assert_finds(Kind::Deadlock);
}
