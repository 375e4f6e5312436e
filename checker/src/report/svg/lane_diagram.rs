//! The lanes of an execution, with its steps, bands and blocks at their places.
//!
//! Rows are placed from the top down. A row goes further down where a block that ends in it
//! would have no room for what it says.

use super::lane_rows::{self, LaneRow};
use super::lane_text::{PAD, TEXT, blocked_lines, is_for_good, letter, row_lines};
use super::palette::{Ink, Paint, Stripe};
use super::scene::{Lettering, Paragraph, Rect, SMALL, Scene, Shape};
use super::{font, legend};
use crate::model::count::grouped;
use crate::model::kind::Level;
use crate::replay::lanes::HeldSpan;
use crate::replay::record::TaskRecord;
use crate::report::replay::{ReplayReport, ended_text};
use crate::report::visible::visible;
use crate::report::words::label;

pub(super) const MARGIN: f64 = 24.0;

/// The width of the column of step numbers, and of a band.
const NUMBERS: f64 = 44.0;
const BAND: f64 = 16.0;

/// The room between bands, rows and lanes.
const GAP: f64 = 3.0;
pub(super) const ROW_GAP: f64 = 10.0;
const LANE_GAP: f64 = 18.0;

/// A band in a lane.
struct Band<'a> {
    span: &'a HeldSpan,
    lane: usize,
    slot: usize,
    thing: usize,
}

/// A row at its place.
#[derive(Clone, Copy)]
struct PlacedRow {
    row: LaneRow,
    top: f64,
    bottom: f64,
}

/// A diagram on its way to a picture.
pub(super) struct Diagram<'a> {
    pub(super) report: &'a ReplayReport<'a>,
    lanes: Vec<usize>,
    /// Where each lane begins, and where its texts do.
    pub(super) lefts: Vec<(f64, f64)>,
    rows: Vec<PlacedRow>,
    bands: Vec<Band<'a>>,
    things: Vec<&'a str>,
    pub(super) scene: Scene,
    /// Where the rows begin and end.
    top: f64,
    pub(super) bottom: f64,
}

/// The diagram of an execution, but for its end.
pub(super) fn diagram<'a>(report: &'a ReplayReport<'a>, is_whole: bool) -> Diagram<'a> {
    let lanes = lane_rows::lanes(report, is_whole);
    let (bands, things) = bands(report, &lanes);
    let mut diagram = Diagram {
        report,
        lefts: vec![],
        rows: vec![],
        bands,
        things,
        scene: Scene::default(),
        top: 0.0,
        bottom: 0.0,
        lanes,
    };
    diagram.place_lanes();
    diagram.write_heading();
    diagram.place_rows(&lane_rows::rows(report, &diagram.lanes, is_whole));
    diagram.draw_blocked();
    diagram.draw_bands();
    diagram.draw_rows();
    diagram
}

/// The bands of the lanes, each in a place of its own, and the things that are held.
fn bands<'a>(report: &'a ReplayReport<'a>, lanes: &[usize]) -> (Vec<Band<'a>>, Vec<&'a str>) {
    let mut bands: Vec<Band<'a>> = vec![];
    let mut things: Vec<&str> = vec![];
    for span in &report.lanes.held {
        let Some(lane) = lanes.iter().position(|&nth| report.tasks[nth].task == span.task) else {
            continue;
        };
        let thing = things.iter().position(|thing| *thing == span.object).unwrap_or_else(|| {
            things.push(&span.object);
            things.len() - 1
        });
        let is_open =
            |band: &&Band<'_>| band.lane == lane && band.span.to.is_none_or(|to| to >= span.from);
        let taken: Vec<usize> = bands.iter().filter(is_open).map(|band| band.slot).collect();
        let slot = (0..).find(|slot| !taken.contains(slot)).expect("there are enough numbers");
        bands.push(Band { span, lane, slot, thing });
    }
    (bands, things)
}

impl Diagram<'_> {
    pub(super) fn lane_of(&self, task: &str) -> Option<usize> {
        self.lanes.iter().position(|&nth| self.report.tasks[nth].task == task)
    }

    pub(super) fn task(&self, lane: usize) -> &TaskRecord {
        &self.report.tasks[self.lanes[lane]]
    }

    fn place_lanes(&mut self) {
        let mut x = MARGIN + NUMBERS;
        for lane in 0..self.lanes.len() {
            let of_lane = self.bands.iter().filter(|band| band.lane == lane);
            let slots = of_lane.map(|band| band.slot + 1).max().unwrap_or(0);
            let text = x + slots as f64 * (BAND + GAP);
            self.lefts.push((x, text));
            x = text + TEXT + LANE_GAP;
        }
        self.scene.width = (x - LANE_GAP + MARGIN).max(460.0);
    }

    fn write_heading(&mut self) {
        let report = self.report;
        let most = self.scene.width - 2.0 * MARGIN;
        let n = grouped(report.steps.len() as u64);
        let title = format!("{}: {n} steps, {}", visible(&report.scenario), ended_text(report.end));
        let mut lines = Paragraph::of(&title, Lettering { size: 14.0, ..Lettering::BOLD }, most);
        for finding in &report.findings {
            let set = if finding.level == Level::Error { Lettering::BAD } else { Lettering::PLAIN };
            lines.add(&format!("{}: {}", finding.kind, visible(&finding.message)), set, most);
        }
        if let Some(outcome) = report.outcome {
            lines.add(&format!("outcome {}", visible(outcome)), Lettering::PLAIN, most);
        }
        let left = report.tasks.len() - self.lanes.len();
        if left > 0 {
            let text = format!("{left} tasks that take no part in this are left out");
            lines.add(&text, Lettering::FAINT, most);
        }
        let mut y = self.scene.write(&lines, (MARGIN, MARGIN)) + 8.0;
        self.scene.title = title;
        let mut entries: Vec<(legend::Sample, String)> = vec![];
        for (nth, thing) in self.things.iter().enumerate() {
            let text = format!("{}: {} is held", letter(nth), visible(thing));
            entries.push((legend::Sample::Area(Stripe::Band(nth)), text));
        }
        entries.extend(self.blocked_entries());
        y = legend::draw(&mut self.scene, &entries, (MARGIN, y), most) + 10.0;
        let mut bottom: f64 = y;
        for lane in 0..self.lanes.len() {
            let (left, text) = self.lefts[lane];
            let width = text + TEXT - left;
            let mut lines =
                Paragraph::of(&label(self.task(lane)), Lettering::BOLD, width - 2.0 * PAD);
            if let Some(process) = &self.task(lane).process {
                lines.add(
                    &format!("process {}", visible(process)),
                    Lettering::FAINT,
                    width - 2.0 * PAD,
                );
            }
            let h = lines.size().1 + 2.0 * PAD;
            let rect = Rect { x: left, y, w: width, h };
            self.scene.items.push(Shape::Box { rect, role: Paint::Head, radius: 6.0 });
            self.scene.write_centred(&lines, rect);
            bottom = bottom.max(y + h);
        }
        self.top = bottom + ROW_GAP;
    }

    /// What the legend says of blocked tasks.
    fn blocked_entries(&self) -> Vec<(legend::Sample, String)> {
        let report = self.report;
        let blocked = report.lanes.blocked.iter().filter(|s| self.lane_of(&s.task).is_some());
        let (for_good, for_a_while): (Vec<_>, Vec<_>) =
            blocked.partition(|span| is_for_good(report, span));
        let mut entries: Vec<(legend::Sample, String)> = vec![];
        for (spans, stripe, text) in [
            (&for_a_while, Stripe::Blocked, "blocked"),
            (&for_good, Stripe::BlockedForGood, "blocked for ever"),
        ] {
            if !spans.is_empty() {
                entries.push((legend::Sample::Area(stripe), text.to_owned()));
            }
        }
        if for_a_while.iter().any(|span| span.to.is_some()) {
            let text = "the step lets the other task go on".to_owned();
            entries.push((legend::Sample::Line(Paint::Wakes), text));
        }
        entries
    }

    /// Places the rows so that each holds what is in it, and each block what it says.
    fn place_rows(&mut self, rows: &[LaneRow]) {
        let mut y = self.top;
        for &row in rows {
            let height = row_lines(self.report, row).size().1 + 2.0 * PAD;
            let mut placed = PlacedRow { row, top: y, bottom: y + height };
            for span in &self.report.lanes.blocked {
                let ends_here = span.to.is_some_and(|to| has(row, to));
                let begins_before = !has(row, span.from);
                if ends_here && begins_before && self.lane_of(&span.task).is_some() {
                    let from = self.row_bottom(span.from);
                    let needs = blocked_lines(self.report, span).size().1 + 2.0 * PAD + 2.0 * GAP;
                    let short = from + needs - (placed.top + height / 2.0);
                    if short > 0.0 {
                        placed.top += short;
                        placed.bottom += short;
                    }
                }
            }
            self.rows.push(placed);
            y = placed.bottom + ROW_GAP;
        }
        let waiting = self.report.lanes.blocked.iter().filter(|span| span.to.is_none());
        for span in waiting.filter(|span| self.lane_of(&span.task).is_some()) {
            let needs = blocked_lines(self.report, span).size().1 + 2.0 * PAD + 2.0 * GAP;
            y = y.max(self.row_bottom(span.from) + needs);
        }
        self.bottom = y;
    }

    fn row_at(&self, step: u32) -> Option<&PlacedRow> {
        self.rows.iter().find(|placed| has(placed.row, step))
    }

    fn row_bottom(&self, step: u32) -> f64 {
        self.row_at(step).map_or(self.top, |row| row.bottom)
    }

    /// The height of a step in the picture.
    fn row_middle(&self, step: u32) -> f64 {
        self.row_at(step).map_or(self.top, |row| (row.top + row.bottom) / 2.0)
    }

    fn draw_blocked(&mut self) {
        let mut arrows = vec![];
        let mut labels = vec![];
        for span in &self.report.lanes.blocked {
            let Some(lane) = self.lane_of(&span.task) else { continue };
            let (_, x) = self.lefts[lane];
            let y = self.row_bottom(span.from) + 1.0;
            let end = span.to.map_or(self.bottom, |to| self.row_middle(to));
            if end <= y + 2.0 {
                continue;
            }
            let rect = Rect { x, y, w: TEXT, h: end - y };
            let stripe = match is_for_good(self.report, span) {
                true => Stripe::BlockedForGood,
                false => Stripe::Blocked,
            };
            self.scene.items.push(Shape::Area { rect, stripe });
            let lines = blocked_lines(self.report, span);
            let (w, h) = lines.size();
            if h + 2.0 * PAD <= rect.h {
                let w = w + 2.0 * PAD;
                let at = Rect { x: x + (TEXT - w) / 2.0, y: y + GAP, w, h: h + 2.0 * PAD - GAP };
                labels.push((at, lines));
            }
            let giver = span.to.map(|to| &self.report.steps[to as usize]);
            let from = giver.and_then(|step| self.lane_of(&step.task));
            if let Some(from) = from.filter(|from| *from != lane) {
                let (_, begin) = self.lefts[from];
                let to_right = lane > from;
                let begin = if to_right { begin + TEXT } else { begin };
                let end_x = if to_right { self.lefts[lane].0 } else { x + TEXT };
                arrows.push(vec![(begin, end), (end_x, end)]);
            }
        }
        for points in arrows {
            let line = Shape::Line { points, role: Paint::Wakes, has_arrow: true };
            self.scene.items.push(line);
        }
        // Labels cover the arrows that pass behind them.
        for (rect, lines) in labels {
            self.scene.items.push(Shape::Box { rect, role: Paint::Label, radius: 3.0 });
            self.scene.write_centred(&lines, rect);
        }
    }

    fn draw_bands(&mut self) {
        for band in &self.bands {
            let (x, _) = self.lefts[band.lane];
            let x = x + band.slot as f64 * (BAND + GAP);
            let y = self.row_at(band.span.from).map_or(self.top, |row| row.top);
            let end = match band.span.to {
                Some(to) => self.row_at(to).map_or(self.top, |row| row.bottom),
                None => self.bottom,
            };
            let rect = Rect { x, y, w: BAND, h: (end - y).max(BAND) };
            self.scene.items.push(Shape::Area { rect, stripe: Stripe::Band(band.thing) });
            let text = letter(band.thing);
            let set = Lettering { size: SMALL, bold: true, ink: Ink::Text };
            let w = font::width(&text, set.size, set.bold).max(BAND - 4.0);
            let chip = Rect { x: x + (BAND - w) / 2.0, y: y + 2.0, w, h: set.line() };
            self.scene.items.push(Shape::Box { rect: chip, role: Paint::Label, radius: 2.0 });
            self.scene.write_centred(&Paragraph { lines: vec![(text, set)] }, chip);
        }
    }

    fn draw_rows(&mut self) {
        let proof: Vec<u32> = self.report.findings.iter().flat_map(|f| &f.proof).copied().collect();
        for PlacedRow { row, top, bottom } in self.rows.clone() {
            let lines = row_lines(self.report, row);
            let (lane, number, role) = match row {
                LaneRow::Step(step) => {
                    let is_proof = proof.contains(&(step as u32));
                    let role = if is_proof { Paint::KnotTask } else { Paint::Task };
                    (self.lane_of(&self.report.steps[step].task), Some(step), role)
                }
                LaneRow::Left { lane, .. } => (lane, None, Paint::Label),
            };
            if let Some(step) = number {
                let set = Lettering { size: SMALL, ..Lettering::FAINT };
                let text = step.to_string();
                let w = font::width(&text, set.size, set.bold);
                let at = (MARGIN + NUMBERS - 12.0 - w, (top + bottom - set.line()) / 2.0);
                self.scene.write(&Paragraph::of(&text, set, NUMBERS), at);
            }
            let x = lane.map_or(MARGIN + NUMBERS, |lane| self.lefts[lane].1);
            let rect = Rect { x, y: top, w: TEXT, h: bottom - top };
            self.scene.items.push(Shape::Box { rect, role, radius: 4.0 });
            self.scene.write_centred(&lines, rect);
        }
    }
}

/// Whether a row stands for a step.
fn has(row: LaneRow, step: u32) -> bool {
    let step = step as usize;
    match row {
        LaneRow::Step(number) => number == step,
        LaneRow::Left { from, to, .. } => (from..to).contains(&step),
    }
}
