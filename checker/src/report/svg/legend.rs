//! What the areas and lines of a picture mean: samples, each with a text.

use super::palette::{Role, Stripe};
use super::scene::{Item, Lines, Rect, Scene, Set};

/// How wide and high a sample is.
const SAMPLE: (f64, f64) = (26.0, 12.0);

/// The room between a sample and its text, and between two entries.
const GAP: f64 = 6.0;
const APART: f64 = 22.0;

/// What an entry explains.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Area(Stripe),
    Line(Role),
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
        let lines = Lines::of(text, Set::FAINT, most - SAMPLE.0 - GAP);
        let (w, h) = lines.size();
        if x > left && x + SAMPLE.0 + GAP + w > left + most {
            (x, y, row) = (left, y + row + GAP, 0.0);
        }
        let line = Set::FAINT.line();
        let rect = Rect { x, y: y + (line - SAMPLE.1) / 2.0, w: SAMPLE.0, h: SAMPLE.1 };
        match sample {
            Sample::Area(stripe) => scene.items.push(Item::Area { rect, stripe: *stripe }),
            Sample::Line(role) => {
                let (_, middle) = rect.centre();
                let points = vec![(rect.x, middle), (rect.right(), middle)];
                scene.items.push(Item::Line { points, role: *role, has_arrow: true });
            }
        }
        scene.write(&lines, (x + SAMPLE.0 + GAP, y));
        x += SAMPLE.0 + GAP + w + APART;
        row = row.max(h);
    }
    y + row
}
