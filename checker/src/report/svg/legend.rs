//! What the areas and lines of a picture mean: samples, each with a text.

use super::palette::{Paint, Stripe};
use super::scene::{Lettering, Paragraph, Rect, Scene, Shape};

/// How wide and high a sample is.
const SAMPLE: (f64, f64) = (26.0, 12.0);

/// The room between a sample and its text, and between two entries.
const GAP: f64 = 6.0;
const APART: f64 = 22.0;

/// What an entry explains.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Area(Stripe),
    Line(Paint),
}

/// Draws a legend, in as many rows as it takes; where it ends.
pub(super) fn draw(
    scene: &mut Scene,
    entries: &[(Sample, String)],
    (left, top): (f64, f64),
    most: f64,
) -> f64 {
    let (mut x, mut y, mut row) = (left, top, 0.0_f64);
    for (sample, text) in entries {
        let lines = Paragraph::of(text, Lettering::FAINT, most - SAMPLE.0 - GAP);
        let (w, h) = lines.size();
        if x > left && x + SAMPLE.0 + GAP + w > left + most {
            (x, y, row) = (left, y + row + GAP, 0.0);
        }
        let line = Lettering::FAINT.line();
        let rect = Rect { x, y: y + (line - SAMPLE.1) / 2.0, w: SAMPLE.0, h: SAMPLE.1 };
        match sample {
            Sample::Area(stripe) => scene.items.push(Shape::Area { rect, stripe: *stripe }),
            Sample::Line(role) => {
                let (_, middle) = rect.centre();
                let points = vec![(rect.x, middle), (rect.right(), middle)];
                scene.items.push(Shape::Line { points, role: *role, has_arrow: true });
            }
        }
        scene.write(&lines, (x + SAMPLE.0 + GAP, y));
        x += SAMPLE.0 + GAP + w + APART;
        row = row.max(h);
    }
    y + row
}
