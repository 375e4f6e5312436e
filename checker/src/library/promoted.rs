//! One schedule as a test: what `unknot promote` writes calls these two.
//!
//! A test that replays a schedule is there to fail before a program is mended and to pass
//! afterwards. A mended program cannot follow the schedule to its end any more, or goes on
//! where the schedule stops. So it is followed as far as the program goes, and then to an
//! end of the program. What it can miss: the fault under any other schedule. Only a search
//! finds that, so such a test stands beside a check and replaces none.

use std::panic::Location;
use std::sync::Arc;

use unknot_sim::{Exception, Outcome, Program, Value, with_program_name};

use super::{Checked, Checker};
use crate::check::simplest::followed;
use crate::model::labels::package_path;
use crate::model::scenario::{Scenario, Variant};
use crate::model::schedule::Schedule;
use crate::model::terms::Budget;
use crate::replay;
use crate::strategy::Way;

/// A form of a scenario as the closure that a check takes, with some sizes that are not
/// the defaults.
///
/// # Panics
/// If there is no such form, or no such size: with what there is.
#[track_caller]
pub fn program(
    catalogue: &[Scenario],
    name: &str,
    sizes: &[(&str, i64)],
) -> impl Fn() -> Result<Value, Exception> + Send + Sync + use<> {
    let all = catalogue.iter().flat_map(|one| one.variants.iter().map(move |form| (one, form)));
    let Some((one, form)) = all.clone().find(|(one, form)| name == full_name(one, form)) else {
        let names: Vec<String> = all.map(|(one, form)| full_name(one, form)).collect();
        panic!("no scenario is called '{name}'; there are: {}", names.join(", "));
    };
    let sizes = sizes.iter().map(|(key, value)| ((*key).to_owned(), value.to_string()));
    let sizes = one.params(&sizes.collect::<Vec<_>>());
    let program = form.program(&sizes.unwrap_or_else(|message| panic!("{message}")));
    move || program()
}

impl Checker {
    /// Runs one schedule of a program instead of a search, prints what that shows, and
    /// passes or fails by it. Where the program can no longer follow the schedule it is
    /// followed as far as possible, and then the tasks run to their ends.
    ///
    /// ```
    /// use unknot_checker::sim::{Shared, spawn};
    /// use unknot_checker::{Checker, Kind};
    ///
    /// let program = || {
    ///     let x = Shared::new(0);
    ///     let theirs = x.clone();
    ///     let task = spawn(move || theirs.write(theirs.read() + 1));
    ///     x.write(x.read() + 1);
    ///     task.join()
    /// };
    /// Checker::new().replay("T0*2 ! T1*3 T0*2", program).assert_finds(Kind::LostUpdate);
    /// Checker::new().replay("T0*4", program).assert_pass();
    /// ```
    ///
    /// # Panics
    /// If the schedule is malformed, if a kind is both allowed and not, or if called inside
    /// of a program under test.
    #[track_caller]
    pub fn replay<O: Outcome>(
        self,
        schedule: &str,
        program: impl Fn() -> O + Send + Sync + 'static,
    ) -> Checked {
        let program: Program = Arc::new(move || program().outcome());
        let place = Location::caller();
        let name = self.name.clone().or_else(crate::environment::test_name);
        let name =
            name.unwrap_or_else(|| format!("{}:{}", package_path(place.file()), place.line()));
        let run = || self.follow((&program, name.clone()), schedule);
        match with_program_name(Some(name.as_str().into()), run) {
            Ok(checked) => checked.look(self.look()),
            Err(message) => panic!("{message}"),
        }
    }

    fn follow(&self, of: (&Program, String), text: &str) -> Result<Checked, String> {
        let schedule = Schedule::parse(text).map_err(|error| format!("'{text}': {error}"))?;
        let budget = Budget { max_executions: 1, ..self.budget(Way::Sampler)? };
        let semantics = budget.semantics;
        let first = replay::replay(of.0, &schedule, semantics);
        let is_whole = first.divergence.is_none() && !first.stopped_early;
        if is_whole {
            return self.judge(of, &first, budget, ("its schedule".to_owned(), None));
        }
        let left = first.divergence.map(|left| format!("step {}, {}", left.step, left.message));
        let left = left.unwrap_or_else(|| "its end".to_owned());
        let nearest = replay::replay(of.0, &followed(of.0, &schedule, semantics), semantics);
        let whence = format!("its schedule, followed up to {left}, and then to an end,");
        let note = format!("note: {} passes {whence} as one execution", of.1);
        self.judge(of, &nearest, budget, (whence, Some(note)))
    }
}

fn full_name(one: &Scenario, form: &Variant) -> String {
    format!("{}/{}", one.name, form.name)
}
