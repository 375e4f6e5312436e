//! Text of the program under test, as it may be shown to a person.
//!
//! Names, values and messages may hold anything. A character that would end a line, move
//! the cursor or turn the direction of reading is written as Rust writes it. A long text
//! is cut, with the number of its letters. JSON has all of it.

use crate::model::count::grouped;
use std::fmt::Write;

use unknot_sim::Text;

/// Letters of a text that are shown.
const MOST: usize = 200;

/// A text on one line, with nothing in it that a terminal obeys.
pub(crate) fn visible(text: &str) -> String {
    visible_start(text, 0)
}

/// The same for a value, of which perhaps only the beginning is known.
pub(super) fn visible_value(value: &Text) -> String {
    visible_start(value.start(), value.left_out())
}

/// The same for a text that continues for `left_out` more letters.
fn visible_start(text: &str, left_out: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(MOST));
    for (nth, c) in text.chars().enumerate() {
        if nth == MOST {
            let all = (text.chars().count() + left_out) as u64;
            let _ = write!(shown, "… ({} characters)", grouped(all));
            break;
        }
        if c.is_control() || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a letter changes the direction in which those after it are read.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        for (text, shown) in [
            ("plain 'text' \\ 鍵", "plain 'text' \\ 鍵"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("abc\u{202e}def\u{2066}", "abc\\u{202e}def\\u{2066}"),
            ("\u{9b}x\u{2028}", "\\u{9b}x\\u{2028}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        let long = visible(&"é".repeat(12_345));
        assert_eq!(long, format!("{}… (12,345 characters)", "é".repeat(200)));
        assert_eq!(visible_value(&Text::of("é".repeat(12_345))), long);
    }
}
