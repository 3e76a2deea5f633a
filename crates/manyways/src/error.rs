//! The error of own work.

use std::fmt;

/// Why own work cannot be done. Any error of the standard kind becomes one by `?`.
// It is no `std::error::Error` itself: that would conflict with the conversion of all others.
pub struct OwnError(String);

impl OwnError {
    /// An error with this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn into_work_error(self) -> workloads::Error {
        workloads::Error::Own(self.0)
    }
}

impl<E: std::error::Error> From<E> for OwnError {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let said = cause.to_string();
            // Many errors quote their cause already.
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            source = cause.source();
        }
        Self(text)
    }
}

impl fmt::Display for OwnError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

impl fmt::Debug for OwnError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("no size")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_is_told_with_its_causes() {
        let failing = || -> Result<u64, OwnError> { Ok("x".parse::<u64>().map_err(Outer)?) };
        let error = failing().unwrap_err();
        assert_eq!(error.to_string(), "no size: invalid digit found in string");
        assert_eq!(OwnError::new("mine").to_string(), "mine");
    }
}
