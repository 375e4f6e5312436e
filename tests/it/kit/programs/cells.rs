//! Two cells.

use unknot_checker::sim::Shared;

use super::family::*;

operations! {
    /// The first number is the cell, the second a value.
    CellOp, |task| {
        Read(i: u8), "Shared::read" => task.objects.cell(i).read(),
        Write(i: u8, value: u8), "Shared::write" => task.objects.cell(i).write(value.into()),
        Update(i: u8), "Shared::update_in_one_step" => task.objects.update(i),
        /// Two steps.
        ReadAndWrite(i: u8), "Shared::update" => task.objects.cell(i).update(|old| old * 2 + 1),
    }
}

impl Objects {
    pub(super) fn cell(&self, i: u8) -> &Shared<i64> {
        &self.cells()[usize::from(i)]
    }

    /// Updates a cell in one step.
    pub(super) fn update(&self, i: u8) -> i64 {
        self.cell(i).update_in_one_step(|old| old * 2 + 1)
    }
}

impl Family for CellOp {
    type Objects = [Shared<i64>; 2];
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(0, || ops![Read(0), Write(0, 1), Write(0, 2), Update(0), Read(1), Write(1, 1)]),
        Theme::new(33, || {
            ops![ReadAndWrite(0), ReadAndWrite(0), Update(0), Write(0, 1), YieldUntilChanged]
        }),
    ];

    fn create(_: &Objects) -> [Shared<i64>; 2] {
        ["cell 0", "cell 1"].map(|name| Shared::named(name, 0))
    }

    fn finals(cells: &[Shared<i64>; 2]) -> Vec<i64> {
        cells.iter().map(Shared::read).collect()
    }
}
