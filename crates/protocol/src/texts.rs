//! Texts of a file with bounds: names, and lines for people.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A name.
pub(crate) fn name<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    let are_allowed = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    // A leading dash would read as a flag on a command line.
    if (1..=64).contains(&text.len()) && are_allowed && !text.starts_with('-') {
        return Ok(text);
    }
    Err(D::Error::custom(
        "a name is 1 to 64 lower-case letters, digits and dashes",
    ))
}

/// One line for people.
pub(crate) fn one_line<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    if text.chars().count() <= 200 && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    Err(D::Error::custom(
        "this is one line of at most 200 characters",
    ))
}
