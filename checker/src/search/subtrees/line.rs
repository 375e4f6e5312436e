//! The pieces of a search that are not merged, in order.
//!
//! Plain data: what is done at the front is merged, and where a check ends in
//! there, what comes after it is given up. Which thread did what, and when, has
//! no part in it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use unknot_sim::Names;

use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::observed::Observed;
use crate::strategy::Strategy;

/// Some of the executions of the search, all in a row.
pub(super) struct Piece {
    pub(super) id: u64,
    pub(super) stage: Stage,
    /// Set when nobody wants to know any more what is seen.
    pub(super) is_given_up: Arc<AtomicBool>,
}

pub(super) enum Stage {
    /// Nobody works on it.
    Waiting(Start),
    Running,
    Done(Box<Done>),
}

/// Where a piece begins.
pub(super) struct Start {
    pub(super) search: Box<dyn Strategy>,
    /// What the numbers of tasks and objects in there mean.
    pub(super) names: Names,
}

impl Start {
    /// The same, with nothing counted yet.
    pub(super) fn again(&self) -> Start {
        let search = self.search.copy().expect("who is divided can be copied");
        Start { search, names: self.names.clone() }
    }

    /// Whether nothing comes after it.
    pub(super) fn is_empty(&self) -> bool {
        !self.again().search.begin()
    }
}

/// A piece that was worked on.
pub(super) struct Done {
    /// To run it again.
    pub(super) start: Start,
    pub(super) seen: Observed,
    /// Whether something was seen at which the check ends.
    pub(super) is_stopped: bool,
}

/// A piece that somebody took.
pub(super) struct Taken {
    pub(super) id: u64,
    pub(super) start: Start,
    pub(super) is_given_up: Arc<AtomicBool>,
}

/// All pieces that are not merged.
pub(super) struct Line {
    pub(super) pieces: VecDeque<Piece>,
    next: u64,
    /// So many pieces from the front on may be worked on.
    reach: usize,
    /// Threads that wait for a piece.
    pub(super) idle: usize,
    /// What was seen of the pieces before.
    pub(super) seen: Option<Observed>,
    /// What is left of the budget for the pieces.
    pub(super) left: Budget,
    /// The piece that needs more than is left, and whether it is the end of the
    /// search.
    pub(super) last: Option<(Start, bool)>,
    /// Whether the check ends at what was merged last.
    pub(super) is_stopped: bool,
    /// Whether somebody ends the check from outside.
    pub(super) is_interrupted: bool,
}

impl Line {
    pub(super) fn new(search: Box<dyn Strategy>, left: Budget, jobs: Jobs) -> Line {
        let mut line = Line {
            pieces: VecDeque::new(),
            next: 0,
            // One for each thread, and one that is done while the front is not.
            reach: jobs.get().saturating_add(1),
            idle: 0,
            seen: None,
            left,
            last: None,
            is_stopped: false,
            is_interrupted: false,
        };
        line.insert(0, Start { search, names: Names::new() });
        line
    }

    pub(super) fn is_over(&self) -> bool {
        self.pieces.is_empty() || self.is_stopped || self.is_interrupted
    }

    /// Adds a piece, which is not empty.
    pub(super) fn insert(&mut self, at: usize, start: Start) {
        let is_given_up = Arc::new(AtomicBool::new(false));
        self.pieces.insert(at, Piece { id: self.next, stage: Stage::Waiting(start), is_given_up });
        self.next += 1;
    }

    /// Where a piece is. One that was given up is nowhere.
    pub(super) fn find(&self, id: u64) -> Option<usize> {
        self.pieces.iter().position(|piece| piece.id == id)
    }

    /// How many pieces wait for a thread and may be taken.
    pub(super) fn n_ready(&self) -> usize {
        let near = self.pieces.iter().take(self.reach);
        near.filter(|piece| matches!(piece.stage, Stage::Waiting(_))).count()
    }

    /// Takes the first piece that nobody works on, if it is near the front. What is
    /// done far behind would have to be kept until the front is there; a thread that
    /// gets nothing is given the end of a piece at the front instead.
    pub(super) fn take(&mut self) -> Option<Taken> {
        let is_waiting = |piece: &&mut Piece| matches!(piece.stage, Stage::Waiting(_));
        let piece = self.pieces.iter_mut().take(self.reach).find(is_waiting)?;
        let stage = std::mem::replace(&mut piece.stage, Stage::Running);
        let Stage::Waiting(start) = stage else { unreachable!("it waits") };
        Some(Taken { id: piece.id, start, is_given_up: Arc::clone(&piece.is_given_up) })
    }

    /// Gives up all pieces from one on.
    pub(super) fn give_up(&mut self, from: usize) {
        for piece in self.pieces.drain(from..) {
            piece.is_given_up.store(true, Ordering::Relaxed);
        }
    }

    /// Merges what is done, from the front on.
    pub(super) fn settle(&mut self) {
        while let Some(Piece { stage: Stage::Done(_), .. }) = self.pieces.front() {
            let Some(Piece { stage: Stage::Done(done), .. }) = self.pieces.pop_front() else {
                unreachable!("it was just there")
            };
            let Done { start, seen, is_stopped } = *done;
            let (spent, effort) = (seen.stats.spent(), seen.stats.effort);
            if spent > self.left.max_executions || effort > self.left.max_effort {
                self.is_stopped = true;
                self.last = Some((start, self.pieces.is_empty()));
            } else {
                self.left.max_executions -= spent;
                self.left.max_effort -= effort;
                self.is_stopped = is_stopped;
                self.absorb(seen);
            }
            if self.is_stopped {
                self.give_up(0);
            }
        }
    }

    pub(super) fn absorb(&mut self, seen: Observed) {
        match &mut self.seen {
            Some(all) => all.go_on(seen),
            None => self.seen = Some(seen),
        }
    }
}
