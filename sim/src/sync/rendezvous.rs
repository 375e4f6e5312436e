//! A channel without room: a send and a receipt meet.
//!
//! Whichever comes first parks at a gauge of its own, and the other one finishes both in
//! the step in which it comes: first come, first served, as in Go. Two gauges show how
//! many senders and how many receivers are parked, for those that wait for any of several
//! things.
//!
//! What it can miss: to wait for any of several things is not yet to send or to receive.
//! Two tasks of which each only waits until the other is ready do not meet, where the
//! `select` of Go would bring them together. And a task that is killed while it is parked
//! keeps its place: what is sent to it is lost.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::store::{Patience, note_item};
use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready, Room};
use crate::rt::{self, NewObject};

/// A channel without room. Clones are handles to the same one, for either end.
///
/// ```
/// use unknot_sim::{Rendezvous, done, run_once, spawn};
///
/// run_once(|| {
///     let numbers = Rendezvous::named("numbers");
///     assert_eq!(numbers.try_send(1).map_err(|refused| refused.kind), Err("Full"));
///     let theirs = numbers.clone();
///     let sender = spawn(move || {
///         theirs.send(1)?;
///         // The first number was received by now.
///         theirs.send(2)?;
///         done(theirs.close())
///     });
///     let mut sum = 0;
///     while let Ok(number) = numbers.receive() {
///         sum += number;
///     }
///     assert_eq!(sum, 3);
///     sender.join()?
/// });
/// ```
#[derive(Debug)]
pub struct Rendezvous<T> {
    /// Orders all that come.
    cell: ObjectId,
    /// Show how many senders and how many receivers are parked.
    gauges: [ObjectId; 2],
    state: Rc<RefCell<Parked<T>>>,
}

#[derive(Debug)]
struct Parked<T> {
    /// Those that send, and those that receive.
    parties: [VecDeque<Rc<Party<T>>>; 2],
    closed: bool,
}

/// A task that is parked.
#[derive(Debug)]
struct Party<T> {
    /// Where it waits.
    gauge: ObjectId,
    state: RefCell<Meeting<T>>,
}

#[derive(Debug)]
enum Meeting<T> {
    /// What a sender has to give, and nothing for a receiver.
    Awaited(Option<T>),
    /// What a receiver was given, and nothing for a sender.
    Made(Option<T>),
    /// The channel was closed.
    Closed,
}

/// One of the two that meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartyRole {
    Sender,
    Receiver,
}

impl PartyRole {
    fn other(self) -> PartyRole {
        match self {
            PartyRole::Sender => PartyRole::Receiver,
            PartyRole::Receiver => PartyRole::Sender,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            PartyRole::Sender => "send",
            PartyRole::Receiver => "receive",
        }
    }

    fn refusal(self) -> (&'static str, &'static str) {
        match self {
            PartyRole::Sender => ("Full", "no task receives"),
            PartyRole::Receiver => ("Empty", "no task sends"),
        }
    }
}

impl<T> Default for Parked<T> {
    fn default() -> Parked<T> {
        Parked { parties: [VecDeque::new(), VecDeque::new()], closed: false }
    }
}

impl<T> Clone for Rendezvous<T> {
    fn clone(&self) -> Rendezvous<T> {
        Rendezvous { state: Rc::clone(&self.state), ..*self }
    }
}

impl<T: 'static> Default for Rendezvous<T> {
    #[track_caller]
    fn default() -> Rendezvous<T> {
        Rendezvous::new()
    }
}

impl<T: 'static> Rendezvous<T> {
    super::constructors::constructors! {
        /// An open channel without room.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> Rendezvous<T> {
        let plain = || NewObject::new("Rendezvous", name.clone(), location);
        let cell = rt::create(plain());
        let part =
            |want, verbs| rt::create(plain().part_of(cell).wanted_for(want).raised_by(verbs));
        let senders = part(Want::Sender, &["send", "close"]);
        let receivers = part(Want::Receiver, &["receive", "close"]);
        Rendezvous { cell, gauges: [senders, receivers], state: Rc::default() }
    }

    /// Waits for a receiver and gives it an item. One step if one waits, and otherwise two.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, now or while waiting.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), Exception> {
        self.give(item, Patience::Forever, Location::caller())
    }

    /// Gives an item to a receiver that waits, if there is one. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, `Full` if no receiver waits.
    #[track_caller]
    pub fn try_send(&self, item: T) -> Result<(), Exception> {
        self.give(item, Patience::Never, Location::caller())
    }

    /// Waits for a receiver until the time is up, and gives it an item.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, now or while waiting; `Full` if no receiver has
    /// come.
    #[track_caller]
    pub fn send_timeout(&self, item: T, timeout: Duration) -> Result<(), Exception> {
        self.give(item, Patience::Until(timeout), Location::caller())
    }

    /// Waits for a sender and takes what it gives. One step if one waits, and otherwise two.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, now or while waiting.
    #[track_caller]
    pub fn receive(&self) -> Result<T, Exception> {
        self.take(Patience::Forever, Location::caller())
    }

    /// Takes what a sender that waits gives, if there is one. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, `Empty` if no sender waits.
    #[track_caller]
    pub fn try_receive(&self) -> Result<T, Exception> {
        self.take(Patience::Never, Location::caller())
    }

    /// Waits for a sender until the time is up, and takes what it gives.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, now or while waiting; `Empty` if no sender has
    /// come.
    #[track_caller]
    pub fn receive_timeout(&self, timeout: Duration) -> Result<T, Exception> {
        self.take(Patience::Until(timeout), Location::caller())
    }

    /// Closes the channel. Each task that waits there gets an exception; what it was about
    /// to send is gone. Closing it again does nothing. One step.
    #[track_caller]
    pub fn close(&self) {
        let op = Op::local("close", Location::caller()).with(self.cell, Mode::Update, 0);
        rt::step(self.gauges.iter().fold(op, |op, &gauge| op.with(gauge, Mode::Set, i64::MAX)));
        if rt::is_quiet() {
            return;
        }
        let parked = std::mem::replace(
            &mut *self.state.borrow_mut(),
            Parked { closed: true, ..Parked::default() },
        );
        for party in parked.parties.into_iter().flatten() {
            rt::also(party.gauge, Mode::Give, 1);
            // What is dropped here may run code of the program.
            drop(party.state.replace(Meeting::Closed));
        }
    }

    /// What shows that a task waits to receive, or that the channel is closed: to wait for it
    /// together with other things.
    #[must_use]
    pub fn room(&self) -> Room {
        Room::new(Readiness::new(self.gauge(PartyRole::Receiver), 1))
    }

    fn give(
        &self,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        self.meet(PartyRole::Sender, Some(item), patience, location).map(drop)
    }

    fn take(
        &self,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<T, Exception> {
        let item = self.meet(PartyRole::Receiver, None, patience, location)?;
        // At the end of an execution there is none.
        item.ok_or_else(|| closed(PartyRole::Receiver))
    }

    fn gauge(&self, of: PartyRole) -> ObjectId {
        self.gauges[of as usize]
    }

    /// Meets a task of the other role, or waits for one. Whether it meets one or parks, the
    /// step in which it comes touches the same. Returns what was received.
    fn meet(
        &self,
        role: PartyRole,
        item: Option<T>,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<Option<T>, Exception> {
        let op = Op::local(role.verb(), location).with(self.cell, Mode::Update, 0);
        let op = op.with(self.gauge(role), Mode::Give, 1);
        rt::step_or_leave(op.with(self.gauge(role.other()), Mode::Drop, 1).deferred())?;
        if rt::is_quiet() {
            return Ok(None);
        }
        let is_closed = self.state.borrow().closed;
        let met = self.state.borrow_mut().parties[role.other() as usize].pop_front();
        let parks = met.is_none() && !is_closed && !matches!(patience, Patience::Never);
        rt::also(self.cell, Mode::Update, 0);
        rt::also(self.gauge(role), Mode::Give, parks.into());
        rt::also(self.gauge(role.other()), Mode::Drop, met.is_some().into());
        match (met, &item) {
            (Some(other), _) => return Ok(other.finish(item)),
            _ if is_closed => return Err(closed(role)),
            (None, Some(item)) if parks => note_item(item, Noted::Put),
            _ if parks => {}
            _ => return Err(refused(role)),
        }
        let new = NewObject::new("Rendezvous", rt::name_of(self.cell), location);
        let gauge = rt::create(new.part_of(self.cell));
        let party = Rc::new(Party { gauge, state: RefCell::new(Meeting::Awaited(item)) });
        self.state.borrow_mut().parties[role as usize].push_back(Rc::clone(&party));
        self.wait(role, &party, patience, location)
    }

    /// Waits until another task has finished the meeting.
    fn wait(
        &self,
        role: PartyRole,
        party: &Rc<Party<T>>,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<Option<T>, Exception> {
        let op = Op::local(role.verb(), location);
        let wait =
            op.clone().with(party.gauge, Mode::Take, 1).with(self.gauge(role.other()), Mode::On, 1);
        let is_over = match patience {
            Patience::Until(timeout) => {
                let trying = op.with(party.gauge, Mode::Try, 1).with(self.cell, Mode::Update, 0);
                let trying = trying.with(self.gauge(role), Mode::Drop, 1).deferred().trying();
                rt::step_timed(wait, trying, timeout, |granted| match rt::is_try() {
                    true => self.is_met_in_time(role, party),
                    false => granted,
                })
            }
            Patience::Forever | Patience::Never => rt::step_or_leave(wait)?,
        };
        if rt::is_quiet() {
            return Ok(None);
        }
        if !is_over {
            return Err(refused(role));
        }
        match party.state.replace(Meeting::Closed) {
            Meeting::Made(item) => {
                if let Some(item) = &item {
                    note_item(item, Noted::Got);
                }
                Ok(item)
            }
            Meeting::Closed => Err(closed(role)),
            Meeting::Awaited(_) => unreachable!("what ends the wait ends the meeting"),
        }
    }

    /// Leaves the channel as part of the step, unless another task was there in time.
    fn is_met_in_time(&self, role: PartyRole, party: &Rc<Party<T>>) -> bool {
        let is_over = rt::also(party.gauge, Mode::Try, 1);
        rt::also(self.cell, Mode::Update, 0);
        rt::also(self.gauge(role), Mode::Drop, (!is_over).into());
        if !is_over {
            let mut state = self.state.borrow_mut();
            state.parties[role as usize].retain(|parked| !Rc::ptr_eq(parked, party));
        }
        is_over
    }
}

impl<T: 'static> Party<T> {
    /// Finishes a meeting as part of the step of a task that comes with an item, or comes
    /// to receive one, which is returned.
    fn finish(&self, item: Option<T>) -> Option<T> {
        if let Some(item) = &item {
            note_item(item, Noted::Put);
        }
        rt::also(self.gauge, Mode::Give, 1);
        let Meeting::Awaited(offered) = self.state.replace(Meeting::Made(item)) else {
            unreachable!("a task that is parked has not been met")
        };
        if let Some(item) = &offered {
            note_item(item, Noted::Got);
        }
        offered
    }
}

fn closed(role: PartyRole) -> Exception {
    rt::raised("Closed", format!("{} on a closed channel", role.verb()))
}

fn refused(role: PartyRole) -> Exception {
    let (kind, message) = role.refusal();
    rt::note(|| Noted::Answer(Text::of(kind)));
    rt::raised(kind, message)
}

impl<T: Clone + 'static> Fork for Rendezvous<T> {
    fn reads(&self, reads: &mut Reads) {
        reads.cell(self.cell);
    }

    /// The tasks that are parked are not there.
    fn fork(&self, to: &mut Forking) -> Rendezvous<T> {
        to.once(self.cell, |to| {
            let closed = self.state.borrow().closed;
            let cell = to.cell(self.cell);
            let shows = if closed { i64::MAX } else { 0 };
            let gauges = self.gauges.map(|gauge| to.part_showing(gauge, cell, shows));
            let state = Parked { closed, ..Parked::default() };
            Rendezvous { cell, gauges, state: Rc::new(RefCell::new(state)) }
        })
    }
}

/// Ready while a task waits to send, or the channel is closed.
impl<T: 'static> Ready for Rendezvous<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(Readiness::new(self.gauge(PartyRole::Sender), 1)))
    }
}
