//! The settings of a search, as options: those in a file have to be those of the command.

use std::collections::{BTreeMap, BTreeSet};

use super::data::Checkpoint;
use crate::check::Preemptions;
use crate::cli::args::{CheckArgs, Time};
use crate::cli::planned::PlannedCheck;
use crate::model::kind::Kind;
use crate::model::terms::{Semantics, time_name};

fn kinds(kinds: &[Kind]) -> String {
    let kinds: BTreeSet<&str> = kinds.iter().map(|kind| kind.name()).collect();
    if kinds.is_empty() { "none".to_owned() } else { Vec::from_iter(kinds).join(",") }
}

fn preemptions(bound: Preemptions) -> String {
    match bound {
        Preemptions::AtMost(most) => most.to_string(),
        Preemptions::Auto => "auto".to_owned(),
    }
}

/// All settings on which the executions of a search and their order depend, by option.
pub(crate) fn settings(planned: &PlannedCheck<'_>, args: &CheckArgs) -> BTreeMap<String, String> {
    let Semantics { time, max_timeouts, max_steps, stack } = planned.budget.semantics;
    let mut all = BTreeMap::new();
    let mut add = |option: &str, value: String| _ = all.insert(option.to_owned(), value);
    for (name, value) in planned.params.iter() {
        add(&format!("-p {name}"), value.to_string());
    }
    add("--strategy", planned.strategy.name.to_owned());
    planned.seed.into_iter().for_each(|seed| add("--seed", seed.to_string()));
    add("--preemptions", args.preemptions.map_or("unbounded".to_owned(), preemptions));
    add("--time", time_name(time).to_owned());
    add("--timeouts", max_timeouts.to_string());
    add("--max-steps", max_steps.to_string());
    add("--stack", stack.to_string());
    add("--fail-fast", if args.fail_fast { "given" } else { "not given" }.to_owned());
    add("--fail-on", kinds(&args.fail_on));
    add("--allow", kinds(&args.allow));
    all
}

/// The options of a check as words of a command line, but for those that say where output
/// goes, or when the command ends.
pub(crate) fn words(scenario: &str, args: &CheckArgs) -> Vec<String> {
    let mut words = vec![scenario.to_owned()];
    let mut add = |option: &str, value: Option<String>| {
        value.into_iter().for_each(|value| words.extend([option.to_owned(), value]));
    };
    for (name, value) in &args.p {
        add("-p", Some(format!("{name}={value}")));
    }
    add("--strategy", args.strategy.clone());
    add("--seed", args.seed.map(|seed| seed.to_string()));
    add("--max-executions", args.max_executions.map(|most| most.to_string()));
    add("--preemptions", args.preemptions.map(preemptions));
    let time = args.terms.time.map(|time| match time {
        Time::Any => "any",
        Time::Virtual => "virtual",
    });
    add("--time", time.map(str::to_owned));
    add("--timeouts", args.terms.timeouts.map(|most| most.to_string()));
    add("--max-steps", args.terms.max_steps.map(|most| most.to_string()));
    add("--stack", args.terms.stack.map(|stack| stack.to_string()));
    let given = |all: &[Kind]| (!all.is_empty()).then(|| kinds(all));
    add("--fail-on", given(&args.fail_on));
    add("--allow", given(&args.allow));
    words.extend(args.fail_fast.then(|| "--fail-fast".to_owned()));
    words
}

/// How the settings of two searches differ, each as a line.
pub(crate) fn differences(
    (there, there_named): (&Checkpoint, &str),
    (here, here_named): (&Checkpoint, &str),
) -> Vec<String> {
    let mut lines = vec![];
    let mut compare = |what: &str, there: &str, here: &str| {
        if there != here {
            lines.push(format!("  {what}: {there} {there_named}, {here} {here_named}"));
        }
    };
    compare("scenario", &there.scenario, &here.scenario);
    let options: BTreeSet<&String> = there.settings.keys().chain(here.settings.keys()).collect();
    for option in options {
        let value = |of: &Checkpoint| of.settings.get(option).cloned().unwrap_or("none".to_owned());
        compare(option, &value(there), &value(here));
    }
    let units = |of: &Checkpoint| of.unit.of.to_string();
    compare("units in all", &units(there), &units(here));
    if there.unit.of == here.unit.of {
        compare("unit", &there.unit.nth.to_string(), &here.unit.nth.to_string());
    }
    lines
}
