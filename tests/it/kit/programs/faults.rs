//! Tasks that panic.

use super::family::*;

operations! {
    /// Numbers name a cell.
    FaultOp, |task| {
        Panic, NOTHING => fail(),
        /// Panics if the cell is not 0.
        Check(i: u8), "Shared::read" => assert_eq!(task.objects.cell(i).read(), 0, "a task wrote"),
    }
}

fn fail() {
    panic!("as it was told");
}

impl Family for FaultOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[];

    fn create(_: &Objects) {}

    /// What makes a task panic, or keeps it from that.
    fn with_panics(_: &[Op]) -> Vec<Op> {
        ops![Panic, Check(0), Check(1), Write(0, 1), Write(1, 1)]
    }
}
