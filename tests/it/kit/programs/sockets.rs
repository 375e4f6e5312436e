//! Sockets: two connections of which all tasks have the handles, copies of handles that a task
//! keeps for itself, and a listener.

use std::time::Duration;

use unknot_checker::sim::net::{
    Completion, Interest, Listener, Selectable, Selector, Socket, select, socketpair,
    socketpair_bounded,
};
use unknot_checker::sim::{Exception, Fork, Forking, Reads, Ready, wait_any};

use super::family::*;
use super::selects::places;

operations! {
    /// A first number names a socket: 0 and 1 are connected with room for two bytes each way, 2
    /// and 3 with room without end. Bits of `of` say which can be read, 16 times such which can
    /// be written to, and 256 the listener.
    SocketOp, |task| {
        NetRecv(i: u8, n: u8), "Socket::recv" => socket(task, i).recv(n.into()),
        NetTryRecv(i: u8, n: u8), "Socket::try_recv" => socket(task, i).try_recv(n.into()),
        NetSplit(i: u8), "Socket::splitting" => socket(task, i).clone().splitting().recv(2),
        NetCopy(i: u8), "Socket::copying" => {
            socket(task, i).clone().copying(TIMEOUT).recv(2)
        },
        NetSend(i: u8, value: u8, n: u8), "Socket::send" => {
            socket(task, i).send(bytes(value, n))
        },
        NetTrySend(i: u8, value: u8, n: u8), "Socket::try_send" => {
            socket(task, i).try_send(bytes(value, n))
        },
        NetShut(i: u8), "Socket::shutdown" => socket(task, i).shutdown(),
        NetClose(i: u8), "Socket::close" => socket(task, i).close(),
        NetDup(i: u8), "Socket::dup" => {
            let copy = socket(task, i).dup();
            copy.map(|copy| task.kept.sockets.own.push(copy))
        },
        NetAsync(i: u8), "Socket::recv_async" => {
            task.kept.sockets.asked.push(socket(task, i).recv_async(1));
        },
        NetAsyncWait, "Completion::wait" => task.kept.sockets.asked.pop().map(Completion::wait),
        NetAsyncDone, "Completion::is_done" => {
            task.kept.sockets.asked.last().map(Completion::is_done)
        },
        NetSelect(of: u16), "select" => selected(task, of, None),
        NetSelectTimeout(of: u16), "select" => selected(task, of, Some(TIMEOUT)),
        NetPoll(of: u16), "select" => selected(task, of, Some(Duration::ZERO)),
        /// Waits for a socket, for an item of a queue, or for a permit.
        NetAny(i: u8), "wait_any" => {
            let objects = &task.objects;
            let of: [&dyn Ready; 3] = [socket(task, i), objects.line(0), objects.semaphore()];
            places(wait_any(&of))
        },
        NetConnect, "Listener::connect" => {
            let connected = task.objects.sockets().port.connect("own");
            connected.map(|own| task.kept.sockets.own.push(own))
        },
        NetAccept, "Listener::accept" => {
            let accepted = task.objects.sockets().port.accept();
            accepted.map(|own| task.kept.sockets.own.push(own))
        },
        NetTryAccept, "Listener::try_accept" => {
            let accepted = task.objects.sockets().port.try_accept();
            accepted.map(|own| task.kept.sockets.own.push(own))
        },
        /// The last socket that the task keeps.
        NetOwnRecv, "Socket::recv" => own(task).map(|own| own.recv(2)),
        NetOwnTryRecv, "Socket::try_recv" => own(task).map(|own| own.try_recv(2)),
        NetOwnSend(value: u8), "Socket::send" => own(task).map(|own| own.send(bytes(value, 1))),
        NetOwnSelect, "select" => own(task).map(|own| {
            let port = &task.objects.sockets().port;
            asked(&[(own, Interest::Read), (port, Interest::Read)], None)
        }),
        /// The same two by a selector, until a timeout.
        NetSelector, "Selector::select" => {
            let mut selector = Selector::new();
            let added = selector.register(&task.objects.sockets().port, Interest::Read, 1);
            let added = added.and_then(|()| match own(task) {
                Some(own) => selector.register(own, Interest::Read, 2),
                None => Ok(()),
            });
            let ready = added.and_then(|()| selector.select(Some(TIMEOUT)));
            ready.map(|ready| ready.into_iter().map(|(bit, _)| bit).sum::<i64>())
        },
        NetOwnClose, "Socket::close" => task.kept.sockets.own.pop().map(|own| own.close()),
    }
}

/// The handles that all tasks have, and the listener.
#[derive(Clone)]
pub(crate) struct Sockets {
    of: [Socket; 4],
    port: Listener,
}

/// A process has the same handles: it gets no copies of its own.
impl Fork for Sockets {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Sockets {
        self.clone()
    }
}

/// What a task keeps for itself.
#[derive(Default)]
pub(crate) struct Kept {
    own: Vec<Socket>,
    asked: Vec<Completion>,
}

impl Logged for Vec<u8> {
    /// The length and the bytes.
    fn logged(self) -> i64 {
        let digits = self.iter().fold(0, |number, &byte| 64 * number + i64::from(byte));
        8 * digits + self.len() as i64
    }
}

fn socket(task: &Running, i: u8) -> &Socket {
    &task.objects.sockets().of[usize::from(i)]
}

fn own(task: &Running) -> Option<&Socket> {
    task.kept.sockets.own.last()
}

/// So many bytes that can be told from those of another value.
fn bytes(value: u8, n: u8) -> Vec<u8> {
    (0..n).map(|nth| 8 * value + nth).collect()
}

fn asked(of: &[(&dyn Selectable, Interest)], timeout: Option<Duration>) -> Result<i64, Exception> {
    let bits = |(place, interest): (usize, Interest)| {
        i64::from(interest.has_read()) << place | i64::from(interest.has_write()) << (place + 4)
    };
    Ok(select(of, timeout)?.into_iter().map(bits).sum())
}

fn selected(task: &Running, of: u16, timeout: Option<Duration>) -> Result<i64, Exception> {
    let Sockets { of: sockets, port } = task.objects.sockets();
    let mut all: Vec<(&dyn Selectable, Interest)> = vec![];
    for (nth, socket) in sockets.iter().enumerate() {
        let interest = match (of >> nth & 1, of >> (nth + 4) & 1) {
            (1, 1) => Interest::ReadWrite,
            (1, 0) => Interest::Read,
            (0, 1) => Interest::Write,
            _ => continue,
        };
        all.push((socket, interest));
    }
    if of >> 8 & 1 == 1 {
        all.push((port, Interest::Read));
    }
    asked(&all, timeout)
}

impl Family for SocketOp {
    type Objects = Sockets;
    type Kept = Kept;

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        // Little room.
        Theme::new(85, || {
            let sends = ops![NetSend(0, 1, 1), NetSend(0, 2, 3), NetTrySend(0, 3, 2)];
            let receipts = ops![NetRecv(1, 1), NetRecv(1, 2), NetTryRecv(1, 2), NetRecv(0, 1)];
            [sends, receipts, ops![NetShut(0), NetClose(0), NetClose(1), NetSend(1, 4, 1)]].concat()
        }),
        // Streams and selects.
        Theme::new(86, || {
            let uses = ops![NetSend(2, 1, 2), NetSend(2, 2, 1), NetTryRecv(3, 2), NetSend(0, 3, 2)];
            let splits = ops![NetSplit(3), NetSplit(3), NetShut(2), NetTryRecv(1, 1)];
            let selects = ops![NetSelect(0x0a), NetSelect(0x1a), NetSelectTimeout(0x0a)];
            [uses, splits, selects, ops![NetPoll(0x18), NetClose(3)]].concat()
        }),
        // Copies of handles.
        Theme::new(87, || {
            let copies = ops![NetDup(2), NetDup(2), NetDup(3), NetOwnClose, NetOwnClose];
            let uses = ops![NetClose(2), NetClose(3), NetSend(2, 1, 1), NetRecv(3, 1)];
            [copies, uses, ops![NetOwnSend(2), NetOwnTryRecv, NetSelect(0x08), NetTryRecv(3, 1)]]
                .concat()
        }),
        // A listener.
        Theme::new(88, || {
            let ends = ops![NetConnect, NetConnect, NetAccept, NetAccept, NetTryAccept];
            let uses = ops![
                NetOwnSend(1),
                NetOwnRecv,
                NetOwnTryRecv,
                NetOwnClose,
                NetOwnSelect,
                NetSelector
            ];
            [ends, uses, ops![NetSelect(0x100), NetSelectTimeout(0x101), NetPoll(0x100)]].concat()
        }),
        // Beside queues and semaphores.
        Theme::new(89, || {
            let uses = ops![NetSend(0, 1, 2), NetTrySend(0, 2, 2), NetTryRecv(1, 2), NetClose(0)];
            let queues = ops![Put(0, 1), GetNowait(0), Release, TryAcquire];
            [uses, queues, ops![NetAny(1), NetAny(1), NetAny(0), NetSelect(0x30), NetSelect(0x12)]]
                .concat()
        }),
        // Operations in the background, and copies that take time.
        Theme::new(90, || {
            let asks = ops![NetAsync(3), NetAsyncWait, NetAsyncDone, NetCopy(3), NetCopy(1)];
            [asks, ops![NetSend(2, 1, 1), NetSend(0, 2, 2), NetClose(2), NetPoll(0x08)]].concat()
        }),
    ];

    /// What stands for the kernel is a task as well.
    fn is_start(self) -> bool {
        matches!(self, SocketOp::NetAsync(_))
    }

    fn create(_: &Objects) -> Sockets {
        let (a, b) = socketpair_bounded("little", 2);
        let (c, d) = socketpair("much");
        Sockets { of: [a, b, c, d], port: Listener::named("port", 1) }
    }
}
