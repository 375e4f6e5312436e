//! A scene as PNG, on a light page, rendered from its SVG by resvg.
//!
//! Small pictures get two pixels for one, so that their letters are sharp.

use std::io;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::scene::Scene;
use super::write::{self, Letters};

/// The most pixels of a picture, and of one of its sides.
const MOST: f64 = 40_000_000.0;
const MOST_OF_A_SIDE: f64 = 16_000.0;

/// Pixels for one of the scene.
fn scale(width: f64, height: f64) -> f64 {
    let of_all = (MOST / (width * height)).sqrt();
    let of_sides = MOST_OF_A_SIDE / width.max(height);
    of_all.min(of_sides).min(2.0)
}

/// Writes a scene.
pub(super) fn write(scene: &Scene, out: &mut dyn io::Write) -> io::Result<()> {
    let mut svg = vec![];
    write::write(scene, Letters::Outlines, &mut svg)?;
    let svg = String::from_utf8(svg).expect("what is written is text");
    let tree = Tree::from_str(&svg, &Options::default()).expect("what is written is SVG");
    let (width, height) = (scene.width.ceil(), scene.height.ceil());
    let scale = scale(width, height);
    let pixels = |side: f64| ((side * scale).ceil() as u32).max(1);
    let mut pixmap = Pixmap::new(pixels(width), pixels(height)).expect("a side has some pixels");
    let by = scale as f32;
    resvg::render(&tree, Transform::from_scale(by, by), &mut pixmap.as_mut());
    out.write_all(&pixmap.encode_png().map_err(io::Error::other)?)
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn no_picture_is_too_large() {
        for (width, height) in [(10.0, 10.0), (1_000.0, 100_000.0), (50_000.0, 20.0)] {
            let scale = scale(width, height);
            assert!(width * scale <= 16_000.5 && height * scale <= 16_000.5);
            assert!(width * scale * height * scale <= 40_000_001.0);
        }
        assert_eq!(scale(400.0, 300.0), 2.0);
    }
}
