//! Family `check-then-act`: what is tested is no longer so when it is acted on.
