//! What has to hold.

use unknot_checker::sim::{always, verify};

use super::family::*;

operations! {
    /// The first number is the cell, the second a value.
    ClaimOp, |task| {
        /// From now on the cell has to have the value.
        Always(i: u8, value: u8), "always" => {
            let cell = task.objects.cell(i).clone();
            always(("cell", usize::from(i)), move || cell.read() == i64::from(value))
        },
        /// Here the cell has to be 0.
        Verify(i: u8), "verify_that" => verify!(task.objects.cell(i).read() == 0),
    }
}

impl Family for ClaimOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[Theme::new(20, || {
        let holds = ops![Always(0, 0), Always(0, 1), Always(1, 0), Verify(0), Verify(1)];
        [holds, ops![Write(0, 1), Write(0, 0), Write(1, 1)]].concat()
    })];

    fn create(_: &Objects) {}
}
