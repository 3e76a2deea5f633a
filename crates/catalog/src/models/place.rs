//! Byte offsets of a file as lines and columns for people.

use protocol::FileError;

/// A mistake at a byte offset of a text.
pub(super) fn mistake(file: &str, text: &str, offset: usize, problem: String) -> FileError {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    FileError {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem,
    }
}
