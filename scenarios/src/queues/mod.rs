//! Family `queues`: producers, consumers and the ends of both.
