//! The catalogue of scenarios: that each shows what it declares, that the documents'
//! rows and claims are all there, that its source is quoted, and that the READMEs list its
//! families.

mod claims;
mod classes;
mod families;
mod rows;
mod sizes;
mod sources;
mod verdicts;
