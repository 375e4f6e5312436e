//! The search of reads-from classes against searches that know nothing of them.
//!
//! It has to make one execution of each class of the plain search and no other, with the same
//! outcomes and endings, and to refuse programs whose operations it does not order.

mod classes;
mod counts;
mod generated;
mod refused;
mod textbook;
