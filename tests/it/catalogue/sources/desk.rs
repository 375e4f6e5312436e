//! A file beside that of its scenario.

use unknot_checker::sim::{Exception, Lock};

pub(super) fn takes(first: &Lock, second: &Lock) -> Result<(), Exception> {
    let _first = first.lock()?;
    let _at_the_desk = second.lock()?;
    Ok(())
}
