//! Tasks that take turns: at most one of a group runs, and says itself when another may.

pub(crate) mod baton;
