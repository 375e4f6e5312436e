//! The shape of shuttle, on the face of std: what its own tests name, and no more.
#[path = "../judge.rs"]
mod judge;
use judge::Through;
pub use unknot_std::{future as face_future, hint, thread, thread_local};
pub mod sync {
    pub use unknot_std::sync::*;
}
pub mod current {
    /// The number of a thread.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct TaskId(usize);
    impl From<usize> for TaskId {
        fn from(n: usize) -> TaskId {
            TaskId(n)
        }
    }
    impl From<TaskId> for usize {
        fn from(id: TaskId) -> usize {
            id.0
        }
    }
    /// The running thread.
    pub fn me() -> TaskId {
        let id = format!("{:?}", unknot_std::thread::current().id());
        let digits: String = id.chars().filter(char::is_ascii_digit).collect();
        TaskId(digits.parse::<usize>().map_or(0, |n| n - 1))
    }
    pub struct Clock;
    impl Clock {
        pub fn get(&self, _: usize) -> u32 {
            0
        }
        pub fn iter(&self) -> std::iter::Empty<&u32> {
            std::iter::empty()
        }
    }
    pub fn clock() -> Clock {
        Clock
    }
    pub fn get_name_for_task(_: TaskId) -> Option<String> {
        unknot_std::thread::current().name().map(ToOwned::to_owned)
    }
}
pub mod future {
    use std::future::Future;
    pub use unknot_std::future::{block_on, yield_now, AbortHandle, JoinError, JoinHandle};
    struct Sent<T>(T);
    // SAFETY: all tasks of an execution share one thread.
    unsafe impl<T> Send for Sent<T> {}
    #[track_caller]
    pub fn spawn<F>(f: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        unknot_std::future::spawn(f)
    }
    #[track_caller]
    pub fn spawn_local<F>(f: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        let f = Sent(f);
        unknot_std::future::spawn(Local(f))
    }
    struct Local<F>(Sent<F>);
    impl<F: Future> Future for Local<F> {
        type Output = F::Output;
        // SAFETY: the field is not moved as long as the whole is pinned.
        fn poll(
            self: std::pin::Pin<&mut Self>,
            c: &mut std::task::Context<'_>,
        ) -> std::task::Poll<F::Output> {
            unsafe { self.map_unchecked_mut(|s| &mut s.0 .0) }.poll(c)
        }
    }
}
pub mod scheduler {
    use crate::judge::Through;
    pub trait Scheduler {
        #[doc(hidden)]
        fn through(&self) -> Through {
            Through::Part
        }
    }
    pub struct DfsScheduler(Through);
    impl DfsScheduler {
        pub fn new(most: Option<usize>, _: bool) -> Self {
            Self(crate::through(most))
        }
    }
    impl Scheduler for DfsScheduler {
        fn through(&self) -> Through {
            self.0
        }
    }
    macro_rules! samplers {
        ($($name:ident($($new:ident($($kind:ty),*)),*))*) => {$(
            pub struct $name;
            impl $name {
                $(pub fn $new($(_: $kind),*) -> Self {
                    Self
                })*
            }
            impl Scheduler for $name {}
        )*};
    }
    samplers! {
        PctScheduler(new(usize, usize), new_from_seed(u64, usize, usize))
        RandomScheduler(new(usize), new_from_seed(u64, usize))
        RoundRobinScheduler(new(usize))
    }
}
#[derive(Default, Clone, Debug)]
pub struct Config {
    pub stack_size: usize,
    pub max_steps: MaxSteps,
}
impl Config {
    pub fn new() -> Self {
        Self::default()
    }
}
#[derive(Default, Clone, Debug)]
pub enum MaxSteps {
    #[default]
    None,
    FailAfter(usize),
    ContinueAfter(usize),
}
pub struct Runner(Through);
impl Runner {
    pub fn new<S: scheduler::Scheduler>(s: S, _: Config) -> Self {
        Runner(s.through())
    }
    /// Returns how often the program was run: once more for each outcome than the search does,
    /// to see whether it shows again.
    #[track_caller]
    pub fn run<F: Fn() + Send + Sync + 'static>(self, f: F) -> usize {
        judge::check(f, self.0, unknot_std::Builder::new())
    }
}
fn through(most: Option<usize>) -> Through {
    if most.is_none() { Through::All } else { Through::Part }
}
#[track_caller]
fn part<F: Fn() + Send + Sync + 'static>(f: F) {
    judge::check(f, Through::Part, unknot_std::Builder::new());
}
#[track_caller]
pub fn check<F: Fn() + Send + Sync + 'static>(f: F) {
    part(f);
}
#[track_caller]
pub fn check_dfs<F: Fn() + Send + Sync + 'static>(f: F, most: Option<usize>) {
    judge::check(f, through(most), unknot_std::Builder::new());
}
#[track_caller]
pub fn check_random<F: Fn() + Send + Sync + 'static>(f: F, _: usize) {
    part(f);
}
#[track_caller]
pub fn check_pct<F: Fn() + Send + Sync + 'static>(f: F, _: usize, _: usize) {
    part(f);
}
#[track_caller]
pub fn check_random_with_seed<F: Fn() + Send + Sync + 'static>(f: F, _: u64, _: usize) {
    part(f);
}
#[track_caller]
pub fn replay<F: Fn() + Send + Sync + 'static>(f: F, _: &str) {
    part(f);
}
pub mod lazy_static {
    pub use unknot_std::sync::LazyLock as Lazy;
    #[track_caller]
    pub fn initialize<T>(l: &Lazy<T>) {
        Lazy::force(l);
    }
}
#[macro_export]
macro_rules! lazy_static {
    ($(#[$a:meta])* $v:vis static ref $n:ident : $t:ty = $e:expr; $($r:tt)*) => { $v static $n: $crate::sync::LazyLock<$t> = $crate::sync::LazyLock::new(|| $e); $crate::lazy_static! { $($r)* } };
    () => {};
}
