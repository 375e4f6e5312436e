//! The font of all pictures: how wide a text is, where it is broken, and its outlines.
//!
//! The font comes with the program, so a picture is the same on every machine. A letter
//! that the font lacks has the width of its columns on a terminal; an outline shows the
//! font's sign for a missing letter there.
//!
//! It is DejaVu Sans Condensed, which the crate `dejavu` embeds. Its licence asks that its
//! notices go with every copy of the font, and so of the program: `LICENSE-DEJAVU`.

use std::fmt::Write;
use std::sync::OnceLock;

use ttf_parser::{Face, OutlineBuilder};
use unicode_width::UnicodeWidthChar;

/// What viewers that have it, or one like it, show text in.
pub(super) const FAMILY: &str =
    "'DejaVu Sans Condensed','DejaVu Sans',Verdana,Arial,Helvetica,sans-serif";

fn face(bold: bool) -> &'static Face<'static> {
    static FACES: OnceLock<[Face<'static>; 2]> = OnceLock::new();
    let parse = |bytes| Face::parse(bytes, 0).expect("the font of the crate can be parsed");
    let parsed = || {
        use dejavu::sans_condensed::{bold, regular};
        [parse(regular()), parse(bold())]
    };
    &FACES.get_or_init(parsed)[usize::from(bold)]
}

/// How wide a letter is, as a part of the size.
fn advance(face: &Face<'_>, c: char) -> f64 {
    let known = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph));
    match known {
        Some(units) => f64::from(units) / f64::from(face.units_per_em()),
        None => c.width().unwrap_or(0) as f64 * 0.6,
    }
}

/// How wide a text of one line is.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let face = face(bold);
    text.chars().map(|c| advance(face, c)).sum::<f64>() * size
}

/// The lines of a text, none of them wider than `most` unless one letter is. A line ends
/// at a blank if there is one, else behind a sign such as `/` or `_`, else anywhere.
pub(super) fn wrap(text: &str, most: f64, size: f64, bold: bool) -> Vec<String> {
    let face = face(bold);
    let mut lines = vec![];
    for line in text.split('\n') {
        let mut rest: Vec<char> = line.chars().collect();
        loop {
            let mut wide = 0.0;
            let fits = rest.iter().take_while(|&&c| {
                wide += advance(face, c) * size;
                wide <= most
            });
            let fits = fits.count().max(1);
            if fits >= rest.len() {
                lines.push(rest.iter().collect());
                break;
            }
            let end = break_before(&rest, fits);
            let next = rest.split_off(end);
            lines.push(rest.iter().collect::<String>().trim_end().to_owned());
            rest = next.into_iter().skip_while(|c| *c == ' ').collect();
        }
    }
    lines
}

/// Where a line ends of which so many letters fit.
fn break_before(letters: &[char], fits: usize) -> usize {
    if letters[fits] == ' ' {
        return fits;
    }
    let last = |is_end: fn(char) -> bool| letters[..fits].iter().rposition(|&c| is_end(c));
    let blank = last(|c| c == ' ').filter(|&at| at > 0);
    let sign = last(|c| "/_.,:;-)>→".contains(c)).filter(|&at| at > fits / 3);
    blank.or_else(|| sign.map(|at| at + 1)).unwrap_or(fits)
}

/// Collects an outline as the commands of a path.
struct Path {
    d: String,
    x: f64,
    y: f64,
    scale: f64,
}

impl Path {
    fn command(&mut self, letter: char, points: &[(f32, f32)]) {
        self.d.push(letter);
        for (x, y) in points {
            let x = self.x + f64::from(*x) * self.scale;
            let y = self.y - f64::from(*y) * self.scale;
            let _ = write!(self.d, "{x:.2} {y:.2} ");
        }
    }
}

impl OutlineBuilder for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.command('M', &[(x, y)]);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.command('L', &[(x, y)]);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.command('Q', &[(x1, y1), (x, y)]);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.command('C', &[(x1, y1), (x2, y2), (x, y)]);
    }
    fn close(&mut self) {
        self.d.push('Z');
    }
}

/// The outlines of a text, whose base line begins there, as the data of a path.
pub(super) fn outlines(text: &str, (x, y): (f64, f64), size: f64, bold: bool) -> String {
    let face = face(bold);
    let scale = size / f64::from(face.units_per_em());
    let mut path = Path { d: String::new(), x, y, scale };
    for c in text.chars() {
        let glyph = face.glyph_index(c).or((c.width() > Some(0)).then_some(ttf_parser::GlyphId(0)));
        if let Some(glyph) = glyph {
            face.outline_glyph(glyph, &mut path);
        }
        path.x += advance(face, c) * size;
    }
    path.d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing_but_blanks() {
        for text in [
            "Lock 'alice' at transfer_nested_opposite.rs:105 since step 12",
            "a_very_long_name_without_any_blank_in_it_that_fits_on_no_line_at_all",
            "鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵 x",
            "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
            "",
        ] {
            let lines = wrap(text, 100.0, 12.0, false);
            for line in &lines {
                assert!(width(line, 12.0, false) <= 100.0, "{line}");
            }
            let without = |text: &str| text.replace(' ', "");
            assert_eq!(without(&lines.concat()), without(text));
        }
    }

    /// The notices are those that the fonts themselves carry.
    #[test]
    fn the_notices_of_the_font_are_beside_it() {
        let notices = include_str!("LICENSE-DEJAVU");
        for bold in [false, true] {
            let names = face(bold).names().into_iter();
            let own = names.filter(|name| name.name_id == ttf_parser::name_id::COPYRIGHT_NOTICE);
            let own: Vec<String> = own.filter_map(|name| name.to_string()).collect();
            let lines: Vec<&str> = own.iter().flat_map(|text| text.lines()).collect();
            assert!(lines.iter().any(|line| line.contains("Bitstream")), "{lines:?}");
            for line in lines {
                assert!(notices.contains(line.trim()), "{line}");
            }
        }
    }

    #[test]
    fn letters_have_outlines() {
        assert!(outlines("", (0.0, 0.0), 12.0, false).is_empty());
        for text in ["a", "→", "é", "鍵"] {
            assert!(outlines(text, (0.0, 0.0), 12.0, true).starts_with('M'), "{text}");
        }
    }
}
