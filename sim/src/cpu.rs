//! A processor with cores, on which tasks compute.
//!
//! A task takes no time between its steps. What takes time on a processor is a *burst*,
//! [`Cpu::compute`]: the task waits for a core, works on it for so long, perhaps in several
//! pieces, and goes on. Which task has which core when is decided by a [`Policy`] and by
//! nothing else, so it adds no schedule: what the search goes through is what the policy
//! leaves open.
//!
//! What this does not show: a burst is given up at its end, and the next one of the task
//! goes to the line as that of any other task does. Locks know nothing of cores, so the
//! time to take one is 0, and a task that waits for one has no core.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::id::{ObjectId, TaskId};
use crate::name::Name;
use crate::policy::Policy;
use crate::rt::{self, Worked};

/// A processor. Clones are handles to the same one, and so is what a process gets: cores
/// are shared between processes.
///
/// ```
/// use std::time::Duration;
///
/// use unknot_sim::{Cpu, Policy, done, run_once, spawn};
///
/// run_once(|| {
///     let quantum = Duration::from_millis(4);
///     let cpu = Cpu::new(1, Policy::RoundRobin(quantum))?;
///     let theirs = cpu.clone();
///     let task = spawn(move || theirs.compute(Duration::from_millis(24)));
///     cpu.compute(Duration::from_millis(3));
///     task.join()?;
///     // Durations do not count here: nothing took time.
///     assert!(cpu.slices().is_empty());
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Cpu {
    cell: ObjectId,
    switching: Duration,
}

/// A stretch of virtual time in which a core did one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The core, counted from 0.
    pub core: u32,
    /// The name of the task that had it, or its path.
    pub task: String,
    /// When it began.
    pub from: Duration,
    /// When it ended.
    pub to: Duration,
    /// Whether the time went into the switch to the task, which did not run yet.
    pub switch: bool,
}

/// How long the bursts of one task were with a processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobTimes {
    /// The name of the task, or its path.
    pub task: String,
    /// When it first asked for a core.
    pub arrival: Duration,
    /// How long it had a core and ran.
    pub running: Duration,
    /// How long it asked for a core and did not run.
    pub waiting: Duration,
    /// From its arrival until it first ran; `None` if it has not run.
    pub response: Option<Duration>,
    /// From its arrival until its last burst ended, or until now.
    pub turnaround: Duration,
}

impl Cpu {
    /// A processor without a name.
    ///
    /// # Errors
    /// `ValueError` if there is to be no core, or a quantum is less than a microsecond.
    #[track_caller]
    pub fn new(cores: usize, policy: Policy) -> Result<Cpu, Exception> {
        Cpu::create(Name::default(), cores, policy, Location::caller())
    }

    /// A processor with a name for reports.
    ///
    /// # Errors
    /// As [`Cpu::new`].
    #[track_caller]
    pub fn named(name: impl Into<Name>, cores: usize, policy: Policy) -> Result<Cpu, Exception> {
        Cpu::create(name.into(), cores, policy, Location::caller())
    }

    fn create(
        name: Name,
        cores: usize,
        policy: Policy,
        location: &'static Location<'static>,
    ) -> Result<Cpu, Exception> {
        let refuse = |message: &str| Exception::at(Some(location), "ValueError", message);
        if cores == 0 {
            return Err(refuse("a processor needs a core"));
        }
        let quanta = match &policy {
            Policy::Fcfs | Policy::Sjf | Policy::Srtf => &[][..],
            Policy::RoundRobin(quantum) => std::slice::from_ref(quantum),
            Policy::Feedback(quanta) => quanta,
        };
        if quanta.iter().any(|quantum| quantum.as_micros() == 0) {
            return Err(refuse("a quantum lasts a microsecond at least"));
        }
        rt::tell_apart();
        let cell = rt::create_cpu(name, cores, policy, location);
        Ok(Cpu { cell, switching: Duration::ZERO })
    }

    /// The same processor, where it takes time to switch a core from one task to another
    /// that computes by this handle or a clone of it. The first task of a core costs
    /// nothing, nor does one that comes back to the core that last worked for it.
    #[must_use]
    pub fn switching(self, time: Duration) -> Cpu {
        Cpu { switching: time, ..self }
    }

    /// Works for so long on a core, which the policy gives. Where durations do not count,
    /// this is a scheduling point.
    #[track_caller]
    pub fn compute(&self, burst: Duration) {
        rt::compute(self.cell, burst, self.switching, Location::caller());
    }

    /// What the cores have done until now, in the order in which the slices began. Nothing
    /// where durations do not count. No step.
    #[track_caller]
    #[must_use]
    pub fn slices(&self) -> Vec<Slice> {
        let slices = rt::worked(self.cell).slices;
        let shown = slices.into_iter().map(|slice| Slice {
            core: slice.core,
            task: rt::task_name(slice.task),
            from: Duration::from_micros(slice.from),
            to: Duration::from_micros(slice.to),
            switch: slice.is_switch,
        });
        shown.collect()
    }

    /// How long the bursts of each task were with the processor until now, in the order in
    /// which the tasks first asked for a core; those that asked at one time by their paths.
    /// Nothing where durations do not count. No step.
    #[track_caller]
    #[must_use]
    pub fn report(&self) -> Vec<JobTimes> {
        let worked = rt::worked(self.cell);
        let mut tasks: Vec<TaskId> = vec![];
        for &(task, ..) in &worked.stays {
            if !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        tasks.into_iter().map(|task| JobTimes::of(task, &worked)).collect()
    }
}

impl JobTimes {
    fn of(task: TaskId, Worked { slices, stays }: &Worked) -> JobTimes {
        let stays = || stays.iter().filter(|stay| stay.0 == task);
        let slices = || slices.iter().filter(|slice| slice.task == task && !slice.is_switch);
        let arrival = stays().map(|stay| stay.1).min().unwrap_or_default();
        let end = stays().map(|stay| stay.2).max().unwrap_or_default();
        let running: u64 = slices().map(|slice| slice.to - slice.from).sum();
        let stayed: u64 = stays().map(|&(_, arrived, left)| left - arrived).sum();
        JobTimes {
            task: rt::task_name(task),
            arrival: Duration::from_micros(arrival),
            running: Duration::from_micros(running),
            waiting: Duration::from_micros(stayed - running),
            response: slices().next().map(|first| Duration::from_micros(first.from - arrival)),
            turnaround: Duration::from_micros(end - arrival),
        }
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Slice { task, from, to, .. } = self;
        write!(f, "{task}:{from:?}-{to:?}")?;
        if self.switch { f.write_str(" (switch)") } else { Ok(()) }
    }
}

impl Fork for Cpu {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Cpu {
        self.clone()
    }
}
