//! The catalogue of scenarios: that each shows what it declares, that the documents'
//! rows are all there, and that its source is quoted.

mod rows;
mod sources;
mod verdicts;
