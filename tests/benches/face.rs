//! Executions that a check of a program over the face of std takes, beside those of the peers
//! whose searches go through the same text.
//!
//! The text is compiled three times: against `unknot_std`, shuttle and loom. Only counts are
//! printed and asserted, so a machine does not matter. `stuck@n` is a peer that ends at its
//! first deadlock, in execution n; `>n` one that is not waited for any longer. The same over the
//! published suites of both is `tests/peers/run beside`.
//!
//! `cargo bench -p unknot-tests --bench face`

#[macro_use]
mod peers;

use peers::{PeerProgram, on_loom, on_shuttle};

/// The programs over the face.
mod on_face {
    programs!(unknot_std);
}

/// A program three times, and how many executions each search takes.
struct Row {
    name: &'static str,
    programs: [PeerProgram; 3],
    expected: [&'static str; 3],
}

macro_rules! row {
    ($name:literal, $program:ident::<$($arg:tt),*>, $expected:expr) => {
        Row {
            name: $name,
            programs: [
                on_face::$program::<$($arg),*>,
                on_shuttle::$program::<$($arg),*>,
                on_loom::$program::<$($arg),*>,
            ],
            expected: $expected,
        }
    };
}

fn rows() -> Vec<Row> {
    vec![
        row!("counter of 2", counter::<2, 2>, ["4", "69", "30"]),
        row!("counter of 3", counter::<3, 3>, ["36", "25424", "9941"]),
        row!("locked counter of 3", locked_counter::<3>, ["6", "12786", "414"]),
        row!("ordered forks of 3", philosophers::<3, true>, ["6", ">300000", "514"]),
        row!("forks of 3", philosophers::<3, false>, ["7", "stuck@34405", "stuck@106"]),
    ]
}

fn main() {
    let mut n_wrong = 0;
    println!("{:20} {:>10} {:>10} {:>10}", "program", "unknot", "shuttle", "loom");
    for Row { name, programs: [ours, on_shuttle, on_loom], expected } in rows() {
        let checked = unknot_std::check(ours);
        let counts = [
            checked.report().executions.to_string(),
            peers::shuttle(on_shuttle).0.to_string(),
            peers::loom(on_loom).0.to_string(),
        ];
        let [unknot, shuttle, loom] = &counts;
        println!("{name:20} {unknot:>10} {shuttle:>10} {loom:>10}");
        if counts != expected {
            println!("{name}: expected {expected:?}");
            n_wrong += 1;
        }
    }
    assert_eq!(n_wrong, 0, "counts are always the same");
}
