//! Workload files as people write them: TOML in, a workload out, and for every mistake its file,
//! line and column and what is allowed.

use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cpu_time::{self, CpuTime, Mistake, Taken};
use crate::headline::{self, Headline};
use crate::levels::{self, Levels};
use crate::serve::OwnServer;
use crate::servers;
use crate::step::Step;
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
    /// The smoke profile runs it although comparisons of everything leave it out.
    pub smoke: bool,
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
    /// The user's servers that are asked as the models are.
    pub servers: Vec<OwnServer>,
    /// Where the package of own work is named, for messages: `work.toml:8:11`.
    pub package_at: Option<String>,
    /// Where the library of each `call` step is named, with the number of the step.
    pub libraries_at: Vec<(usize, String)>,
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
        servers,
        taken,
    } = parts(bytes, file)?;
    let cpu = taken.into_iter().map(|(step, time, offset)| CpuTime {
        step,
        time,
        asked_at: location(file, toml, offset),
    });
    let own = workload.work.as_ref();
    let package_at = own.map(|_| {
        let path = ["work".into(), "package".into()];
        location(file, toml, place(toml, &path))
    });
    let steps = workload.steps.iter().enumerate();
    let calls = steps.filter(|(_, step)| matches!(step, Step::Call(_)));
    let libraries_at = calls.map(|(at, _)| {
        let path = [
            "step".into(),
            PathPart::Index(at),
            "call".into(),
            "library".into(),
        ];
        (at, location(file, toml, place(toml, &path)))
    });
    Ok(WorkloadFile {
        libraries_at: libraries_at.collect(),
        workload,
        marks,
        headline,
        levels,
        cpu: cpu.collect(),
        servers,
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
    servers: Vec<OwnServer>,
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
        smoke: take_mark(&mut table, "smoke")?,
    };
    let asked = headline::take(&mut table)?;
    let sized = levels::take(&mut table)?;
    let listed = servers::take(&mut table)?;
    // So are CPU times, which no request has.
    let taken = cpu_time::take(table.get_mut())?;
    check_form(table.get_ref())?;
    let workload = Workload::deserialize(toml::Deserializer::from(table))?;
    headline::check(asked, &workload)?;
    levels::check(sized.as_ref(), &workload, marks.quick || marks.gate)?;
    servers::check(listed.as_ref(), &workload)?;
    Ok(Parts {
        toml,
        workload,
        marks,
        headline: asked.map(|(headline, _)| headline),
        levels: sized.map(|(levels, _)| levels),
        servers: listed.map(|(servers, _)| servers).unwrap_or_default(),
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

/// A place as messages name it: `work.toml:8:11`.
fn location(file: &str, toml: &str, offset: usize) -> String {
    let place = FileError::at_offset(file, toml, offset, String::new());
    format!("{file}:{}:{}", place.line, place.column)
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
#[path = "file_test.rs"]
mod tests;
