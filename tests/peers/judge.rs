//! How a check in a test of a peer is judged, in the same way for each peer.
//!
//! A finding becomes a panic that names its kind, so that a test which expects one is judged by
//! what was found: `stuck: deadlock`, `stuck: hang`, `exception: ` with the text of the panic.
//! The environment has the options of a run (`PEERS_SPURIOUS`, `PEERS_TIME` …); each check is a
//! line of the file that `PEERS_LOG` names; and with `PEERS_CROSS` a check that `dpor` exhausts
//! is done again by `dfs`, within so many executions, and both are compared.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use unknot_checker::check::verdict::Verdict;
use unknot_checker::model::kind::Level;
use unknot_std::{Builder, CrossChecked, Kind, TimeMode};

/// Executions, after which a check ends that goes through everything in the peer.
const MOST: u64 = 200_000;

/// The same of one that draws executions there.
const MOST_SAMPLED: u64 = 20_000;

fn option<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// The settings that the environment asks for.
fn options(mut builder: Builder) -> Builder {
    if option::<u32>("PEERS_OUTSIDE").is_some() {
        builder = builder.allow_outside();
    }
    if let Some(n) = option("PEERS_SPURIOUS") {
        builder = builder.spurious(n);
    }
    if let Some(bytes) = option("PEERS_STACK") {
        builder = builder.stack(bytes);
    }
    if let Some(strategy) = option::<String>("PEERS_STRATEGY") {
        builder = builder.strategy(strategy);
    }
    if option::<String>("PEERS_TIME").as_deref() == Some("virtual") {
        builder = builder.time(TimeMode::Virtual);
    }
    if option::<String>("PEERS_ALLOW").as_deref() == Some("hang") {
        builder = builder.allow(Kind::Hang);
    }
    builder
}

/// A line of the log.
fn log(line: &str) {
    let Some(path) = option::<String>("PEERS_LOG") else { return };
    let thread = std::thread::current();
    let line = format!("{} {line}\n", thread.name().unwrap_or("-"));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the log can be written");
}

/// The kinds of what fails a check.
fn errors(checked: &CrossChecked) -> BTreeSet<Kind> {
    let findings = checked.report().findings.iter();
    findings.filter(|finding| finding.level == Level::Error).map(|finding| finding.kind).collect()
}

fn kinds(checked: &CrossChecked) -> String {
    errors(checked).iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What comes out, as the kinds of findings and the ends of the program.
fn shown(checked: &CrossChecked) -> (BTreeSet<Kind>, BTreeSet<Option<String>>) {
    let ends = checked.report().outcomes.iter().map(|outcome| outcome.value.clone());
    (errors(checked), ends.collect())
}

/// Does a check again without any reduction.
fn cross_check(name: &str, by_dpor: &CrossChecked, again: impl FnOnce(Builder) -> CrossChecked) {
    let Some(most) = option("PEERS_CROSS") else { return };
    if !by_dpor.report().exhaustive {
        return;
    }
    let by_dfs = again(Builder::new().strategy("dfs").max_executions(most));
    if by_dfs.report().exhaustive {
        let is_same = if shown(by_dpor) == shown(&by_dfs) { "same" } else { "differs" };
        let (few, many) = (by_dpor.report().executions, by_dfs.report().executions);
        log(&format!("{name} {is_same} {few} {many} [{}] [{}]", kinds(by_dpor), kinds(&by_dfs)));
    }
}

/// How much of a check the peer goes through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    All,
    /// A part by chance, or by a limit.
    Part,
    /// All, and what its limit on steps cuts is a failure there.
    Limited,
}

/// Checks a program, panics if that finds something, and returns how many executions were made.
#[track_caller]
pub(crate) fn check<F>(program: F, through: Through, settings: Builder) -> usize
where
    F: Fn() + Send + Sync + 'static,
{
    let n_made = Arc::new(AtomicUsize::new(0));
    let (program, made) = (Arc::new(program), n_made.clone());
    let program = move || {
        made.fetch_add(1, Ordering::Relaxed);
        program();
    };
    let most = if through == Through::Part { MOST_SAMPLED } else { MOST };
    let most = option("PEERS_MOST").unwrap_or(most);
    let checked = options(settings.max_executions(most)).check(program.clone());
    let n = checked.report().executions;
    let how = if checked.report().exhaustive { "exhausted" } else { "open" };
    log(&format!("check {how} {n} [{}]", kinds(&checked)));
    cross_check("cross", &checked, |builder| options(builder).check(program));
    let errors = errors(&checked);
    let findings = checked.report().findings.iter().filter(|f| errors.contains(&f.kind));
    let told: Vec<String> = findings
        .map(|finding| {
            let is_stuck = matches!(finding.kind, Kind::Deadlock | Kind::Hang);
            let stuck = if is_stuck { "stuck: " } else { "" };
            let schedule = &finding.schedule;
            format!("{stuck}{}: {} (schedule '{schedule}')", finding.kind, finding.message)
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    // Timeouts in a row are cut, as no peer has them at all; so are executions that the peer
    // draws. What it goes through has to be gone through.
    let is_open = matches!(checked.verdict(), Verdict::Inconclusive(_));
    let is_cut = match through {
        Through::All => n < most,
        Through::Part => true,
        Through::Limited => false,
    };
    assert!(!is_open || is_cut, "not exhausted after {n} executions: {}", checked.verdict());
    n_made.load(Ordering::Relaxed)
}
