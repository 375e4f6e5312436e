//! The handler of the signal that a stack overflow is, and which stacks it knows.
//!
//! Everything here that is not safe: signals can be handled through the C library
//! only, and a handler reads what the thread was doing.
#![expect(unsafe_code, reason = "signals can only be handled through the C library")]

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::{Once, OnceLock};

use super::local::WORLD;
use super::overflow::{Runs, Texts};
use crate::stack::StackSize;

/// Bytes between the end of a stack and what is first called on it, at most.
const SLACK: usize = 16 << 10;

/// Bytes of a stack for the handler on a thread that has none.
const OWN_STACK: usize = 64 << 10;

thread_local! {
    /// The stacks of the search that this thread makes. It has no destructor, so
    /// that a handler may read it.
    static WATCHED: Cell<*const GuardedStacks> = const { Cell::new(ptr::null()) };
    static HANDLER_STACK: RefCell<Option<HandlerStack>> = const { RefCell::new(None) };
}

/// The handlers that were there before, for each of the signals.
static BEFORE: OnceLock<[(libc::c_int, libc::sigaction); 2]> = OnceLock::new();

/// The stacks of a search, and what is said about them.
struct GuardedStacks {
    texts: Texts,
    guards: RefCell<Vec<StackEnd>>,
}

/// Where a stack ends.
#[derive(Clone, Copy)]
struct StackEnd {
    from: usize,
    to: usize,
    runs: Runs,
}

/// Has overflows of this thread told as long as it lives.
pub(super) struct Watched(Box<GuardedStacks>);

impl Watched {
    pub(super) fn begin(size: StackSize) -> Watched {
        install();
        HANDLER_STACK.with_borrow_mut(|own| {
            own.get_or_insert_with(HandlerStack::new);
        });
        let guards = RefCell::new(vec![]);
        let stacks = Box::new(GuardedStacks { texts: Texts::new(size), guards });
        WATCHED.set(ptr::from_ref(&*stacks));
        Watched(stacks)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        WATCHED.set(ptr::null());
        self.0.guards.borrow_mut().clear();
    }
}

/// Notes the stack that this is called on, near its beginning.
pub(super) fn enter(runs: Runs, size: usize) {
    let here = 0_u8;
    let here = ptr::from_ref(&here).addr();
    let page = page();
    // As the stack was made: the page that must not be touched lies below it, and
    // both end at a page.
    let whole = (size + page).next_multiple_of(page);
    let from = here.saturating_sub(whole) / page * page;
    let guard = StackEnd { from, to: from + 2 * page + SLACK, runs };
    // SAFETY: the pointer is null or that of the box in `Watched`, which takes it
    // back before it goes.
    if let Some(stacks) = unsafe { WATCHED.get().as_ref() } {
        stacks.guards.borrow_mut().push(guard);
    }
}

fn page() -> usize {
    // SAFETY: the call only asks for a number.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// A stack for the handler, on a thread that the language did not give one.
struct HandlerStack(Option<Box<[u8]>>);

impl HandlerStack {
    fn new() -> HandlerStack {
        // SAFETY: plain data, which the call fills in.
        let known = unsafe {
            let mut known: libc::stack_t = std::mem::zeroed();
            (libc::sigaltstack(ptr::null(), &mut known) == 0).then_some(known)
        };
        if known.is_none_or(|known| known.ss_flags & libc::SS_DISABLE == 0) {
            return HandlerStack(None);
        }
        let mut memory = vec![0; OWN_STACK].into_boxed_slice();
        let stack =
            libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: OWN_STACK };
        // SAFETY: the memory is given back only when the thread ends, and is not used
        // for a handler any more then.
        let is_set = unsafe { libc::sigaltstack(&stack, ptr::null_mut()) == 0 };
        HandlerStack(is_set.then_some(memory))
    }
}

impl Drop for HandlerStack {
    fn drop(&mut self) {
        if self.0.is_some() {
            let none = libc::stack_t {
                ss_sp: ptr::null_mut(),
                ss_flags: libc::SS_DISABLE,
                ss_size: OWN_STACK,
            };
            // SAFETY: nothing runs on it: this is an ordinary destructor.
            unsafe { libc::sigaltstack(&none, ptr::null_mut()) };
        }
    }
}

/// Puts the handler in front of those that are there, once in a process.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: plain data, which the calls fill in; the handler does only what it may.
        unsafe {
            let ask = |signal| {
                let mut before: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, ptr::null(), &mut before);
                (signal, before)
            };
            // The handler needs to know where to send other faults before it is installed.
            let _ = BEFORE.set([ask(libc::SIGSEGV), ask(libc::SIGBUS)]);
            let mut ours: libc::sigaction = std::mem::zeroed();
            ours.sa_sigaction = handle as *const () as usize;
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            for signal in [libc::SIGSEGV, libc::SIGBUS] {
                libc::sigaction(signal, &ours, ptr::null_mut());
            }
        }
    });
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the system gives a valid pointer.
    let address = unsafe { (*info).si_addr() }.addr();
    // SAFETY: see `enter`. Stacks are noted by the thread itself and never while
    // the program runs, so nothing is in the middle of being changed.
    let told = unsafe { WATCHED.get().as_ref() }.is_some_and(|stacks| tell(stacks, address));
    if told {
        // SAFETY: it may be called in a handler.
        unsafe { libc::abort() };
    }
    let before = BEFORE.get().and_then(|all| all.iter().find(|(one, _)| *one == signal));
    let is_function = |before: &libc::sigaction| {
        ![libc::SIG_DFL, libc::SIG_IGN].contains(&before.sa_sigaction)
            && before.sa_flags & libc::SA_SIGINFO != 0
    };
    match before {
        Some((_, before)) if is_function(before) => {
            // SAFETY: the flag says that it is a function of this kind.
            let handler: Handler = unsafe { std::mem::transmute(before.sa_sigaction) };
            handler(signal, info, context);
        }
        // The same fault comes again and meets what was there.
        // SAFETY: it may be called in a handler, and sets what was there.
        Some((_, before)) => _ = unsafe { libc::sigaction(signal, before, ptr::null_mut()) },
        None => {}
    }
}

/// Tells which task has the stack that ends at an address. False if none has.
fn tell(stacks: &GuardedStacks, address: usize) -> bool {
    // SAFETY: see `handle`.
    let guards = unsafe { &*stacks.guards.as_ptr() };
    let is_there = |guard: &&StackEnd| (guard.from..guard.to).contains(&address);
    let Some(guard) = guards.iter().find(is_there) else { return false };
    // SAFETY: the world may be in the middle of a change, by the code that needed the
    // stack and never goes on. What is read are a few numbers and texts, of which
    // only the newest can be unready, and then the process ends.
    let message = WORLD.with(|world| unsafe {
        let world = (*world.as_ptr()).as_ref();
        stacks.texts.message(guard.runs, world)
    });
    let bytes = message.bytes();
    // SAFETY: the bytes are valid. If they cannot be written, nothing can be done.
    unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
    true
}
