//! How large the stack of a task is.

use std::fmt;
use std::str::FromStr;

/// Bytes of stack of each task. Prints and reads as `256K`, `1M` or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackSize(usize);

/// The units, the largest first.
const UNITS: [(usize, char); 3] = [(1 << 30, 'G'), (1 << 20, 'M'), (1 << 10, 'K')];

impl StackSize {
    /// Bytes, unless a check says otherwise.
    pub const DEFAULT: StackSize = StackSize(256 << 10);

    /// Less would not hold what runs on the stack of a task beside the program:
    /// the decision about the next step.
    pub const LEAST: StackSize = StackSize(64 << 10);

    /// More than any machine has for several tasks.
    pub const MOST: StackSize = StackSize(16 << 30);

    /// A stack of this many bytes.
    ///
    /// # Panics
    /// If that is less than [`StackSize::LEAST`] or more than [`StackSize::MOST`].
    #[must_use]
    pub const fn new(bytes: usize) -> StackSize {
        assert!(Self::LEAST.0 <= bytes && bytes <= Self::MOST.0, "from 64K to 16G bytes of stack");
        StackSize(bytes)
    }

    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }
}

impl Default for StackSize {
    fn default() -> StackSize {
        StackSize::DEFAULT
    }
}

impl fmt::Display for StackSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match UNITS.iter().find(|(unit, _)| self.0.is_multiple_of(*unit)) {
            Some((unit, letter)) => write!(f, "{}{letter}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

impl FromStr for StackSize {
    type Err = String;

    fn from_str(text: &str) -> Result<StackSize, String> {
        let unit = UNITS.iter().find_map(|&(unit, letter)| {
            let number = text.strip_suffix([letter, letter.to_ascii_lowercase()])?;
            Some((number, unit))
        });
        let (number, unit) = unit.unwrap_or((text, 1));
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let bytes = number.parse().ok().filter(|_| is_number);
        let bytes = bytes.and_then(|number: usize| number.checked_mul(unit));
        let fits = |bytes: &usize| (Self::LEAST.0..=Self::MOST.0).contains(bytes);
        bytes.filter(fits).map(StackSize).ok_or_else(|| {
            let (least, most) = (StackSize::LEAST, StackSize::MOST);
            format!("a number of bytes from {least} to {most} is wanted, such as 256K or 1M")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_what_they_print() {
        for (text, bytes, printed) in [
            ("65536", 64 << 10, "64K"),
            ("256K", 256 << 10, "256K"),
            ("1m", 1 << 20, "1M"),
            ("1025K", 1025 << 10, "1025K"),
            ("100000", 100_000, "100000"),
            ("2G", 2 << 30, "2G"),
        ] {
            let size: StackSize = text.parse().expect(text);
            assert_eq!((size.bytes(), size.to_string().as_str()), (bytes, printed));
            assert_eq!(printed.parse(), Ok(size));
        }
        for bad in ["", "K", "-1", "+256K", "63K", "17G", "1.5M", "256KiB", "99999999999999999999"]
        {
            let error = bad.parse::<StackSize>().expect_err(bad);
            assert!(error.contains("from 64K to 16G"), "{error}");
        }
    }
}
