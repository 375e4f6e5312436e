//! What a task spends its time with, on the clock: used by scenarios about models of input
//! and output.

use std::time::Duration;

use unknot_checker::sim::net::Socket;
use unknot_checker::sim::{Exception, now, sleep};

/// The most bytes of a receipt.
pub(super) const MOST: usize = 1024;

pub(super) fn millis(n: i64) -> Duration {
    Duration::from_millis(n.unsigned_abs())
}

/// Sends after a while. When that was.
pub(super) fn send_after(arrival: i64, socket: &Socket, text: &str) -> Result<Duration, Exception> {
    sleep(millis(arrival));
    socket.send(text)?;
    now()
}

/// Looks for bytes, and where there are none again after each interval: the bytes, and how
/// often there were none.
pub(super) fn poll(socket: &Socket, interval: i64) -> Result<(Vec<u8>, i64), Exception> {
    let mut wasted = 0;
    loop {
        match socket.try_recv(MOST) {
            Ok(bytes) => return Ok((bytes, wasted)),
            Err(error) if error.kind == "BlockingIOError" => wasted += 1,
            Err(error) => return Err(error),
        }
        sleep(millis(interval));
    }
}

/// How often polls are wasted before an arrival: those that come before it. Where one falls on
/// the moment of the arrival it may come first as well.
pub(super) fn wasted_polls(arrival: i64, interval: i64) -> Vec<i64> {
    let before = (arrival + interval - 1) / interval;
    match arrival % interval {
        0 => vec![before, before + 1],
        _ => vec![before],
    }
}
