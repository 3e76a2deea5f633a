//! Reads a line of a program as a message. What is none is refused with the field that is wrong, or with
//! where a program may print.

use protocol::Message;
use results::{Failure, Kind};
use serde_json::error::Category;

use crate::failure::quoted;

/// The message on a line.
///
/// # Errors
///
/// `Kind::Garbage`: what is wrong with the line; `awaited` is the message that was due.
pub(super) fn parse(line: &str, awaited: &str) -> Result<Message, Failure> {
    let mut source = serde_json::Deserializer::from_str(line);
    let problem = match serde_path_to_error::deserialize(&mut source) {
        Ok(message) => match source.end() {
            Ok(()) => return Ok(message),
            Err(error) => not_json(line, awaited, &error),
        },
        Err(error) if error.inner().classify() == Category::Data => {
            let reason = without_place(error.inner());
            match error.path().to_string().as_str() {
                "." => format!("printed {} where {awaited} was due: {reason}", quoted(line)),
                field => format!("`{field}`: {reason}"),
            }
        }
        Err(error) => not_json(line, awaited, error.inner()),
    };
    Err(Failure::new(Kind::Garbage, problem))
}

/// What it means that a message is not the one that was due.
pub(super) fn unexpected(message: &Message, awaited: &str) -> Failure {
    let name = message.name();
    Failure::new(
        Kind::Garbage,
        format!("printed `{name}` where {awaited} was due"),
    )
}

fn not_json(line: &str, awaited: &str, error: &serde_json::Error) -> String {
    let printed = format!("printed {} where {awaited} was due", quoted(line));
    if !line.trim_start().starts_with('{') {
        return format!("{printed}: standard output is for the protocol; print to standard error");
    }
    let reason = without_place(error);
    format!("{printed}: {reason} at {}", place(line, error.column()))
}

/// The part of a line that ends at a column in bytes, from 1, and the column.
fn place(line: &str, column: usize) -> String {
    let end = column.min(line.len());
    let before = &line.as_bytes()[end.saturating_sub(20)..end];
    format!(
        "column {column}, behind `{}`",
        String::from_utf8_lossy(before)
    )
}

/// The reason without serde_json's "at line 1 column 5": a message is one line, and its field says more.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: &str = "{\"done\":{\"tasks\":4,\"digest\":\"00\",\"elapsed_ns\":1,\"latency\":[[1,4]],\
        \"cpu_ns\":5,\"switches\":{\"voluntary\":0,\"involuntary\":0},\"vm_hwm_bytes\":null,\
        \"threads\":1,\"processes\":1,\"alive_at_once\":null,\"shut_down_ns\":0}}";

    #[test]
    fn what_is_no_message_says_which_field_is_wrong() {
        assert!(parse(DONE, "`done`").is_ok());
        let cases = [
            (
                "\"cpu_ns\":5",
                "\"cpu_ns\":-5",
                "`done.cpu_ns`: invalid value: integer `-5`",
            ),
            (
                "[[1,4]]",
                "[[1,4],[2.5,1]]",
                "`done.latency[1][0]`: invalid type: floating",
            ),
            (
                "\"voluntary\":0,",
                "",
                "`done.switches`: missing field `voluntary`",
            ),
            (
                "\"threads\"",
                "\"thread\"",
                "`done.thread`: unknown field `thread`, expected",
            ),
            ("\"done\"", "\"don\"", "unknown variant `don`, expected"),
            (
                ":1,\"latency\"",
                ":1 \"latency\"",
                "expected `,` or `}` at column 49, behind `",
            ),
            (
                ",\"shut_down_ns\":0}}",
                "",
                "where `done` was due: EOF while parsing",
            ),
        ];
        for (from, to, expected) in cases {
            assert!(DONE.contains(from), "{from}");
            let problem = parse(&DONE.replacen(from, to, 1), "`done`").unwrap_err();
            assert!(problem.message.contains(expected), "{to}: {problem}");
            assert!(!problem.message.contains("\\\""), "{problem}");
            assert!(!problem.message.contains("line 1"), "{problem}");
        }
    }

    #[test]
    fn what_is_printed_for_people_belongs_on_standard_error() {
        for line in ["hello", "", "[1]", "\u{1b}[1m{"] {
            let problem = parse(line, "`ready`").unwrap_err().message;
            let expected = "where `ready` was due: standard output is for the protocol";
            assert!(problem.contains(expected), "{problem}");
        }
        let problem = parse(&format!("{DONE} bye"), "`done`").unwrap_err().message;
        assert!(problem.contains("trailing characters"), "{problem}");
        let long = parse(&"é".repeat(1000), "`ready`").unwrap_err().message;
        assert!(long.contains("é…` where"), "{long}");
    }
}
