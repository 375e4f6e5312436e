//! The formats that other programs read, each as such a program sees it: an XML parser, the
//! schema of SARIF, the pattern of ShiViz, and what the others demand.
//!
//! Nothing in a name may break a format, so each is also made of a program whose names hold
//! whatever could.

mod github;
mod junit;
mod perfetto;
mod sarif;
mod shiviz;

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Source, Variant, source};

use crate::kit::support::unknot_on;

const SOURCE: &[Source] = source!("mod.rs");

/// Names that would end a string, a line, a tag, a comment or a command somewhere.
const AWKWARD: [&str; 4] = [
    "</script><img onerror=alert(1)> \"'&amp; ]]> -->",
    "a\nb\r\n::error::c,d:e%0A\t{\"x\": 1}",
    "\u{1b}[31m \u{0}\u{7}\u{202e}\u{ffff}\u{fffe}\u{f8ff}",
    "鍵 ключ \\u0000 ${{ x }} @?* #\u{2028}",
];

/// Two tasks and two locks with such names, in a knot, and an update that is lost.
fn awkward(_: &Params) -> Result<Value, Exception> {
    let (left, right) = (Lock::named(AWKWARD[0]), Lock::named(AWKWARD[1]));
    let cell = Shared::named(AWKWARD[3], AWKWARD[2].to_owned());
    let (l, r, theirs) = (left.clone(), right.clone(), cell.clone());
    let task = spawn_named(AWKWARD[2], move || -> Result<(), Exception> {
        theirs.write(theirs.read() + AWKWARD[0]);
        let _first = r.lock()?;
        let _second = l.lock()?;
        Ok(())
    });
    cell.write(cell.read() + AWKWARD[1]);
    {
        let _first = left.lock()?;
        let _second = right.lock()?;
    }
    task.join()??;
    Ok(cell.read().into())
}

/// It declares one of its kinds.
fn expect(_: &Params) -> Expectation {
    Expectation::pass().sometimes(Kind::LostUpdate)
}

fn catalogue() -> [Scenario; 1] {
    let about = "names that hold anything";
    let variants = Box::leak(Box::new([Variant::new("form", about, awkward, expect)]));
    let (name, family) = ("awkward", "machines");
    [Scenario { name, family, about, covers: &[], params: &[], variants, source: SOURCE }]
}

/// What a command prints of the awkward program.
fn of_awkward(line: &str) -> String {
    let ran = unknot_on(&catalogue(), line);
    assert_ne!(ran.code, 2, "{line}: {}", ran.err);
    ran.out
}

/// Executions of several kinds of program, some of which end in a knot or use a clock.
const REPLAYS: &[&str] = &[
    "replay ab-ba-noodles -p group=1 'T0*2 T1 ! T2'",
    "replay ab-ba-noodles -p group=1 'T0*2 T1*5 T0 T2*5 T0*2'",
    "replay ab-ba-noodles -p group=3 --strategy pct --seed 7 --execution 17",
    "replay lost-update-decrement -p threads=3 --strategy random --seed 7",
    "replay philosophers-ring --strategy urw --seed 1",
    "replay sched-round-robin/switching --strategy random --seed 2",
    "replay abandoned-lock-on-terminate/killed-anywhere 'T0*4 T1 K1'",
];

/// Those of the awkward program.
const AWKWARD_REPLAY: &str = "replay awkward --strategy random --seed 3";
