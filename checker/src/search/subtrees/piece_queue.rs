//! The pieces of a search that are not merged, in order.
//!
//! Plain data. Pieces that are done are merged at the front. Where a check ends in
//! one of them, the pieces after it are given up. Which thread did what, and when,
//! makes no difference.

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
    pub(super) stage: PieceStage,
    /// Set when what the piece observes is not needed any more.
    pub(super) is_given_up: Arc<AtomicBool>,
}

pub(super) enum PieceStage {
    /// No thread works on it.
    Waiting(Start),
    Running,
    Done(Box<FinishedPiece>),
}

/// Where a piece begins.
pub(super) struct Start {
    pub(super) search: Box<dyn Strategy>,
    /// The meaning of the numbers of tasks and objects in the search.
    pub(super) names: Names,
}

impl Start {
    /// The same, with nothing counted yet.
    pub(super) fn again(&mut self) -> Start {
        let search = self.search.as_divisible().expect("a piece is of a divisible search");
        Start { search: search.copy(), names: self.names.clone() }
    }

    /// Whether there is no execution left in it.
    pub(super) fn is_empty(&mut self) -> bool {
        !self.again().search.begin()
    }
}

/// A piece that was worked on.
pub(super) struct FinishedPiece {
    /// The beginning, to run the piece again.
    pub(super) start: Start,
    pub(super) seen: Observed,
    /// Whether the check ends in this piece.
    pub(super) is_stopped: bool,
}

/// A piece that a thread took.
pub(super) struct Taken {
    pub(super) id: u64,
    pub(super) start: Start,
    pub(super) is_given_up: Arc<AtomicBool>,
}

/// All pieces that are not merged.
pub(super) struct PieceQueue {
    pub(super) pieces: VecDeque<Piece>,
    next: u64,
    /// Only this many pieces from the front may be worked on.
    reach: usize,
    /// Threads that wait for a piece.
    pub(super) idle: usize,
    /// The observations of the merged pieces.
    pub(super) seen: Option<Observed>,
    /// What is left of the budget for the pieces.
    pub(super) left: Budget,
    /// The piece that needs more than is left, and whether it is the end of the
    /// search.
    pub(super) last: Option<(Start, bool)>,
    /// Whether the check ends at what was merged last.
    pub(super) is_stopped: bool,
    /// Whether the check is ended from outside.
    pub(super) is_interrupted: bool,
}

impl PieceQueue {
    pub(super) fn new(search: Box<dyn Strategy>, left: Budget, jobs: Jobs) -> PieceQueue {
        let mut queue = PieceQueue {
            pieces: VecDeque::new(),
            next: 0,
            // One piece for each thread, and one that is done while the front is not.
            reach: jobs.get().saturating_add(1),
            idle: 0,
            seen: None,
            left,
            last: None,
            is_stopped: false,
            is_interrupted: false,
        };
        queue.insert(0, Start { search, names: Names::new() });
        queue
    }

    pub(super) fn is_over(&self) -> bool {
        self.pieces.is_empty() || self.is_stopped || self.is_interrupted
    }

    /// Adds a piece, which is not empty.
    pub(super) fn insert(&mut self, at: usize, start: Start) {
        let is_given_up = Arc::new(AtomicBool::new(false));
        self.pieces
            .insert(at, Piece { id: self.next, stage: PieceStage::Waiting(start), is_given_up });
        self.next += 1;
    }

    /// The place of a piece. A piece that was given up has none.
    pub(super) fn find(&self, id: u64) -> Option<usize> {
        self.pieces.iter().position(|piece| piece.id == id)
    }

    /// How many pieces wait for a thread and may be taken.
    pub(super) fn n_ready(&self) -> usize {
        let near = self.pieces.iter().take(self.reach);
        near.filter(|piece| matches!(piece.stage, PieceStage::Waiting(_))).count()
    }

    /// Takes the first piece on which no thread works, if it is near the front. A piece that
    /// is done far from the front would have to be kept until the front gets there. A thread
    /// that gets no piece is given the end of a piece at the front instead.
    pub(super) fn take(&mut self) -> Option<Taken> {
        let is_waiting = |piece: &&mut Piece| matches!(piece.stage, PieceStage::Waiting(_));
        let piece = self.pieces.iter_mut().take(self.reach).find(is_waiting)?;
        let stage = std::mem::replace(&mut piece.stage, PieceStage::Running);
        let PieceStage::Waiting(start) = stage else { unreachable!("it waits") };
        Some(Taken { id: piece.id, start, is_given_up: Arc::clone(&piece.is_given_up) })
    }

    /// Gives up all pieces from one on.
    pub(super) fn give_up(&mut self, from: usize) {
        for piece in self.pieces.drain(from..) {
            piece.is_given_up.store(true, Ordering::Relaxed);
        }
    }

    /// Merges the pieces that are done, beginning at the front.
    pub(super) fn settle(&mut self) {
        while let Some(Piece { stage: PieceStage::Done(_), .. }) = self.pieces.front() {
            let Some(Piece { stage: PieceStage::Done(done), .. }) = self.pieces.pop_front() else {
                unreachable!("it was just there")
            };
            let FinishedPiece { start, seen, is_stopped } = *done;
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
