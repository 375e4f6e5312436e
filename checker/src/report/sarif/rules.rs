//! The rules of SARIF: a kind of finding each, and one for checks that are not as declared.

use super::types::{SarifConfiguration, SarifMessage, SarifRule};
use crate::model::kind::{KINDS, Kind, Level};

/// The rule for what is declared and not found, or not known.
pub(super) const AS_DECLARED: &str = "as-declared";

/// All rules, in the order of the kinds; the last is [`AS_DECLARED`].
pub(super) fn all() -> Vec<SarifRule> {
    let rule = |id, about: &str, level| SarifRule {
        id,
        short_description: SarifMessage { text: about.to_owned() },
        default_configuration: SarifConfiguration { level },
    };
    let kinds = KINDS.iter().map(|row| rule(row.name, about(row.kind), level(row.level)));
    let declared = "A program shows what it declares, and nothing else.";
    kinds.chain([rule(AS_DECLARED, declared, "error")]).collect()
}

pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Note => "note",
    }
}

/// What a kind is, in a sentence.
fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Deadlock => "A cycle or knot of waits that no task outside can end.",
        Kind::Hang => "Stuck without a cycle: no task that is left will end the wait.",
        Kind::AbandonedLock => "A wait for a lock whose owner has ended.",
        Kind::LostUpdate => {
            "A write that replaces a value which its task never saw, and that would be \
             another one if it had."
        }
        Kind::InvariantViolation => "A condition of the program that does not hold.",
        Kind::Exception => "An exception or panic that left its task.",
        Kind::Livelock => {
            "Steps that repeat for ever with the same values, whichever task is picked."
        }
        Kind::DataRace => "Two accesses to a variable, one a write, that nothing orders.",
        Kind::Leak => "A lock that is held, or a task that is suspended, at the end.",
        Kind::StaleWrite => "A write over an unseen value that does not depend on it.",
        Kind::BusyWait => "Steps repeated up to the limit beside a task that could go on.",
        Kind::Starvation => {
            "Steps that can repeat for ever beside a task that never gets what others get."
        }
        Kind::Nondeterminism => "The program did not do the same under the same decisions.",
    }
}
