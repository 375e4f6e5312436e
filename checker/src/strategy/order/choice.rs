//! The values that a task chooses inside a step.

use smallvec::SmallVec;
use unknot_sim::Trace;

/// A value chosen inside a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: u32,
    /// How many values it was picked from.
    pub(crate) n: u32,
}

/// The values of one step, in the order in which they are chosen.
pub(crate) type Choices = SmallVec<[Choice; 1]>;

/// The values that were chosen inside a step.
pub(crate) fn made_in(trace: &Trace, step: usize) -> Choices {
    if trace.choices(step).is_empty() {
        return Choices::new();
    }
    let of = trace.choice_sizes(step);
    trace.choices(step).iter().zip(of).map(|(&value, &n)| Choice { value, n }).collect()
}

/// Moves on to the next value of the last choice that has one, among the choices
/// after the first `given`.
pub(crate) fn next_value(choices: &mut Choices, given: usize) -> bool {
    while choices.len() > given {
        let Some(last) = choices.pop() else { unreachable!("longer than given") };
        if last.value + 1 < last.n {
            choices.push(Choice { value: last.value + 1, ..last });
            return true;
        }
    }
    false
}
