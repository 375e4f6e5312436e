//! The report of `diff`: what two executions of one program have in common, and which order
//! of steps tells them apart.
//!
//! The ends come first, then where the two part and how each goes on, and then what is in
//! another order, with what comes of it if that alone is the other way round.

mod data;
mod text;

pub(crate) use data::DiffReport;
pub(super) use text::write_text;
