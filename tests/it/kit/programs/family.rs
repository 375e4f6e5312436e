//! What a family of operations is: one file says which operations there are, what each
//! calls and does, on which objects, and in which themes.

use std::time::Duration;

use unknot_checker::sim::{Exception, Fork};

pub(super) use super::all::*;
pub(super) use super::literal::ops;
pub(super) use super::run::Running;
pub(super) use super::{Objects, Op};

/// How long operations with a timeout wait.
pub(super) const TIMEOUT: Duration = Duration::from_millis(2);

/// What operations call that call nothing of the machine.
pub(super) const NOTHING: &str = "";

/// One family, by the type of its operations.
pub(super) trait Family: Copy {
    /// What its operations are about. All threads share it.
    type Objects: Fork + Clone;
    /// What each task keeps for itself.
    type Kept: Default;

    /// Whether its objects are only created in programs with its operations, since they
    /// change what each process does at its start and end. A process is always told that
    /// it gets them.
    const ON_DEMAND: bool = false;

    /// Its themes. Those of all families together are numbered from 0 without a gap.
    const THEMES: &'static [Theme];

    /// Creates its objects. Those of other families are there when they are asked for.
    fn create(others: &Objects) -> Self::Objects;

    /// Whether the operation starts a task.
    fn is_start(self) -> bool {
        false
    }

    /// Operations that main alone draws besides, since it started the other tasks.
    fn for_main() -> Vec<Op> {
        vec![]
    }

    /// The same in programs that have processes.
    fn with_processes() -> Vec<Op> {
        vec![]
    }

    /// Operations that are added to the drawn ones in programs whose tasks panic.
    fn with_panics(_drawn: &[Op]) -> Vec<Op> {
        vec![]
    }

    /// What of its objects belongs to the outcome of a program.
    fn finals(_objects: &Self::Objects) -> Vec<i64> {
        vec![]
    }
}

/// Operations that belong together, so that tasks that draw from them meet.
#[derive(Clone, Copy)]
pub(super) struct Theme {
    pub(super) number: usize,
    pub(super) ops: fn() -> Vec<Op>,
}

impl Theme {
    /// The number is what `UNKNOT_THEME` takes. An operation that stands here twice is
    /// drawn twice as often.
    pub(super) const fn new(number: usize, ops: fn() -> Vec<Op>) -> Theme {
        Theme { number, ops }
    }
}

/// What an operation returns, as a number for the log of its task.
pub(super) trait Logged {
    fn logged(self) -> i64;
}

impl Logged for () {
    fn logged(self) -> i64 {
        0
    }
}

impl Logged for i64 {
    fn logged(self) -> i64 {
        self
    }
}

impl Logged for u32 {
    fn logged(self) -> i64 {
        self.into()
    }
}

impl Logged for usize {
    fn logged(self) -> i64 {
        self as i64
    }
}

impl Logged for bool {
    fn logged(self) -> i64 {
        self.into()
    }
}

impl<T: Logged> Logged for Option<T> {
    fn logged(self) -> i64 {
        self.map_or(-1, Logged::logged)
    }
}

impl<T: Logged> Logged for Result<T, Exception> {
    fn logged(self) -> i64 {
        let code = |e: Exception| -100 - e.kind.bytes().map(i64::from).sum::<i64>();
        self.map_or_else(code, Logged::logged)
    }
}

/// Declares the operations of a family, one row for each: its name and its arguments,
/// the public operation that it is about, and what it does. What it calls besides is not
/// told.
macro_rules! operations {
    (
        $(#[$doc:meta])*
        $name:ident, |$task:pat_param| {
            $(
                $(#[$about:meta])*
                $op:ident $(($($arg:ident: $type:ty),+))?, $call:expr => $body:expr,
            )+
        }
    ) => {
        $(#[$doc])*
        // What a name begins with may tell it from those of other families.
        #[allow(clippy::enum_variant_names)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[$about])* $op $(($($type),+))?,)+
        }

        impl $name {
            /// The public operation, as `Type::method` or as the name of a function.
            #[allow(unused_variables)]
            pub(super) fn calls(self) -> String {
                match self {
                    $($name::$op $(($($arg),+))? => $call.into(),)+
                }
            }

            /// Has a task carry it out. Returns what goes into the log.
            pub(super) fn carry_out(self, $task: &mut $crate::kit::programs::run::Running) -> i64 {
                match self {
                    $($name::$op $(($($arg),+))? => {
                        $crate::kit::programs::family::Logged::logged($body)
                    })+
                }
            }
        }
    };
}

/// Makes one type of all families, and what has to be known of all of them. Each row is
/// the file of a family and the type of its operations.
macro_rules! families {
    ($($module:ident::$family:ident,)+) => {
        /// One operation of any family. It is printed as that family's alone.
        #[allow(clippy::enum_variant_names)]
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Op {
            $($family($module::$family),)+
        }

        impl std::fmt::Debug for Op {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Op::$family(op) => op.fmt(f),)+
                }
            }
        }

        $(
            impl From<$module::$family> for Op {
                fn from(op: $module::$family) -> Op {
                    Op::$family(op)
                }
            }
        )+

        /// The operations by name, for lists of them.
        pub(crate) mod all {
            $(pub(crate) use super::$module::$family::*;)+
        }

        /// All objects, which all threads of a process share.
        #[derive(Clone, Default)]
        pub(super) struct Objects {
            $($module: std::cell::OnceCell<<$module::$family as Family>::Objects>,)+
        }

        impl Objects {
            /// Creates those of a program: main does, before it starts the first task.
            fn create(spec: &Spec) -> Objects {
                let objects = Objects::default();
                $(
                    let is_used = || spec.ops().any(|op| matches!(op, Op::$family(_)));
                    if !$module::$family::ON_DEMAND || is_used() {
                        objects.$module();
                    }
                )+
                objects
            }

            /// Adds what a process looks at that gets copies of the objects of some families.
            fn reads(&self, private: u64, reads: &mut unknot_checker::sim::Reads) {
                let mut bits = private;
                $(
                    if Self::is_passed(&self.$module, bits, $module::$family::ON_DEMAND) {
                        unknot_checker::sim::Fork::reads(self.$module(), reads);
                    }
                    bits >>= 1;
                )+
                assert_eq!(bits, 0, "there is no such family");
            }

            /// What such a process gets.
            fn fork(&self, private: u64, to: &mut unknot_checker::sim::Forking) -> Objects {
                let (mut bits, mut forked) = (private, self.clone());
                $(
                    if Self::is_passed(&self.$module, bits, $module::$family::ON_DEMAND) {
                        let copy = unknot_checker::sim::Fork::fork(self.$module(), to);
                        forked.$module = std::cell::OnceCell::from(copy);
                    }
                    bits >>= 1;
                )+
                assert_eq!(bits, 0, "there is no such family");
                forked
            }

            /// Whether a process is passed the objects of a family as arguments.
            fn is_passed<T>(objects: &std::cell::OnceCell<T>, bits: u64, on_demand: bool) -> bool {
                match on_demand {
                    true => objects.get().is_some(),
                    false => bits & 1 == 1,
                }
            }

            $(
                fn $module(&self) -> &<$module::$family as Family>::Objects {
                    self.$module.get_or_init(|| $module::$family::create(self))
                }
            )+

            /// What is left in them at the end.
            fn finals(&self) -> Vec<i64> {
                let mut finals = vec![];
                $(
                    if !$module::$family::ON_DEMAND || self.$module.get().is_some() {
                        finals.extend($module::$family::finals(self.$module()));
                    }
                )+
                finals
            }
        }

        /// What one task keeps for each family, which is nothing for most.
        #[derive(Default)]
        #[allow(dead_code)]
        struct Kept {
            $($module: <$module::$family as Family>::Kept,)+
        }

        /// How many families there are.
        pub(crate) const N_FAMILIES: u32 = 0 $(+ { stringify!($module); 1 })+;

        /// Themes for any task, numbered from 0.
        pub(crate) const N_THEMES: usize = 0 $(+ $module::$family::THEMES.len())+;

        /// The operations of one theme.
        pub(crate) fn theme(number: usize) -> Vec<Op> {
            let themes = [$($module::$family::THEMES,)+].concat();
            let theme = themes.iter().find(|theme| theme.number == number);
            (theme.unwrap_or_else(|| panic!("there is no theme {number}")).ops)()
        }

        impl Op {
            /// The public operation that this one is about, as `Type::method` or as the
            /// name of a function. `None` for what calls nothing of the machine.
            pub(crate) fn calls(self) -> Option<String> {
                let call = match self {
                    $(Op::$family(op) => op.calls(),)+
                };
                (call != family::NOTHING).then_some(call)
            }

            /// Whether it starts a task.
            pub(crate) fn is_start(self) -> bool {
                match self {
                    $(Op::$family(op) => op.is_start(),)+
                }
            }

            fn carry_out(self, task: &mut run::Running) -> i64 {
                match self {
                    $(Op::$family(op) => op.carry_out(task),)+
                }
            }

            /// What main alone draws besides.
            fn for_main() -> Vec<Op> {
                [$($module::$family::for_main(),)+].concat()
            }

            /// The same where tasks are processes.
            fn with_processes() -> Vec<Op> {
                [$($module::$family::with_processes(),)+].concat()
            }

            /// What is added to drawn operations where tasks panic.
            fn with_panics(drawn: &[Op]) -> Vec<Op> {
                [$($module::$family::with_panics(drawn),)+].concat()
            }
        }
    };
}

/// Says that a process gets a copy of objects by copies of each.
macro_rules! forked {
    ($name:ident { $($part:ident),+ }) => {
        impl unknot_checker::sim::Fork for $name {
            fn reads(&self, reads: &mut unknot_checker::sim::Reads) {
                $(self.$part.reads(reads);)+
            }

            fn fork(&self, to: &mut unknot_checker::sim::Forking) -> $name {
                $name { $($part: self.$part.fork(to)),+ }
            }
        }
    };
}

pub(super) use {families, forked, operations};
