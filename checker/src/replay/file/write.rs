//! A schedule file as text.

use std::fmt;

use unknot_sim::StackSize;

use crate::model::terms::Semantics;
use crate::replay::file::format::{ENDINGS, MAGIC, SchedFile, TIMES, VERSION, name_of};

impl fmt::Display for SchedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Destructured, so that a new part of the semantics is not forgotten.
        let Semantics { time, max_timeouts, max_steps, stack } = self.semantics;
        writeln!(f, "{MAGIC} {VERSION}")?;
        writeln!(f, "scenario {}", escaped(&self.scenario))?;
        for (name, value) in &self.params {
            writeln!(f, "param {}={value}", escaped(name))?;
        }
        writeln!(f, "time {}", name_of(&time, TIMES))?;
        writeln!(f, "timeouts {max_timeouts}")?;
        writeln!(f, "max-steps {max_steps}")?;
        if stack != StackSize::DEFAULT {
            writeln!(f, "stack {stack}")?;
        }
        for kind in &self.shows {
            writeln!(f, "shows {kind}")?;
        }
        writeln!(f, "ended {}", name_of(&self.ended, ENDINGS))?;
        writeln!(f, "schedule {}", self.schedule)?;
        for (number, (decided, made)) in self.schedule.steps.iter().zip(&self.made).enumerate() {
            let object = match made.object.as_deref() {
                None => "-".to_owned(),
                // An object of that name must not be read as none.
                Some("-") => r"\u{2d}".to_owned(),
                Some(object) => escaped(object),
            };
            let (op, file) = (escaped(&made.op), escaped(&made.file));
            writeln!(f, "{number}\t{}\t{op}\t{object}\t{file}:{}", decided.task, made.line)?;
        }
        Ok(())
    }
}

/// A text without control characters, so without ends of lines and tabs.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\\' || c.is_control() {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}
