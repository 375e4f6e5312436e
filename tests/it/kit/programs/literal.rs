//! Programs as Rust literals: how tests write them, and how failing tests print them.

use std::fmt::{Debug, Formatter, Result};

use super::{Spec, TaskSpec};

/// A list of operations of any families.
macro_rules! ops {
    ($($op:expr),* $(,)?) => {
        vec![$($crate::kit::programs::Op::from($op)),*]
    };
}

/// A program of plain tasks, by the operations of each and those of main.
macro_rules! spec {
    ([$([$($op:expr),* $(,)?]),* $(,)?], [$($main:expr),* $(,)?] $(,)?) => {
        $crate::kit::programs::Spec {
            tasks: vec![$($crate::kit::programs::TaskSpec {
                kind: $crate::kit::programs::TaskKind::Thread,
                ops: $crate::kit::programs::ops![$($op),*],
                at_drop: vec![],
            }),*],
            main: $crate::kit::programs::ops![$($main),*],
            extra: vec![],
            is_virtual: false,
            private: 0,
        }
    };
}

pub(crate) use {ops, spec};

impl Debug for TaskSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let TaskSpec { kind, ops, at_drop } = self;
        let mut literal = f.debug_struct("TaskSpec");
        // Lists of operations stand in one line each, however wide the rest is printed.
        literal
            .field("kind", &format_args!("TaskKind::{kind:?}"))
            .field("ops", &format_args!("ops!{ops:?}"));
        literal.field("at_drop", &format_args!("ops!{at_drop:?}")).finish()
    }
}

impl Debug for Spec {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Spec { tasks, main, extra, is_virtual, private } = self;
        let mut literal = f.debug_struct("Spec");
        literal.field("tasks", &Tasks(tasks)).field("main", &format_args!("ops!{main:?}"));
        literal.field("extra", &format_args!("ops!{extra:?}")).field("is_virtual", is_virtual);
        literal.field("private", private).finish()
    }
}

struct Tasks<'a>(&'a [TaskSpec]);

impl Debug for Tasks<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("vec!")?;
        f.debug_list().entries(self.0).finish()
    }
}
