//! How the time of an execution was spent, as a picture: a bar for each task and for each
//! core, over one axis of time.

use super::font;
use super::legend::{self, Sample};
use super::palette::{Paint, Stripe};
use super::scene::{Lettering, Paragraph, Rect, Scene, Shape};
use crate::analysis::timeline::{CoreTime, TaskState, TaskTimes, Timeline};
use crate::report::gantt::{GanttReport, label, shown};
use crate::report::replay::ended_text;
use crate::report::visible::visible;

const MARGIN: f64 = 24.0;

/// The widths of the names, of the bars, and of what is said behind them.
const NAMES: f64 = 150.0;
const BARS: f64 = 640.0;
const FACTS: f64 = 210.0;

/// How high a bar is, and what is between two.
const BAR: f64 = 22.0;
const GAP: f64 = 10.0;

/// About so many marks are on the axis.
const MARKS: u64 = 10;

/// A chart on its way to a picture.
struct Chart<'a> {
    timeline: &'a Timeline,
    scene: Scene,
    y: f64,
}

/// The picture of how time was spent.
pub(super) fn scene(report: &GanttReport<'_>) -> Scene {
    let GanttReport { scenario, end, timeline, .. } = report;
    let title = format!("{}: {}, {}", visible(scenario), shown(timeline.end), ended_text(*end));
    let width = MARGIN + NAMES + BARS + FACTS + MARGIN;
    let scene = Scene { width, title: title.clone(), ..Scene::default() };
    let mut chart = Chart { timeline, scene, y: MARGIN };
    let most = width - 2.0 * MARGIN;
    let lines = Paragraph::of(&title, Lettering { size: 14.0, ..Lettering::BOLD }, most);
    chart.y = chart.scene.write(&lines, (MARGIN, MARGIN)) + 8.0;
    chart.y = legend::draw(&mut chart.scene, &samples(timeline), (MARGIN, chart.y), most) + 16.0;
    chart.draw_axis();
    for task in &timeline.tasks {
        chart.draw_task(task);
    }
    chart.y += GAP;
    for (cpu, core) in cores(timeline) {
        chart.draw_core(cpu, core);
    }
    chart.scene.height = chart.y + MARGIN;
    chart.scene
}

/// What is explained: what there is.
fn samples(timeline: &Timeline) -> Vec<(Sample, String)> {
    let has = |state| {
        let lasts = |task: &TaskTimes| {
            let ends = task.states.iter().skip(1).map(|next| next.since).chain([timeline.end]);
            task.states.iter().zip(ends).any(|(one, to)| one.state == state && one.since < to)
        };
        timeline.tasks.iter().any(lasts)
    };
    let all = [
        (has(TaskState::Running), Stripe::Running, "runs"),
        (has(TaskState::Ready), Stripe::Ready, "is ready, and no core runs it"),
        (has(TaskState::Blocked), Stripe::Blocked, "is blocked"),
        (timeline.slices.iter().any(|s| s.switch), Stripe::Switch, "a core switches to it"),
    ];
    let there = all.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, stripe, text)| (Sample::Area(stripe), text.to_owned())).collect()
}

/// The cores that did something.
fn cores(timeline: &Timeline) -> Vec<(&str, u32)> {
    let mut cores: Vec<(&str, u32)> =
        timeline.slices.iter().map(|slice| (slice.cpu.as_str(), slice.core)).collect();
    cores.sort_unstable();
    cores.dedup();
    cores
}

/// A round time, of which the whole has at most so many.
fn unit(end: u64, most: u64) -> u64 {
    let least = end.div_ceil(most).max(1);
    let power = 10_u64.pow(least.ilog10());
    let all = [1, 2, 5, 10].map(|factor: u64| power.saturating_mul(factor));
    all.into_iter().find(|unit| *unit >= least).unwrap_or(least)
}

impl Chart<'_> {
    fn x(&self, time: u64) -> f64 {
        let part = time as f64 / self.timeline.end.max(1) as f64;
        MARGIN + NAMES + part * BARS
    }

    fn draw_axis(&mut self) {
        let end = self.timeline.end;
        let unit = unit(end, MARKS);
        let rows = self.timeline.tasks.len() + cores(self.timeline).len();
        let top = self.y + Lettering::FAINT.line() + 4.0;
        let bottom = top + rows as f64 * (BAR + GAP) + GAP;
        let mut free = 0.0;
        for mark in (0..=end / unit).map(|nth| nth * unit) {
            let x = self.x(mark);
            let text = shown(mark);
            let w = font::width(&text, Lettering::FAINT.size, false);
            if x - w / 2.0 < free {
                continue;
            }
            free = x + w / 2.0 + 8.0;
            let lines = Paragraph::of(&text, Lettering::FAINT, BARS);
            self.scene.write(&lines, (x - w / 2.0, self.y));
            let points = vec![(x, top), (x, bottom)];
            self.scene.items.push(Shape::Line { points, role: Paint::Guide, has_arrow: false });
        }
        self.y = top + GAP;
    }

    fn area(&mut self, from: u64, to: u64, stripe: Stripe) {
        let (x, end) = (self.x(from), self.x(to));
        if end > x {
            let rect = Rect { x, y: self.y, w: end - x, h: BAR };
            self.scene.items.push(Shape::Area { rect, stripe });
        }
    }

    fn name(&mut self, text: &str) {
        // A name has one line: what does not fit is left out.
        let mut lines = Paragraph::of(text, Lettering::PLAIN, NAMES - 10.0);
        if lines.lines.len() > 1 {
            lines = Paragraph::of(text, Lettering::PLAIN, NAMES - 24.0);
            lines.lines.truncate(1);
            lines.lines[0].0.push('…');
        }
        let y = self.y + (BAR - Lettering::PLAIN.line()) / 2.0;
        self.scene.write(&lines, (MARGIN, y));
    }

    fn draw_task(&mut self, task: &TaskTimes) {
        self.name(&visible(&label(task)));
        let ends = task.states.iter().skip(1).map(|state| state.since);
        for (state, to) in task.states.iter().zip(ends.chain([self.timeline.end])) {
            let stripe = match state.state {
                TaskState::Running => Stripe::Running,
                TaskState::Ready => Stripe::Ready,
                TaskState::Blocked => Stripe::Blocked,
                TaskState::New | TaskState::Ended | TaskState::Killed => continue,
            };
            self.area(state.since, to, stripe);
        }
        let timeline = self.timeline;
        for slice in timeline.slices.iter().filter(|s| s.switch && s.task == task.task) {
            self.area(slice.from, slice.to, Stripe::Switch);
        }
        let facts = match task.turnaround {
            Some(turnaround) => {
                format!("ran {}, over after {}", shown(task.running), shown(turnaround))
            }
            None => format!("ran {}, did not end", shown(task.running)),
        };
        let lines = Paragraph::of(&facts, Lettering::FAINT, FACTS - 12.0);
        let y = self.y + (BAR - lines.size().1) / 2.0;
        self.scene.write(&lines, (MARGIN + NAMES + BARS + 12.0, y));
        self.y += BAR + GAP;
    }

    fn draw_core(&mut self, cpu: &str, core: u32) {
        self.name(&format!("core {core} of {}", visible(cpu)));
        let of_core = |slice: &&CoreTime| (slice.cpu.as_str(), slice.core) == (cpu, core);
        for slice in self.timeline.slices.iter().filter(of_core) {
            let (x, end) = (self.x(slice.from), self.x(slice.to));
            let rect = Rect { x, y: self.y, w: end - x, h: BAR };
            if slice.switch {
                self.scene.items.push(Shape::Area { rect, stripe: Stripe::Switch });
                continue;
            }
            self.scene.items.push(Shape::Box { rect, role: Paint::Task, radius: 2.0 });
            let lines = Paragraph { lines: vec![(slice.task.clone(), Lettering::FAINT)] };
            if lines.size().0 + 4.0 <= rect.w {
                self.scene.write_centred(&lines, rect);
            }
        }
        self.y += BAR + GAP;
    }
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn marks_are_at_round_times() {
        for (end, unit_is) in [(0, 1), (10, 1), (11, 2), (30_000, 5_000), (99_999, 10_000)] {
            assert_eq!(unit(end, 10), unit_is, "{end}");
        }
    }
}
