//! What is around a command: where it writes, and what may end it.

use std::io::Write;

use super::interrupt::Interrupt;
use crate::report::look::Look;
use crate::search::jobs::Jobs;

/// What is around a command. By default its output goes to files, nobody
/// interrupts, and there is one core.
#[derive(Default)]
pub struct Terminal {
    /// How words are marked on standard output, and how wide its lines may be.
    pub look: Look,
    /// Where one line may be rewritten again and again.
    pub progress: Option<Box<dyn Write + Send>>,
    /// Where lines may be added.
    pub log: Option<Box<dyn Write + Send>>,
    /// How wide that line may be, if anybody knows.
    pub columns: Option<usize>,
    /// The key that ends a check.
    pub interrupt: Interrupt,
    /// How many threads can run at once, if anybody knows.
    pub cores: Option<Jobs>,
}
