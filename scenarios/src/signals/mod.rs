//! Family `signals`: semaphores, events, conditions and barriers.
