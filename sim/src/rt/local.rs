//! The world of this thread.
//!
//! Primitives are called from user code that has no handle to pass along, so the world
//! of a search is a thread-local. Other things that a thread keeps stand in the file
//! that they belong to.

use std::cell::RefCell;

use super::world::World;

thread_local! {
    pub(super) static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Gives access to the world of this thread.
///
/// # Panics
/// Outside a simulation: a primitive was used in ordinary code.
pub(super) fn with<T>(f: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with(|world| match world.borrow_mut().as_mut() {
        Some(world) => f(world),
        None => panic!("a primitive of unknot was used outside a scenario"),
    })
}

/// Looks at the world; `None` outside a simulation.
pub(super) fn peek<T>(look: impl FnOnce(&World) -> T) -> Option<T> {
    WORLD.with_borrow(|world| world.as_ref().map(look))
}
