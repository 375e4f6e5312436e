//! The search cut in two.

use super::Dpor;
use super::frame::{Below, Frame, divide};
use crate::strategy::api::{Divisible, Strategy};

/// Each frame has everything that its subtree needs, so another search can explore
/// the last ones.
impl Divisible for Dpor {
    fn divide(&mut self, keep: u64) -> Option<Box<dyn Strategy>> {
        let Below { frames, whole, kept } = divide(&mut self.frames, self.made, keep)?;
        let below = self.below.clone();
        // What is kept comes before.
        let made = self.made + kept;
        self.below.extend(frames[..whole].iter().map(Frame::fork));
        let tells_apart = self.tells_apart;
        Some(Box::new(Dpor { frames, below, made, tells_apart, started: true, ..Dpor::default() }))
    }

    fn copy(&self) -> Box<dyn Strategy> {
        let (frames, below) = (self.frames.clone(), self.below.clone());
        let Dpor { made, started, tells_apart, .. } = *self;
        Box::new(Dpor { frames, below, made, started, tells_apart, ..Dpor::default() })
    }
}
