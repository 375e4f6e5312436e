//! The place of the search as numbers, and the way back to it.
//!
//! What a frame plans follows from its own execution, which follows from the frame before
//! it and the plan that was taken there. So for each frame it is enough to write down how
//! many plans are left. On the way back the plans in between are dropped, and only the
//! executions of the frames are made again. Where values of a step are tried, each of them
//! is: what the step touched with the values before is compared with what it touches.

use std::sync::Arc;

use super::Dpor;
use super::frame::Frame;
use super::node::Node;
use crate::strategy::api::{Resumable, WayTurn, WayValues};
use crate::strategy::order::choice::next_value;

impl Frame {
    fn turn(&self) -> WayTurn {
        let mut open = self.values.iter().filter(|(_, node)| has_next(node));
        let values = match (self.values.is_empty(), open.next()) {
            (true, _) if self.is_at_value => WayValues::Given,
            (true, _) => WayValues::Behind,
            (false, Some(_)) => WayValues::Mine,
            // The last value is being tried.
            (false, None) => WayValues::Given,
        };
        WayTurn { taken: self.done, values, ahead: self.plans.len() as u64, given: self.given }
    }

    /// Plans more than are left at a place, unless there are fewer.
    fn above(&self, turn: &WayTurn) -> Option<u64> {
        let left = turn.ahead.checked_add(turn.given)?;
        (self.plans.len() as u64).checked_sub(left)
    }

    /// Whether the search came from here to the next frame of the way, or the way ends here.
    fn is_passed(&self, turn: &WayTurn, is_last: bool) -> bool {
        match turn.values {
            WayValues::Behind if is_last => self.values.is_empty() && self.above(turn) == Some(0),
            WayValues::Behind => self.done > 0 && self.above(turn) == Some(0),
            WayValues::Mine | WayValues::Given => self.done == turn.taken,
        }
    }

    /// Leaves what is no part of the search at a place.
    fn keep(&mut self, turn: &WayTurn) {
        // That is no more than there are plans, as was found out on the way.
        drop(Arc::make_mut(&mut self.plans).split_off_last(turn.given as usize));
        if turn.values != WayValues::Mine {
            self.values.clear();
        }
        self.is_at_value = turn.values == WayValues::Given;
        (self.done, self.given) = (turn.taken, turn.given);
    }
}

/// Whether a step has another value to try.
fn has_next(node: &Node) -> bool {
    next_value(&mut node.choices.clone(), node.n_given as usize)
}

fn misfit(nth: usize) -> String {
    format!("the executions on the way to it plan something else (at turn {nth})")
}

impl Resumable for Dpor {
    fn place(&self) -> Vec<WayTurn> {
        self.frames.iter().map(Frame::turn).collect()
    }

    fn go_towards(&mut self, place: &[WayTurn]) -> Result<bool, String> {
        if let Some(divergence) = &self.divergence {
            return Err(format!("at step {}, {}", divergence.step, divergence.message));
        }
        if !std::mem::replace(&mut self.started, true) {
            return Ok(true);
        }
        let n = place.len();
        let mut way = place.iter().enumerate();
        let here = way.find(|&(nth, turn)| {
            self.frames.get(nth).is_none_or(|frame| !frame.is_passed(turn, nth + 1 == n))
        });
        let Some((nth, turn)) = here else {
            self.leave_frames(n);
            for (frame, turn) in self.frames.iter_mut().zip(place) {
                if frame.above(turn) != Some(0) {
                    return Err(misfit(n));
                }
                frame.keep(turn);
            }
            return Ok(false);
        };
        if nth >= self.frames.len() {
            return Err(misfit(nth));
        }
        self.leave_frames(nth + 1);
        if turn.values != WayValues::Behind {
            let is_found = self.frames[nth].done < turn.taken && self.next_value();
            self.prefix = self.nodes.len();
            return if is_found { Ok(true) } else { Err(misfit(nth)) };
        }
        let frame = &mut self.frames[nth];
        frame.values.clear();
        let is_last = nth + 1 == n;
        // The plan that leads to the next frame is taken, and those before it are not.
        let above = frame.above(turn).and_then(|above| above.checked_sub(u64::from(!is_last)));
        let above = above.ok_or_else(|| misfit(nth))?;
        let plans = Arc::make_mut(&mut frame.plans);
        (0..above).for_each(|_| _ = plans.pop());
        if is_last {
            return self.go_towards(place);
        }
        let is_found = self.next_reversal();
        assert!(is_found, "a plan was left");
        self.prefix = self.nodes.len();
        Ok(true)
    }
}

impl Dpor {
    /// Takes the frames after the first `n` away.
    fn leave_frames(&mut self, n: usize) {
        while self.frames.len() > n {
            self.leave_frame();
        }
    }
}
