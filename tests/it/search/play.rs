//! The graph of all states of a program: its ends are the classes of the reduced search,
//! its paths are the schedules of the plain one.

use std::collections::BTreeMap;
use std::io::Write;

use unknot_checker::check::observe;
use unknot_checker::check::play::{
    MOST, MostStates, NoStateGraph, PlayEnd, StateGraph, state_graph,
};
use unknot_checker::model::finding::{Fault, Origin};
use unknot_checker::model::kind::Levels;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::{Observed, Turnout};
use unknot_checker::sim::Program;
use unknot_checker::strategy::{Dfs, Dpor, Visibility};
use unknot_scenarios::CATALOGUE;

use super::proof::prove;
use crate::kit::classes::classes_made_anew;
use crate::kit::generated::{Compared, number};
use crate::kit::programs::{Shape, Spec};

/// How many schedules of a variant are gone through.
const MAX_SCHEDULES: u64 = 20_000;

/// How executions end that count as executions of a search.
fn is_counted(end: &PlayEnd) -> bool {
    !end.excluded && end.ended != "cut"
}

/// What the ends of a graph show has to be what a search of classes counted.
fn compare_with_classes(name: &str, graph: &StateGraph, seen: &Observed) {
    let ends: Vec<&PlayEnd> = graph.ends.iter().map(|(_, end)| end).collect();
    let counted = ends.iter().filter(|end| is_counted(end)).count() as u64;
    assert_eq!(counted, seen.stats.executions, "classes of {name}");
    let excluded = ends.iter().filter(|end| end.excluded).count() as u64;
    assert_eq!(excluded, seen.stats.excluded, "excluded classes of {name}");
    // What is cut is no class: a search runs one of the longer executions that begin so.
    let is_cut = ends.iter().any(|end| end.ended == "cut");
    assert_eq!(is_cut, seen.stats.all_cut() > 0, "cut executions of {name}");
    for (nth, (fault, found)) in seen.findings.iter().enumerate() {
        let shown = ends.iter().filter(|end| end.findings.contains(&nth)).count() as u64;
        let agree = if is_cut { shown > 0 } else { shown == found.executions };
        assert!(agree, "{} of {name}: {shown}, {}", fault.key(), found.executions);
    }
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    for end in ends.iter().filter(|end| is_counted(end)) {
        let Some(outcome) = &end.outcome else { continue };
        *outcomes.entry(outcome.clone()).or_default() += 1;
    }
    let expected = seen.outcomes.iter().filter_map(|(turnout, seen)| match turnout {
        Turnout::Complete(value) => Some((value.to_string(), seen.executions)),
        _ => None,
    });
    assert_eq!(outcomes, expected.collect(), "outcomes of {name}");
}

fn graph_of(
    program: &Program,
    seen: &Observed,
    budget: Budget,
) -> Result<StateGraph, NoStateGraph> {
    let findings: Vec<Fault<Origin>> = seen.findings.keys().cloned().collect();
    state_graph(program, &findings, Levels::default(), budget.semantics, MOST)
}

/// In the whole catalogue, wherever there is a graph.
#[test]
fn ends_are_classes_and_paths_are_schedules() {
    let (mut drawn, mut counted, mut too_large) = (0, 0, 0);
    for (scenario, variant) in CATALOGUE.iter().flat_map(|s| s.variants.iter().map(move |v| (s, v)))
    {
        let name = format!("{}/{}", scenario.name, variant.name);
        let params = scenario.params(&[]).expect("defaults");
        let program = variant.program(&params);
        let most = MOST.states as u64;
        let budget =
            Budget { max_executions: most, semantics: variant.semantics(), ..Budget::default() };
        let seen = observe(&program, Dpor::telling_apart(), budget);
        let graph = graph_of(&program, &seen, budget);
        let Ok(graph) = graph else {
            too_large += 1;
            continue;
        };
        assert!(seen.exhausted(), "{name} has no more classes than states");
        drawn += 1;
        compare_with_classes(&name, &graph, &seen);
        let budget = Budget { max_executions: MAX_SCHEDULES, ..budget };
        let all = observe(&program, Dfs::new(Visibility::All), budget);
        if all.exhausted() {
            counted += 1;
            let schedules = all.stats.spent();
            assert_eq!(graph.schedules.all, Some(schedules.into()), "schedules of {name}");
            // Where there is one error, the schedules that fail are those that show it.
            let is_error = |fault: &Fault<Origin>| Levels::default().is_error(fault.kind);
            let mut errors = all.findings.iter().filter(|(fault, _)| is_error(fault));
            let failing = match (errors.next(), errors.next()) {
                (None, _) => 0,
                (Some((_, one)), None) => one.executions,
                _ => continue,
            };
            assert_eq!(graph.schedules.failing, Some(failing.into()), "failing of {name}");
        }
    }
    let _ = writeln!(std::io::stderr(), "{drawn} drawn, {counted} counted, {too_large} too large");
    assert!(drawn >= 390 && counted >= 280, "{drawn} {counted}");
}

/// What is wrong with the graph of a generated program; `None` if it is too large to tell.
fn compare_with_schedules(spec: &Spec) -> Compared {
    let program = spec.program();
    let most = spec.most_schedules(2_000);
    let plain = classes_made_anew(&program, spec.time(), Dfs::new(Visibility::All), most);
    if plain.too_many || plain.cut > 0 {
        return None;
    }
    let semantics = Semantics { time: spec.time(), max_steps: 200, ..Semantics::default() };
    // As many states as there could be steps.
    let most = MostStates { states: 100_000, steps: 5_000_000 };
    let graph = match state_graph(&program, &[], Levels::default(), semantics, most) {
        Ok(graph) => graph,
        Err(failure) => return Some(Err(format!("{failure:?}"))),
    };
    let counts = (graph.ends.len(), graph.schedules.all);
    let expected = (plain.classes.len(), Some(plain.executions.into()));
    Some(match counts == expected {
        true => Ok(()),
        false => Err(format!("ends and paths are {counts:?}, not {expected:?}")),
    })
}

/// On generated programs over every operation.
#[test]
fn generated_programs_have_a_graph_of_their_schedules() {
    let programs = number("UNKNOT_PROGRAMS", 10_000) / 50;
    let shapes = [Shape { max_tasks: 2, max_ops: 4 }, Shape { max_tasks: 3, max_ops: 2 }];
    for (part, shape) in (20..).zip(shapes) {
        if let Err(message) = prove(part, shape, programs, compare_with_schedules) {
            panic!("{message}");
        }
    }
}
