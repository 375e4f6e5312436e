//! The end of a lane diagram: a row for each wait that does not end, with an arrow from
//! the lane of the task that waits to that of the task that could let it go on. That task is
//! named once for rows that follow each other.

use super::lane_diagram::{Diagram, ROW_GAP};
use super::lane_text::{PAD, TEXT};

use super::palette::Paint;
use super::scene::{Lettering, Paragraph, Rect, Shape};
use crate::replay::graph::{Graph, Part, TaskEdge};
use crate::report::picture::in_one_knot;
use crate::report::visible::visible;
use crate::report::words::label;

/// A wait that does not end, between two lanes.
struct EndRow<'a> {
    edge: &'a TaskEdge,
    from: usize,
    to: usize,
    role: Paint,
}

/// Draws the rows below the last step.
pub(super) fn draw<'a>(diagram: &mut Diagram<'a>) {
    let Some(graph) = diagram.report.graph else { return };
    let row = |edge: &'a TaskEdge| {
        let lanes = (diagram.lane_of(&edge.from), diagram.lane_of(&edge.to));
        let (Some(from), Some(to)) = lanes else { return None };
        let role = match (edge.certain, in_one_knot(graph, &edge.from, &edge.to)) {
            (true, true) => Paint::KnotWait,
            (true, false) => Paint::Wait,
            (false, _) => Paint::Possible,
        };
        Some(EndRow { edge, from, to, role })
    };
    let rows: Vec<EndRow<'_>> = graph.wait_for.iter().filter_map(row).collect();
    let is_one = |a: &EndRow<'_>, b: &EndRow<'_>| a.to == b.to && a.from != a.to && b.from != b.to;
    for rows in rows.chunk_by(is_one) {
        draw_rows(diagram, graph, rows);
    }
}

/// Draws rows that lead to one lane, or one that stays in its lane.
fn draw_rows(diagram: &mut Diagram<'_>, graph: &Graph, rows: &[EndRow<'_>]) {
    let to = rows[0].to;
    let name = label(diagram.task(to));
    let name = Paragraph::of(&name, Lettering::BOLD, TEXT - 2.0 * PAD);
    let top = diagram.bottom + ROW_GAP;
    let mut y = top;
    let mut boxes = vec![];
    for EndRow { edge, from, role, .. } in rows {
        let set = if *role == Paint::KnotWait { Lettering::BAD } else { Lettering::PLAIN };
        let lines = Paragraph::of(&sentence(edge, graph), set, TEXT - 2.0 * PAD);
        let h = lines.size().1.max(name.size().1) + 2.0 * PAD;
        let rect = Rect { x: diagram.lefts[*from].1, y, w: TEXT, h };
        if *from != to {
            let (middle, target) = (y + h / 2.0, diagram.lefts[to].1);
            let points = match *from < to {
                true => vec![(rect.right(), middle), (target, middle)],
                false => vec![(rect.x, middle), (target + TEXT, middle)],
            };
            diagram.scene.items.push(Shape::Line { points, role: *role, has_arrow: true });
        }
        boxes.push((rect, lines));
        y += h + ROW_GAP;
    }
    diagram.bottom = y - ROW_GAP;
    if rows[0].from != to {
        let target = Rect { x: diagram.lefts[to].1, y: top, w: TEXT, h: diagram.bottom - top };
        let is_in_knot = rows.iter().any(|row| row.role == Paint::KnotWait);
        let role = if is_in_knot { Paint::KnotTask } else { Paint::Task };
        diagram.scene.items.push(Shape::Box { rect: target, role, radius: 4.0 });
        diagram.scene.write_centred(&name, target);
    }
    for (rect, lines) in boxes {
        diagram.scene.items.push(Shape::Box { rect, role: Paint::Label, radius: 3.0 });
        diagram.scene.write_centred(&lines, rect);
    }
}

/// What a wait is, in words.
fn sentence(edge: &TaskEdge, graph: &Graph) -> String {
    let TaskEdge { to, .. } = edge;
    let label = visible(&edge.label);
    let part = graph.tasks.iter().find(|task| task.task == *to).map(|task| task.part);
    match (&edge.held, edge.certain) {
        (Some(_), _) if edge.from == *to => format!("waits for {label}, which it holds itself"),
        (Some(_), _) => match part {
            Some(Part::Ended) => format!("waits for {label}; {to} has ended with it"),
            Some(Part::Killed) => format!("waits for {label}; {to} was killed with it"),
            _ => format!("waits for {to}, which holds {label}"),
        },
        (None, true) => format!("waits for {to}"),
        (None, false) => {
            let became = match part {
                Some(Part::Ended) => "has ended",
                Some(Part::Killed) => "was killed",
                Some(Part::Absent) => "was never started here",
                _ => "could end that",
            };
            format!("waits for {label}; {to} {became}")
        }
    }
}
