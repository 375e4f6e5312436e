//! Depth-first search over every schedule, without any reduction.
//!
//! The plain oracle that every clever search is tested against. The tree of
//! decisions is walked with a stack of branch points. After each execution the
//! deepest branch point that has an option left moves on to it, and everything below
//! is forgotten. Misses nothing within the bounds of an execution.
//!
//! With a bound on preemptions an option that would be one too many is left
//! out and counted. Staying is always free, so no execution is given up. What it can
//! miss then: what shows only with more preemptions, unless nothing was left out.

use smallvec::SmallVec;
use unknot_sim::{Act, Decision, Ended, Execution, Explorer, Mode, Op, Point, TaskId};

use super::asked::{Asked, unless_same};
use crate::strategy::api::{Divisible, PreemptionBound, Resumable, Strategy, WayTurn, WayValues};
use crate::strategy::divergence::Divergence;
use crate::strategy::estimate::TreeFork;

/// Which steps are branch points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Every step.
    All,
    /// All but starts, ends and joins, which are made as soon as they can be. The start of a
    /// process that looks at what it copies is one.
    /// For comparing counts with models in which these are no steps; the set
    /// of outcomes is the same unless a task looks at whether another task lives.
    Visible,
}

/// One point at which the search may still turn elsewhere.
#[derive(Clone, Debug)]
struct Branch {
    options: SmallVec<[u32; 4]>,
    at: usize,
    /// The step that it decides about.
    step: usize,
    /// The preemptions before it, counted under a bound only.
    preemptions: u32,
    /// Options that other searches explore.
    given: u64,
}

impl Branch {
    fn taken(&self) -> u32 {
        self.options[self.at]
    }

    /// Options that are still to be taken.
    fn ahead(&self) -> u64 {
        (self.options.len() - self.at - 1) as u64
    }

    /// Leaves all but `ahead` of them to other searches.
    fn keep(&mut self, ahead: u64) {
        self.given += self.ahead() - ahead;
        self.options.truncate(self.at + 1 + ahead as usize);
    }
}

/// The search.
#[derive(Debug)]
pub struct Dfs {
    visibility: Visibility,
    branches: Vec<Branch>,
    depth: usize,
    /// The least step about which the search is asked next.
    next: usize,
    bound: Option<PreemptionBound>,
    /// The preemptions of this execution so far, counted under a bound only.
    preemptions: u32,
    /// How many steps the next execution has in common with the last one.
    same: usize,
    /// What was asked for before each step of the last execution that is still to
    /// be made again.
    asked: Vec<Option<Asked>>,
    /// The options to take on the way to a place, instead of the first ones.
    way: Vec<WayTurn>,
    started: bool,
    exhausted: bool,
    divergence: Option<Divergence>,
}

impl Dfs {
    /// A search that has seen nothing yet.
    #[must_use]
    pub fn new(visibility: Visibility) -> Dfs {
        Dfs {
            visibility,
            branches: vec![],
            depth: 0,
            next: 0,
            bound: None,
            preemptions: 0,
            same: 0,
            asked: vec![],
            way: vec![],
            started: false,
            exhausted: false,
            divergence: None,
        }
    }

    /// A search of every schedule with at most `preemptions` preemptions.
    #[must_use]
    pub fn bounded(preemptions: u32) -> Dfs {
        let bound = Some(PreemptionBound { preemptions, left_out: 0 });
        Dfs { bound, ..Dfs::new(Visibility::All) }
    }

    /// A search that goes on from here, and has counted nothing.
    fn restarted(&self) -> Dfs {
        Dfs {
            branches: self.branches.clone(),
            bound: self.bound.map(|bound| PreemptionBound { left_out: 0, ..bound }),
            started: self.started,
            ..Dfs::new(self.visibility)
        }
    }

    /// The branch of which another search gets the last options, and how many options of
    /// it are kept. Then about `keep` executions are kept, or half of them, if every
    /// option of a branch has as many executions below it as the present one.
    fn cut(&self, keep: u64) -> Option<(usize, u64)> {
        let mut each = 1_u64;
        let mut left: Vec<(usize, u64, u64)> = vec![];
        for (at, branch) in self.branches.iter().enumerate().rev() {
            left.extend((branch.ahead() > 0).then(|| (at, branch.ahead(), each)));
            each = each.saturating_mul(branch.options.len() as u64);
        }
        let executions = |of: &(usize, u64, u64)| of.1.saturating_mul(of.2);
        let all = left.iter().map(executions).fold(0, u64::saturating_add);
        let mut more = keep.min(all / 2);
        let n = left.len();
        for (nth, branch @ (at, ahead, each)) in left.into_iter().enumerate() {
            if nth + 1 < n && executions(&branch) <= more {
                more -= executions(&branch);
                continue;
            }
            // Something is kept, and something is given away.
            let (least, most) = (u64::from(nth == 0), ahead - u64::from(nth + 1 == n));
            return (least <= most).then(|| (at, (more / each).clamp(least, most)));
        }
        None
    }

    /// Takes the next option on the way down, opening a branch if it is new.
    fn descend(
        &mut self,
        step: usize,
        options: impl FnOnce(&mut Dfs) -> SmallVec<[u32; 4]>,
    ) -> u32 {
        if self.depth == self.branches.len() {
            let options = options(self);
            let preemptions = self.preemptions;
            let at = self.way.get(self.depth).map_or(0, |turn| turn.taken as usize);
            // Where there is no such option, that is told at the end of the way.
            let at = if at < options.len() { at } else { 0 };
            self.branches.push(Branch { options, at, step, preemptions, given: 0 });
        }
        let taken = self.branches[self.depth].taken();
        self.depth += 1;
        taken
    }

    /// Continues at the step that is decided about; the steps before it are those of the
    /// last execution.
    fn go_to(&mut self, step: usize) {
        self.depth = self.branches.partition_point(|branch| branch.step < step);
        self.preemptions = self.branches.get(self.depth).map_or(0, |branch| branch.preemptions);
        self.next = step;
    }

    /// The tasks that may make the next step, as far as the bound allows.
    fn tasks(&mut self, point: &Point<'_>) -> SmallVec<[u32; 4]> {
        // Staying first makes the first execution the one with the fewest switches.
        let running = point.running().filter(|&t| point.is_enabled(t));
        let others = point.enabled().filter(|&t| Some(t) != running);
        let mut options: SmallVec<[u32; 4]> =
            running.into_iter().chain(others).map(|t| t.0).collect();
        if let Some(bound) = &mut self.bound
            && self.preemptions >= bound.preemptions
        {
            let all = options.len();
            options.retain(|task| !point.preempts(TaskId(*task)));
            bound.left_out += (all - options.len()) as u64;
        }
        options
    }
}

/// Whether a step only starts, ends or joins a task.
fn is_invisible(op: &Op) -> bool {
    match op.act {
        // The start of a process also looks at what it copies.
        Act::Spawn => op.accesses.iter().all(|a| matches!(a.mode, Mode::Give | Mode::Tally)),
        // A daemon also reads whether it lives.
        Act::End | Act::Join => {
            op.accesses.iter().all(|a| matches!(a.mode, Mode::Give | Mode::Await | Mode::Read))
        }
        _ => false,
    }
}

/// Ends may be made at once only while no task looks at whether another one lives.
fn refuse_lookers(point: &Point<'_>) {
    for op in point.live().iter().filter_map(|&task| point.pending(task)) {
        let looks = op.act == Act::LookAtEnds
            || op.act == Act::Join && op.accesses.iter().any(|a| a.mode == Mode::Look);
        assert!(!looks, "'{}' looks at ends, which are no branch points here", op.verb);
    }
}

impl Explorer for Dfs {
    fn begin(&mut self) -> bool {
        if self.divergence.is_some() {
            return false;
        }
        if !self.started {
            self.started = true;
            return true;
        }
        while let Some(deepest) = self.branches.last_mut() {
            deepest.at += 1;
            self.same = deepest.step;
            self.asked.truncate(self.same);
            if deepest.at < deepest.options.len() {
                self.go_to(self.same);
                return true;
            }
            self.branches.pop();
        }
        self.exhausted = true;
        false
    }

    fn n_repeated(&self) -> usize {
        self.same
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        if step < self.next {
            // The steps were not repeated, or only some of them.
            self.go_to(step);
        }
        self.next = step + 1;
        if self.divergence.is_some() {
            return Decision::Stop(Ended::Abandoned);
        }
        if self.visibility == Visibility::Visible {
            refuse_lookers(point);
            let at_once = point.enabled().find(|&t| point.pending(t).is_some_and(is_invisible));
            if let Some(task) = at_once {
                return Decision::Run(task);
            }
        }
        let task = TaskId(self.descend(step, |dfs| dfs.tasks(point)));
        if self.asked.len() <= step {
            self.asked.resize(step + 1, None);
        }
        self.divergence = unless_same(point, task, &mut self.asked[step]);
        if self.divergence.is_some() {
            return Decision::Stop(Ended::Abandoned);
        }
        if self.bound.is_some() {
            self.preemptions += u32::from(point.preempts(task));
        }
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let value = self.descend(step, |_| (0..n).collect());
        if value >= n {
            let message = format!("a step chose value {value} before, and now has only {n}");
            self.divergence = Some(Divergence { step, message });
            return 0;
        }
        value
    }

    fn end(&mut self, _execution: &Execution<'_>) {}
}

impl Strategy for Dfs {
    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn preemption_bound(&self) -> Option<PreemptionBound> {
        self.bound
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    fn path(&self) -> Option<Vec<TreeFork>> {
        let fork = |branch: &Branch| {
            let Branch { at, options, given, .. } = branch;
            TreeFork { done: *at as u64, of: options.len() as u64 + given }
        };
        Some(self.branches.iter().map(fork).collect())
    }

    fn as_divisible(&mut self) -> Option<&mut dyn Divisible> {
        Some(self)
    }

    fn as_resumable(&mut self) -> Option<&mut dyn Resumable> {
        Some(self)
    }
}

/// The last execution is the whole way: its branches with the options that were taken.
impl Resumable for Dfs {
    fn place(&self) -> Vec<WayTurn> {
        let turn = |branch: &Branch| WayTurn {
            taken: branch.at as u64,
            values: WayValues::Behind,
            ahead: branch.ahead(),
            given: branch.given,
        };
        self.branches.iter().map(turn).collect()
    }

    fn go_towards(&mut self, place: &[WayTurn]) -> Result<bool, String> {
        if !std::mem::replace(&mut self.started, true) {
            self.way = place.to_vec();
            return Ok(true);
        }
        if let Some(divergence) = &self.divergence {
            return Err(format!("at step {}, {}", divergence.step, divergence.message));
        }
        self.way.clear();
        self.branches.truncate(place.len());
        let n = self.branches.len();
        if n < place.len() {
            return Err(format!("an execution has {n} branches, and not {}", place.len()));
        }
        for (branch, turn) in self.branches.iter_mut().zip(place) {
            let of = turn.taken.checked_add(1).and_then(|of| of.checked_add(turn.ahead));
            let of = of.and_then(|of| of.checked_add(turn.given));
            if of != Some(branch.options.len() as u64) || branch.at as u64 != turn.taken {
                let (step, n) = (branch.step, branch.options.len());
                return Err(format!("at step {step} there are {n} options, and not as many"));
            }
            branch.keep(turn.ahead);
        }
        Ok(false)
    }
}

impl Divisible for Dfs {
    /// What comes last are the options of the first branches.
    fn divide(&mut self, keep: u64) -> Option<Box<dyn Strategy>> {
        let (at, ahead) = self.cut(keep)?;
        let mut theirs = self.restarted();
        theirs.branches.truncate(at + 1);
        theirs.branches[at].at += ahead as usize;
        for branch in &mut self.branches[..at] {
            branch.keep(0);
        }
        self.branches[at].keep(ahead);
        Some(Box::new(theirs))
    }

    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.restarted())
    }
}
