//! What the READMEs show is what the tool prints: a block of output right behind a
//! block with a command is compared with what that command prints, to the byte.
//!
//! After a change that is meant, `UNKNOT_BLESS=1 cargo test -p unknot-tests readme`
//! writes the output anew. The Rust of the README is compiled and run as a
//! documentation test of `unknot-checker`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use unknot_checker::model::kind::KINDS;
use unknot_checker::strategy::STRATEGIES;

use crate::kit::support::unknot;

/// What stands before the arguments of the tool.
const CARGO: &str = "cargo run --release -- ";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A block between two fences.
#[derive(Clone, Debug, Default)]
struct Block {
    language: String,
    /// The numbers of its first line and of its closing fence.
    lines: (usize, usize),
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (vec![], None);
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                let lines = (number + 1, number + 1);
                open = Some(Block { language: language.to_owned(), lines, ..Block::default() });
            }
            (Some(_), Some(block)) => {
                block.lines.1 = number;
                blocks.extend(open.take());
            }
            (None, Some(block)) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

/// The last command of a block and the block of output right behind it, with
/// nothing but empty lines between.
fn shown(text: &str) -> Vec<(String, Block)> {
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(text);
    let pairs = blocks.iter().zip(blocks.iter().skip(1));
    let pairs = pairs.filter(|(command, output)| {
        let between = &lines[command.lines.1 + 1..output.lines.0 - 1];
        command.language == "sh"
            && output.language == "text"
            && between.iter().all(|line| line.is_empty())
    });
    pairs
        .filter_map(|(command, output)| {
            let line = command.text.lines().last()?.strip_prefix(CARGO)?;
            Some((line.to_owned(), output.clone()))
        })
        .collect()
}

/// The output without the empty lines around it.
fn trimmed(out: &str) -> String {
    format!("{}\n", out.trim_matches('\n'))
}

fn is_blessed() -> bool {
    std::env::var_os("UNKNOT_BLESS").is_some()
}

#[test]
fn outputs_are_what_is_printed() {
    for (file, least) in [("README.md", 2), ("checker/README.md", 1)] {
        let mut text = std::fs::read_to_string(root().join(file)).expect("a README");
        let shown = shown(&text);
        assert!(shown.len() >= least, "{file} shows some output");
        // From behind, so that the numbers of lines before stay what they are.
        for (command, output) in shown.into_iter().rev() {
            let printed = trimmed(&unknot(&command).out);
            if is_blessed() {
                let lines: Vec<&str> = text.lines().collect();
                let (before, after) = (&lines[..output.lines.0], &lines[output.lines.1..]);
                text =
                    [before.join("\n"), printed.trim_end().to_owned(), after.join("\n")].join("\n");
                text.push('\n');
                continue;
            }
            assert_eq!(output.text, printed, "`{command}`; if that is meant: UNKNOT_BLESS=1");
        }
        if is_blessed() {
            std::fs::write(root().join(file), text).expect("a README");
        }
    }
}

/// The picture of a graph in the README is the one that the command above it makes.
#[test]
fn the_picture_of_the_readme_is_made_by_the_tool() {
    let made = unknot("graph transfer-nested-opposite/source-first --format svg").out;
    let path = root().join("checker/doc/knot.svg");
    if is_blessed() {
        std::fs::write(&path, &made).expect("a picture");
    }
    let shown = std::fs::read_to_string(&path).expect("a picture");
    assert_eq!(shown, made, "if that is meant: UNKNOT_BLESS=1");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let command = "graph transfer-nested-opposite/source-first --format svg";
    assert!(readme.contains(command) && readme.contains("(checker/doc/knot.svg)"));
}

/// Every command of the tutorial does what it says.
#[test]
fn the_tutorial_can_be_followed() {
    let text = std::fs::read_to_string(root().join("scenarios/README.md")).expect("a README");
    let blocks = blocks(&text);
    let shell = blocks.iter().filter(|block| block.language == "sh");
    let lines: Vec<&str> = shell.flat_map(|block| block.text.lines()).collect();
    assert!(lines.len() >= 4, "{lines:?}");
    for line in lines {
        let ran = unknot(line.strip_prefix(CARGO).expect("a command of the tool"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {}", ran.out);
    }
}

/// The tables of strategies and of kinds say what the tables of the code hold.
#[test]
fn tables_name_what_there_is() {
    let strategies = STRATEGIES.iter().map(|row| row.name).collect();
    let kinds = KINDS.iter().map(|row| row.name).collect();
    for (file, heading, names) in [
        ("checker/README.md", "## Strategies", strategies),
        ("README.md", "## What it finds", kinds),
    ] {
        let text = std::fs::read_to_string(root().join(file)).expect("a README");
        let (_, section) = text.split_once(heading).expect(heading);
        let rows = section.lines().skip_while(|line| !line.starts_with("|---"));
        let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
        let firsts = rows.filter_map(|row| row.split('|').nth(1));
        let named: BTreeSet<&str> =
            firsts.flat_map(|first| first.split('`').skip(1).step_by(2)).collect();
        let names: BTreeSet<&str> = Vec::into_iter(names).collect();
        assert_eq!(named, names, "{file}: {heading}");
    }
}
