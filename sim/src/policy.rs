//! Which of the tasks that want to compute gets a core.
//!
//! A policy is part of the program, and leaves nothing open: the search has no choice
//! about it.

use std::time::Duration;

/// Which of the tasks that want to compute get the cores of a [`Cpu`](crate::Cpu).
///
/// Tasks in the line that a policy holds equal go by the time at which they came to the
/// line; of those that came at one time, tasks that ask for a core go before tasks that
/// had to leave one, and then the path of the task decides (`T1` before `T2`). A task that
/// has a core keeps it before an equal one in the line; of several that might have to leave
/// for another one, the last of them by the same rule has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// First come, first served: a burst keeps its core to its end.
    Fcfs,
    /// Shortest job first: the shortest burst in the line is next, and keeps its core to
    /// its end.
    Sjf,
    /// Shortest remaining time first: the bursts with the least left have the cores. A
    /// longer one has to leave when a shorter one comes.
    Srtf,
    /// First come, first served, but a burst has to leave its core after this quantum, and
    /// goes to the end of the line.
    RoundRobin(Duration),
    /// Multilevel feedback: a burst begins at the first level, and goes down a level when
    /// it has used up the quantum of its own. Below these levels is a last one without a
    /// quantum. The highest levels have the cores; within a level it is first come, first
    /// served. A burst that has to leave for one of a higher level keeps the rest of its
    /// quantum.
    Feedback(Vec<Duration>),
}
