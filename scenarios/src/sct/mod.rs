//! Standard programs with late bugs, as benchmarks of controlled scheduling use them, written
//! anew: P. Thomson, A. Donaldson, A. Betts, "Concurrency Testing Using Controlled Schedulers",
//! TOPC 2016, collects them. Each has a form without the bug besides.
//!
//! Two of the kind stand in other families: `bench-philosophers` and `ab-ba-two-phase`.

pub(crate) mod sct_account;
pub(crate) mod sct_bluetooth;
pub(crate) mod sct_carter;
pub(crate) mod sct_one_condition;
pub(crate) mod sct_reorder;
pub(crate) mod sct_safestack;
pub(crate) mod sct_stack;
pub(crate) mod sct_twostage;
pub(crate) mod sct_wronglock;
