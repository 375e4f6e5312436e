//! What a step read, wrote or answered: noted for people while an execution is
//! recorded, and formatted only where it is printed.

use std::any::Any;
use std::fmt::{self, Write};
use std::hash::Hasher;

use crate::digest::Digest;
use crate::exception::Exception;
use crate::known::with_simple_types;
use crate::value::Value;

/// What a step is told with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It read this.
    Read(Text),
    /// It wrote this, whatever was there before.
    Wrote(Text),
    /// It replaced one value by another.
    Updated {
        /// What was there.
        old: Text,
        /// What is there now.
        new: Text,
    },
    /// It would have replaced a value, which was another one.
    Compared {
        /// What was there.
        found: Text,
        /// What it was compared with.
        expected: Text,
    },
    /// It put this item in.
    Put(Text),
    /// It took this item out.
    Got(Text),
    /// It looked at something, and this was the answer.
    Answer(Text),
}

impl Noted {
    /// What was there before the step, as far as the step saw it.
    #[must_use]
    pub fn seen(&self) -> Option<&Text> {
        match self {
            Noted::Read(value) | Noted::Updated { old: value, .. } => Some(value),
            Noted::Compared { found, .. } => Some(found),
            Noted::Got(item) => Some(item),
            Noted::Wrote(_) | Noted::Put(_) | Noted::Answer(_) => None,
        }
    }

    /// What the step left there.
    #[must_use]
    pub fn written(&self) -> Option<&Text> {
        match self {
            Noted::Wrote(value) | Noted::Updated { new: value, .. } | Noted::Put(value) => {
                Some(value)
            }
            Noted::Read(_) | Noted::Compared { .. } | Noted::Got(_) | Noted::Answer(_) => None,
        }
    }

    /// The same as text, with each value written by `text`.
    #[must_use]
    pub fn told(&self, text: impl Fn(&Text) -> String) -> String {
        match self {
            Noted::Read(value)
            | Noted::Wrote(value)
            | Noted::Put(value)
            | Noted::Got(value)
            | Noted::Answer(value) => text(value),
            Noted::Updated { old, new } => format!("{} -> {}", text(old), text(new)),
            Noted::Compared { found, expected } => {
                format!("{}, not {}", text(found), text(expected))
            }
        }
    }
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(ToString::to_string))
    }
}

/// A value as it shows itself. Only the beginning of a long value is kept, since an
/// execution has as many values as steps. A digest of the whole is kept too, so that
/// two values are equal only if their whole texts are.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The beginning.
    start: String,
    /// Characters of it.
    kept: usize,
    /// Characters that come after it.
    left_out: usize,
    /// That of the whole.
    digest: Digest,
}

impl Text {
    /// Characters that are kept.
    pub const MOST: usize = 2_000;

    /// The text of a value that shows itself for people.
    pub fn of(value: impl fmt::Display) -> Text {
        Text::written(format_args!("{value}"))
    }

    /// The text of a value that shows itself for programmers.
    pub fn debug(value: &impl fmt::Debug) -> Text {
        Text::written(format_args!("{value:?}"))
    }

    fn written(value: fmt::Arguments<'_>) -> Text {
        let mut text = Text::default();
        // A value that fails to show itself keeps what it wrote until then.
        let _ = text.write_fmt(value);
        text
    }

    /// The beginning that is kept.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.start
    }

    /// Characters that are not kept.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let n = more.chars().count();
        let room = (Text::MOST - self.kept).min(n);
        self.start.extend(more.chars().take(room));
        self.kept += room;
        self.left_out += n - room;
        self.digest.write(more.as_bytes());
        Ok(())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start)?;
        let (left_out, digest) = (&self.left_out, self.digest.finish());
        let noun = if *left_out == 1 { "character" } else { "characters" };
        match left_out {
            0 => Ok(()),
            n => write!(f, "… ({n} more {noun}, digest {digest:016x})"),
        }
    }
}

/// How an item of a queue shows itself. Items need not be able to, so this knows what
/// is in most queues: numbers, texts, values, and options, vectors and pairs of these.
pub(crate) fn item<T: 'static>(item: &T) -> Option<Text> {
    let item: &dyn Any = item;
    macro_rules! known {
        ($($kind:ty)*) => {$(
            known!(@ $kind, Option<$kind>, Vec<$kind>, ($kind, $kind));
            known!(@ ($kind, &'static str), ($kind, String));
        )*};
        (@ $($kind:ty),*) => {$(
            if let Some(item) = item.downcast_ref::<$kind>() {
                return Some(Text::debug(item));
            }
        )*};
    }
    if let Some(value) = item.downcast_ref::<Value>() {
        return Some(Text::of(value));
    }
    if let Some(exception) = item.downcast_ref::<Exception>() {
        return Some(Text::of(exception));
    }
    with_simple_types!(known);
    known!(f32 f64);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_counted_by_characters() {
        for (n, shown) in [
            (3, "鍵鍵鍵".to_owned()),
            (Text::MOST, "鍵".repeat(Text::MOST)),
            (Text::MOST + 1, format!("{}… (1 more character, ", "鍵".repeat(Text::MOST))),
            (100_000, format!("{}… (98000 more characters, ", "鍵".repeat(Text::MOST))),
        ] {
            let text = Text::of("鍵".repeat(n));
            let (start, digest) = match text.to_string().split_once("digest ") {
                Some((start, digest)) => (start.to_owned(), digest.len()),
                None => (text.to_string(), 0),
            };
            // 16 hexadecimal digits and a parenthesis, where there is something to cut.
            assert_eq!((start, digest), (shown, if n > Text::MOST { 17 } else { 0 }));
            assert!(text.start().len() <= 3 * Text::MOST);
        }
    }

    /// Whether an update depends on what was read is decided by whether the values
    /// are equal.
    #[test]
    fn texts_that_differ_behind_what_is_kept_are_not_equal() {
        let long = "x".repeat(Text::MOST);
        let text = |end: &str| Text::of(format_args!("{long}{end}"));
        assert_ne!(text("a"), text("b"));
        assert_eq!(text("a"), text("a"));
        assert_ne!(text("a").to_string(), text("b").to_string());
    }

    #[test]
    fn items_that_show_themselves() {
        struct Job;
        assert_eq!(item(&3_i64), Some(Text::of("3")));
        assert_eq!(item(&Some(3_i64)), Some(Text::of("Some(3)")));
        assert_eq!(item(&(1_i64, "a")), Some(Text::of("(1, \"a\")")));
        assert_eq!(item(&Value::Text("none".to_owned())), Some(Text::of("none")));
        assert_eq!(item(&Job), None);
    }
}
