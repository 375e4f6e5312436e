//! The shape of loom, on the face of std: what its own tests name, and no more.
#[path = "../judge.rs"]
mod judge;
use judge::Through;
pub use unknot_std::{cell, hint, thread_local};
pub mod thread {
    pub use unknot_std::thread::*;
    /// Main has no name here, as there. It has in std.
    pub struct Thread(unknot_std::thread::Thread);
    impl Thread {
        pub fn name(&self) -> Option<&str> {
            self.0.name().filter(|name| *name != "main")
        }
        pub fn id(&self) -> ThreadId {
            self.0.id()
        }
        #[track_caller]
        pub fn unpark(&self) {
            self.0.unpark()
        }
    }
    #[track_caller]
    pub fn current() -> Thread {
        Thread(unknot_std::thread::current())
    }
    struct Sent<T>(T);
    // SAFETY: all tasks of an execution share one thread.
    unsafe impl<T> Send for Sent<T> {}
    impl<T> Sent<T> {
        fn get(self) -> T {
            self.0
        }
    }
    pub struct JoinHandle<T>(unknot_std::thread::JoinHandle<Sent<T>>);
    impl<T> JoinHandle<T> {
        #[track_caller]
        pub fn join(self) -> std::thread::Result<T> {
            self.0.join().map(Sent::get)
        }
        pub fn thread(&self) -> Thread {
            Thread(self.0.thread().clone())
        }
        pub fn is_finished(&self) -> bool {
            self.0.is_finished()
        }
    }
    #[track_caller]
    pub fn spawn<F: FnOnce() -> T + 'static, T: 'static>(f: F) -> JoinHandle<T> {
        let f = Sent(f);
        JoinHandle(unknot_std::thread::spawn(move || Sent(f.get()())))
    }
    pub struct Builder(unknot_std::thread::Builder);
    impl Builder {
        pub fn new() -> Builder {
            Builder(unknot_std::thread::Builder::new())
        }
        pub fn name(self, n: String) -> Builder {
            Builder(self.0.name(n))
        }
        pub fn stack_size(self, n: usize) -> Builder {
            Builder(self.0.stack_size(n))
        }
        #[track_caller]
        pub fn spawn<F: FnOnce() -> T + 'static, T: 'static>(
            self,
            f: F,
        ) -> std::io::Result<JoinHandle<T>> {
            let f = Sent(f);
            Ok(JoinHandle(self.0.spawn(move || Sent(f.get()())).unwrap()))
        }
    }
}
pub mod sync {
    pub use unknot_std::sync::*;
    #[derive(Debug)]
    pub struct Notify(Mutex<bool>, Condvar);
    impl Notify {
        #[track_caller]
        pub fn new() -> Notify {
            Notify(Mutex::new(false), Condvar::new())
        }
        pub fn notify(&self) {
            *self.0.lock().unwrap() = true;
            self.1.notify_one()
        }
        pub fn wait(&self) {
            let mut g = self.0.lock().unwrap();
            while !*g {
                g = self.1.wait(g).unwrap();
            }
            *g = false;
        }
    }
    pub mod atomic {
        pub use unknot_std::sync::atomic::*;
        pub fn spin_loop_hint() {
            unknot_std::hint::spin_loop()
        }
    }
}
pub mod future {
    pub use unknot_std::future::block_on;
    pub struct AtomicWaker(unknot_std::sync::Mutex<Option<std::task::Waker>>);
    impl AtomicWaker {
        pub fn new() -> Self {
            Self(unknot_std::sync::Mutex::new(None))
        }
        pub fn register(&self, w: std::task::Waker) {
            *self.0.lock().unwrap() = Some(w);
        }
        pub fn register_by_ref(&self, w: &std::task::Waker) {
            self.register(w.clone())
        }
        pub fn take_waker(&self) -> Option<std::task::Waker> {
            self.0.lock().unwrap().take()
        }
        pub fn wake(&self) {
            if let Some(w) = self.take_waker() {
                w.wake()
            }
        }
    }
}
#[track_caller]
pub fn model<F: Fn() + Sync + Send + 'static>(f: F) {
    judge::check(f, Through::All, unknot_std::Builder::new());
}
pub mod model {
    use crate::judge::{self, Through};
    #[derive(Default)]
    pub struct Builder {
        /// Steps of an execution, if there are any.
        pub max_branches: usize,
        pub preemption_bound: Option<usize>,
        pub max_permutations: Option<usize>,
        pub max_duration: Option<std::time::Duration>,
        pub checkpoint_interval: usize,
        pub max_threads: usize,
        pub expect_explicit_explore: bool,
        pub location: bool,
        pub log: bool,
    }
    impl Builder {
        pub fn new() -> Self {
            Self::default()
        }
        /// Steps beyond the limit are a failure, as there. Preemptions are not limited.
        #[track_caller]
        pub fn check<F: Fn() + Sync + Send + 'static>(&self, f: F) {
            let settings = unknot_std::Builder::new();
            match self.max_branches {
                0 => judge::check(f, Through::All, settings),
                most => judge::check(f, Through::Limited, settings.max_steps(most)),
            };
        }
    }
}
pub fn stop_exploring() {}
pub fn explore() {}
pub fn skip_branch() {}
#[macro_export]
macro_rules! lazy_static {
    ($(#[$a:meta])* $v:vis static ref $n:ident : $t:ty = $e:expr; $($r:tt)*) => { $v static $n: $crate::sync::LazyLock<$t> = $crate::sync::LazyLock::new(|| $e); $crate::lazy_static! { $($r)* } };
    () => {};
}
