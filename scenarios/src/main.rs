//! The command line of unknot, on the catalogue of this package.

fn main() -> std::process::ExitCode {
    unknot_checker::cli::main(unknot_scenarios::CATALOGUE)
}
