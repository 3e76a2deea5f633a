//! Workload files as people write them: TOML in, a workload out, and for every mistake its file,
//! line and column and what is allowed.

use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cpu_time::{self, CpuTime, Mistake, Taken};
use crate::headline::{self, Headline};
use crate::levels::{self, Levels};
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
    /// The character within the line, counted from 1.
    pub column: usize,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

impl FileError {
    /// A mistake at a byte offset of a text; `file` is the name that is shown.
    #[must_use]
    pub fn at_offset(file: &str, text: &str, offset: usize, problem: String) -> Self {
        // An offset beyond the text, or within a character, stands for its end.
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem,
        }
    }
}

/// Where the tool uses a workload although nobody named it. The marks stand in the workload's file
/// and are no part of the workload: runners and stored comparisons never see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The quick profile runs it.
    pub quick: bool,
    /// The comparison of two revisions and the trial of verdicts on real programs use it.
    pub gate: bool,
}

/// A workload file: the workload, and what requests do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadFile {
    /// The workload. The size of each step that has a CPU time is 1 until calibration says more.
    pub workload: Workload,
    /// Where the tool uses it although nobody named it.
    pub marks: Marks,
    /// The question that comes first; `None` where the file leaves it to the kind of workload.
    pub headline: Option<Headline>,
    /// The levels that it is compared at; `None` where it is compared as it is.
    pub levels: Option<Levels>,
    /// The CPU times that `compute` steps have in the place of a size.
    pub cpu: Vec<CpuTime>,
    /// Where the package of own work is named, for messages: `work.toml:8:11`.
    pub package_at: Option<String>,
}

/// Reads a workload whose sizes are all known from the bytes of a file; `file` is only for the messages.
///
/// # Errors
/// As those of [`parse_file`], and a CPU time in the place of a size.
pub fn parse(bytes: &[u8], file: &str) -> Result<Workload, FileError> {
    let Parts {
        toml,
        workload,
        taken,
        ..
    } = parts(bytes, file)?;
    match taken.first() {
        None => Ok(workload),
        Some((_, _, offset)) => {
            let problem = "a CPU time means nothing here: allowed is `size`, in the kernel's units";
            Err(FileError::at_offset(
                file,
                toml,
                *offset,
                problem.to_owned(),
            ))
        }
    }
}

/// Reads a workload file from its bytes; `file` is only for the messages.
///
/// # Errors
/// Whatever is not a valid workload, with its place: too large, not UTF-8, not TOML, an unknown or
/// missing field, a value of the wrong type or out of bounds, fields that contradict each other.
pub fn parse_file(bytes: &[u8], file: &str) -> Result<WorkloadFile, FileError> {
    let Parts {
        toml,
        workload,
        marks,
        headline,
        levels,
        taken,
    } = parts(bytes, file)?;
    let cpu = taken.into_iter().map(|(step, time, offset)| {
        let place = FileError::at_offset(file, toml, offset, String::new());
        let asked_at = format!("{file}:{}:{}", place.line, place.column);
        CpuTime {
            step,
            time,
            asked_at,
        }
    });
    let package_at = workload.work.as_ref().map(|_| {
        let offset = place(toml, &["work".into(), "package".into()]);
        let place = FileError::at_offset(file, toml, offset, String::new());
        format!("{file}:{}:{}", place.line, place.column)
    });
    Ok(WorkloadFile {
        workload,
        marks,
        headline,
        levels,
        cpu: cpu.collect(),
        package_at,
    })
}

/// The text of a file, and what it says.
struct Parts<'a> {
    toml: &'a str,
    workload: Workload,
    marks: Marks,
    headline: Option<Headline>,
    levels: Option<Levels>,
    taken: Vec<Taken>,
}

fn parts<'a>(bytes: &'a [u8], file: &str) -> Result<Parts<'a>, FileError> {
    let toml = text(bytes, file)?;
    let parts = read(toml)
        .map_err(|Mistake { offset, problem }| FileError::at_offset(file, toml, offset, problem))?;
    match parts.workload.contradiction() {
        None => Ok(parts),
        Some((path, problem)) => {
            let offset = place(toml, &path);
            Err(FileError::at_offset(file, toml, offset, problem))
        }
    }
}

fn read(toml: &str) -> Result<Parts<'_>, Mistake> {
    let mut table = DeTable::parse(toml)?;
    // `Workload` refuses unknown fields, here and in requests, so the marks are taken out first.
    let marks = Marks {
        quick: take_mark(&mut table, "quick")?,
        gate: take_mark(&mut table, "gate")?,
    };
    let asked = headline::take(&mut table)?;
    let sized = levels::take(&mut table)?;
    // So are CPU times, which no request has.
    let taken = cpu_time::take(table.get_mut())?;
    check_form(table.get_ref())?;
    let workload = Workload::deserialize(toml::Deserializer::from(table))?;
    headline::check(asked, &workload)?;
    levels::check(sized.as_ref(), &workload, marks.quick || marks.gate)?;
    Ok(Parts {
        toml,
        workload,
        marks,
        headline: asked.map(|(headline, _)| headline),
        levels: sized.map(|(levels, _)| levels),
        taken,
    })
}

/// Refuses what the types would say in words that do not help, or would not notice.
fn check_form(table: &DeTable<'_>) -> Result<(), Mistake> {
    if let Some(step) = table.get("step")
        && matches!(step.get_ref(), DeValue::Table(_))
    {
        let problem = "`[step]` is a table, and steps are a list: each begins with `[[step]]`";
        return Err(Mistake::at(step.span(), problem));
    }
    match table.get("arrivals") {
        // A workload cannot tell this from arrivals that nobody named.
        Some(arrivals) if !table.contains_key("rate") => {
            let problem = "`arrivals` spreads the tasks of an open loop, whose `rate` is missing, such as \
                           rate = \"2000/s\"";
            Err(Mistake::at(arrivals.span(), problem))
        }
        _ => Ok(()),
    }
}

/// Removes a mark from a file's table; a mark that is not there is `false`.
fn take_mark(table: &mut Spanned<DeTable<'_>>, key: &str) -> Result<bool, toml::de::Error> {
    match table.get_mut().remove(key) {
        Some(value) => bool::deserialize(value.into_deserializer()),
        None => Ok(false),
    }
}

fn text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, FileError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let problem = format!("larger than the {MAX_FILE_BYTES} bytes that are allowed");
        return Err(FileError::at_offset(file, "", 0, problem));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = error.valid_up_to();
        let before = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
        let problem = "not UTF-8: a workload file is UTF-8 text".to_owned();
        FileError::at_offset(file, before, valid, problem)
    })
}

/// The byte offset of the deepest part of the path that the text has.
fn place(text: &str, path: &[PathPart]) -> usize {
    let Ok(table) = DeTable::parse(text) else {
        return 0;
    };
    let mut offset = table.span().start;
    let mut value = DeValue::Table(table.into_inner());
    for part in path {
        let next = match (part, value) {
            (PathPart::Key(key), DeValue::Table(mut table)) => table
                .remove(*key)
                .map(|found| (found.span().start, found.into_inner())),
            (PathPart::Index(index), DeValue::Array(array)) => array
                .into_iter()
                .nth(*index)
                .map(|found| (found.span().start, found.into_inner())),
            _ => None,
        };
        match next {
            Some((start, found)) => (offset, value) = (start, found),
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
    fn marks_are_read_and_are_no_part_of_the_workload() {
        let marked = format!("quick = true\ngate = false{GOOD}");
        let WorkloadFile {
            workload, marks, ..
        } = parse_file(marked.as_bytes(), "mine.toml").unwrap();
        let quick = Marks {
            quick: true,
            gate: false,
        };
        assert_eq!(marks, quick);
        assert_eq!(workload, parse(GOOD.as_bytes(), "mine.toml").unwrap());
        let unmarked = parse_file(GOOD.as_bytes(), "mine.toml").unwrap();
        assert_eq!(unmarked.marks, Marks::default());
        let json = serde_json::to_string(&workload).unwrap();
        assert!(!json.contains("quick"), "{json}");
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
                "mine.toml:5:9: expected a whole number, found \"ten\"",
            ),
            (
                "tasks = 10",
                "task = 10",
                "mine.toml:5:1: unknown field `task`, expected one of",
            ),
            (
                "\"20ms\"",
                "20",
                "mine.toml:9:40: expected a whole number with its unit in quotes",
            ),
            ("\"20ms\"", "\"20min\"", "such as \"20ms\", found \"20min\""),
            (
                "\"2KiB\"",
                "\"2TiB\"",
                "mine.toml:9:22: expected a number of bytes",
            ),
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
                "in_flight = 1000001",
                "mine.toml:6:13: 1000001 is out of bounds: allowed are 1 to 1000000",
            ),
            (
                "[[step]]",
                "[step]",
                "mine.toml:8:1: `[step]` is a table, and steps are a list",
            ),
            (
                "seed = 1",
                "seed = 1\narrivals = \"uniform\"",
                "mine.toml:8:12: `arrivals` spreads the tasks of an open loop",
            ),
            (
                "\"io\"",
                "\"disk\"",
                "mine.toml:4:9: unknown variant `disk`",
            ),
            (
                "seed = 1",
                "gate = \"yes\"\nseed = 1",
                "mine.toml:7:8: expected true or false, found \"yes\"",
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
    fn gets_of_one_task_may_keep_their_connection_or_not() {
        let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
        let both = format!("{step}\n[[step]]\nhttp-get = {{ bytes = 1, connection = \"new\" }}");
        let workload = parse(GOOD.replace(step, &both).as_bytes(), "mine.toml").unwrap();
        assert_eq!(workload.steps.len(), 2);
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
