//! The rows of a comparison, as its folder holds them at one moment.

use std::fs;
use std::path::Path;

/// The whole lines of `samples.jsonl` in a folder; none where there is no such file yet.
pub(crate) fn lines(folder: &Path) -> Vec<String> {
    let text = fs::read(folder.join("samples.jsonl")).unwrap_or_default();
    let end = text.iter().rposition(|byte| *byte == b'\n');
    let whole = &text[..end.map_or(0, |end| end + 1)];
    String::from_utf8_lossy(whole)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// How many of the lines of an earlier moment are not where they were.
pub(crate) fn lost(before: &[String], after: &[String]) -> usize {
    before
        .iter()
        .enumerate()
        .filter(|(at, line)| after.get(*at) != Some(line))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_row_that_is_gone_or_changed_is_lost() {
        assert_eq!(lost(&all("a\nb"), &all("a\nb\nc")), 0);
        assert_eq!(lost(&all("a\nb"), &all("a\nx\nc")), 1);
        assert_eq!(lost(&all("a\nb\nc"), &all("a")), 2);
    }

    #[test]
    fn a_torn_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(lines(folder.path()).is_empty());
        fs::write(folder.path().join("samples.jsonl"), "a\nb\nc").unwrap();
        assert_eq!(lines(folder.path()), ["a", "b"]);
    }
}
