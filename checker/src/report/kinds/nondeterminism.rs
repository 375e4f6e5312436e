//! Programs that do not do the same again.

use super::tale::{KindReport, Story};
use crate::model::kind::Kind;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::Nondeterminism,
    headline: |_| "the program did not do the same under the same decisions".to_owned(),
    story: |_| Story { rows: vec![], sentences: nondeterminism() },
};

fn nondeterminism() -> Vec<String> {
    [
        "Apart from the primitives a program must do the same each time: no clock, no random",
        "numbers, no order of a hash, and nothing that is kept from one execution to the next.",
    ]
    .map(str::to_owned)
    .to_vec()
}
