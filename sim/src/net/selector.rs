//! Waiting for any of several sockets: `select`, and selectors.
//!
//! One step, which is enabled while any of them is ready: one access in [`Mode::AnyOf`] for
//! each. It reads the cell of each flow that it asks about, so it comes before or after each
//! step that changes one, and takes nothing. All that are ready are told, in the order in
//! which they were registered. Which ones a selector has is its task's own affair and no step.
//!
//! A handle that is closed is ready: what is done with it then raises.
//!
//! [`Mode::AnyOf`]: crate::Mode::AnyOf

use std::panic::Location;
use std::time::Duration;

use crate::exception::Exception;
use crate::noted::{Noted, Text};
use crate::ready::{self, Readiness};
use crate::rt;

/// What of a socket is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// Whether a receipt or an accept would not wait: `EVENT_READ`.
    Read,
    /// Whether a send would not wait: `EVENT_WRITE`.
    Write,
    /// Both, and which of them.
    ReadWrite,
}

impl Interest {
    /// Whether it is about receipts.
    #[must_use]
    pub fn has_read(self) -> bool {
        self != Interest::Write
    }

    /// Whether it is about sends.
    #[must_use]
    pub fn has_write(self) -> bool {
        self != Interest::Read
    }

    fn of(reads: bool, writes: bool) -> Option<Interest> {
        match (reads, writes) {
            (true, true) => Some(Interest::ReadWrite),
            (true, false) => Some(Interest::Read),
            (false, true) => Some(Interest::Write),
            (false, false) => None,
        }
    }
}

/// What can be selected: sockets, listeners, and operations in the background.
pub trait Selectable {
    /// What shows that it can be read from.
    #[doc(hidden)]
    fn readable(&self) -> Option<Readiness>;

    /// What shows that it can be written to; nothing for what never is.
    #[doc(hidden)]
    fn writable(&self) -> Option<Readiness> {
        None
    }
}

/// Waits until any of these is ready, or until the time is up. Returns the places of all that
/// are, with what they are ready for. One step; with no time at all it only looks.
///
/// # Errors
/// `ValueError` if there is nothing to wait for.
///
/// ```
/// use unknot_sim::net::{self, Interest};
/// use unknot_sim::{done, run_once};
///
/// run_once(|| {
///     let (a, b) = net::socketpair("talk");
///     b.send("hello")?;
///     let ready = net::select(&[(&a, Interest::ReadWrite), (&b, Interest::Read)], None)?;
///     assert_eq!(ready, [(0, Interest::ReadWrite)]);
///     done(())
/// });
/// ```
#[track_caller]
pub fn select(
    of: &[(&dyn Selectable, Interest)],
    timeout: Option<Duration>,
) -> Result<Vec<(usize, Interest)>, Exception> {
    let asked = of.iter().map(|&(one, interest)| Inquiry::of(one, interest));
    wait(&asked.collect::<Vec<_>>(), timeout, Location::caller())
}

/// Sockets that are waited for together, each with data of the program. It belongs to one
/// task.
///
/// ```
/// use unknot_sim::net::{Interest, Listener, Selector};
/// use unknot_sim::{done, run_once, spawn};
///
/// run_once(|| {
///     let port = Listener::named("port", 5);
///     let theirs = port.clone();
///     let client = spawn(move || theirs.connect("client")?.send("hello"));
///     let mut selector = Selector::new();
///     selector.register(&port, Interest::Read, "port")?;
///     assert_eq!(selector.select(None)?, [("port", Interest::Read)]);
///     let socket = port.accept()?;
///     selector.register(&socket, Interest::Read, "socket")?;
///     assert_eq!(selector.select(None)?, [("socket", Interest::Read)]);
///     client.join()?
/// });
/// ```
#[derive(Debug)]
pub struct Selector<D> {
    registered: Vec<Registered<D>>,
}

#[derive(Debug)]
struct Registered<D> {
    asked: Inquiry,
    data: D,
}

impl<D> Default for Selector<D> {
    fn default() -> Selector<D> {
        Selector { registered: vec![] }
    }
}

impl<D: Clone> Selector<D> {
    /// One with nothing in it.
    #[must_use]
    pub fn new() -> Selector<D> {
        Selector::default()
    }

    /// Adds a socket. No step.
    ///
    /// # Errors
    /// `KeyError` if it is registered already.
    #[track_caller]
    pub fn register(
        &mut self,
        what: &impl Selectable,
        interest: Interest,
        data: D,
    ) -> Result<(), Exception> {
        if self.place(what).is_some() {
            return Err(Exception::new("KeyError", "it is already registered"));
        }
        self.registered.push(Registered { asked: Inquiry::of(what, interest), data });
        Ok(())
    }

    /// Changes what is asked about a socket, and its data. No step.
    ///
    /// # Errors
    /// `KeyError` if it is not registered.
    #[track_caller]
    pub fn modify(
        &mut self,
        what: &impl Selectable,
        interest: Interest,
        data: D,
    ) -> Result<(), Exception> {
        let place = self.place(what).ok_or_else(unknown)?;
        self.registered[place] = Registered { asked: Inquiry::of(what, interest), data };
        Ok(())
    }

    /// Takes a socket out, and returns its data. No step.
    ///
    /// # Errors
    /// `KeyError` if it is not registered.
    #[track_caller]
    pub fn unregister(&mut self, what: &impl Selectable) -> Result<D, Exception> {
        let place = self.place(what).ok_or_else(unknown)?;
        Ok(self.registered.remove(place).data)
    }

    /// How many are registered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.registered.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    /// Waits until any of them is ready, or until the time is up. Returns the data of all that
    /// are, with what they are ready for. One step; with no time at all it only looks.
    ///
    /// # Errors
    /// `ValueError` if none is registered.
    #[track_caller]
    pub fn select(&self, timeout: Option<Duration>) -> Result<Vec<(D, Interest)>, Exception> {
        let asked: Vec<Inquiry> = self.registered.iter().map(|one| one.asked).collect();
        let ready = wait(&asked, timeout, Location::caller())?;
        let told =
            |(place, interest): (usize, Interest)| (self.registered[place].data.clone(), interest);
        Ok(ready.into_iter().map(told).collect())
    }

    fn place(&self, what: &impl Selectable) -> Option<usize> {
        let of = Inquiry::of(what, Interest::ReadWrite);
        let same = |one: &Registered<D>| one.asked.of == of.of;
        self.registered.iter().position(same)
    }
}

#[track_caller]
fn unknown() -> Exception {
    Exception::new("KeyError", "it is not registered")
}

/// What is asked of one of them.
#[derive(Clone, Copy, Debug)]
struct Inquiry {
    /// What it is known by.
    of: Option<Readiness>,
    reads: Option<Readiness>,
    writes: Option<Readiness>,
}

impl Inquiry {
    fn of(what: &(impl Selectable + ?Sized), interest: Interest) -> Inquiry {
        Inquiry {
            of: what.readable(),
            reads: what.readable().filter(|_| interest.has_read()),
            writes: what.writable().filter(|_| interest.has_write()),
        }
    }
}

fn wait(
    asked: &[Inquiry],
    timeout: Option<Duration>,
    location: &'static Location<'static>,
) -> Result<Vec<(usize, Interest)>, Exception> {
    // Each has two numbers: an even one for receipts, and an odd one for sends.
    let mut all = vec![];
    for (place, one) in asked.iter().enumerate() {
        all.extend(one.reads.map(|shown| (2 * place, shown)));
        all.extend(one.writes.map(|shown| (2 * place + 1, shown)));
    }
    if all.is_empty() {
        return Err(Exception::at(Some(location), "ValueError", "nothing to wait for"));
    }
    let ready = ready::wait("select", &all, timeout, location)?;
    let told = |place: usize| {
        let is_ready = |number: usize| ready.contains(&number);
        Some((place, Interest::of(is_ready(2 * place), is_ready(2 * place + 1))?))
    };
    let ready: Vec<(usize, Interest)> = (0..asked.len()).filter_map(told).collect();
    if !ready.is_empty() {
        rt::note(|| Noted::Answer(Text::debug(&ready)));
    }
    Ok(ready)
}
