//! What puts and gets touch, and what they do.

use std::panic::Location;

use super::base::{Bag, Discipline, Holes, Patience, Store, note_item};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::{Access, Op};
use crate::rt;

impl<B> Store<B> {
    /// Waits for room and puts an item in.
    pub(crate) fn put<T: 'static>(
        &self,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception>
    where
        B: Bag<T>,
    {
        self.put_as("put", item, patience, location)
    }

    /// The same under another name.
    pub(crate) fn put_as<T: 'static>(
        &self,
        verb: &'static str,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception>
    where
        B: Bag<T>,
    {
        let (wait, trying) = self.putting(verb, location);
        let (mut item, mut put) = (Some(item), None);
        self.step(wait, trying, patience, || {
            put = self.put_in(&mut item);
            put.is_some()
        })?;
        match put {
            Some(result) => result,
            // At the end of an execution every task is let go on.
            None if rt::is_quiet() => Ok(()),
            None => Err(rt::raised("Full", "the queue is full")),
        }
    }

    /// A put, and the same as a try.
    #[inline(always)]
    pub(crate) fn putting(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> (Op, Op) {
        let op = Op::local(verb, location).with(self.tail, Mode::Update, 0);
        let wait = match self.holes {
            Some(holes) => op.clone().with(holes.gauge, Mode::Draw, 1),
            None => op.clone(),
        };
        let wait = wait.with(self.items, Mode::Tally, 1).with(self.unfinished, Mode::Drop, 1);
        let wait = self.with_slots(wait, self.n_inherited, |holes| holes.capacity);
        // What else a try touches comes with an end, but for the report that it owes if
        // there is room.
        let trying = op.with(self.head, Mode::Read, 0).trying();
        let trying = match self.holes {
            Some(holes) => trying.with(holes.gauge, Mode::AtLeast, 1),
            None => trying,
        };
        let trying = trying.with(self.unfinished, Mode::Drop, 1);
        (wait.deferred(), trying.deferred())
    }

    /// Puts an item in as part of a step, unless there is no room.
    #[inline(always)]
    pub(crate) fn put_in<T: 'static>(&self, item: &mut Option<T>) -> Option<Result<(), Exception>>
    where
        B: Bag<T>,
    {
        rt::also(self.tail, Mode::Update, 0);
        if rt::is_try() {
            rt::also(self.head, Mode::Read, 0);
            if let Some(holes) = self.holes {
                rt::also(holes.gauge, Mode::AtLeast, 1);
            }
        }
        if self.is_full() {
            if rt::is_try() {
                rt::withhold(self.unfinished, Mode::Drop, 1);
            }
            rt::note(|| Noted::Answer(Text::of("Full")));
            return None;
        }
        let item = item.take()?;
        self.book_put();
        note_item(&item, Noted::Put);
        Some(self.bag.borrow_mut().push(item))
    }

    /// Waits for an item and takes it out.
    pub(crate) fn get<T: 'static>(
        &self,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<T, Exception>
    where
        B: Bag<T>,
    {
        self.get_as("get", patience, location)
    }

    /// The same under another name.
    pub(crate) fn get_as<T: 'static>(
        &self,
        verb: &'static str,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<T, Exception>
    where
        B: Bag<T>,
    {
        let (wait, trying) = self.getting(verb, location);
        let mut got = None;
        self.step(wait, trying, patience, || {
            got = self.take_out();
            got.is_some()
        })?;
        got.unwrap_or_else(|| Err(self.no_item()))
    }

    /// What is raised where there is no item.
    pub(crate) fn no_item(&self) -> Exception {
        rt::raised("Empty", "the queue is empty")
    }

    /// A get, and the same as a try.
    #[inline(always)]
    pub(crate) fn getting(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> (Op, Op) {
        let op = Op::local(verb, location).with(self.head, Mode::Update, 0);
        let wait = op.clone().with(self.items, Mode::Draw, 1);
        let wait = self.places().fold(wait, |op, places| op.with(places.gauge, Mode::Tally, 1));
        let wait = self.with_slots(wait, 0, |_| 0);
        let trying = op.with(self.tail, Mode::Read, 0).trying();
        (wait.deferred(), trying.deferred())
    }

    /// Takes an item out as part of a step, unless there is none.
    #[inline(always)]
    pub(crate) fn take_out<T: 'static>(&self) -> Option<Result<T, Exception>>
    where
        B: Bag<T>,
    {
        rt::also(self.head, Mode::Update, 0);
        if rt::is_try() {
            rt::also(self.tail, Mode::Read, 0);
            rt::also(self.items, Mode::AtLeast, 1);
        }
        if rt::shows(self.items) < 1 {
            rt::note(|| Noted::Answer(Text::of("Empty")));
            return None;
        }
        self.book_get();
        let got = self.bag.borrow_mut().pop().transpose();
        if let Some(Ok(item)) = &got {
            note_item(item, Noted::Got);
        }
        got
    }

    /// Makes a step; `resolve` records all of its accesses.
    pub(super) fn step(
        &self,
        wait: Op,
        trying: Op,
        patience: Patience,
        resolve: impl FnOnce() -> bool,
    ) -> Result<bool, Exception> {
        match patience {
            Patience::Forever => _ = rt::step_or_leave(wait)?,
            Patience::Never => _ = rt::step(trying),
            Patience::Until(timeout) => {
                return Ok(rt::step_timed(wait, trying, timeout, |_| resolve()));
            }
        }
        Ok(!rt::is_quiet() && resolve())
    }

    /// The places that a get gives back.
    fn places(&self) -> impl Iterator<Item = &Holes> {
        self.holes.iter().chain(&self.space)
    }

    /// Declares the slots that a step will update, where the first of its kind has the
    /// ordinal `from`. The slot for a hole is `earlier` ordinals earlier.
    fn with_slots(&self, mut op: Op, from: u32, earlier: fn(&Holes) -> u32) -> Op {
        if self.discipline == Discipline::Ordinal {
            let from = i64::from(from);
            op.accesses.push(Access::to_some_slot(self.item_slots, -from));
            for places in self.places() {
                let earlier = i64::from(earlier(places));
                op.accesses.push(Access::to_some_slot(places.slots, earlier - from));
            }
        }
        op
    }

    pub(super) fn is_full(&self) -> bool {
        self.holes.is_some_and(|holes| rt::shows(holes.gauge) < 1)
    }

    /// Lowers a gauge as part of a step that waited for it, or that tried.
    pub(super) fn draw(&self, gauge: ObjectId) {
        if rt::is_try() {
            rt::also(gauge, Mode::Tally, -1);
        } else {
            rt::also(gauge, Mode::Draw, 1);
        }
    }

    fn book_put(&self) {
        let nth = self.n_puts.get();
        if let Some(holes) = self.holes {
            self.draw(holes.gauge);
        }
        rt::also(self.items, Mode::Tally, 1);
        rt::also(self.unfinished, Mode::Drop, 1);
        if self.discipline == Discipline::Ordinal {
            rt::also_slot(self.item_slots, nth);
            if let Some(holes) = self.holes.filter(|holes| nth >= holes.capacity) {
                rt::also_slot(holes.slots, nth - holes.capacity);
            }
        }
        self.n_puts.set(nth + 1);
    }

    fn book_get(&self) {
        let nth = self.n_gets.get();
        self.draw(self.items);
        for places in self.places() {
            rt::also(places.gauge, Mode::Tally, 1);
        }
        if self.discipline == Discipline::Ordinal {
            rt::also_slot(self.item_slots, nth);
            for places in self.places() {
                rt::also_slot(places.slots, nth);
            }
        }
        self.n_gets.set(nth + 1);
    }
}
