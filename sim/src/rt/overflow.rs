//! What is said when a task overflows its stack.
//!
//! Below each stack lies a page that must not be touched. A task that needs more
//! than its stack touches that page, and the system ends the process with a
//! signal. The handler here tells which task of which program it was, and then
//! ends the process itself: the stack is lost, and so is what its destructors
//! would have done. A fault at any other address goes to the handler that was
//! there before, which is the one of the language for the threads themselves.
//!
//! A handler of a signal may neither allocate nor lock. The texts are made when a
//! search begins, and put together in a buffer on the stack of the handler
//! ([`super::signal`]).

use super::post::program_name;
use super::world::World;
use crate::id::TaskId;
use crate::names::Names;
use crate::stack::StackSize;

/// The most bytes of a message.
const LONGEST: usize = 1_024;

/// The most numbers of a path that are told: the last ones.
const PARTS: usize = 16;

/// What runs on a stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Runs {
    /// The running task.
    Task,
    /// The end of an execution, and what a search does between two of them.
    Driver,
}

/// The parts of the message that are known before: everything but the task.
#[derive(Debug)]
pub(super) struct Texts {
    before: String,
    after: String,
}

impl Texts {
    /// About the program that this thread runs.
    pub(super) fn new(size: StackSize) -> Texts {
        let program = program_name().map_or_else(String::new, |name| format!(" in {name}"));
        Texts {
            before: format!("\nerror: stack overflow{program}: "),
            after: format!(
                "; the stack of each task is {size} (more: --stack BYTES, Checker::stack, \
                 Variant::with_stack)\n"
            ),
        }
    }

    /// The whole message.
    pub(super) fn message(&self, runs: Runs, world: Option<&World>) -> OverflowText {
        let mut message = OverflowText { bytes: [0; LONGEST], n: 0 };
        message.push(&self.before);
        match (runs, world) {
            (Runs::Task, Some(world)) => message.push_task(world),
            _ => message.push("at the end of an execution"),
        }
        message.push(&self.after);
        message
    }
}

/// A text that is made without allocating. What does not fit is left out.
pub(super) struct OverflowText {
    bytes: [u8; LONGEST],
    n: usize,
}

impl OverflowText {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.n]
    }

    fn push(&mut self, text: &str) {
        let most = LONGEST - self.n;
        let fitting = text.floor_char_boundary(most);
        self.bytes[self.n..self.n + fitting].copy_from_slice(&text.as_bytes()[..fitting]);
        self.n += fitting;
    }

    /// Pushes a name that the program gave, without characters that would move the cursor.
    fn push_name(&mut self, name: &str) {
        let is_mark = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        // What comes after the name has to fit as well.
        for char in name.chars().take(LONGEST / 16) {
            let char = if char.is_control() || is_mark(char) { '?' } else { char };
            self.push(char.encode_utf8(&mut [0; 4]));
        }
    }

    fn push_number(&mut self, mut number: u32) {
        let mut digits = [0; 10];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.push(std::str::from_utf8(&digits[at..]).unwrap_or_default());
    }

    /// The running task, its name, and where it asked for its last step.
    fn push_task(&mut self, world: &World) {
        let machine = &world.machine;
        self.push_path(&machine.names, machine.current);
        let Some(task) = machine.tasks.get(machine.current.index()) else { return };
        if !task.name.is_empty() {
            self.push(" '");
            self.push_name(&task.name.base);
            if let Some(index) = task.name.index {
                self.push(if task.name.base.is_empty() { "" } else { " " });
                self.push_number(index);
            }
            self.push("'");
        }
        let made = task.last_step.and_then(|step| machine.trace.steps().get(step as usize));
        self.push(if made.is_some() { ", after its step at " } else { ", started at " });
        let place = made.map_or(task.pending.location, |made| made.location);
        self.push(place.file());
        self.push(":");
        self.push_number(place.line());
    }

    fn push_path(&mut self, names: &Names, task: TaskId) {
        let mut parts = [0; PARTS];
        let (mut at, mut n) = (task, 0);
        while at != TaskId::MAIN && n < PARTS {
            let (creator, nth) = names.creator(at);
            parts[n] = nth + 1;
            (at, n) = (creator, n + 1);
        }
        self.push(if at == TaskId::MAIN { "T" } else { "T…." });
        parts[..n].reverse();
        for (nth, &part) in parts[..n.max(1)].iter().enumerate() {
            self.push(if nth == 0 { "" } else { "." });
            self.push_number(part);
        }
    }
}
