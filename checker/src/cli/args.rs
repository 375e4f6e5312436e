//! Arguments as plain data.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use unknot_sim::{StackSize, TimeMode};

use super::help;
use super::long_args::{LongArgs, MergeArgs};
use super::values::{at_least_one, at_least_one_job, format, key_value, preemptions};
use super::writing_args::{CompletionsArgs, ManArgs, PromoteArgs};
use crate::check::Preemptions;
use crate::model::kind::Kind;
use crate::model::scenario::{Expectation, Variant};
use crate::model::terms::{AskedBounds, Semantics};
use crate::report::formats::{FORMATS, FormatRow};
use crate::search::jobs::Jobs;

/// A deterministic concurrency simulator and model checker.
#[derive(Debug, Parser)]
#[command(name = "unknot", version, about)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List scenarios with one line of story each
    #[command(after_help = help::LIST)]
    List(ListArgs),
    /// Explore scenarios and compare them with what they declare
    #[command(after_help = help::check())]
    Check(CheckArgs),
    /// Make one report of the units of a search
    #[command(after_help = help::MERGE)]
    Merge(MergeArgs),
    /// Run one schedule and show what happens
    #[command(after_help = help::REPLAY)]
    Replay(ReplayArgs),
    /// Export the wait-for graph of a stuck execution
    #[command(after_help = help::GRAPH)]
    Graph(GraphArgs),
    /// Say which order of steps decides that an execution fails
    #[command(after_help = help::EXPLAIN)]
    Explain(ExplainArgs),
    /// Say what two executions have in common, and which order of steps tells them apart
    #[command(after_help = help::DIFF)]
    Diff(DiffArgs),
    /// Show how tasks and cores spent the time of an execution
    #[command(after_help = help::GANTT)]
    Gantt(GanttArgs),
    /// Write a Rust test that replays a schedule file
    #[command(after_help = help::PROMOTE)]
    Promote(PromoteArgs),
    /// Print what a shell completes of the commands and options
    #[command(after_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page
    #[command(after_help = help::MAN)]
    Man(ManArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Scenarios: name, name/variant, family, or a glob with *; of claims their numbers
    /// too
    pub(super) patterns: Vec<String>,
    /// List the claims of the documents instead, each with what is to be said of it and
    /// the scenarios that show that
    #[arg(long)]
    pub(super) claims: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.list.is_some()), default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
}

/// What is asked of a search alone.
const PREDICTS_ALONE: [&str; 6] =
    ["preemptions", "cross_check", "fail_fast", "checkpoint", "resume", "unit"];

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Scenarios: name, name/variant, family, or a glob with *
    pub(super) patterns: Vec<String>,
    /// A size of the scenario
    #[arg(short, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(super) p: Vec<(String, String)>,
    /// How to explore
    #[arg(long, help = help::strategy())]
    pub(super) strategy: Option<String>,
    /// Where a sampler starts [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// Executions, after which a check is inconclusive [default: 1000000 for
    /// searches, 10000 for samplers]
    #[arg(long, value_name = "N", value_parser = at_least_one::<u64>, allow_negative_numbers = true)]
    pub(super) max_executions: Option<u64>,
    /// Leave a task that could go on at most so often in an execution (dpor,
    /// dfs); auto: 0, 1, 2 … until that leaves nothing out
    #[arg(long, value_name = "K|auto", value_parser = preemptions)]
    #[arg(allow_negative_numbers = true)]
    pub(super) preemptions: Option<Preemptions>,
    #[command(flatten)]
    pub(super) terms: Terms,
    /// Seconds, after which the command ends and what was not through is
    /// inconclusive
    #[arg(long, value_name = "SECS", allow_negative_numbers = true)]
    pub(super) time_limit: Option<u64>,
    /// Threads that check, at most four a core, which change nothing but the time
    /// it takes [default: the cores]
    #[arg(long, value_name = "N", value_parser = at_least_one_job, allow_negative_numbers = true)]
    pub(super) jobs: Option<Jobs>,
    /// Compare with the plain search (dfs), and count its schedules
    #[arg(long)]
    pub(super) cross_check: bool,
    /// Make one execution, and those that show what it lets expect: deadlocks, data races
    /// and lost updates; --max-executions is for a search where that does not settle it
    /// [default: 10000 and little work]
    #[arg(long)]
    #[arg(conflicts_with_all = PREDICTS_ALONE)]
    pub(super) predict: bool,
    /// End the check of a scenario at its first finding
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Kinds of finding that fail a check though they are only told by themselves
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = Kind::named)]
    pub(super) fail_on: Vec<Kind>,
    /// Kinds of finding that pass: they are told, and need not be declared
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = Kind::named)]
    pub(super) allow: Vec<Kind>,
    /// A line on standard error that says how far the check is: on a terminal, a new
    /// one every 10 s wherever it goes, or never
    #[arg(long, value_enum, default_value_t = Progress::Auto)]
    pub(super) progress: Progress,
    /// Write a schedule file of each finding, as DIR/<name>/<variant>/<sizes>/<kind>-<n>.sched
    #[arg(long, value_name = "DIR")]
    pub(super) save: Option<PathBuf>,
    #[command(flatten)]
    pub(super) long: LongArgs,
    /// Tell everything: all stories, steps and outcomes, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// With html: the page asks before it tells, and hides what tasks do next
    #[arg(long)]
    pub(super) quiz: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.check.is_some() || row.page.is_some()))]
    #[arg(default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}

/// One execution of one scenario, and what it means.
#[derive(Debug, clap::Args)]
pub(super) struct OneExecution {
    /// The scenario: name or name/variant; or a schedule file F.sched, which names it
    pub(super) scenario: String,
    /// The schedule, such as 'T0*2 T1 ! T2'
    pub(super) schedule: Option<String>,
    /// A schedule file, which brings its parameters, time and limits
    #[arg(long, value_name = "F.sched")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) by_seed: BySeed,
    /// A size of the scenario
    #[arg(short, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(super) p: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) terms: Terms,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    pub(super) one: OneExecution,
    /// Tell everything: all stories, steps and outcomes, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(FormatRow::prints_replays))]
    #[arg(default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Write the execution as a schedule file as well; with a format other than text and
    /// json, where to write that instead of standard output
    #[arg(short, value_name = "F.sched")]
    pub(super) o: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct GraphArgs {
    #[command(flatten)]
    pub(super) one: OneExecution,
    /// After how many steps of the schedule [default: at its end]
    #[arg(long, value_name = "STEP")]
    pub(super) at: Option<usize>,
    /// Tasks only, or tasks and resources; JSON has both
    #[arg(long, value_enum, default_value_t = GraphKind::WaitFor)]
    pub(super) kind: GraphKind,
    /// Tell everything: all stories, steps and outcomes, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.graph.is_some() || row.page.is_some()))]
    #[arg(default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct GanttArgs {
    #[command(flatten)]
    pub(super) one: OneExecution,
    /// Tell everything: all slices of all cores, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.gantt.is_some()), default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) one: OneExecution,
    /// Executions of the search within which the reason is checked
    #[arg(long, value_name = "N", value_parser = at_least_one::<u64>, default_value_t = 10_000)]
    pub(super) max_executions: u64,
    /// Tell everything, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.explain.is_some()), default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The scenario: name or name/variant; or the first schedule file, which names it
    pub(super) scenario: String,
    /// The first schedule, such as 'T0*2 T1 ! T2', or a schedule file A.sched
    pub(super) a: String,
    /// The second one
    pub(super) b: Option<String>,
    /// A size of the scenario
    #[arg(short, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(super) p: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) terms: Terms,
    /// Tell everything, in lines as long as they are
    #[arg(long)]
    pub(super) verbose: bool,
    /// Output format
    #[arg(long, value_parser = format(|row| row.diff.is_some()), default_value = FORMATS[0].name)]
    pub(super) format: &'static FormatRow,
    /// Where to write instead of standard output
    #[arg(short, value_name = "FILE")]
    pub(super) o: Option<PathBuf>,
}

/// What one execution means.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Terms {
    /// Whether durations count: any length, or a virtual clock [default: what
    /// the scenario names, mostly any]
    #[arg(long, value_enum)]
    pub(super) time: Option<Time>,
    /// Timeouts that a task may have in a row at one place when durations do
    /// not count [default: 2]
    #[arg(long, value_name = "N")]
    pub(super) timeouts: Option<u32>,
    /// Steps of one execution, after which it is cut [default: what the
    /// scenario names, mostly 10000]
    #[arg(long, value_name = "N", value_parser = at_least_one::<usize>)]
    #[arg(allow_negative_numbers = true)]
    pub(super) max_steps: Option<usize>,
    /// Bytes of stack of each task, such as 1M [default: what the scenario names,
    /// mostly 256K]
    #[arg(long, value_name = "BYTES", allow_negative_numbers = true)]
    pub(super) stack: Option<StackSize>,
}

impl Terms {
    /// The semantics for a variant, which gives what the options do not.
    pub(super) fn semantics(self, variant: &Variant) -> Semantics {
        self.over(variant.semantics())
    }

    /// Which bounds on an execution were given, or are those of the scenario.
    pub(super) fn asked(self, variant: &Variant, declared: Option<&Expectation>) -> AskedBounds {
        let is_declared = declared.is_some_and(|declared| declared.bounded);
        let is_own = variant.max_steps != Semantics::DEFAULT.max_steps;
        AskedBounds {
            steps: self.max_steps.is_some() || is_own || is_declared,
            timeouts: self.timeouts.is_some() || is_declared,
            no_end: declared.is_some_and(|declared| declared.endless),
        }
    }

    /// The given options, with the usual semantics for the rest.
    pub(super) fn over(self, usual: Semantics) -> Semantics {
        let time = self.time.map(|time| match time {
            Time::Any => TimeMode::Any,
            Time::Virtual => TimeMode::Virtual,
        });
        Semantics {
            time: time.unwrap_or(usual.time),
            max_timeouts: self.timeouts.unwrap_or(usual.max_timeouts),
            max_steps: self.max_steps.unwrap_or(usual.max_steps),
            stack: self.stack.unwrap_or(usual.stack),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Time {
    Any,
    Virtual,
}

/// One execution of a sampler, instead of a schedule.
#[derive(Debug, clap::Args)]
pub(super) struct BySeed {
    /// The sampler whose execution is meant, instead of a schedule
    #[arg(long)]
    pub(super) strategy: Option<String>,
    /// The seed of the check
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// The number of the execution [default: 0]
    #[arg(long, value_name = "I", allow_negative_numbers = true)]
    pub(super) execution: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Progress {
    Auto,
    Plain,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphKind {
    WaitFor,
    Resource,
}
