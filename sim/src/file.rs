//! Files: text that all processes share, without any protection.
//!
//! Each call is one step, as the system makes it: what a process writes at once is there
//! at once. A program that opens a file to write empties it first, which is a call of its
//! own ([`File::truncate`]), and one that reads in between finds nothing.
//!
//! A file that was read and then written is a lost update if another task wrote it in
//! between. To append loses nothing. To truncate is not held for an update: it comes
//! before one. Places in a file are not modelled: each write puts its text in place of
//! all that is there.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A file. Clones are handles to the same one, also in other processes.
///
/// ```
/// use unknot_sim::{File, done, process, run_once};
///
/// run_once(|| {
///     let file = File::named("names.txt", "anna\n");
///     let child = process::start(file.clone(), |file| file.append("ben\n"))?;
///     child.join()?;
///     assert_eq!(file.read(), "anna\nben\n");
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct File {
    /// What was written.
    data: ObjectId,
    /// How it was left by those that change it: this is no data of the program, so that to
    /// truncate the file is not held for an update.
    state: ObjectId,
    text: Rc<RefCell<String>>,
}

impl File {
    /// A file with a text. It has no name.
    #[track_caller]
    #[must_use]
    pub fn new(text: &str) -> File {
        File::create(Name::default(), text, Location::caller())
    }

    /// A file with a text. It has a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>, text: &str) -> File {
        File::create(name.into(), text, Location::caller())
    }

    fn create(name: Name, text: &str, location: &'static Location<'static>) -> File {
        let new = || NewObject::new("File", name.clone(), location);
        let data = rt::create(new().variable());
        let state = rt::create(new().part_of(data));
        File { data, state, text: Rc::new(RefCell::new(text.to_owned())) }
    }

    fn touch(&self, verb: &'static str, location: &'static Location<'static>, mode: Mode) {
        let state = if mode == Mode::Read { Mode::Read } else { Mode::Update };
        rt::step(Op::local(verb, location).with(self.data, mode, 0).with(self.state, state, 0));
    }

    /// The text. One step.
    #[track_caller]
    #[must_use]
    pub fn read(&self) -> String {
        self.touch("read", Location::caller(), Mode::Read);
        let text = self.text.borrow().clone();
        rt::note(|| Noted::Read(Text::debug(&text)));
        text
    }

    /// Empties the file, as to open it to write does. One step.
    #[track_caller]
    pub fn truncate(&self) {
        rt::step(Op::local("truncate", Location::caller()).with(self.state, Mode::Update, 0));
        rt::note(|| Noted::Wrote(Text::debug(&"")));
        self.set(String::new());
    }

    /// Puts a text in place of what is there, without a look at it. One step.
    #[track_caller]
    pub fn write(&self, text: &str) {
        self.replace_at("write", text, Location::caller());
    }

    /// Replaces the file by another one that has been written elsewhere, as to rename that
    /// does. One step.
    #[track_caller]
    pub fn replace(&self, text: &str) {
        self.replace_at("replace", text, Location::caller());
    }

    fn replace_at(&self, verb: &'static str, text: &str, location: &'static Location<'static>) {
        self.touch(verb, location, Mode::Write);
        rt::note(|| Noted::Wrote(Text::debug(&text)));
        self.set(text.to_owned());
    }

    /// Puts a text at the end. One step.
    #[track_caller]
    pub fn append(&self, text: &str) {
        self.touch("append", Location::caller(), Mode::Update);
        let new = format!("{}{text}", self.text.borrow());
        rt::note(|| Noted::Updated {
            old: Text::debug(&*self.text.borrow()),
            new: Text::debug(&new),
        });
        self.set(new);
    }

    /// While the task is being unwound the file stays as it was.
    fn set(&self, text: String) {
        if !rt::is_quiet() {
            *self.text.borrow_mut() = text;
        }
    }
}

impl Fork for File {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> File {
        self.clone()
    }
}
