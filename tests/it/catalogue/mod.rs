//! The catalogue of scenarios: that each shows what it declares, that the documents'
//! rows and claims are all there, and that its source is quoted.

mod claims;
mod rows;
mod sources;
mod verdicts;
