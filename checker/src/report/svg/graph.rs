//! A wait-for graph as a picture: what waits for what, and why.
//!
//! Each task is a rounded box. Between a task that waits and one that could end the wait is
//! a second box, which says what it is about: in the view of tasks a label for each wait,
//! in the view of resources one box for each resource, which all its waits share. So no
//! line needs a text at its side. The cycle of a knot is a ring ([`super::ring`]).
//!
//! Tasks that wait in the same way, hold nothing and are waited for by none are one box.

use super::graph_text::{MOST, key, resource_lines, task_lines, title, wait_lines, wait_text};
use super::layout;
use super::palette::Paint;
use super::plan::Plan;
use super::route::route;
use super::scene::{Lettering, Paragraph, Rect, Scene, Shape};
use crate::replay::graph::{EdgeMode, Graph, Part, TaskEdge, TaskNode};
use crate::report::picture::{View, in_one_knot, is_in_knot};

/// The room inside a box, and around the picture.
const PAD: f64 = 8.0;
const MARGIN: f64 = 24.0;

/// As many tasks that wait in the same way are one box.
const MANY: usize = 3;

/// A box.
struct GraphBox {
    lines: Paragraph,
    role: Paint,
}

/// The boxes and edges of a graph.
#[derive(Default)]
struct Picture {
    nodes: Vec<GraphBox>,
    edges: Vec<(usize, usize, Paint)>,
    rings: Vec<Vec<usize>>,
    /// The box of each task.
    tasks: Vec<(String, usize)>,
}

/// The picture of a graph.
pub(super) fn scene(graph: &Graph, view: View) -> Scene {
    let mut picture = Picture::default();
    picture.add_tasks(graph, view);
    match view {
        View::WaitFor => picture.add_waits(graph),
        View::Resource => picture.add_resources(graph),
    }
    picture.draw(graph)
}

impl Picture {
    fn task(&self, path: &str) -> Option<usize> {
        self.tasks.iter().find(|(task, _)| task == path).map(|(_, node)| *node)
    }

    /// How many tasks a box stands for.
    fn count(&self, node: usize) -> usize {
        self.tasks.iter().filter(|(_, at)| *at == node).count()
    }

    fn node(&mut self, lines: Paragraph, role: Paint) -> usize {
        self.nodes.push(GraphBox { lines, role });
        self.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, role: Paint) {
        match self.edges.iter_mut().find(|edge| (edge.0, edge.1) == (from, to)) {
            // What is certain is shown, and what is in a knot even more so.
            Some(edge) if rank(edge.2) < rank(role) => edge.2 = role,
            Some(_) => {}
            None => self.edges.push((from, to, role)),
        }
    }

    fn add_tasks(&mut self, graph: &Graph, view: View) {
        let mut groups: Vec<(String, Vec<&TaskNode>)> = vec![];
        for task in &graph.tasks {
            let key = key(graph, task);
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, group)) => group.push(task),
                None => groups.push((key, vec![task])),
            }
        }
        for (_, group) in groups {
            let alone: Vec<Vec<&TaskNode>> = match group.len() < MANY {
                true => group.into_iter().map(|task| vec![task]).collect(),
                false => vec![group],
            };
            for group in alone {
                let role = match group[0].part {
                    Part::Knot => Paint::KnotTask,
                    Part::Behind | Part::Stuck => Paint::Task,
                    Part::Free => Paint::FreeTask,
                    Part::Ended | Part::Killed | Part::Absent => Paint::EndedTask,
                };
                let node = self.node(task_lines(graph, &group, view), role);
                self.tasks.extend(group.iter().map(|task| (task.task.clone(), node)));
            }
        }
    }

    /// A label for each wait of a task for a task; of tasks in one box, for that of the first.
    fn add_waits(&mut self, graph: &Graph) {
        let mut labels: Vec<(usize, usize, u32, usize)> = vec![];
        for edge in &graph.wait_for {
            let (Some(from), Some(to)) = (self.task(&edge.from), self.task(&edge.to)) else {
                continue;
            };
            let is_known = |one: &&(usize, usize, u32, usize)| {
                (one.0, one.1, one.2) == (from, to, edge.resource)
            };
            if labels.iter().any(|one| is_known(&one)) {
                continue;
            }
            let role = role(graph, &edge.from, &edge.to, edge.certain);
            let label = self.node(wait_lines(edge, self.count(from)), Paint::Label);
            labels.push((from, to, edge.resource, label));
            self.edge(from, label, role);
            self.edge(label, to, role);
        }
        self.add_alone(graph);
        for knot in &graph.knots {
            let between =
                |from, to| labels.iter().find(|one| (one.0, one.1) == (from, to)).map(|one| one.3);
            self.add_ring(&knot.cycle, between);
        }
    }

    /// What a task waits for that no task is known to end.
    fn add_alone(&mut self, graph: &Graph) {
        let mut known: Vec<(usize, u32)> = vec![];
        for wait in &graph.waits {
            let is_drawn =
                |edge: &TaskEdge| edge.from == wait.task && edge.resource == wait.resource;
            let Some(from) = self.task(&wait.task) else { continue };
            if graph.wait_for.iter().any(is_drawn) || known.contains(&(from, wait.resource)) {
                continue;
            }
            known.push((from, wait.resource));
            let mut lines = resource_lines(graph, wait.resource);
            lines.add(&wait_text(wait, self.count(from)), Lettering::FAINT, MOST);
            if wait.story.is_empty() {
                lines.add("no task is known to end this wait", Lettering::FAINT, MOST);
            }
            let to = self.node(lines, Paint::Resource);
            self.edge(from, to, Paint::Wait);
        }
    }

    fn add_resources(&mut self, graph: &Graph) {
        let first = self.nodes.len();
        for resource in &graph.resources {
            let lines = resource_lines(graph, resource.id);
            let is_in_knot = is_in_knot(graph, resource.id, |_| true);
            let role = if is_in_knot { Paint::KnotResource } else { Paint::Resource };
            self.node(lines, role);
        }
        let ids: Vec<u32> = graph.resources.iter().map(|resource| resource.id).collect();
        let node_of = |id: u32| ids.iter().position(|one| *one == id).map(|at| first + at);
        for wait in &graph.waits {
            let (Some(from), Some(to)) = (self.task(&wait.task), node_of(wait.resource)) else {
                continue;
            };
            let of_wait = |edge: &TaskEdge| edge.from == wait.task;
            let is_in_knot = is_in_knot(graph, wait.resource, of_wait);
            let role = match (wait.certain, is_in_knot) {
                (true, true) => Paint::KnotWait,
                (true, false) => Paint::Wait,
                (false, _) => Paint::Possible,
            };
            self.edge(from, to, role);
            let peers = wait.peers.iter().map(|peer| &peer.task);
            for task in peers.chain(wait.elsewhere.iter().map(|other| &other.task)) {
                if let Some(task) = self.task(task) {
                    self.edge(to, task, Paint::Possible);
                }
            }
        }
        for held in &graph.holds {
            let (Some(from), Some(to)) = (node_of(held.resource), self.task(&held.task)) else {
                continue;
            };
            let of_hold = |edge: &TaskEdge| edge.to == held.task;
            let is_in_knot = is_in_knot(graph, held.resource, of_hold);
            self.edge(from, to, if is_in_knot { Paint::KnotWait } else { Paint::Wait });
        }
        for edge in graph.wait_for.iter().filter(|edge| edge.mode == EdgeMode::Join) {
            if let (Some(from), Some(to)) = (node_of(edge.resource), self.task(&edge.to)) {
                self.edge(from, to, role(graph, &edge.from, &edge.to, edge.certain));
            }
        }
        for knot in &graph.knots {
            let tasks = self.tasks.clone();
            let between = |from: usize, to: usize| {
                let is = |path: &str, node: usize| {
                    tasks.iter().any(|(task, at)| task == path && *at == node)
                };
                let mut edges = graph.wait_for.iter();
                let edge = edges.find(|edge| is(&edge.from, from) && is(&edge.to, to));
                edge.and_then(|edge| node_of(edge.resource))
            };
            self.add_ring(&knot.cycle, between);
        }
    }

    /// The ring of a knot: its tasks, and what is between them, each once.
    fn add_ring(&mut self, cycle: &[String], between: impl Fn(usize, usize) -> Option<usize>) {
        let mut ring: Vec<usize> = vec![];
        for pair in cycle.windows(2) {
            let (Some(from), Some(to)) = (self.task(&pair[0]), self.task(&pair[1])) else {
                continue;
            };
            for node in [Some(from), between(from, to)].into_iter().flatten() {
                let is_taken = self.rings.iter().flatten().any(|one| *one == node);
                if !ring.contains(&node) && !is_taken {
                    ring.push(node);
                }
            }
        }
        if !ring.is_empty() {
            self.rings.push(ring);
        }
    }

    fn draw(&self, graph: &Graph) -> Scene {
        let size = |node: &GraphBox| {
            let (w, h) = node.lines.size();
            (w + 2.0 * PAD, h + 2.0 * PAD)
        };
        let sizes: Vec<(f64, f64)> = self.nodes.iter().map(size).collect();
        let edges: Vec<(usize, usize)> = self.edges.iter().map(|edge| (edge.0, edge.1)).collect();
        let spots = layout::place(Plan { sizes: &sizes, edges: &edges, rings: &self.rings });
        let boxes = spots.iter().zip(&sizes).map(|(&spot, &size)| Rect::around(spot, size));
        let boxes: Vec<Rect> = boxes.collect();
        let mut scene = Scene::default();
        for &(from, to, role) in &self.edges {
            let is_double = edges.contains(&(to, from));
            let has_arrow = self.nodes[to].role != Paint::Label;
            let points = route(&boxes, (from, to), is_double);
            scene.items.push(Shape::Line { points, role, has_arrow });
        }
        for (node, &rect) in self.nodes.iter().zip(&boxes) {
            let is_task =
                !matches!(node.role, Paint::Resource | Paint::KnotResource | Paint::Label);
            let radius = if is_task { 12.0 } else { 2.0 };
            scene.items.push(Shape::Box { rect, role: node.role, radius });
            scene.write_centred(&node.lines, rect);
        }
        with_heading(scene, &title(graph))
    }
}

/// A graph below its heading, with a margin around both.
fn with_heading(mut scene: Scene, title: &[String]) -> Scene {
    let extent = scene.extent();
    let width = extent.w.max(420.0);
    let mut heading = Paragraph::default();
    for (nth, line) in title.iter().enumerate() {
        let set = if nth + 1 < title.len() {
            Lettering { size: 14.0, ..Lettering::BOLD }
        } else {
            Lettering::FAINT
        };
        heading.add(line, set, width);
    }
    let top = MARGIN + heading.size().1 + 20.0;
    scene.move_by(MARGIN - extent.x, top - extent.y);
    scene.write(&heading, (MARGIN, MARGIN));
    scene.title = title[0].clone();
    scene.width = width + 2.0 * MARGIN;
    scene.height = top + extent.h + MARGIN;
    scene
}

fn rank(role: Paint) -> usize {
    [Paint::Possible, Paint::Wait, Paint::KnotWait].iter().position(|one| *one == role).unwrap_or(0)
}

fn role(graph: &Graph, from: &str, to: &str, certain: bool) -> Paint {
    match (certain, in_one_knot(graph, from, to)) {
        (false, _) => Paint::Possible,
        (true, true) => Paint::KnotWait,
        (true, false) => Paint::Wait,
    }
}
