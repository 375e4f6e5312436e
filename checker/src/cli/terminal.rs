//! The surroundings of a command: where it writes, and what may end it.

use std::io::Write;

use super::interrupt::Interrupt;
use crate::report::look::Look;
use crate::search::jobs::Jobs;

/// The surroundings of a command. By default its output goes to files, no user
/// interrupts it, and there is one core.
#[derive(Default)]
pub struct Terminal {
    /// How words are marked on standard output, and how wide its lines may be.
    pub look: Look,
    /// Where one line may be rewritten again and again.
    pub progress: Option<Box<dyn Write + Send>>,
    /// Where lines may be added.
    pub log: Option<Box<dyn Write + Send>>,
    /// How many columns that line may have, if known.
    pub columns: Option<usize>,
    /// The key that ends a check.
    pub interrupt: Interrupt,
    /// How many threads can run at once, if known.
    pub cores: Option<Jobs>,
}
