//! Streams of bytes, of which models with connections are made.
//!
//! A connection has two streams, and each of its ends writes one and reads the other: the ends
//! of connection k have the numbers 2k (the client's) and 2k + 1 (the server's), and a stream has
//! that of the end that writes it.
//!
//! What they miss: resets, and bytes that come in parts.

pub(super) type End = usize;

/// The stream that an end reads.
pub(super) fn read_by(end: End) -> usize {
    end ^ 1
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Stream {
    bytes: String,
    pub(super) ended: bool,
}

impl Stream {
    /// Whether there are bytes, or the end.
    pub(super) fn is_ready(&self) -> bool {
        self.ended || !self.bytes.is_empty()
    }

    /// Writes what fits, and says how much that was.
    pub(super) fn write(&mut self, text: &str, capacity: usize) -> usize {
        let fits = (capacity - self.bytes.len()).min(text.len());
        self.bytes.push_str(&text[..fits]);
        fits
    }

    /// What is there, nothing at the end.
    pub(super) fn take(&mut self) -> Option<String> {
        self.is_ready().then(|| std::mem::take(&mut self.bytes))
    }
}
