//! Helpers of the tests: the ways in which they touch the tool, what they compare
//! searches by, and programs made at random. There is no test here.

pub(crate) mod classes;
pub(crate) mod forms;
pub(crate) mod generated;
pub(crate) mod programs;
pub(crate) mod support;
