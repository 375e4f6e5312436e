//! An execution as a picture: a lane for each task, time downwards.
//!
//! There is one step in a row, so what a step says and an arrow that starts at it never
//! meet another text. Bands say what a task holds, with a colour, a pattern and a letter
//! for each thing. A hatched stretch says that a task is blocked; an arrow leads to its end
//! from the step that let the task go on. Below the last step an arrow leads from each task
//! that waits for good to the tasks that could let it go on and never will.

use super::lane_diagram::{MARGIN, diagram};
use super::lane_end;
use super::scene::Scene;
use crate::report::replay::ReplayReport;

/// The picture of an execution.
pub(super) fn scene(report: &ReplayReport<'_>, is_whole: bool) -> Scene {
    let mut diagram = diagram(report, is_whole);
    lane_end::draw(&mut diagram);
    diagram.scene.height = diagram.bottom + MARGIN;
    diagram.scene
}
