//! The way to a place: executions that are made again and are not counted.

use unknot_sim::{
    Decision, Execution, Explorer, Names, Point, Program, Refusal, explore, explore_on,
};

use super::data::{Long, SearchPlace, WayProblem};
use super::stretch::rest_of;
use crate::model::terms::Semantics;
use crate::strategy::{Divergence, Strategy};

/// A strategy that is at a place, and the names that it uses.
pub(super) type Arrived = (Box<dyn Strategy>, Names);

/// Goes there.
pub(super) fn go(long: &Long<'_>, place: &SearchPlace) -> Result<Arrived, WayProblem> {
    let strategy = (long.create)();
    if *place == SearchPlace::Start {
        return Ok((strategy, Names::new()));
    }
    let walker = Walker::new(strategy, WayEnd::Place(place.clone()), Names::new());
    let walker = explore(long.program, long.budget.semantics.limits(false), walker);
    let (strategy, names) = walker.arrived()?;
    let nothing = || WayProblem::Nowhere("nothing is left there".to_owned());
    let rest = rest_of(strategy).ok_or_else(nothing)?;
    Ok((rest, names))
}

fn differs(Divergence { step, message }: &Divergence) -> WayProblem {
    WayProblem::Differs(format!("at step {step}, {message}"))
}

/// Makes one execution, from which a search goes on.
pub(super) fn make_one(
    program: &Program,
    (strategy, names): Arrived,
    semantics: Semantics,
) -> Result<Box<dyn Strategy>, WayProblem> {
    let walker = Walker::new(strategy, WayEnd::One, names.clone());
    let walker = explore_on(program, semantics.limits(false), names, walker);
    Ok(walker.arrived()?.0)
}

/// How far to go.
enum WayEnd {
    Place(SearchPlace),
    /// One execution.
    One,
}

/// The explorer on the way.
struct Walker {
    strategy: Box<dyn Strategy>,
    until: WayEnd,
    /// Executions on the way so far.
    made: u64,
    problem: Option<WayProblem>,
    names: Names,
}

impl Walker {
    fn new(strategy: Box<dyn Strategy>, until: WayEnd, names: Names) -> Walker {
        Walker { strategy, until, made: 0, problem: None, names }
    }

    /// The strategy there, unless the program was another one on the way.
    fn arrived(self) -> Result<Arrived, WayProblem> {
        let Walker { strategy, names, problem, .. } = self;
        let diverged = strategy.divergence().map(differs);
        problem.or(diverged).map_or(Ok((strategy, names)), Err)
    }

    /// Whether another execution has to be made on the way.
    fn go_on(&mut self) -> Result<bool, WayProblem> {
        let no_place = || WayProblem::Nowhere("the strategy has no such place".to_owned());
        let place = match &self.until {
            WayEnd::One => return Ok(self.made == 0 && self.strategy.begin()),
            WayEnd::Place(place) => place,
        };
        match place {
            SearchPlace::Start => Ok(false),
            SearchPlace::Turns(turns) => {
                let search = self.strategy.as_resumable().ok_or_else(no_place)?;
                search.go_towards(turns).map_err(WayProblem::Differs)
            }
            SearchPlace::Number(number) => {
                let sampler = self.strategy.as_sampler().ok_or_else(no_place)?;
                // A sampler learns from its first executions.
                if self.made < sampler.profiles().min(*number) {
                    return Ok(self.strategy.begin());
                }
                sampler.seek(*number);
                Ok(false)
            }
        }
    }
}

impl Explorer for Walker {
    fn begin(&mut self) -> bool {
        if self.problem.is_some() {
            return false;
        }
        let goes_on = self.go_on();
        self.made += 1;
        goes_on.unwrap_or_else(|problem| {
            self.problem = Some(problem);
            false
        })
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.problem = Some(differs(&Divergence::lost(at)));
    }

    fn refused(&mut self, why: Refusal) {
        self.problem.get_or_insert(WayProblem::Refused(why));
    }

    fn n_repeated(&self) -> usize {
        self.strategy.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.strategy.end(execution);
        self.names = execution.names.clone();
    }
}
