//! What a command line is about.

use crate::model::claim::Topic;
use crate::model::scenario::Scenario;

/// The scenarios of a command line, and the claims that they judge.
///
/// A crate without claims passes its scenarios alone.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue<'a> {
    /// The scenarios, in the order in which they are listed and checked.
    pub scenarios: &'a [Scenario],
    /// What is claimed, by subject. Exhibites name scenarios of this catalogue.
    pub topics: &'a [Topic],
    /// How Rust code names the scenarios, for the tests that `promote` writes.
    pub path: &'a str,
}

impl<'a> From<&'a [Scenario]> for Catalogue<'a> {
    fn from(scenarios: &'a [Scenario]) -> Self {
        Catalogue { scenarios, topics: &[], path: "crate::CATALOGUE" }
    }
}

impl<'a, const N: usize> From<&'a [Scenario; N]> for Catalogue<'a> {
    fn from(scenarios: &'a [Scenario; N]) -> Self {
        Catalogue::from(&scenarios[..])
    }
}
