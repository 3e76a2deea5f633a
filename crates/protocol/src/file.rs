//! Workload files as people write them: TOML in, a workload out, and for every mistake its file,
//! line and column and what is allowed.

use toml::de::{DeTable, DeValue};

use crate::workload::{PathPart, Workload};

/// A workload file larger than this is refused unread.
pub const MAX_FILE_BYTES: u64 = 256 * 1024;

/// What is wrong with a workload file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct FileError {
    /// The name that was given with the text.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

/// Reads a workload from the bytes of a file; `file` is only for the messages.
///
/// # Errors
/// Whatever is not a valid workload, with its place: too large, not UTF-8, not TOML, an unknown or
/// missing field, a value of the wrong type or out of bounds, fields that contradict each other.
pub fn parse(bytes: &[u8], file: &str) -> Result<Workload, FileError> {
    let text = as_text(bytes, file)?;
    let workload: Workload = toml::from_str(text).map_err(|error| {
        // An error without a place is about the file as a whole, and told of its beginning.
        let offset = error.span().map_or(0, |span| span.start);
        // One line, because the place before it makes it look like a compiler's.
        let problem = error.message().trim().replace('\n', ", ");
        error_at(text, offset, file, problem)
    })?;
    // Only now: what two fields contradict each other about can be read when both are there.
    match workload.contradiction() {
        None => Ok(workload),
        Some((path, problem)) => Err(error_at(text, place(text, &path), file, problem)),
    }
}

fn as_text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, FileError> {
    // Before anything is parsed: a file named by mistake may be of any size.
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let problem = format!("larger than the {MAX_FILE_BYTES} bytes that are allowed");
        return Err(error_at("", 0, file, problem));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        // What stands before the bad byte is text, and enough to count lines in.
        let valid = error.valid_up_to();
        let before = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
        error_at(
            before,
            valid,
            file,
            "not UTF-8: a workload file is UTF-8 text".to_owned(),
        )
    })
}

fn error_at(text: &str, offset: usize, file: &str, problem: String) -> FileError {
    // An offset within a character must not panic; the end of the text is the nearest place then.
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    FileError {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem,
    }
}

/// The byte offset of the deepest part of the path that the text has.
fn place(text: &str, path: &[PathPart]) -> usize {
    // Parsed a second time: a workload does not keep the places of its fields, and only a file that
    // is refused pays for finding one.
    let Ok(table) = DeTable::parse(text) else {
        return 0;
    };
    let mut offset = table.span().start;
    let mut value = DeValue::Table(table.into_inner());
    for part in path {
        let next = match (part, value) {
            (PathPart::Key(key), DeValue::Table(mut table)) => table
                .remove(*key)
                .map(|field| (field.span().start, field.into_inner())),
            (PathPart::Index(index), DeValue::Array(array)) => array
                .into_iter()
                .nth(*index)
                .map(|entry| (entry.span().start, entry.into_inner())),
            _ => None,
        };
        match next {
            Some((start, inner)) => (offset, value) = (start, inner),
            // A default is in no file: the part of the path before it is where to look.
            None => break,
        }
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
name = "mine"
about = "one GET"
class = "io"
tasks = 10
in_flight = 2
seed = 1
[[step]]
http-get = { bytes = "2KiB", latency = "20ms" }
"#;

    fn problem(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "the case must change something");
        parse(GOOD.replace(from, to).as_bytes(), "mine.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_good_file_is_read_and_survives_json() {
        let workload = parse(GOOD.as_bytes(), "mine.toml").unwrap();
        let json = serde_json::to_string(&workload).unwrap();
        assert_eq!(serde_json::from_str::<Workload>(&json).unwrap(), workload);
    }

    #[test]
    fn mistakes_have_a_place_and_say_what_is_allowed() {
        let cases = [
            (
                "tasks = 10",
                "tasks = 0",
                "mine.toml:5:9: 0 is out of bounds: allowed are 1 to",
            ),
            ("tasks = 10", "tasks = -3", "mine.toml:5:9: -3 is negative"),
            (
                "tasks = 10",
                "tasks = \"ten\"",
                "mine.toml:5:9: invalid type: string \"ten\"",
            ),
            (
                "tasks = 10",
                "task = 10",
                "mine.toml:5:1: unknown field `task`, expected one of",
            ),
            (
                "\"20ms\"",
                "20",
                "mine.toml:9:40: invalid type: integer `20`, expected a whole",
            ),
            ("\"20ms\"", "\"20min\"", "mine.toml:9:40: invalid value"),
            ("\"2KiB\"", "\"2TiB\"", "mine.toml:9:22: invalid value"),
            (
                "\"2KiB\"",
                "\"2GiB\"",
                "out of bounds: allowed are 0B to 16MiB",
            ),
            (
                "http-get",
                "http-got",
                "unknown variant `http-got`, expected one of",
            ),
            (
                "in_flight = 2",
                "in_flight = 1000000",
                "mine.toml:6:13: 1000000 is out of bounds",
            ),
            (
                "\"io\"",
                "\"disk\"",
                "mine.toml:4:9: unknown variant `disk`",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = problem(from, to);
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }

    #[test]
    fn fields_that_contradict_each_other_are_found_at_their_place() {
        let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
        let problem = problem(
            step,
            "read-file = { files = 9, bytes = 1, cache = \"cold\" }",
        );
        assert!(
            problem.starts_with("mine.toml:9:13: 9 files: a cold workload"),
            "{problem}"
        );
    }

    #[test]
    fn steps_of_a_kind_share_what_there_is_one_of() {
        let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
        let cases = [
            ("http-get = { bytes = 1, connection = \"new\" }", step),
            (
                "sqlite-select = { rows = 5, count = 1, transaction = true }",
                "sqlite-select = { rows = 6, count = 1, transaction = true }",
            ),
            (
                "read-file = { files = 5, bytes = 1, cache = \"cached\" }",
                "read-file = { files = 5, bytes = 2, cache = \"cached\" }",
            ),
        ];
        for (first, second) in cases {
            let problem = problem(step, &format!("{first}\n[[step]]\n{second}"));
            assert!(problem.starts_with("mine.toml:11:"), "{problem}");
            assert!(problem.contains("steps of a task share one"), "{problem}");
        }
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_place() {
        let error = parse(b"name = \"a\"\nab\xff", "mine.toml").unwrap_err();
        assert_eq!((error.line, error.column), (2, 3));
        let error = parse(&vec![b'#'; 1 << 20], "mine.toml").unwrap_err();
        assert!(error.problem.contains("larger than"), "{error}");
        assert!(
            parse(b"", "mine.toml")
                .unwrap_err()
                .problem
                .contains("missing field")
        );
    }
}
