//! A file below that of its scenario.

use unknot_checker::sim::{Exception, Lock};

pub(super) fn takes(first: &Lock, second: &Lock) -> Result<(), Exception> {
    let _first = first.lock()?;
    let _further_down = second.lock()?;
    Ok(())
}
