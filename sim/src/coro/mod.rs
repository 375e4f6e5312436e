//! Tasks that take turns: at most one of a group runs, and says itself when another may.

pub(crate) mod baton;
mod generator;
pub mod green;
mod greenlet;

pub use generator::{Generator, GeneratorStop, Yielder, generator, generator_named};
pub use greenlet::Greenlet;
