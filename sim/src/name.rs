//! Names of tasks and objects, for people.

use std::borrow::Cow;
use std::fmt;

/// A name for people, formatted only when it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The text, empty when nothing was given.
    pub base: Cow<'static, str>,
    /// A number appended to the text, for families such as `fork 3`.
    pub index: Option<u32>,
}

impl Name {
    /// Whether no name was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.base.is_empty() && self.index.is_none()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        match self.index {
            Some(index) if self.base.is_empty() => write!(f, "{index}"),
            Some(index) => write!(f, " {index}"),
            None => Ok(()),
        }
    }
}

impl From<&'static str> for Name {
    fn from(base: &'static str) -> Name {
        Name { base: Cow::Borrowed(base), index: None }
    }
}

impl From<String> for Name {
    fn from(base: String) -> Name {
        Name { base: Cow::Owned(base), index: None }
    }
}

impl<N: TryInto<u32>> From<(&'static str, N)> for Name {
    fn from((base, index): (&'static str, N)) -> Name {
        Name { base: Cow::Borrowed(base), index: index.try_into().ok() }
    }
}
