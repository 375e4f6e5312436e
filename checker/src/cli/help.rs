//! What `--help` says after the options: the contents of the tables, and examples.

use crate::model::kind::{KINDS, Level};
use crate::report::style::padded;
use crate::strategy::STRATEGIES;

pub(super) const LIST: &str = "\
Examples:
  unknot list
  unknot list 'ab-ba-*' --format json
  unknot list --claims
  unknot list --claims 'K1*' ab-ba-noodles";

pub(super) const MERGE: &str = "\
The files hold how to search; the report is the one of the same check in one process.

Examples:
  unknot check ab-ba-noodles -p group=1 --unit 1/2 --checkpoint 1.unit
  unknot check ab-ba-noodles -p group=1 --unit 2/2 --checkpoint 2.unit
  unknot merge 1.unit 2.unit --format json";

pub(super) const REPLAY: &str = "\
Examples:
  unknot replay ab-ba-noodles/opposite-orders -p group=1 'T0*2 T1 ! T2'
  unknot replay ab-ba-noodles -p group=3 --strategy pct --seed 7 --execution 17
  unknot replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2' -o knot.sched
  unknot replay ab-ba-noodles --file knot.sched";

pub(super) const GRAPH: &str = "\
Without a schedule, a file or a seed: the simplest stuck execution of a check.

Examples:
  unknot graph ab-ba-noodles
  unknot graph ab-ba-noodles --format svg
  unknot graph ab-ba-noodles --file knot.sched --at 3
  unknot graph ab-ba-noodles -p group=1 --at 3 --kind resource --format mermaid";

pub(super) const GANTT: &str = "\
Without a schedule, a file or a seed: the first execution of a check.

Examples:
  unknot gantt sched-round-robin
  unknot gantt sched-round-robin/switching -p quantum=2 --format json";

pub(super) const EXPLAIN: &str = "\
Without a schedule, a file or a seed: the simplest execution of the gravest error of a check.

Examples:
  unknot explain ab-ba-noodles -p group=1
  unknot explain lost-update-decrement -p threads=2 --format json
  unknot explain ab-ba-noodles --file knot.sched";

pub(super) const DIFF: &str = "\
Examples:
  unknot diff ab-ba-noodles -p group=1 'T0*2 T1 ! T2' 'T0*2 T1*5 T0 T2*5 T0*2'
  unknot diff knot.sched other.sched
  unknot diff knot.sched 'T0*2 T1*5 T0 T2*5 T0*2' --format json";

pub(super) const PROMOTE: &str = "\
Examples:
  unknot promote knot.sched -o tests/knot.rs
  unknot promote knot.sched --catalogue my_scenarios::CATALOGUE
  unknot promote target/reports/transfer/deadlock-1.sched --program crate::transfer";

pub(super) const COMPLETIONS: &str = "\
Examples:
  unknot completions bash > ~/.local/share/bash-completion/completions/unknot
  unknot completions fish > ~/.config/fish/completions/unknot.fish";

pub(super) const MAN: &str = "\
Examples:
  unknot man check | man -l -
  unknot man > unknot.1";

const CHECK: &str = "\
Examples:
  unknot check
  unknot check 'ab-ba-*' --save found
  unknot check lost-update-decrement -p threads=3 --allow lost-update
  unknot check ab-ba-noodles -p group=10 --predict
  unknot check lost-update-decrement/locked -p threads=4 --checkpoint run.ckpt
  unknot check lost-update-decrement/locked -p threads=4 --resume run.ckpt
  unknot check 'ab-ba-*' --strategy pct --seed 7 --time-limit 60 --format json";

/// What `check --help` says about `--strategy`.
pub(super) fn strategy() -> String {
    let names: Vec<&str> = STRATEGIES.iter().map(|row| row.name).collect();
    format!("How to explore: {}", names.join(", "))
}

/// What follows the options of `check`.
pub(super) fn check() -> String {
    let width = STRATEGIES.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let rows = STRATEGIES.iter().map(|row| format!("  {}  {}", padded(row.name, width), row.about));
    let strategies: Vec<String> = rows.collect();
    let kinds = |level| {
        let kinds = KINDS.iter().filter(|row| row.level == level);
        kinds.map(|row| row.name).collect::<Vec<_>>().join(", ")
    };
    format!(
        "Strategies:\n{}\n\nKinds of finding:\n  {}\n  only told: {}\n\n{CHECK}",
        strategies.join("\n"),
        kinds(Level::Error),
        kinds(Level::Note)
    )
}
