//! A picture as plain data: boxes, texts and lines at their places, in the order in which
//! they are painted.
//!
//! Places are in pixels from the upper left corner. What an item means is its role; what
//! the role looks like is known to [`super::palette`] alone.

use super::font;
use super::palette::{Ink, Paint, Stripe};

/// The space between two lines of text, as a part of the size.
const LINE: f64 = 1.3;

/// The sizes of text.
pub(super) const NORMAL: f64 = 12.0;
pub(super) const SMALL: f64 = 10.5;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    /// Around a point.
    pub(super) fn around((x, y): (f64, f64), (w, h): (f64, f64)) -> Rect {
        Rect { x: x - w / 2.0, y: y - h / 2.0, w, h }
    }

    pub(super) fn centre(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.w
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The same with a margin around it.
    pub(super) fn grown(&self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    /// Whether the two have more than their borders in common.
    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        const SLACK: f64 = 0.01;
        self.x + SLACK < other.right()
            && other.x + SLACK < self.right()
            && self.y + SLACK < other.bottom()
            && other.y + SLACK < self.bottom()
    }

    /// Whether the other one lies inside.
    #[cfg(test)]
    pub(super) fn contains(&self, other: &Rect) -> bool {
        const SLACK: f64 = 0.01;
        other.x >= self.x - SLACK
            && other.y >= self.y - SLACK
            && other.right() <= self.right() + SLACK
            && other.bottom() <= self.bottom() + SLACK
    }

    pub(super) fn has(&self, (x, y): (f64, f64)) -> bool {
        x > self.x && x < self.right() && y > self.y && y < self.bottom()
    }
}

/// One thing in a picture.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A box around texts. No two of them overlap.
    Box { rect: Rect, role: Paint, radius: f64 },
    /// A plain area behind other things.
    Area { rect: Rect, stripe: Stripe },
    /// One line of text. Its base line begins at `x` and `y`.
    Text { x: f64, y: f64, text: String, size: f64, bold: bool, ink: Ink },
    /// A line through points, bent by the middle one if there are three; with an arrow
    /// at its end if it has one.
    Line { points: Vec<(f64, f64)>, role: Paint, has_arrow: bool },
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    /// What it shows, for people who cannot see it.
    pub(super) title: String,
    pub(super) items: Vec<Shape>,
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lettering {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) ink: Ink,
}

impl Lettering {
    pub(super) const PLAIN: Lettering = Lettering { size: NORMAL, bold: false, ink: Ink::Text };
    pub(super) const BOLD: Lettering = Lettering { bold: true, ..Lettering::PLAIN };
    pub(super) const FAINT: Lettering = Lettering { size: SMALL, bold: false, ink: Ink::Faint };
    pub(super) const BAD: Lettering = Lettering { bold: true, ink: Ink::Bad, ..Lettering::PLAIN };

    /// How far apart its lines are.
    pub(super) fn line(self) -> f64 {
        self.size * LINE
    }
}

/// Lines of text, broken to a width.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    pub(super) lines: Vec<(String, Lettering)>,
}

impl Paragraph {
    /// A text broken to a width.
    pub(super) fn of(text: &str, set: Lettering, most: f64) -> Paragraph {
        let mut lines = Paragraph::default();
        lines.add(text, set, most);
        lines
    }

    pub(super) fn add(&mut self, text: &str, set: Lettering, most: f64) {
        let broken = font::wrap(text, most, set.size, set.bold).into_iter();
        self.lines.extend(broken.map(|line| (line, set)));
    }

    /// How much room they take.
    pub(super) fn size(&self) -> (f64, f64) {
        let widths = self.lines.iter().map(|(text, set)| font::width(text, set.size, set.bold));
        let height = self.lines.iter().map(|(_, set)| set.line()).sum();
        (widths.fold(0.0, f64::max), height)
    }
}

impl Scene {
    /// Lines of text from a place downwards; where they end.
    pub(super) fn write(&mut self, lines: &Paragraph, (x, y): (f64, f64)) -> f64 {
        let mut at = y;
        for (text, Lettering { size, bold, ink }) in lines.lines.iter().cloned() {
            // The letters of the font reach 0.93 of the size above the line and 0.24 below.
            self.items.push(Shape::Text { x, y: at + size * 0.98, text, size, bold, ink });
            at += size * LINE;
        }
        at
    }

    /// The same, each line in the middle of a width.
    pub(super) fn write_centred(&mut self, lines: &Paragraph, rect: Rect) {
        let (_, height) = lines.size();
        let mut at = rect.y + (rect.h - height) / 2.0;
        for (text, set) in &lines.lines {
            let w = font::width(text, set.size, set.bold);
            let one = Paragraph { lines: vec![(text.clone(), *set)] };
            at = self.write(&one, (rect.x + (rect.w - w) / 2.0, at));
        }
    }
}

impl Scene {
    /// Moves everything.
    pub(super) fn move_by(&mut self, dx: f64, dy: f64) {
        for item in &mut self.items {
            match item {
                Shape::Box { rect, .. } | Shape::Area { rect, .. } => {
                    (rect.x, rect.y) = (rect.x + dx, rect.y + dy);
                }
                Shape::Text { x, y, .. } => (*x, *y) = (*x + dx, *y + dy),
                Shape::Line { points, .. } => {
                    for point in points {
                        *point = (point.0 + dx, point.1 + dy);
                    }
                }
            }
        }
    }

    /// The area that boxes and lines take.
    pub(super) fn extent(&self) -> Rect {
        let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
        let (mut right, mut bottom) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        let mut has = |x: f64, y: f64| {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x), bottom.max(y));
        };
        for item in &self.items {
            match item {
                Shape::Box { rect, .. } | Shape::Area { rect, .. } => {
                    has(rect.x, rect.y);
                    has(rect.right(), rect.bottom());
                }
                Shape::Text { .. } => {}
                // A bent line gets half as far out as the point that bends it.
                Shape::Line { points, .. } if points.len() == 3 => {
                    let (a, b, c) = (points[0], points[1], points[2]);
                    has(a.0, a.1);
                    has((a.0 + 2.0 * b.0 + c.0) / 4.0, (a.1 + 2.0 * b.1 + c.1) / 4.0);
                    has(c.0, c.1);
                }
                Shape::Line { points, .. } => points.iter().for_each(|&(x, y)| has(x, y)),
            }
        }
        match left.is_finite() {
            true => Rect { x: left, y: top, w: right - left, h: bottom - top },
            false => Rect::default(),
        }
    }
}

impl Shape {
    /// The place of a text.
    #[cfg(test)]
    pub(super) fn text_rect(&self) -> Option<Rect> {
        let Shape::Text { x, y, text, size, bold, .. } = self else { return None };
        let w = font::width(text, *size, *bold);
        Some(Rect { x: *x, y: y - size * 0.93, w, h: size * 1.17 })
    }
}
