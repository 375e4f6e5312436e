//! A picture, measured: the boxes and texts of an SVG with their places. A text is as wide
//! as it says itself, which is what the letters of its font take.

/// A rectangle: left, top, width, height.
type Rect = [f64; 4];

/// Borders may touch.
const SLACK: f64 = 0.3;

/// What a picture has.
pub(super) struct Measured {
    boxes: Vec<Rect>,
    texts: Vec<(String, Rect)>,
    /// The lines, each as its points, of which the middle one of three bends it.
    lines: Vec<Vec<[f64; 2]>>,
}

impl Measured {
    /// The boxes and texts of an SVG of ours, which has each on a line of its own.
    pub(super) fn of(svg: &str) -> Measured {
        let mut measured = Measured { boxes: vec![], texts: vec![], lines: vec![] };
        for line in svg.lines() {
            if line.starts_with("<rect class=") && !line.contains("class=\"page\"") {
                measured.boxes.push(["x", "y", "width", "height"].map(|name| number(line, name)));
            } else if line.starts_with("<path class=") {
                let (_, d) = line.split_once(" d=\"").expect("a path");
                let (d, _) = d.split_once('"').expect("a value in quotes");
                let numbers = d.split(['M', 'L', 'Q', ' ']).filter(|part| !part.is_empty());
                let numbers: Vec<f64> = numbers.map(|n| n.parse().expect("a number")).collect();
                measured.lines.push(numbers.chunks(2).map(|point| [point[0], point[1]]).collect());
            } else if line.starts_with("<text ") {
                let size = number(line, "font-size");
                let (x, y) = (number(line, "x"), number(line, "y"));
                let rect = [x, y - 0.93 * size, number(line, "textLength"), 1.17 * size];
                let text = line.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</text>"));
                let text = text.expect("a text on one line");
                let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
                let text = signs.iter().fold(text.to_owned(), |t, (from, to)| t.replace(from, to));
                measured.texts.push((text, rect));
            }
        }
        assert!(!measured.texts.is_empty(), "{svg}");
        measured
    }

    pub(super) fn texts(&self) -> Vec<&str> {
        self.texts.iter().map(|(text, _)| text.as_str()).collect()
    }

    pub(super) fn says(&self, text: &str) -> bool {
        self.texts.iter().any(|(one, _)| one == text)
    }

    /// Says that no two boxes and no two texts overlap, and that no text is on a border.
    pub(super) fn assert_apart(&self, what: &str) {
        for (nth, one) in self.boxes.iter().enumerate() {
            for other in &self.boxes[..nth] {
                assert!(!overlap(one, other), "{what}: boxes at {one:?} and {other:?}");
            }
        }
        for (nth, (text, rect)) in self.texts.iter().enumerate() {
            for (other, at) in &self.texts[..nth] {
                assert!(!overlap(rect, at), "{what}: {text:?} and {other:?} overlap");
            }
            for at in &self.boxes {
                let is_apart = !overlap(rect, at) || is_inside(rect, at);
                assert!(is_apart, "{what}: {text:?} is on the border of {at:?}");
            }
        }
    }
}

impl Measured {
    /// Says that no line runs through a text.
    pub(super) fn assert_no_line_in_text(&self, what: &str) {
        const SAMPLES: u32 = 64;
        for line in &self.lines {
            let (a, c) = (line[0], line[line.len() - 1]);
            let b = if line.len() == 3 { line[1] } else { [0, 1].map(|i| (a[i] + c[i]) / 2.0) };
            for nth in 0..=SAMPLES {
                let t = f64::from(nth) / f64::from(SAMPLES);
                let at =
                    |i: usize| (1.0 - t).powi(2) * a[i] + 2.0 * t * (1.0 - t) * b[i] + t * t * c[i];
                let point = [at(0), at(1), 0.0, 0.0];
                for (text, rect) in &self.texts {
                    assert!(!is_inside(&point, rect), "{what}: a line runs through {text:?}");
                }
            }
        }
    }
}

fn number(line: &str, name: &str) -> f64 {
    let (_, rest) = line.split_once(&format!(" {name}=\"")).expect(name);
    let (value, _) = rest.split_once('"').expect("a value in quotes");
    value.parse().expect("a number")
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    let [ax, ay, aw, ah] = a;
    let [bx, by, bw, bh] = b;
    ax + SLACK < bx + bw && bx + SLACK < ax + aw && ay + SLACK < by + bh && by + SLACK < ay + ah
}

fn is_inside(a: &Rect, b: &Rect) -> bool {
    let [ax, ay, aw, ah] = a;
    let [bx, by, bw, bh] = b;
    ax + SLACK >= *bx
        && ay + SLACK >= *by
        && ax + aw <= bx + bw + SLACK
        && ay + ah <= by + bh + SLACK
}

#[test]
fn what_overlaps_is_noticed() {
    let text = |x: u32, y: u32| {
        let at = format!("x=\"{x}\" y=\"{y}\"");
        format!("<text class=\"t\" {at} font-size=\"10\" textLength=\"50\">name</text>\n")
    };
    let rect = "<rect class=\"task\" x=\"0\" y=\"0\" width=\"60\" height=\"30\"/>\n";
    for (svg, is_fine) in [
        (text(5, 15) + &text(5, 28), true),
        (text(5, 15) + &text(40, 20), false),
        (text(5, 15) + rect, true),
        (text(20, 15) + rect, false),
        (text(70, 15) + rect + &rect.replace("x=\"0\"", "x=\"60\""), true),
        (text(5, 15) + rect + &rect.replace("x=\"0\"", "x=\"50\""), false),
    ] {
        let found = std::panic::catch_unwind(|| Measured::of(&svg).assert_apart("a test"));
        assert_eq!(found.is_ok(), is_fine, "{svg}");
    }
}
