//! The macros: several futures in one task.

use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Which branch is polled first: each may be that is still open. With one there is nothing to
/// choose.
#[doc(hidden)]
#[track_caller]
#[must_use]
pub fn first(open: impl Iterator<Item = usize> + Clone) -> usize {
    let n = u32::try_from(open.clone().count()).expect("few branches");
    let chosen = if n > 1 { unknot_sim::raw::choose(n, Location::caller()) } else { 0 };
    open.into_iter().nth(chosen as usize).unwrap_or(0)
}

/// A future that may be polled.
#[doc(hidden)]
pub fn boxed<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// A future of several, with what it came to.
#[doc(hidden)]
#[derive(Debug)]
pub enum MaybeDone<F: Future> {
    /// It is polled.
    Pending(Pin<Box<F>>),
    /// It is ready.
    Done(Option<F::Output>),
}

impl<F: Future> MaybeDone<F> {
    /// A future that is to be polled.
    pub fn new(future: impl IntoFuture<IntoFuture = F, Output = F::Output>) -> MaybeDone<F> {
        MaybeDone::Pending(Box::pin(future.into_future()))
    }

    /// Whether it is not ready so far.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, MaybeDone::Pending(_))
    }

    /// Polls it unless it is ready; what it came to, if that is now.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Option<&F::Output> {
        let MaybeDone::Pending(future) = self else { return None };
        let Poll::Ready(value) = future.as_mut().poll(cx) else { return None };
        *self = MaybeDone::Done(Some(value));
        match self {
            MaybeDone::Done(value) => value.as_ref(),
            MaybeDone::Pending(_) => None,
        }
    }

    /// What it came to.
    ///
    /// # Panics
    /// If it is not ready.
    pub fn take(&mut self) -> F::Output {
        match self {
            MaybeDone::Done(value) => value.take().expect("it is taken once"),
            MaybeDone::Pending(_) => panic!("a future is not ready"),
        }
    }
}

/// One of several futures that are polled until all are ready, or one has failed.
#[doc(hidden)]
pub trait Part {
    /// Whether it is not ready so far.
    fn is_pending(&self) -> bool;

    /// Polls it, unless it is ready; whether it has failed.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> bool;
}

impl<F: Future> Part for MaybeDone<F> {
    fn is_pending(&self) -> bool {
        self.is_pending()
    }

    fn poll_part(&mut self, cx: &mut Context<'_>) -> bool {
        self.poll(cx);
        false
    }
}

/// A part that fails by an error.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "it is no part of the interface")]
pub struct Trying<F: Future>(pub MaybeDone<F>);

impl<T, E, F: Future<Output = Result<T, E>>> Part for Trying<F> {
    fn is_pending(&self) -> bool {
        self.0.is_pending()
    }

    fn poll_part(&mut self, cx: &mut Context<'_>) -> bool {
        matches!(self.0.poll(cx), Some(Err(_)))
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> Trying<F> {
    /// The error, if it has failed.
    pub fn error(&mut self) -> Option<E> {
        match &mut self.0 {
            MaybeDone::Done(value @ Some(Err(_))) => value.take().and_then(Result::err),
            _ => None,
        }
    }

    /// What it came to.
    ///
    /// # Panics
    /// If it is not ready, or has failed.
    pub fn take(&mut self) -> T {
        self.0.take().ok().expect("none has failed")
    }
}

/// Polls all parts that are not ready, until one fails. The first of them is a choice if
/// `is_open`.
#[doc(hidden)]
#[track_caller]
pub fn poll_all(is_open: bool, parts: &mut [&mut dyn Part], cx: &mut Context<'_>) -> Poll<()> {
    let n = parts.len();
    let open = (0..n).filter(|&nth| parts[nth].is_pending());
    let first = if is_open { first(open) } else { 0 };
    for nth in 0..n {
        if parts[(first + nth) % n].poll_part(cx) {
            return Poll::Ready(());
        }
    }
    match parts.iter().any(|part| part.is_pending()) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    }
}

/// Waits for the first of several futures, as `tokio::select!`. Which branch is polled first is
/// a choice that a search explores, unless it begins with `biased;`.
#[doc(hidden)]
#[macro_export]
macro_rules! __tokio_select {
    (biased; $($branches:tt)*) => {
        $crate::__tokio_select!(@branches 0; []
            [(A a 0) (B b 1) (C c 2) (D d 3) (E e 4) (F f 5) (G g 6) (H h 7)
             (I i 8) (J j 9) (K k 10) (L l 11) (M m 12) (N n 13) (O o 14) (P p 15)]
            $($branches)*)
    };

    // The end.
    (@branches $first:tt; [$($done:tt)+] $names:tt else => $otherwise:expr $(,)?) => {
        $crate::__tokio_select!(@all $first; ($otherwise); $($done)+)
    };
    (@branches $first:tt; [$($done:tt)+] $names:tt) => {
        $crate::__tokio_select!(@all $first;
            (::core::panic!("all branches are disabled and there is no else branch"));
            $($done)+)
    };

    // One branch.
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr, if $if:expr => $then:block, $($rest:tt)*) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) ($if) ($then))] [$($names)*] $($rest)*)
    };
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr => $then:block, $($rest:tt)*) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) (true) ($then))] [$($names)*] $($rest)*)
    };
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr, if $if:expr => $then:block $($rest:tt)*) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) ($if) ($then))] [$($names)*] $($rest)*)
    };
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr => $then:block $($rest:tt)*) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) (true) ($then))] [$($names)*] $($rest)*)
    };
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr, if $if:expr => $then:expr $(, $($rest:tt)*)?) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) ($if) ($then))] [$($names)*] $($($rest)*)?)
    };
    (@branches $first:tt; [$($done:tt)*] [($V:ident $v:ident $n:tt) $($names:tt)*]
        $pat:pat = $future:expr => $then:expr $(, $($rest:tt)*)?) => {
        $crate::__tokio_select!(@branches $first;
            [$($done)* ($V $v $n ($pat) ($future) (true) ($then))] [$($names)*] $($($rest)*)?)
    };

    (@all $first:tt; ($otherwise:expr);
        $(($V:ident $v:ident $n:tt ($pat:pat) ($future:expr) ($if:expr) ($then:expr)))+) => {{
        enum Selected<$($V),+> { $($V($V),)+ Nothing }
        let selected = {
            let mut off = 0_u32;
            $(if !$if { off |= 1 << $n; })+
            let branches = [$($n),+].len();
            // They are dropped in their order, as the parts of a pair are.
            let mut futures =
                ($($crate::tokio::boxed(::core::future::IntoFuture::into_future($future)),)+);
            ::core::future::poll_fn(|cx| {
                let mut is_pending = false;
                let first = $crate::__tokio_select!(@first $first, branches, off);
                for nth in 0..branches {
                    match (first + nth) % branches {
                        $($n if off & (1 << $n) == 0 => {
                            match ::core::future::Future::poll(futures.$n.as_mut(), cx) {
                                ::core::task::Poll::Pending => is_pending = true,
                                ::core::task::Poll::Ready(value) => {
                                    off |= 1 << $n;
                                    #[allow(unused_variables, unreachable_patterns, clippy::all)]
                                    match &value {
                                        $crate::__unbound!($pat) => {}
                                        _ => continue,
                                    }
                                    return ::core::task::Poll::Ready(Selected::$V(value));
                                }
                            }
                        })+
                        _ => {}
                    }
                }
                match is_pending {
                    true => ::core::task::Poll::Pending,
                    false => ::core::task::Poll::Ready(Selected::Nothing),
                }
            })
            .await
        };
        #[allow(unreachable_patterns)]
        match selected {
            $(Selected::$V($pat) => $then,)+
            Selected::Nothing => $otherwise,
            _ => ::core::unreachable!("a branch that is selected matches"),
        }
    }};
    (@first 0, $branches:ident, $off:ident) => { 0 };
    (@first 1, $branches:ident, $off:ident) => {{
        let off = $off;
        $crate::tokio::first((0..$branches).filter(move |nth| off & (1 << nth) == 0))
    }};

    ($($branches:tt)+) => {
        $crate::__tokio_select!(@branches 1; []
            [(A a 0) (B b 1) (C c 2) (D d 3) (E e 4) (F f 5) (G g 6) (H h 7)
             (I i 8) (J j 9) (K k 10) (L l 11) (M m 12) (N n 13) (O o 14) (P p 15)]
            $($branches)+)
    };
}

/// Waits for all of several futures, as `tokio::join!`. The first poll is in their order; which
/// one is polled first later is a choice that a search explores, unless it begins with
/// `biased;`.
#[doc(hidden)]
#[macro_export]
macro_rules! __tokio_join {
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__tokio_all!(false; __tokio_join; $($crate::tokio::MaybeDone::new($future)),+)
    };
    (@ready $(($v:ident))+) => { ($($v.take(),)+) };
    ($($future:expr),+ $(,)?) => {
        $crate::__tokio_all!(true; __tokio_join; $($crate::tokio::MaybeDone::new($future)),+)
    };
}

/// Waits until all of several futures are `Ok`, or one is an `Err`, as `tokio::try_join!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __tokio_try_join {
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__tokio_all!(false; __tokio_try_join;
            $($crate::tokio::Trying($crate::tokio::MaybeDone::new($future))),+)
    };
    (@ready $(($v:ident))+) => {{
        let mut error = ::core::option::Option::None;
        $(error = error.or_else(|| $v.error());)+
        match error {
            ::core::option::Option::Some(error) => Err(error),
            ::core::option::Option::None => Ok(($($v.take(),)+)),
        }
    }};
    ($($future:expr),+ $(,)?) => {
        $crate::__tokio_all!(true; __tokio_try_join;
            $($crate::tokio::Trying($crate::tokio::MaybeDone::new($future))),+)
    };
}

/// Polls parts until all are ready, or one has failed, and makes something of them.
#[doc(hidden)]
#[macro_export]
macro_rules! __tokio_all {
    ($open:literal; $then:ident; $($part:expr),+) => {
        $crate::__tokio_all!(@named $open; $then; [] [a b c d e f g h]; $($part),+)
    };
    (@named $open:literal; $then:ident; [$($done:tt)*] [$v:ident $($names:ident)*];
        $part:expr $(, $rest:expr)*) => {
        $crate::__tokio_all!(@named $open; $then; [$($done)* ($v ($part))] [$($names)*];
            $($rest),*)
    };
    (@named $open:literal; $then:ident; [$(($v:ident ($part:expr)))+] $names:tt;) => {{
        $(let mut $v = $part;)+
        let mut is_later = false;
        ::core::future::poll_fn(move |cx| {
            let is_open = $open && ::core::mem::replace(&mut is_later, true);
            $crate::tokio::poll_all(is_open, &mut [$(&mut $v),+], cx)
                .map(|()| $crate::$then!(@ready $(($v))+))
        })
        .await
    }};
}

/// Pins variables to the stack, as `tokio::pin!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __tokio_pin {
    ($($name:ident),* $(,)?) => {
        $(let mut $name = ::core::pin::pin!($name);)*
    };
    ($(let $name:ident = $value:expr;)*) => {
        $(let mut $name = ::core::pin::pin!($value);)*
    };
}
