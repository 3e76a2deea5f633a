//! The file of a history, a line of JSON for each night.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::night::Night;

/// The nights of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// The nights, the earliest first.
    pub(crate) nights: Vec<Night>,
    /// The lines of an older form, which has medians and no ratios.
    pub(crate) without_ratios: u64,
}

/// Reads a history.
///
/// # Errors
/// The file cannot be read, or a line is none of a history.
pub(crate) fn read(path: &Path) -> anyhow::Result<History> {
    let place = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("{place} cannot be read"))?;
    let mut history = History::default();
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        match night(line).with_context(|| format!("{place}:{}", index + 1))? {
            Some(night) => history.nights.push(night),
            None => history.without_ratios += 1,
        }
    }
    // Lines may have been put together from several files.
    history
        .nights
        .sort_by(|one, other| one.started.cmp(&other.started));
    Ok(history)
}

/// The night of a line; `None` of an older form.
fn night(line: &str) -> anyhow::Result<Option<Night>> {
    let value: Value = serde_json::from_str(line).context("this is no line of a history")?;
    if value.get("format").is_none() && value.get("results").is_some() {
        return Ok(None);
    }
    let night: Night = serde_json::from_value(value).context("this is no line of a history")?;
    Ok(Some(night.checked()?))
}

/// Adds a night at the end of a file, which is made where there is none. Nothing is added where it is there already;
/// then this is `false`.
///
/// # Errors
/// The file cannot be read or written.
pub(crate) fn add(path: &Path, night: &Night) -> anyhow::Result<bool> {
    let place = path.display().to_string();
    if path.exists() {
        let mut nights = read(path)?.nights.into_iter();
        if nights.any(|known| known.started == night.started && known.commit == night.commit) {
            return Ok(false);
        }
    }
    let mut text = terminal::json(serde_json::to_string(night)?) + "\n";
    // A line that was written by hand may lack its end.
    if fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n')) {
        text.insert(0, '\n');
    }
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("{place} cannot be written"))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::night as made;

    #[test]
    fn nights_are_added_once_and_read_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        let (later, earlier) = (made(2, "c", &[1.1]), made(1, "c", &[1.0]));
        assert!(add(&path, &later).unwrap());
        assert!(add(&path, &earlier).unwrap());
        assert!(!add(&path, &later).unwrap());
        assert_eq!(read(&path).unwrap().nights, [earlier, later]);
    }

    #[test]
    fn a_last_line_without_its_end_and_lines_of_the_older_form_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        fs::write(&path, "\n{\"commit\":\"c\",\"date\":\"d\",\"results\":{}}").unwrap();
        let one = made(1, "c", &[1.0]);
        assert!(add(&path, &one).unwrap());
        let history = read(&path).unwrap();
        assert_eq!((history.nights, history.without_ratios), (vec![one], 1));
    }

    #[test]
    fn what_is_no_history_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        let good = serde_json::to_string(&made(1, "c", &[1.0])).unwrap();
        let other = good.replace("\"format\":1", "\"format\":2");
        let negative = good.replace("\"ratio\":1.0", "\"ratio\":-1.0");
        for (line, expected) in [
            ("{\"commit\"", "no line of a history"),
            ("[]", "no line of a history"),
            (other.as_str(), "format 2, and this tool reads 1"),
            (negative.as_str(), "ratios are numbers above 0"),
        ] {
            fs::write(&path, format!("{good}\n\n{line}\n")).unwrap();
            let told = format!("{:#}", read(&path).unwrap_err());
            assert!(told.contains("history.jsonl:3: "), "{told}");
            assert!(told.contains(expected), "{told}");
        }
    }
}
