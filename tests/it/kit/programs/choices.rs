//! Choices of a value.

use unknot_checker::sim::choose;

use super::family::*;

operations! {
    /// What is not chosen is told as -1.
    ChoiceOp, |task| {
        /// Of so many values.
        Choose(n: u8), "choose" => choose(n.into()),
        /// Of two values: to update a cell or not.
        ChooseUpdate(i: u8), "choose" => (choose(2) != 0).then(|| task.objects.update(i)),
        /// Of two values, if a cell is not 0.
        ChooseIf(i: u8), "choose" => (task.objects.cell(i).read() != 0).then(|| choose(2)),
    }
}

impl Family for ChoiceOp {
    type Objects = ();
    type Kept = ();

    const THEMES: &'static [Theme] = &[Theme::new(17, || {
        let chooses = ops![Choose(2), Choose(3), ChooseUpdate(0), ChooseIf(0)];
        [chooses, ops![Yield, Sleep(1), Sleep(2), Update(0)]].concat()
    })];

    fn create(_: &Objects) {}
}
