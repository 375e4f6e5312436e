//! What a task of a generated program over the face of tokio does.

/// Makes the enumeration and the list of the rows.
macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One operation of a task.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum TokioOp {
            $($(#[$doc])* $name,)*
        }

        /// All of them.
        pub(super) const OPS: &[TokioOp] = &[$(TokioOp::$name),*];
    };
}

ops! {
    Lock,
    TryLock,
    /// Acquires a permit while it has the lock.
    LockAndAcquire,
    LockTimeout,
    Read,
    Write,
    Downgrade,
    Acquire,
    AcquireMany,
    AcquireTimeout,
    TryAcquire,
    AddPermit,
    Close,
    Notified,
    NotifiedTimeout,
    NotifyOne,
    NotifyWaiters,
    Arrive,
    Send,
    TrySend,
    Reserve,
    Recv,
    TryRecv,
    CloseReceiver,
    SendOnce,
    DropOnce,
    RecvOnce,
    WatchSend,
    Watch,
    Changed,
    Broadcast,
    Receive,
    TryReceive,
    Leave,
    SelectEither,
    SelectBiased,
    JoinBoth,
    Yield,
    Sleep,
    Abort,
    Panic,
}
