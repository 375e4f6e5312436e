//! The few ways in which tests touch the tool.

use std::collections::BTreeSet;
use std::ffi::OsString;

use unknot_checker::Scenario;
use unknot_checker::check::observe;
use unknot_checker::cli::{self, Catalogue};
use unknot_checker::model::terms::Budget;
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::Program;
use unknot_checker::strategy::{Dfs, Dpor, Strategy, Visibility};
use unknot_scenarios::CATALOGUE;
use unknot_scenarios::claims::TOPICS;

/// A scenario of the catalogue.
pub(crate) fn scenario(name: &str) -> &'static Scenario {
    CATALOGUE.iter().find(|scenario| scenario.name == name).expect(name)
}

/// A program of the catalogue, such as `lost-update-decrement/locked` with
/// `[("threads", 3)]`.
pub(crate) fn program(name: &str, params: &[(&str, i64)]) -> Program {
    let (scenario_name, variant) = name.split_once('/').expect("name/variant");
    let scenario = scenario(scenario_name);
    let variant = scenario.variants.iter().find(|v| v.name == variant).expect(name);
    let given: Vec<(String, String)> =
        params.iter().map(|(k, v)| ((*k).to_owned(), v.to_string())).collect();
    variant.program(&scenario.params(&given).expect("parameters of the scenario"))
}

fn exhaust(program: &Program, strategy: impl Strategy) -> Observed {
    let observed =
        observe(program, strategy, Budget { max_executions: 5_000_000, ..Budget::default() });
    assert!(observed.exhausted(), "the budget of a test is enough");
    observed
}

/// Explores each trace class.
pub(crate) fn dpor(program: &Program) -> Observed {
    exhaust(program, Dpor::new())
}

/// Explores each schedule.
pub(crate) fn dfs(program: &Program) -> Observed {
    exhaust(program, Dfs::new(Visibility::All))
}

/// Explores each schedule of the steps that the documents' models count.
pub(crate) fn visible(program: &Program) -> Observed {
    exhaust(program, Dfs::new(Visibility::Visible))
}

/// The outcomes as text, with what failed or got stuck.
pub(crate) fn outcomes(observed: &Observed) -> BTreeSet<String> {
    observed.outcomes.keys().map(|turnout| format!("{turnout:?}")).collect()
}

/// What a command line printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command line in this process, words separated by single spaces; a
/// word in quotes may contain spaces.
pub(crate) fn unknot(line: &str) -> Ran {
    const PATH: &str = "unknot_scenarios::CATALOGUE";
    unknot_on(Catalogue { scenarios: CATALOGUE, topics: TOPICS, path: PATH }, line)
}

/// The same with another catalogue.
pub(crate) fn unknot_on<'a>(catalogue: impl Into<Catalogue<'a>>, line: &str) -> Ran {
    let mut words = vec![OsString::from("unknot")];
    for (i, part) in line.split('\'').enumerate() {
        match i % 2 {
            0 => words.extend(part.split_whitespace().map(OsString::from)),
            _ => words.push(OsString::from(part)),
        }
    }
    let (mut out, mut err) = (vec![], vec![]);
    let status = cli::run(words, catalogue, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: status.code(), out: text(out), err: text(err) }
}
