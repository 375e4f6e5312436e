//! The end of a lane diagram: a row for each wait that does not end, with an arrow from
//! the lane of the task that waits to that of the task that could let it go on.

use super::lane_diagram::{Diagram, ROW_GAP};
use super::lane_text::{PAD, TEXT};

use super::palette::Role;
use super::scene::{Item, Lines, Rect, Set};
use crate::replay::graph::TaskEdge;
use crate::report::picture::in_one_knot;
use crate::report::visible::visible;
use crate::report::words::label;

/// Draws the rows below the last step.
pub(super) fn draw(diagram: &mut Diagram<'_>) {
    let Some(graph) = diagram.report.graph else { return };
    let mut y = diagram.bottom + ROW_GAP;
    for edge in &graph.wait_for {
        let lanes = (diagram.lane_of(&edge.from), diagram.lane_of(&edge.to));
        let (Some(from), Some(to)) = lanes else { continue };
        let role = match (edge.certain, in_one_knot(graph, &edge.from, &edge.to)) {
            (true, true) => Role::KnotWait,
            (true, false) => Role::Wait,
            (false, _) => Role::Possible,
        };
        let set = if role == Role::KnotWait { Set::BAD } else { Set::PLAIN };
        let lines = Lines::of(&sentence(edge), set, TEXT - 2.0 * PAD);
        let name = label(diagram.task(to));
        let name = Lines::of(&name, Set::BOLD, TEXT - 2.0 * PAD);
        let h = lines.size().1.max(name.size().1) + 2.0 * PAD;
        let x = diagram.lefts[from].1;
        let rect = Rect { x, y, w: TEXT, h };
        if from != to {
            let target = Rect { x: diagram.lefts[to].1, ..rect };
            let middle = y + h / 2.0;
            let points = match from < to {
                true => vec![(rect.right(), middle), (target.x, middle)],
                false => vec![(rect.x, middle), (target.right(), middle)],
            };
            diagram.scene.items.push(Item::Line { points, role, has_arrow: true });
            let box_role = if role == Role::KnotWait { Role::KnotTask } else { Role::Task };
            diagram.scene.items.push(Item::Box { rect: target, role: box_role, radius: 4.0 });
            diagram.scene.write_centred(&name, target);
        }
        diagram.scene.items.push(Item::Box { rect, role: Role::Label, radius: 3.0 });
        diagram.scene.write_centred(&lines, rect);
        y += h + ROW_GAP;
    }
    diagram.bottom = y - ROW_GAP;
}

/// What a wait is, in words.
fn sentence(edge: &TaskEdge) -> String {
    let label = visible(&edge.label);
    match (&edge.held, edge.certain) {
        (Some(_), _) if edge.from == edge.to => format!("waits for {label}, which it holds itself"),
        (Some(_), _) => format!("waits for {}, which holds {label}", edge.to),
        (None, true) => format!("waits for {}", edge.to),
        (None, false) => format!("waits for {label}; {} could end that", edge.to),
    }
}
