//! Greenlets: functions that say themselves which of them runs on.
//!
//! All greenlets of a task form a tree. One runs at a time, and to switch is a step that
//! gives to the gauge at which the other one waits, and then to wait at a gauge of one's own:
//! a round trip takes four steps, and a program that shares nothing else has one class. What
//! a switch passes is what the other one's switch returns. A greenlet that ends passes what
//! it returns to its parent.
//!
//! A suspended greenlet keeps no program from its end: it is a daemon, and a note says where
//! it was left.
//!
//! What this misses: exceptions are not passed on to the parent, but end the greenlet.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use crate::act::Act;
use crate::execution::Purpose;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::Noted;
use crate::op::{Access, Op};
use crate::rt::{self, NewObject};
use crate::sync::store::note_item;
use crate::task;

/// A greenlet. Clones are handles to the same one. All that switch to one another pass values
/// of one type.
///
/// ```
/// use unknot_sim::{Greenlet, run_once};
///
/// run_once(|| {
///     let main = Greenlet::main();
///     let double = main.child("double", |me: &Greenlet<i64>, n| {
///         let next = me.parent().switch(2 * n);
///         2 * next
///     });
///     assert_eq!(double.switch(3), 6);
///     assert_eq!(double.switch(4), 8);
///     assert!(double.is_dead());
/// });
/// ```
#[derive(Debug)]
pub struct Greenlet<A> {
    node: Rc<GreenletNode<A>>,
}

/// One greenlet of a tree.
#[derive(Debug)]
struct GreenletNode<A> {
    tree: Rc<GreenletTree<A>>,
    parent: Option<Greenlet<A>>,
    /// Where it waits while it is suspended.
    seat: ObjectId,
    task: Cell<TaskId>,
    is_dead: Cell<bool>,
}

/// What all greenlets have in common that switch to one another.
#[derive(Debug)]
struct GreenletTree<A> {
    /// What each step updates that switches.
    cell: ObjectId,
    /// The one that runs, or is about to, by its task and where that waits.
    active: Cell<(TaskId, ObjectId)>,
    /// What it is passed.
    passed: RefCell<Option<A>>,
}

impl<A> Clone for Greenlet<A> {
    fn clone(&self) -> Greenlet<A> {
        Greenlet { node: Rc::clone(&self.node) }
    }
}

impl<A: Debug + 'static> Greenlet<A> {
    /// The running task as the first greenlet of a tree.
    #[track_caller]
    #[must_use]
    pub fn main() -> Greenlet<A> {
        let location = Location::caller();
        let cell = rt::create_cell("Greenlet", Name::default(), location);
        let seat = new_seat(cell, Purpose::Primitive, location);
        let active = Cell::new((rt::current(), seat));
        let tree = Rc::new(GreenletTree { cell, active, passed: RefCell::new(None) });
        Greenlet::new(tree, None, seat)
    }

    /// Makes a greenlet that begins when it is first switched to, and whose parent is this
    /// one. One step.
    #[track_caller]
    #[must_use]
    pub fn child(
        &self,
        name: impl Into<Name>,
        body: impl FnOnce(&Greenlet<A>, A) -> A + 'static,
    ) -> Greenlet<A> {
        let location = Location::caller();
        let tree = Rc::clone(&self.node.tree);
        let seat = new_seat(tree.cell, Purpose::Suspension, location);
        let child = Greenlet::new(tree, Some(self.clone()), seat);
        let me = child.clone();
        let run = move || {
            rt::step(Op::local("begin", location).with(me.node.seat, Mode::Take, 1));
            let end = GreenletEnd(&me);
            let passed = me.node.tree.passed.borrow_mut().take();
            if let Some(passed) = passed {
                let returned = body(&me, passed);
                *me.node.tree.passed.borrow_mut() = Some(returned);
            }
            drop(end);
        };
        let op = Op::local("spawn", location).acting(Act::Spawn);
        if let Some(task) = task::start_by(op, name.into(), true, run).id() {
            child.node.task.set(task);
        }
        child
    }

    /// The greenlet that made this one; the first one is its own parent.
    #[must_use]
    pub fn parent(&self) -> Greenlet<A> {
        self.node.parent.clone().unwrap_or_else(|| self.clone())
    }

    /// Whether it has ended. No step: only the greenlet that runs can ask.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.node.is_dead.get()
    }

    /// Has this greenlet go on with these arguments in place of the one that runs. Returns
    /// what is passed when that one is switched to again: two steps, or one if it goes on
    /// itself, as it does while a panic unwinds it. For one that has ended its parent goes on.
    ///
    /// # Panics
    /// Where the task that runs is no greenlet of this tree; and if the greenlet that ran
    /// meanwhile has panicked, in its parent, as in Python.
    #[track_caller]
    pub fn switch(&self, args: A) -> A {
        let location = Location::caller();
        let tree = &self.node.tree;
        rt::step(Op::local("switch", location).with(tree.cell, Mode::Update, 0));
        if rt::is_quiet() {
            return args;
        }
        let (current, own) = tree.active.get();
        if rt::current() != current {
            let message = "a greenlet of another thread: cannot switch to a different thread";
            rt::raise_misuse(rt::raised("GreenletError", message));
            return args;
        }
        let next = self.alive();
        // What another greenlet raises cannot be passed on by a destructor.
        if next.node.task.get() == current || rt::is_unwinding() {
            return args;
        }
        tree.active.set((next.node.task.get(), next.node.seat));
        note_item(&args, Noted::Put);
        *tree.passed.borrow_mut() = Some(args);
        rt::also(next.node.seat, Mode::Give, 1);
        rt::step(Op::local("switch", location).with(own, Mode::Take, 1));
        let passed = tree.passed.borrow_mut().take();
        // As in Python, what ends a greenlet goes on in its parent.
        passed.unwrap_or_else(|| panic!("the greenlet that ran has panicked"))
    }

    fn new(tree: Rc<GreenletTree<A>>, parent: Option<Greenlet<A>>, seat: ObjectId) -> Greenlet<A> {
        let (task, is_dead) = (Cell::new(rt::current()), Cell::new(false));
        Greenlet { node: Rc::new(GreenletNode { tree, parent, seat, task, is_dead }) }
    }

    /// The first of this one and its ancestors that has not ended.
    fn alive(&self) -> Greenlet<A> {
        match (&self.node.parent, self.node.is_dead.get()) {
            (Some(parent), true) => parent.alive(),
            _ => self.clone(),
        }
    }
}

fn new_seat(cell: ObjectId, purpose: Purpose, location: &'static Location<'static>) -> ObjectId {
    let new = NewObject::new("seat", Name::default(), location).part_of(cell);
    rt::create(new.serving(purpose))
}

/// Has the parent go on at the end of a greenlet, be that a panic or not: the last step of the
/// task gives to the gauge at which the parent waits.
struct GreenletEnd<'a, A: Debug + 'static>(&'a Greenlet<A>);

impl<A: Debug + 'static> Drop for GreenletEnd<'_, A> {
    fn drop(&mut self) {
        let GreenletNode { tree, is_dead, .. } = &*self.0.node;
        is_dead.set(true);
        let next = self.0.alive();
        tree.active.set((next.node.task.get(), next.node.seat));
        let switches = Access::new(tree.cell, Mode::Update, 0);
        rt::say_at_end(&[switches, Access::new(next.node.seat, Mode::Give, 1)]);
    }
}
