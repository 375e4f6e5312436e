//! The shape of shuttle, on the face of std.
pub use unknot_std::{future as face_future, hint, thread, thread_local};
pub mod sync {
    pub use unknot_std::sync::*;
}
pub mod current {
    /// The number of the running thread.
    pub fn me() -> usize {
        let id = format!("{:?}", unknot_std::thread::current().id());
        let digits: String = id.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<usize>().map_or(0, |n| n - 1)
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
    pub fn get_name_for_task(_: usize) -> Option<String> {
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
    pub trait Scheduler {}
    macro_rules! s { ($($n:ident($($t:ty),*)),*) => {$( pub struct $n; impl $n { pub fn new($(_: $t),*) -> $n { $n } } impl Scheduler for $n {} )*} }
    pub struct DfsScheduler;
    impl DfsScheduler {
        pub fn new(_: Option<usize>, _: bool) -> Self {
            Self
        }
    }
    impl Scheduler for DfsScheduler {}
    pub struct PctScheduler;
    impl PctScheduler {
        pub fn new(_: usize, _: usize) -> Self {
            Self
        }
        pub fn new_from_seed(_: u64, _: usize, _: usize) -> Self {
            Self
        }
    }
    impl Scheduler for PctScheduler {}
    pub struct RandomScheduler;
    impl RandomScheduler {
        pub fn new(_: usize) -> Self {
            Self
        }
        pub fn new_from_seed(_: u64, _: usize) -> Self {
            Self
        }
    }
    impl Scheduler for RandomScheduler {}
    pub struct RoundRobinScheduler;
    impl RoundRobinScheduler {
        pub fn new(_: usize) -> Self {
            Self
        }
    }
    impl Scheduler for RoundRobinScheduler {}
    s!();
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
pub struct Runner;
impl Runner {
    pub fn new<S: scheduler::Scheduler>(_: S, _: Config) -> Self {
        Runner
    }
    #[track_caller]
    pub fn run<F: Fn() + Send + Sync + 'static>(self, f: F) -> usize {
        all(f, true)
    }
}
#[track_caller]
fn all<F: Fn() + Send + Sync + 'static>(f: F, is_sampled: bool) -> usize {
    let most = if is_sampled { 20_000 } else { 200_000 };
    let mut b = unknot_std::Builder::new().max_executions(most);
    if std::env::var("OUTSIDE").is_ok() {
        b = b.allow_outside();
    }
    if let Ok(n) = std::env::var("SPURIOUS") {
        b = b.spurious(n.parse().unwrap());
    }
    if let Ok(n) = std::env::var("STRATEGY") {
        b = b.strategy(n);
    }
    let c = b.check(f);
    let n = c.report().executions;
    eprintln!("EXECUTIONS {n} {}", c.verdict());
    // A sampler of shuttle goes through a part as well, and none of its waits ends by a timeout.
    let is_open = matches!(c.verdict(), unknot_checker::check::verdict::Verdict::Inconclusive(_));
    if !is_open || !(is_sampled || n < most) {
        c.assert_pass();
    }
    n as usize
}
#[track_caller]
pub fn check<F: Fn() + Send + Sync + 'static>(f: F) {
    all(f, false);
}
#[track_caller]
pub fn check_dfs<F: Fn() + Send + Sync + 'static>(f: F, _: Option<usize>) {
    all(f, false);
}
#[track_caller]
pub fn check_random<F: Fn() + Send + Sync + 'static>(f: F, _: usize) {
    all(f, true);
}
#[track_caller]
pub fn check_pct<F: Fn() + Send + Sync + 'static>(f: F, _: usize, _: usize) {
    all(f, true);
}
#[track_caller]
pub fn check_random_with_seed<F: Fn() + Send + Sync + 'static>(f: F, _: u64, _: usize) {
    all(f, true);
}
#[track_caller]
pub fn replay<F: Fn() + Send + Sync + 'static>(f: F, _: &str) {
    all(f, false);
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
