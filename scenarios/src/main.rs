//! The command line of unknot, on the catalogue and the claims of this package.

use unknot_checker::cli::{self, Catalogue};
use unknot_scenarios::CATALOGUE;
use unknot_scenarios::claims::TOPICS;

/// How a test names the catalogue.
const PATH: &str = "unknot_scenarios::CATALOGUE";

fn main() -> std::process::ExitCode {
    cli::main(Catalogue { scenarios: CATALOGUE, topics: TOPICS, path: PATH })
}
