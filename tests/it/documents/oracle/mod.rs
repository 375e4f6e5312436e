//! The oracle: models of the documents' examples, counted without the tool.

pub(crate) mod classes;
pub(crate) mod counter;
pub(crate) mod models;
