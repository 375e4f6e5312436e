//! How a task ended, told from what it returned.
//!
//! An `Err` that leaves its task is an exception that nothing handled, whatever type
//! the error has. A task may return any type that can be shown, and Rust has no way to
//! ask such a type whether it is a `Result`. But its name says so, and then the first
//! word that it shows is `Ok` or `Err`. An `Ok` is shown no further than that word.
//!
//! An [`Exception`] stays what it is, also in a box or inside an error of the program.
//! The place of the failure is then the place where the exception was made.

use std::any::{Any, type_name};
use std::fmt::{self, Debug, Write as _};

use crate::exception::Exception;
use crate::shown::shown_in;

/// The exception of a task that returns this value, if the value is an `Err`.
pub(crate) fn exception<T: Debug + 'static>(returned: &T) -> Option<Exception> {
    if !type_name::<T>().starts_with("core::result::Result<") {
        return None;
    }
    // The most common type needs no text.
    if let Some(result) = (returned as &dyn Any).downcast_ref::<Result<(), Exception>>() {
        return result.as_ref().err().cloned();
    }
    let mut text = ErrText(String::new());
    let (shown, inner) = shown_in(|| write!(text, "{returned:?}"));
    shown.ok()?;
    let error = text.0.strip_prefix("Err(").and_then(|text| text.strip_suffix(')'))?;
    Some(of_error(error, inner))
}

impl Exception {
    /// The exception that an error of the program is: the error as it shows itself, or
    /// only the exception that is in it. For `map_err` in a main task; other tasks may
    /// fail with any error.
    #[must_use]
    pub fn of(error: &impl Debug) -> Exception {
        let (text, inner) = shown_in(|| format!("{error:?}"));
        of_error(&text, inner)
    }
}

/// The exception for an error with this text, and the exception that was shown in it.
fn of_error(text: &str, inner: Option<Exception>) -> Exception {
    match inner {
        Some(exception) if format!("{exception:?}") == text => exception,
        inner => Exception::of_error(text, inner.as_ref()),
    }
}

/// Takes the text of an `Err`, and refuses that of an `Ok`.
struct ErrText(String);

impl fmt::Write for ErrText {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.0.is_empty() && !part.is_empty() && !part.starts_with('E') {
            return Err(fmt::Error);
        }
        self.0.push_str(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    enum Refusal {
        Short {
            #[expect(dead_code, reason = "it is shown")]
            by: u32,
        },
        Raised(#[expect(dead_code, reason = "it is shown")] Exception),
    }

    /// Panics if more of an `Ok` is shown than that.
    struct Unshown;

    impl Debug for Unshown {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("a value of an `Ok` was shown")
        }
    }

    /// A type of this name is no `Result`.
    #[derive(Debug)]
    struct Err(#[expect(dead_code, reason = "it is shown")] u32);

    fn full() -> Exception {
        Exception::new("Full", "no room")
    }

    #[test]
    fn what_is_no_err_is_no_exception() {
        let unshown: Result<Unshown, Refusal> = Ok(Unshown);
        assert_eq!(exception(&()), None);
        assert_eq!(exception(&Err(3)), None);
        assert_eq!(exception(&(1, "a")), None);
        assert_eq!(exception(&Some(full())), None);
        assert_eq!(exception(&unshown), None);
        assert_eq!(exception(&Ok::<(), Exception>(())), None);
    }

    /// How it reads, and the line where it was made, if that is known.
    #[test]
    fn any_err_is_an_exception_and_ours_stay_what_they_are() {
        type Of<T, E> = Result<T, E>;
        let told = |exception: Option<Exception>| {
            let exception = exception.expect("an exception");
            (exception.to_string(), exception.place().is_some())
        };
        let short = || Refusal::Short { by: 2 };
        let raised = "Err: Raised(Exception { kind: \"Full\", message: \"no room\" })";
        for (ended, text, has_place) in [
            (exception(&Of::<(), _>::Err(full())), "Full: no room", true),
            (exception(&Of::<Vec<i32>, _>::Err(full())), "Full: no room", true),
            (exception(&Of::<i32, _>::Err(Box::new(full()))), "Full: no room", true),
            (exception(&Of::<Unshown, _>::Err(short())), "Err: Short { by: 2 }", false),
            (exception(&Of::<i32, _>::Err(Refusal::Raised(full()))), raised, true),
            (exception(&Of::<i32, _>::Err("no")), "Err: \"no\"", false),
            (Some(Exception::of(&short())), "Err: Short { by: 2 }", false),
            (Some(Exception::of(&full())), "Full: no room", true),
        ] {
            assert_eq!(told(ended), (text.to_owned(), has_place));
        }
    }
}
