//! Pipes: sends, receipts and closes of both ends. One has no capacity, one has.

use unknot_checker::sim::process::{self, Connection};

use super::family::*;

operations! {
    /// Numbers name an end: 0 and 1 are those of the pipe without a capacity, 2 and 3 those
    /// of the other one.
    PipeOp, |task| {
        PSend(i: u8), "Connection::send" => end(task, i).send(i.into()),
        /// In two writes.
        PWrites(i: u8), "Connection::in_writes" => {
            end(task, i).clone().in_writes(2).send(i64::from(i) + 10)
        },
        PRecv(i: u8), "Connection::recv" => end(task, i).recv(),
        PPoll(i: u8), "Connection::poll" => end(task, i).poll(),
        PClose(i: u8), "Connection::close" => end(task, i).close(),
        /// A pipe of its own, of which no process has a copy but those that are started
        /// from then on.
        PNew, "pipe" => task.kept.pipes.push(process::pipe("own")),
        PNewSimplex, "pipe_simplex" => task.kept.pipes.push(process::pipe_simplex("own")),
        PNewBounded, "pipe_bounded" => task.kept.pipes.push(process::pipe_bounded("own", 1)),
        /// Sends on the last of these pipes and receives from it.
        PUse, "pipe" => {
            let sent = task.kept.pipes.last().map(|(_, second)| second.send(7));
            sent.and_then(|_| task.kept.pipes.last().map(|(first, _)| first.recv()))
        },
    }
}

fn end(task: &Running, i: u8) -> &Connection<i64> {
    &task.objects.pipes()[usize::from(i)]
}

impl Family for PipeOp {
    /// The ends of two pipes.
    type Objects = [Connection<i64>; 4];
    /// The pipes that the task has made.
    type Kept = Vec<(Connection<i64>, Connection<i64>)>;

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(37, || {
            let closes = ops![PClose(0), PClose(1), PClose(0), PClose(1)];
            let uses = ops![PSend(0), PSend(0), PSend(1), PRecv(0), PRecv(1), PRecv(1), PPoll(1)];
            [closes, uses, ops![StartProcess]].concat()
        }),
        Theme::new(38, || {
            let uses = ops![PSend(2), PSend(2), PSend(2), PRecv(3), PRecv(3), PPoll(3)];
            [uses, ops![PClose(2), PClose(3), PWrites(2), PWrites(0), PRecv(1), PClose(0)]].concat()
        }),
        Theme::new(39, || {
            let new = ops![PNew, PNewSimplex, PNewBounded, PUse, PUse];
            [new, ops![PClose(0), StartProcess, StartProcess]].concat()
        }),
    ];

    fn create(_: &Objects) -> [Connection<i64>; 4] {
        let (a, b) = process::pipe("pipe");
        let (c, d) = process::pipe_bounded("bounded", 1);
        [a, b, c, d]
    }
}
