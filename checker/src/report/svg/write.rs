//! A scene as SVG 1.1 (W3C Recommendation, 2011).
//!
//! For viewers, text is text that can be searched, and each line of it is as wide as was
//! measured, in whatever font it is shown. For the renderer of PNG it is outlines, so
//! that no font of the system is needed. Whatever is in a text stays text.

use std::io;

use super::font;
use super::palette::{self, Paint, Stripe};
use super::scene::{Scene, Shape};

/// What text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// Text.
    Text,
    /// The shapes of its letters.
    Outlines,
}

/// Writes a scene.
pub(super) fn write(scene: &Scene, letters: Letters, out: &mut dyn io::Write) -> io::Result<()> {
    let (w, h) = (scene.width.ceil(), scene.height.ceil());
    let title = escaped(&scene.title);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{title}\">"
    )?;
    writeln!(out, "<title>{title}</title>")?;
    writeln!(out, "<style>{}</style>", palette::style_sheet(letters == Letters::Text))?;
    write_definitions(scene, out)?;
    writeln!(out, "<rect class=\"page\" width=\"{w}\" height=\"{h}\"/>")?;
    for item in &scene.items {
        write_item(item, letters, out)?;
    }
    writeln!(out, "</svg>")
}

/// The patterns and arrows that are used.
fn write_definitions(scene: &Scene, out: &mut dyn io::Write) -> io::Result<()> {
    let mut stripes: Vec<Stripe> = vec![];
    let mut arrows: Vec<Paint> = vec![];
    for item in &scene.items {
        match item {
            Shape::Area { stripe, .. } if !stripes.contains(stripe) => stripes.push(*stripe),
            Shape::Line { role, has_arrow: true, .. } if !arrows.contains(role) => {
                arrows.push(*role);
            }
            _ => {}
        }
    }
    let mut patterns: Vec<String> = stripes.iter().map(|stripe| stripe.pattern()).collect();
    patterns.sort();
    patterns.dedup();
    writeln!(out, "<defs>")?;
    for pattern in patterns {
        writeln!(out, "{pattern}")?;
    }
    for role in arrows {
        let class = role.class();
        writeln!(
            out,
            "<marker id=\"arrow-{class}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" \
             markerWidth=\"12\" markerHeight=\"12\" markerUnits=\"userSpaceOnUse\" \
             orient=\"auto\"><path class=\"{class}-a\" d=\"M0 0L10 5L0 10z\"/></marker>"
        )?;
    }
    writeln!(out, "</defs>")
}

fn write_item(item: &Shape, letters: Letters, out: &mut dyn io::Write) -> io::Result<()> {
    match item {
        Shape::Box { rect, role, radius } => {
            let (class, r) = (role.class(), radius);
            let (x, y, w, h) = (rect.x, rect.y, rect.w, rect.h);
            writeln!(
                out,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" \
                 height=\"{h:.1}\" rx=\"{r}\"/>"
            )
        }
        Shape::Area { rect, stripe } => {
            let (x, y, w, h) = (rect.x, rect.y, rect.w, rect.h);
            writeln!(
                out,
                "<rect fill=\"url(#{})\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" \
                 height=\"{h:.1}\"/>",
                stripe.id()
            )
        }
        Shape::Text { x, y, text, size, bold, ink } => {
            let class = ink.class();
            if letters == Letters::Outlines {
                let d = font::outlines(text, (*x, *y), *size, *bold);
                return writeln!(out, "<path class=\"{class}\" d=\"{d}\"/>");
            }
            let weight = if *bold { " font-weight=\"bold\"" } else { "" };
            let (wide, text) = (font::width(text, *size, *bold), escaped(text));
            let family = font::FAMILY;
            writeln!(
                out,
                "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" font-family=\"{family}\" \
                 font-size=\"{size}\"{weight} textLength=\"{wide:.1}\" \
                 lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{text}</text>"
            )
        }
        Shape::Line { points, role, has_arrow } => {
            let class = role.class();
            let d = path(points);
            let arrow = match has_arrow {
                true => format!(" marker-end=\"url(#arrow-{class})\""),
                false => String::new(),
            };
            writeln!(out, "<path class=\"{class}\" style=\"fill:none\" d=\"{d}\"{arrow}/>")
        }
    }
}

/// A line; a bent one where there are three points.
fn path(points: &[(f64, f64)]) -> String {
    match points {
        [a, b, c] => {
            format!("M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", a.0, a.1, b.0, b.1, c.0, c.1)
        }
        _ => {
            let point = |(nth, (x, y)): (usize, &(f64, f64))| {
                format!("{}{x:.1} {y:.1}", if nth == 0 { "M" } else { "L" })
            };
            points.iter().enumerate().map(point).collect()
        }
    }
}

/// A text as XML has it. XML has no way to write most control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_stays_text() {
        for (name, written) in [
            ("T1 'a'", "T1 'a'"),
            ("</text><script>", "&lt;/text&gt;&lt;script&gt;"),
            ("a\"b&c;", "a&quot;b&amp;c;"),
            ("a\u{1b}[31m\n\u{ffff}", "a [31m  "),
            ("]]>", "]]&gt;"),
        ] {
            assert_eq!(escaped(name), written);
        }
    }
}
