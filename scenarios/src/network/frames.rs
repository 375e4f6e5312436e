//! Frames: messages on a stream, each with its length before it.

use unknot_checker::sim::Exception;
use unknot_checker::sim::net::Socket;

/// Sends a message with its length, in one piece.
pub(super) fn send_frame(socket: &Socket, message: &str) -> Result<(), Exception> {
    let length = u8::try_from(message.len()).expect("a short message");
    socket.send([&[length], message.as_bytes()].concat())
}

/// Receives a message, or nothing at the end of the stream.
pub(super) fn recv_frame(socket: &Socket) -> Result<Option<String>, Exception> {
    let Some(length) = recv_exactly(socket, 1)? else { return Ok(None) };
    let message = recv_exactly(socket, length[0].into())?;
    Ok(message.map(|bytes| text(&bytes)))
}

/// Receives exactly so many bytes, or nothing at the end of the stream.
fn recv_exactly(socket: &Socket, n: usize) -> Result<Option<Vec<u8>>, Exception> {
    let mut all = vec![];
    while all.len() < n {
        let bytes = socket.recv(n - all.len())?;
        if bytes.is_empty() {
            return Ok(None);
        }
        all.extend(bytes);
    }
    Ok(Some(all))
}

/// Takes the messages that are complete out of what was received.
pub(super) fn take_frames(received: &mut Vec<u8>) -> Vec<String> {
    let mut messages = vec![];
    while let Some((&length, rest)) = received.split_first() {
        if rest.len() < usize::from(length) {
            break;
        }
        let message: Vec<u8> = received.drain(..=usize::from(length)).skip(1).collect();
        messages.push(text(&message));
    }
    messages
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
