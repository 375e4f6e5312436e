//! One step of a model of loops, while it is made.

use std::collections::BTreeSet;

use super::{Do, Looped, Number, Stage, Standing, State};
use crate::documents::oracle::models::streams::{End, read_by};

/// What a step touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Loop,
    Seat(Number),
    End(Number),
    Lock,
    Number,
    Stream(usize),
}

/// A step while it is made.
pub(super) struct LoopStep<'a> {
    of: &'a Looped,
    state: State,
    task: Number,
    marks: BTreeSet<Object>,
}

impl<'a> LoopStep<'a> {
    pub(super) fn of(of: &'a Looped, state: State, task: Number) -> LoopStep<'a> {
        LoopStep { of, state, task, marks: BTreeSet::new() }
    }

    /// Makes it, if it is enabled: the state behind it, and what it touches.
    pub(super) fn make(mut self) -> Option<(State, BTreeSet<Object>)> {
        self.begin()?;
        self.go_on();
        Some((self.state, self.marks))
    }

    fn own(&mut self) -> &mut Standing {
        &mut self.state.tasks[self.task]
    }

    fn touch(&mut self, object: Object) {
        self.marks.insert(object);
    }

    fn stage(&mut self, stage: Stage) {
        self.own().stage = stage;
    }

    fn advance(&mut self) {
        self.own().at += 1;
    }

    /// Gives a free turn to a future, which goes on by a step of its own.
    fn call(&mut self, task: Number) {
        self.touch(Object::Seat(task));
        self.state.turns.holder = Some(task);
        self.state.turns.called = Some(task);
    }

    fn line_up(&mut self, task: Number) {
        self.touch(Object::Loop);
        match self.state.turns.holder {
            Some(_) => self.state.turns.line.push_back(task),
            None => self.call(task),
        }
    }

    fn hand_on(&mut self) {
        self.touch(Object::Loop);
        self.state.turns.holder = None;
        if let Some(next) = self.state.turns.line.pop_front() {
            self.call(next);
        }
    }

    /// Gives up the turn until another one puts it in line, or to wait outside.
    fn give_up(&mut self, stage: Stage) {
        self.hand_on();
        self.stage(stage);
    }

    fn come_back(&mut self) {
        self.touch(Object::Loop);
        match self.state.turns.holder {
            None => {
                self.state.turns.holder = Some(self.task);
                self.stage(Stage::Doing);
            }
            Some(_) => {
                self.line_up(self.task);
                self.stage(Stage::Parked);
            }
        }
    }

    fn begin(&mut self) -> Option<()> {
        match self.own().stage {
            Stage::Unstarted | Stage::Ended => return None,
            Stage::Parked => {
                let turns = &mut self.state.turns;
                turns.called.take_if(|called| *called == self.task)?;
                self.touch(Object::Seat(self.task));
                self.stage(Stage::Doing);
            }
            Stage::Leaving => self.give_up(Stage::Parked),
            Stage::Waking => {
                self.line_up(self.state.tickets[0]);
                self.stage(Stage::Doing);
            }
            Stage::Outside => {
                self.wait_outside()?;
                self.stage(Stage::Back);
            }
            Stage::Back => self.come_back(),
            Stage::Doing => match self.of.tasks[self.task].get(self.own().at) {
                Some(what) => self.act(what)?,
                None => self.end(),
            },
        }
        Some(())
    }

    fn act(&mut self, what: &Do) -> Option<()> {
        match what {
            Do::Start(future) => {
                self.line_up(*future);
                self.state.tasks[*future].stage = Stage::Parked;
                self.advance();
            }
            Do::Await(future) => {
                self.state.turns.awaiting.insert((self.task, *future));
                self.give_up(Stage::Parked);
            }
            Do::Join(_) | Do::Sleep => self.give_up(Stage::Outside),
            Do::Lock => self.lock(),
            Do::Unlock => {
                self.touch(Object::Lock);
                self.state.is_locked = false;
                if !self.state.tickets.is_empty() {
                    self.stage(Stage::Waking);
                }
                self.advance();
            }
            Do::Read => {
                self.touch(Object::Number);
                let number = self.state.number;
                self.own().seen = number;
                self.advance();
            }
            Do::Write => {
                self.touch(Object::Number);
                self.state.number = self.own().seen + 1;
                self.advance();
            }
            Do::Echo(end) => self.echo(*end),
            Do::Send(end) => {
                self.send(*end, "ping");
                self.advance();
            }
            Do::Receive(end) => {
                let text = self.receive(*end)?;
                self.own().received.push(text);
                self.advance();
            }
            Do::Close(end) => {
                self.close(*end);
                self.advance();
            }
        }
        Some(())
    }

    /// Asks for the lock, and waits if it is taken.
    fn lock(&mut self) {
        self.touch(Object::Lock);
        if self.state.is_locked {
            self.state.tickets.push_back(self.task);
            self.stage(Stage::Leaving);
            return;
        }
        self.state.is_locked = true;
        // If any wait, this is the first of them.
        self.state.tickets.pop_front();
        self.advance();
    }

    fn wait_outside(&mut self) -> Option<()> {
        match &self.of.tasks[self.task][self.own().at] {
            Do::Echo(end) => self.own().held = Some(self.receive(*end)?),
            Do::Sleep => self.advance(),
            Do::Join(futures) => {
                for future in futures {
                    self.touch(Object::End(*future));
                    (self.state.tasks[*future].stage == Stage::Ended).then_some(())?;
                }
                self.advance();
            }
            what => unreachable!("{what:?} does not wait outside"),
        }
        Some(())
    }

    fn echo(&mut self, end: End) {
        match self.own().held.take() {
            None => self.give_up(Stage::Outside),
            Some(text) if text.is_empty() => {
                self.close(end);
                self.advance();
            }
            Some(text) => self.send(end, &text),
        }
    }

    fn send(&mut self, end: End, text: &str) {
        self.touch(Object::Stream(end));
        self.state.streams[end].write(text, usize::MAX);
    }

    fn receive(&mut self, end: End) -> Option<String> {
        self.touch(Object::Stream(read_by(end)));
        self.state.streams[read_by(end)].take()
    }

    fn close(&mut self, end: End) {
        self.touch(Object::Stream(end));
        self.touch(Object::Stream(read_by(end)));
        self.state.streams[end].ended = true;
    }

    /// The last step of a future. A client has none.
    fn end(&mut self) {
        let task = self.task;
        self.touch(Object::End(task));
        self.stage(Stage::Ended);
        let awaiting = &mut self.state.turns.awaiting;
        let ready: Vec<_> = awaiting.extract_if(.., |(_, future)| *future == task).collect();
        for (waiting, _) in ready {
            self.line_up(waiting);
        }
        self.hand_on();
    }

    /// What belongs to the step: a future goes on to what it has to make a step for.
    fn go_on(&mut self) {
        while self.own().stage == Stage::Doing {
            let at = self.own().at;
            match self.of.tasks[self.task].get(at) {
                Some(Do::Await(future)) if self.state.tasks[*future].stage == Stage::Ended => {
                    self.advance();
                }
                Some(Do::Lock) if self.is_behind_others() => {
                    self.state.tickets.push_back(self.task);
                    self.stage(Stage::Leaving);
                }
                None if self.task >= self.of.n_futures => self.stage(Stage::Ended),
                _ => return,
            }
        }
    }

    /// Whether others wait for the lock, and this one has not waited to the end.
    fn is_behind_others(&self) -> bool {
        self.state.tickets.front().is_some_and(|first| *first != self.task)
    }
}
