//! `unknot man [COMMAND]`: a manual page, for `man -l -` or a folder `man1`.

use std::io::Write;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::Args;
use super::status::{Status, Trouble};
use super::writing_args::ManArgs;

pub(super) fn run(args: &ManArgs, out: &mut dyn Write) -> Result<Status, Trouble> {
    let mut all = Args::command();
    // Settles the names of the commands, such as `unknot-check`.
    all.build();
    let page = match &args.command {
        None => all,
        Some(name) => command(&all, name)?.clone(),
    };
    let mut text = vec![];
    let source = concat!("unknot ", env!("CARGO_PKG_VERSION"));
    Man::new(page).manual("unknot").source(source).render(&mut text)?;
    out.write_all(&text)?;
    Ok(Status::Ok)
}

fn command<'a>(all: &'a Command, name: &str) -> Result<&'a Command, Trouble> {
    all.find_subcommand(name).ok_or_else(|| {
        let names: Vec<&str> = all.get_subcommands().map(Command::get_name).collect();
        Trouble::Usage(format!("no command is called '{name}'; there are: {}", names.join(", ")))
    })
}
