//! The text of a schedule file, read strictly: a line that is not as this tool writes
//! it is refused, with its number and what could stand there.
//!
//! A file that was cut is noticed at any byte: the schedule says how many steps
//! follow it, and the last line has to end. A change by hand that still makes sense is
//! not noticed here; a replay of the file is compared step by step.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use unknot_sim::{Ended, StackSize};

use super::write::escaped;
use crate::model::kind::Kind;
use crate::model::schedule::{Schedule, ScheduledStep};
use crate::model::terms::Semantics;
use crate::replay::file::format::{ENDINGS, MAGIC, RecordedStep, SchedFile, TIMES, VERSION};

/// Why some bytes are no schedule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchedFileError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what could stand there.
    pub message: String,
}

impl fmt::Display for SchedFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for SchedFileError {}

type ReadResult<T> = Result<T, SchedFileError>;

impl SchedFile {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// A [`SchedFileError`] that says where the file stops making sense.
    pub fn parse(bytes: &[u8]) -> ReadResult<SchedFile> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            SchedFileError { line, message: "this is not UTF-8 text".to_owned() }
        })?;
        let mut lines = Lines { rest: text, number: 0 };
        lines.version()?;
        let scenario = lines.header("scenario", "'scenario NAME/VARIANT'", unescaped)?;
        let params = lines.params()?;
        let time = lines.header("time", "'time any' or 'time virtual'", |s| named(s, TIMES))?;
        let max_timeouts = lines.header("timeouts", "'timeouts N'", number)?;
        let max_steps = lines.header("max-steps", "'max-steps N' with N from 1 on", |text| {
            number(text).filter(|&n: &usize| n >= 1)
        })?;
        let stack = lines.stack()?;
        let shows = lines.shows()?;
        let ended = lines.ended()?;
        let schedule = lines.schedule()?;
        let made = schedule.steps.iter().enumerate().map(|(nth, step)| lines.step(nth, step));
        let made = made.collect::<ReadResult<Vec<RecordedStep>>>()?;
        if let Some(more) = lines.next()? {
            let wanted = format!("the end of the file after {} steps", made.len());
            return Err(lines.unlike(more, &wanted));
        }
        let semantics = Semantics { time, max_timeouts, max_steps, stack };
        Ok(SchedFile { scenario, params, semantics, shows, ended, schedule, made })
    }
}

/// The lines that are still to be read.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    /// The next line; `None` at the end of the file.
    fn next(&mut self) -> ReadResult<Option<&'a str>> {
        self.number += 1;
        if self.rest.is_empty() {
            return Ok(None);
        }
        let Some((line, rest)) = self.rest.split_once('\n') else {
            return Err(self.error("the file ends in the middle of this line".to_owned()));
        };
        self.rest = rest;
        Ok(Some(line.strip_suffix('\r').unwrap_or(line)))
    }

    /// The next line, which has to be there.
    fn expect(&mut self, wanted: &str) -> ReadResult<&'a str> {
        match self.next()? {
            Some(line) => Ok(line),
            None => Err(self.error(format!("the file ends where {wanted} is wanted"))),
        }
    }

    fn version(&mut self) -> ReadResult<()> {
        let wanted = format!("'{MAGIC} {VERSION}'");
        let line = self.expect(&wanted)?;
        match line.split_once(' ') {
            Some((MAGIC, version)) if number(version) == Some(VERSION) => Ok(()),
            Some((MAGIC, version)) => Err(self.error(format!(
                "version {} of the format is unknown; there is: {VERSION}",
                shown(version)
            ))),
            _ => Err(self.unlike(line, &wanted)),
        }
    }

    /// A line of one key and its value.
    fn header<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> ReadResult<T> {
        let line = self.expect(wanted)?;
        let value = value_of(line, key).and_then(read);
        value.ok_or_else(|| self.unlike(line, wanted))
    }

    /// As many parameters as there are.
    fn params(&mut self) -> ReadResult<BTreeMap<String, i64>> {
        let mut params = BTreeMap::new();
        while self.rest.starts_with("param ") {
            let (name, value) = self.header("param", "'param NAME=NUMBER'", |text| {
                let (name, value) = text.rsplit_once('=')?;
                Some((unescaped(name)?, number(value)?))
            })?;
            if params.insert(name.clone(), value).is_some() {
                let name = shown(&name);
                return Err(self.error(format!("the parameter '{name}' is there already")));
            }
        }
        Ok(params)
    }

    /// The size of stacks; its line is there only where it is not the usual size.
    fn stack(&mut self) -> ReadResult<StackSize> {
        if !self.rest.starts_with("stack ") {
            return Ok(StackSize::DEFAULT);
        }
        let (least, most) = (StackSize::LEAST, StackSize::MOST);
        let wanted = format!("'stack BYTES' from {least} to {most}");
        self.header("stack", &wanted, |text| text.parse().ok())
    }

    /// As many kinds of finding as there are, sorted.
    fn shows(&mut self) -> ReadResult<Vec<Kind>> {
        let mut shows = vec![];
        while self.rest.starts_with("shows ") {
            let kind = self.header("shows", "'shows KIND'", |text| Kind::named(text).ok())?;
            if shows.last().is_some_and(|last| *last >= kind) {
                return Err(self.error(format!("'shows {kind}' is not in its order")));
            }
            shows.push(kind);
        }
        Ok(shows)
    }

    fn ended(&mut self) -> ReadResult<Ended> {
        let names: Vec<String> =
            ENDINGS.iter().map(|(_, name)| format!("'ended {name}'")).collect();
        self.header("ended", &names.join(" or "), |text| named(text, ENDINGS))
    }

    fn schedule(&mut self) -> ReadResult<Schedule> {
        let wanted = "'schedule' with a schedule such as T0*2 T1";
        let line = self.expect(wanted)?;
        let Some(text) = value_of(line, "schedule") else {
            return Err(self.unlike(line, wanted));
        };
        Schedule::parse(text).map_err(|error| self.error(shown(&error.to_string())))
    }

    /// The line of one step of the schedule.
    fn step(&mut self, nth: usize, step: &ScheduledStep) -> ReadResult<RecordedStep> {
        let task = &step.task;
        let wanted =
            format!("step {nth} of {task}, as '{nth} {task} OPERATION OBJECT FILE:LINE' with tabs");
        let line = self.expect(&wanted)?;
        let made = || {
            let fields: Vec<&str> = line.split('\t').collect();
            let [number_, task_, op, object, place] = fields[..] else { return None };
            if number(number_) != Some(nth) || task_ != task.to_string() {
                return None;
            }
            let (file, line) = place.rsplit_once(':')?;
            let object = if object == "-" { None } else { Some(unescaped(object)?) };
            Some(RecordedStep {
                op: unescaped(op)?,
                object,
                file: unescaped(file)?,
                line: number(line)?,
            })
        };
        made().ok_or_else(|| self.unlike(line, &wanted))
    }

    fn unlike(&self, line: &str, wanted: &str) -> SchedFileError {
        self.error(format!("there is '{}', and {wanted} is wanted", shown(line)))
    }

    fn error(&self, message: String) -> SchedFileError {
        SchedFileError { line: self.number, message }
    }
}

fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(' ')
}

fn named<T: Copy>(text: &str, table: &[(T, &str)]) -> Option<T> {
    table.iter().find(|(_, name)| *name == text).map(|(value, _)| *value)
}

fn number<N: FromStr>(text: &str) -> Option<N> {
    text.parse().ok()
}

/// A text for a message: safe, and short whatever was in the file.
fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let mut short: String = text.chars().take(MOST).collect();
    let is_cut = short.len() < text.len();
    short = escaped(&short);
    if is_cut {
        short.push('…');
    }
    short
}

/// What [`escaped`] was made of.
fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let (c, tail) = match after.strip_prefix("u{") {
            Some(code) => {
                let (code, tail) = code.split_once('}')?;
                (char::from_u32(u32::from_str_radix(code, 16).ok()?)?, tail)
            }
            None => {
                let mut chars = after.chars();
                let c = match chars.next()? {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    '\\' => '\\',
                    _ => return None,
                };
                (c, chars.as_str())
            }
        };
        plain.push(c);
        rest = tail;
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use unknot_sim::TimeMode;

    use super::*;

    const FILE: &str = "unknot-schedule 1
scenario a/b
param n=2
time any
timeouts 2
max-steps 9
ended stopped
schedule T0 ! T1?1
0\tT0\tspawn\tT1\tsrc/a.rs:3
1\tT1\tlock\tLock 'x\\ty'\tsrc/a.rs:7
";

    fn parse(text: &str) -> Result<SchedFile, SchedFileError> {
        SchedFile::parse(text.as_bytes())
    }

    #[test]
    fn files_are_read_as_they_are_written() {
        let file = parse(FILE).expect("a good file");
        assert_eq!(file.scenario, "a/b");
        assert_eq!(file.params, BTreeMap::from([("n".to_owned(), 2)]));
        let terms = Semantics { max_steps: 9, ..Semantics::DEFAULT };
        let semantics = Semantics { time: TimeMode::Any, max_timeouts: 2, ..terms };
        assert_eq!((file.semantics, file.ended), (semantics, Ended::Abandoned));
        assert_eq!(file.schedule.to_string(), "T0 ! T1?1");
        assert_eq!(file.made[1].object.as_deref(), Some("Lock 'x\ty'"));
        assert_eq!(file.told(0).as_deref(), Some("T0 spawn T1 (src/a.rs:3)"));
        for (from, to) in [
            ("", ""),
            ("param n=2\n", ""),
            ("param n=2\n", "param a=-9223372036854775808\nparam n=2\n"),
            ("time any", "time virtual"),
            ("max-steps 9", "max-steps 18446744073709551615"),
            ("ended stopped", "stack 1M\nended stopped"),
            ("ended stopped", "stack 100000\nended stopped"),
            ("ended stopped", "ended complete"),
            ("ended stopped", "ended stuck"),
            ("ended stopped", "ended cut"),
            ("\tT1\tsrc", "\t-\tsrc"),
            ("\tT1\tsrc", "\t\\u{2d}\tsrc"),
            ("\tT1\tsrc", "\t\tsrc"),
            ("\tT1\tsrc", "\té \\\\ \\n\\r\\u{0}\\u{7f}\tsrc"),
            ("src/a.rs:3", "c:/a b.rs:3"),
            ("src/a.rs:3", ":4294967295"),
        ] {
            let text = FILE.replacen(from, to, 1);
            assert_eq!(parse(&text).expect(&text).to_string(), text);
        }
        // A file may have been saved by an editor of another system.
        assert_eq!(parse(&FILE.replace('\n', "\r\n")).expect("fine"), file);
        let empty = FILE.split("T0 !").next().expect("the header").to_owned() + "\n";
        assert_eq!(parse(&empty).expect("no step at all").to_string(), empty);
    }

    #[test]
    fn errors_say_the_line_and_what_is_wanted() {
        for (from, to, line, message) in [
            (FILE, "", 1, "the file ends where 'unknot-schedule 1' is wanted"),
            ("unknot-schedule 1", "hello", 1, "there is 'hello', and 'unknot-schedule 1'"),
            ("unknot-schedule 1", "unknot-schedule 2", 1, "version 2 of the format is unknown"),
            ("scenario a/b", "scene a/b", 2, "'scenario NAME/VARIANT' is wanted"),
            ("scenario a/b", "scenario \\x", 2, "'scenario NAME/VARIANT' is wanted"),
            ("param n=2", "param n", 3, "'param NAME=NUMBER' is wanted"),
            ("param n=2", "param n=9223372036854775808", 3, "'param NAME=NUMBER' is wanted"),
            ("param n=2", "param n=2\nparam n=2", 4, "'n' is there already"),
            ("param n=2", "size n=2", 3, "'time any' or 'time virtual' is wanted"),
            ("time any", "time flies", 4, "'time any' or 'time virtual' is wanted"),
            ("time any\n", "", 4, "'time any' or 'time virtual' is wanted"),
            ("timeouts 2", "timeouts -2", 5, "'timeouts N' is wanted"),
            ("max-steps 9", "max-steps 0", 6, "N from 1 on"),
            ("ended stopped", "stack 1K\nended stopped", 7, "'stack BYTES' from 64K to 16G"),
            ("ended stopped", "ended well", 7, "'ended complete' or 'ended stuck'"),
            ("schedule T0", "T0", 8, "'schedule' with a schedule"),
            ("schedule T0", "schedule T0 X", 8, "malformed schedule at offset 3: 'X' is no task"),
            ("0\tT0", "1\tT0", 9, "step 0 of T0"),
            ("0\tT0", "0\tT1", 9, "step 0 of T0"),
            ("0\tT0", "0 T0", 9, "with tabs"),
            ("a.rs:3", "a.rs", 9, "FILE:LINE"),
            ("a.rs:3", "a.rs:4294967296", 9, "FILE:LINE"),
            ("x\\ty", "x\\u{d800}y", 10, "step 1 of T1"),
            ("x\\ty", "x\\u{9", 10, "step 1 of T1"),
            ("x\\ty'\tsrc/a.rs:7\n", "x\\", 10, "ends in the middle of this line"),
            ("a.rs:7\n", "a.rs:7", 10, "ends in the middle of this line"),
            ("a.rs:7\n", "a.rs:7\n\n", 11, "the end of the file after 2 steps is wanted"),
            ("?1", "?1 T0", 11, "the file ends where step 2 of T0"),
        ] {
            let text = FILE.replacen(from, to, 1);
            let error = parse(&text).expect_err(&text);
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.message.contains(message), "{text}: {error}");
        }
        let error = SchedFile::parse(b"unknot-schedule 1\nscenario \xff\n").expect_err("no text");
        assert_eq!(error.to_string(), "line 2: this is not UTF-8 text");
        let long = format!("unknot-schedule 1\n{}\n", "x\t".repeat(1_000_000));
        assert!(parse(&long).expect_err("no header").message.len() < 500);
    }
}
