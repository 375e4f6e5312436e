//! The key that interrupts: the first time a check ends in order, the second
//! time the process ends at once. The signals that ask a process to end, SIGTERM and
//! SIGHUP, act like the key.
//!
//! A check is not stopped in the middle of an execution. At its next look at the clock
//! it sees that the key was pressed, and then ends as it does at a
//! limit on time. A command that does not watch the key ends at the first press.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code that a shell gives a process that this key ended.
const ENDED_BY_KEY: i32 = 130;

/// Whether the user wants the command to end.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<InterruptKey>);

#[derive(Default)]
struct InterruptKey {
    is_heeded: AtomicBool,
    is_pressed: AtomicBool,
}

impl Interrupt {
    /// The key of the terminal that this process runs on. If no handler can be installed,
    /// the key ends the process, as it does by default.
    pub(super) fn of_this_process() -> Interrupt {
        let interrupt = Interrupt::default();
        let key = interrupt.clone();
        let _ = ctrlc::set_handler(move || {
            if !key.press() {
                std::process::exit(ENDED_BY_KEY);
            }
        });
        interrupt
    }

    /// Presses the key. Returns whether the command is going to end because of it. It is
    /// not if no check watches the key, or if it was pressed before.
    pub fn press(&self) -> bool {
        self.0.is_heeded.load(Ordering::Relaxed) && !self.0.is_pressed.swap(true, Ordering::Relaxed)
    }

    /// From now on the command watches the key.
    pub(super) fn heed(&self) {
        self.0.is_heeded.store(true, Ordering::Relaxed);
    }

    /// Whether the key was pressed since the command watches it.
    pub(super) fn is_pressed(&self) -> bool {
        self.0.is_pressed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_press_that_somebody_sees_is_heeded() {
        let interrupt = Interrupt::default();
        assert!(!interrupt.press() && !interrupt.is_pressed());
        interrupt.heed();
        assert!(!interrupt.is_pressed());
        assert!(interrupt.press() && interrupt.is_pressed());
        assert!(!interrupt.press() && interrupt.is_pressed());
    }
}
