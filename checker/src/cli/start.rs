//! `unknot` alone: ten lines that say what to type next.
//!
//! The commands name a scenario of the catalogue at hand, one that declares a deadlock if
//! there is one, since there is most to see. Nothing was asked for, so nothing was
//! checked: the exit code is that of wrong usage, and a command line whose arguments got
//! lost in a script does not look like a check that passed.

use std::io::{self, Write};

use crate::model::kind::Kind;
use crate::model::scenario::{Scenario, Variant};

/// Writes the lines. The program is named as a shell reads it back.
pub(super) fn write(program: &str, catalogue: &[Scenario], out: &mut dyn Write) -> io::Result<()> {
    let (name, form) = example(catalogue).unwrap_or(("SCENARIO", "VARIANT"));
    let rows = [
        ("list".to_owned(), "the scenarios, with a line of story each"),
        (format!("check {name}"), "its forms, and what goes wrong in which"),
        (format!("check {name}/{form}"), "the story of one form, and how to replay it"),
        (format!("graph {name}/{form}"), "which task waits for which at its end"),
        ("check".to_owned(), "all scenarios"),
    ];
    writeln!(
        out,
        "Runs small concurrent programs in every order that matters. What to type next:"
    )?;
    let width = rows.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, about) in &rows {
        writeln!(out, "  {program} {command:width$}  {about}")?;
    }
    writeln!(out, "In a Rust test: unknot_checker::check(|| …).assert_pass()")?;
    writeln!(out, "All commands: {program} --help; options of one: {program} check --help")?;
    writeln!(out, "For a shell: {program} completions bash; as manual pages: {program} man check")
}

/// A scenario and the form of it that a first look is worth most at.
fn example(catalogue: &[Scenario]) -> Option<(&'static str, &'static str)> {
    let forms = || catalogue.iter().flat_map(|one| one.variants.iter().map(move |v| (one, v)));
    let is_deadlock = |(one, form): &(&Scenario, &Variant)| {
        let declared = one.params(&[]).map(|params| (form.expect)(&params).findings);
        declared.is_ok_and(|all| all.iter().any(|(kind, _)| *kind == Kind::Deadlock))
    };
    let (one, form) = forms().find(is_deadlock).or_else(|| forms().next())?;
    Some((one.name, form.name))
}
