//! Executions that begin where few have been, and go on at random from there.
//!
//! A fault that takes several rare events one after another is out of reach for executions
//! that all begin at the beginning: the chances multiply. So each point that an execution
//! comes to is kept with the way to it, if it looks like none before (`views.rs`). Every second
//! execution goes back to a point that was seen and tried rarely, by the same decisions, and
//! from there on picks as `random`, `pos` or `directed` does. So each rare event has to happen
//! by chance only once. The other executions are those of `portfolio` with the same seed: what it
//! finds in n executions is found in 2n here.
//!
//! The scheme is that of A. Ecoffet, J. Huizinga, J. Lehman, K. O. Stanley, J. Clune, "First
//! return, then explore", Nature 590 (2021), which was written for games. That schedules are worth
//! going on from by what is new in them is the idea of greybox fuzzing, as in D. Wolff, Z. Shi,
//! G. J. Duck, U. Mathur, A. Roychoudhury, "Greybox Fuzzing for Concurrency Testing" (ASPLOS
//! 2024), which looks at pairs of a write and a read. Here it is the lines at which all tasks are.
//!
//! What an execution draws depends on all executions before it, so one is run again by running
//! all of these, and one thread makes them all. What it can miss: faults behind states that look
//! like common ones in both views, such as a counter that has to reach a number.

mod cells;
mod views;

use std::sync::Arc;

use unknot_sim::{Decision, Execution, Explorer, Point, Randomness, TaskId};

use crate::strategy::api::{Config, Samples, Strategy};
use crate::strategy::sampling::directed::Directed;
use crate::strategy::sampling::policy::{SamplingPolicy, uniform};
use crate::strategy::sampling::portfolio::{Member, Portfolio};
use crate::strategy::sampling::pos::Pos;
use crate::strategy::sampling::{Sampler, execution_seed};
use cells::{KeptWay, MetPoints, WayBack};
use views::{N_VIEWS, PointViews};

/// Steps of ways that are kept at most, over all executions: 64 MB. After that nothing is
/// learned any more.
const MOST_STEPS: usize = 1 << 24;

/// Executions that are made at least before it ends by itself.
const LEAST: u64 = 1_024;

/// How an execution goes on from a rare point.
#[derive(Clone, Copy, Debug, Default)]
enum Onward {
    #[default]
    Random,
    Pos,
    Directed,
}

/// The strategy.
#[derive(Debug)]
pub struct Frontier {
    config: Config,
    /// The number of the next execution.
    next: u64,
    /// Draws every second execution.
    portfolio: Sampler<Portfolio>,
    /// Whether it draws this one.
    is_whole: bool,
    randomness: Randomness,
    views: PointViews,
    met: [MetPoints; N_VIEWS],
    /// Points of this execution that its way is to be kept for: the view, the number of the
    /// point, and the steps before it.
    kept: Vec<(usize, u32, usize)>,
    /// Steps that were kept so far.
    n_kept: usize,
    /// How many points were met, and the number of the execution after the last that met a
    /// new one.
    news: (usize, u64),
    /// Where this execution begins.
    back: WayBack,
    /// How many of the chosen values on the way were repeated.
    n_chosen: usize,
    onward: Onward,
    directed: Directed,
    pos: Pos,
}

impl Frontier {
    /// A strategy that has seen nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Frontier {
        let every = Config { only: None, ..config };
        Frontier {
            config,
            next: 0,
            portfolio: Sampler::new(every),
            is_whole: true,
            randomness: Randomness::new(config.seed),
            views: PointViews::default(),
            met: Default::default(),
            kept: vec![],
            n_kept: 0,
            news: (0, 0),
            back: WayBack::default(),
            n_chosen: 0,
            onward: Onward::default(),
            directed: Directed::default(),
            pos: Pos::default(),
        }
    }

    /// Whether as many executions met no new point as were made until then: there is hardly
    /// anything left to begin at.
    fn is_through(&self) -> bool {
        self.next >= LEAST.max(2 * self.news.1)
    }

    /// How the execution with a number is drawn.
    #[must_use]
    pub fn told(number: u64) -> String {
        match number % 2 {
            0 => Member::of(number / 2).to_string(),
            _ => "from a rare point".to_owned(),
        }
    }

    /// Begins at a rare point.
    fn go_back(&mut self, number: u64) {
        let view = self.randomness.below(N_VIEWS as u32) as usize;
        self.back = self.met[view].rare(&mut self.randomness);
        self.n_chosen = 0;
        self.onward = match self.randomness.below(3) {
            0 => Onward::Random,
            1 => Onward::Pos,
            _ => Onward::Directed,
        };
        match self.onward {
            Onward::Random => {}
            Onward::Pos => self.pos.begin(number, &mut self.randomness),
            Onward::Directed => self.directed.begin(number, &mut self.randomness),
        }
    }

    /// Looks at a point behind the one at which the execution began.
    fn meet(&mut self, point: &Point<'_>) {
        // Where one task can go on, nothing begins.
        if self.n_kept >= MOST_STEPS || point.step() == 0 || point.enabled().nth(1).is_none() {
            return;
        }
        let looks = self.views.look(point);
        for (view, (met, look)) in self.met.iter_mut().zip(looks).enumerate() {
            let is_to_keep = met.meet(look, &mut self.randomness);
            self.kept.extend(is_to_keep.map(|number| (view, number, point.step())));
        }
    }

    fn go_on(&mut self, point: &Point<'_>) -> TaskId {
        match self.onward {
            Onward::Random => uniform(point, &mut self.randomness),
            Onward::Pos => self.pos.pick(point, &mut self.randomness),
            Onward::Directed => self.directed.pick(point, &mut self.randomness),
        }
    }
}

impl Explorer for Frontier {
    fn begin(&mut self) -> bool {
        let number = self.next;
        let Config { only, ends, .. } = self.config;
        if ends && self.is_through() || only.is_some_and(|only| number > only) {
            return false;
        }
        self.next += 1;
        self.randomness = Randomness::new(execution_seed(self.config.seed, number));
        self.views.begin();
        self.back = WayBack::default();
        self.is_whole = number.is_multiple_of(2);
        match self.is_whole {
            true => self.portfolio.begin(),
            false => {
                self.go_back(number);
                true
            }
        }
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.views.follow(point);
        let step = point.step();
        if step < self.back.len {
            let task = self.back.way.tasks[step];
            if point.is_enabled(task) {
                return Decision::Run(task);
            }
            // The program behaved differently: nothing is known of where this leads.
            self.back = WayBack::default();
        }
        self.meet(point);
        match self.is_whole {
            true => self.portfolio.pick(point),
            false => Decision::Run(self.go_on(point)),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        if self.is_whole {
            return self.portfolio.choose(point, n);
        }
        let last = point.step() - 1;
        if last < self.back.len
            && let Some(&(step, value)) = self.back.way.choices.get(self.n_chosen)
            && step as usize == last
            && value < n
        {
            self.n_chosen += 1;
            return value;
        }
        self.randomness.below(n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.is_whole {
            self.portfolio.end(execution);
        }
        let n_met = self.met.iter().map(MetPoints::len).sum();
        if n_met > self.news.0 {
            self.news = (n_met, self.next);
        }
        if self.kept.is_empty() {
            return;
        }
        let way = Arc::new(KeptWay::of(execution));
        self.n_kept += way.tasks.len();
        for (view, number, len) in self.kept.drain(..) {
            self.met[view].keep(number, WayBack { way: Arc::clone(&way), len });
        }
    }
}

impl Strategy for Frontier {
    fn is_exhausted(&self) -> bool {
        false
    }

    fn as_sampler(&mut self) -> Option<&mut dyn Samples> {
        Some(self)
    }
}

impl Samples for Frontier {
    /// It learns from all of them.
    fn profiles(&self) -> u64 {
        u64::MAX
    }

    /// # Panics
    /// If executions before this one were not made.
    fn seek(&mut self, number: u64) {
        assert_eq!(self.next, number, "all executions before this one were made");
    }
}
