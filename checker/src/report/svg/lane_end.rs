//! The end of a lane diagram: a row for each wait that does not end, with an arrow from
//! the lane of the task that waits to that of the task that could let it go on.

use super::lane_diagram::{Diagram, ROW_GAP};
use super::lane_text::{PAD, TEXT};

use super::palette::Paint;
use super::scene::{Lettering, Paragraph, Rect, Shape};
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
            (true, true) => Paint::KnotWait,
            (true, false) => Paint::Wait,
            (false, _) => Paint::Possible,
        };
        let set = if role == Paint::KnotWait { Lettering::BAD } else { Lettering::PLAIN };
        let lines = Paragraph::of(&sentence(edge), set, TEXT - 2.0 * PAD);
        let name = label(diagram.task(to));
        let name = Paragraph::of(&name, Lettering::BOLD, TEXT - 2.0 * PAD);
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
            diagram.scene.items.push(Shape::Line { points, role, has_arrow: true });
            let box_role = if role == Paint::KnotWait { Paint::KnotTask } else { Paint::Task };
            diagram.scene.items.push(Shape::Box { rect: target, role: box_role, radius: 4.0 });
            diagram.scene.write_centred(&name, target);
        }
        diagram.scene.items.push(Shape::Box { rect, role: Paint::Label, radius: 3.0 });
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
