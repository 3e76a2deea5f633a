//! The prepared point select: its text, its preparation, and one execution. Each execution is one
//! message out (bind, execute, sync) and one answer back.

use std::time::Duration;

use bytes::{BufMut, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{
    BIND_COMPLETE_TAG, COMMAND_COMPLETE_TAG, DATA_ROW_TAG, Message, PARSE_COMPLETE_TAG,
    READY_FOR_QUERY_TAG,
};
use postgres_protocol::message::frontend::{self, BindError};
use postgres_protocol::{IsNull, Oid};

use super::codec::{Exchange, Frame, malformed};
use super::error::PostgresError;
use crate::content::ROW_BYTES;

const INT8: Oid = 20;
const BYTEA: Oid = 17;
/// Values as the server holds them, not as text.
const BINARY: i16 = 1;
/// Bytes before the only value of a row: how many columns there are, and its length.
const ROW_HEAD: usize = 6;

/// What is prepared. The server sleeps once per execution: the function is a table of one row.
#[must_use]
pub fn statement(table: &str, wait: Duration) -> String {
    if wait.is_zero() {
        return format!("SELECT body FROM {table} WHERE id = $1");
    }
    let (seconds, nanos) = (wait.as_secs(), wait.subsec_nanos());
    format!("SELECT body FROM pg_sleep({seconds}.{nanos:09}), {table} WHERE id = $1")
}

/// The name under which it is prepared.
fn statement_name(wait: Duration) -> String {
    format!("select-{}", wait.as_nanos())
}

/// Preparing it, and checking that it is what its executions take it for.
#[derive(Debug)]
pub struct Prepare {
    parsed: bool,
    described: bool,
}

impl Prepare {
    /// Begins: `request` is what must be sent.
    ///
    /// # Errors
    /// When the table's name has a zero byte.
    pub fn begin(
        table: &str,
        wait: Duration,
        request: &mut BytesMut,
    ) -> Result<Self, PostgresError> {
        let (name, text) = (statement_name(wait), statement(table, wait));
        frontend::parse(&name, &text, [INT8], request)?;
        frontend::describe(b'S', &name, request)?;
        frontend::sync(request);
        Ok(Self {
            parsed: false,
            described: false,
        })
    }
}

impl Exchange for Prepare {
    type Output = ();

    fn due(&self) -> &'static str {
        "the description of the prepared statement"
    }

    fn take(&mut self, frame: &Frame<'_>, _: &mut BytesMut) -> Result<Option<()>, PostgresError> {
        match frame.tag() {
            PARSE_COMPLETE_TAG if !self.parsed => self.parsed = true,
            READY_FOR_QUERY_TAG if self.described => return Ok(Some(())),
            _ => match frame.message()? {
                Message::ParameterDescription(_) if self.parsed => {}
                Message::RowDescription(body) if self.parsed && !self.described => {
                    let types: Vec<Oid> = body
                        .fields()
                        .map(|field| Ok(field.type_oid()))
                        .collect()
                        .map_err(malformed)?;
                    if types != [BYTEA] {
                        return Err(PostgresError::Shape(format!(
                            "rows with columns of the types {types:?} instead of one bytea ({BYTEA})"
                        )));
                    }
                    self.described = true;
                }
                _ => return Err(frame.unexpected(self.due())),
            },
        }
        Ok(None)
    }
}

/// The bytes of an execution. They differ in eight bytes alone, so they are written once.
#[derive(Debug)]
pub(super) struct Execution {
    bytes: BytesMut,
    id_at: usize,
}

impl Execution {
    pub(super) fn new(wait: Duration) -> Result<Self, PostgresError> {
        let (mut bytes, mut id_at) = (BytesMut::new(), 0);
        let (name, formats) = (statement_name(wait), [BINARY]);
        frontend::bind(
            "",
            &name,
            formats,
            [0_i64],
            |id, buffer| {
                // Only the library knows how long what stands before the value is.
                id_at = buffer.len();
                buffer.put_i64(id);
                Ok(IsNull::No)
            },
            formats,
            &mut bytes,
        )
        .map_err(|error| match error {
            BindError::Conversion(error) => PostgresError::Malformed(error.to_string()),
            BindError::Serialization(error) => malformed(error),
        })?;
        frontend::execute("", 0, &mut bytes)?;
        frontend::sync(&mut bytes);
        Ok(Self { bytes, id_at })
    }

    /// The one that looks up this row.
    pub(super) fn of(&mut self, id: u64) -> &[u8] {
        self.bytes[self.id_at..self.id_at + 8].copy_from_slice(&id.to_be_bytes());
        &self.bytes
    }
}

/// The answer to one execution: exactly one row.
#[derive(Debug, Default)]
pub struct Select {
    state: State,
    crc: u32,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Sent,
    Bound,
    Row,
    Complete,
}

impl Exchange for Select {
    /// CRC-32 of the body.
    type Output = u32;

    fn due(&self) -> &'static str {
        match self.state {
            State::Sent => "the answer to a select",
            State::Bound => "a row",
            State::Row => "the end of the rows",
            State::Complete => "the end of the answer",
        }
    }

    fn take(&mut self, frame: &Frame<'_>, _: &mut BytesMut) -> Result<Option<u32>, PostgresError> {
        self.state = match (&self.state, frame.tag()) {
            (State::Sent, BIND_COMPLETE_TAG) => State::Bound,
            (State::Bound, DATA_ROW_TAG) => {
                self.crc = crc32fast::hash(only_value(frame.body())?);
                State::Row
            }
            (State::Row, COMMAND_COMPLETE_TAG) => State::Complete,
            (State::Complete, READY_FOR_QUERY_TAG) => return Ok(Some(self.crc)),
            (State::Bound, COMMAND_COMPLETE_TAG) => return Err(shape("no row with this id")),
            (State::Row, DATA_ROW_TAG) => return Err(shape("more than one row with this id")),
            _ => return Err(frame.unexpected(self.due())),
        };
        Ok(None)
    }
}

/// The value of a row that has one, of the length that every body has.
fn only_value(row: &[u8]) -> Result<&[u8], PostgresError> {
    // By hand, because the library's way copies the message, and this is done for every select.
    let (head, value) = row
        .split_at_checked(ROW_HEAD)
        .ok_or_else(|| shape("a row without a value"))?;
    let columns = u16::from_be_bytes([head[0], head[1]]);
    let length = i32::from_be_bytes([head[2], head[3], head[4], head[5]]);
    if columns != 1 {
        return Err(shape(&format!("a row of {columns} columns instead of 1")));
    }
    match usize::try_from(length) {
        Ok(length) if length == value.len() && length == ROW_BYTES => Ok(value),
        Ok(length) => Err(shape(&format!(
            "a body of {length} bytes instead of {ROW_BYTES}"
        ))),
        Err(_) => Err(shape("a body that is NULL")),
    }
}

fn shape(problem: &str) -> PostgresError {
    PostgresError::Shape(problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::codec::feed;
    use super::super::codec::tests::{error_message, feed_split, message};
    use super::*;
    use crate::content;

    fn row(columns: u16, length: i32, value: &[u8]) -> Vec<u8> {
        let head = [&columns.to_be_bytes()[..], &length.to_be_bytes()].concat();
        message(b'D', &[&head, value].concat())
    }

    fn answer(row: &[u8]) -> Vec<u8> {
        let (bound, notice) = (message(b'2', b""), message(b'N', b"\0"));
        let (complete, ready) = (message(b'C', b"SELECT 1\0"), message(b'Z', b"I"));
        [&bound, row, &notice, &complete, &ready].concat()
    }

    #[test]
    fn an_answer_may_be_split_at_every_byte() {
        let body = content::row(7);
        let whole = answer(&row(1, 64, &body));
        for at in 0..=whole.len() {
            let (taken, output, _) = feed_split(&mut Select::default(), &whole, at).unwrap();
            assert_eq!(taken, whole.len(), "split at {at}");
            assert_eq!(output, Some(crc32fast::hash(&body)), "split at {at}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_an_error() {
        let refused = |bytes: &[u8]| {
            let mut select = Select::default();
            feed(&mut select, bytes, &mut BytesMut::new())
                .unwrap_err()
                .to_string()
        };
        let body = content::row(1);
        assert_eq!(refused(&answer(b"")), "no row with this id");
        let whole = row(1, 64, &body);
        let twice = answer(&[whole.clone(), whole].concat());
        assert_eq!(refused(&twice), "more than one row with this id");
        let wide = answer(&row(2, 64, &body));
        assert_eq!(refused(&wide), "a row of 2 columns instead of 1");
        assert_eq!(refused(&answer(&row(1, -1, b""))), "a body that is NULL");
        let short = answer(&row(1, 63, &body[..63]));
        assert_eq!(refused(&short), "a body of 63 bytes instead of 64");
        assert!(refused(&answer(&row(1, 64, &body[..63]))).contains("64 bytes instead"));
        assert!(refused(&answer(&message(b'D', b"\0"))).contains("without a value"));
        assert!(refused(&message(b'Z', b"I")).contains("'Z' where the answer"));
        let ended = error_message(&[(b'S', "FATAL"), (b'C', "57P01"), (b'M', "ending")]);
        assert!(refused(&ended).contains("FATAL 57P01: ending"));
    }

    #[test]
    fn a_statement_of_another_type_is_noticed() {
        let field = |oid: u32| {
            let end = [&oid.to_be_bytes()[..], &[0, 1, 0, 0, 0, 0, 0, 0]].concat();
            [&b"body\0\0\0\0\0\0\0"[..], &end].concat()
        };
        let described = |oid| {
            let columns = [&[0, 1][..], &field(oid)].concat();
            let parts = [
                message(b'1', b""),
                message(b't', &[0, 1, 0, 0, 0, 20]),
                message(b'T', &columns),
                message(b'Z', b"I"),
            ];
            parts.concat()
        };
        let prepare = || Prepare::begin("rows", Duration::ZERO, &mut BytesMut::new()).unwrap();
        let right = described(BYTEA);
        for at in 0..=right.len() {
            let (_, output, _) = feed_split(&mut prepare(), &right, at).unwrap();
            assert_eq!(output, Some(()), "split at {at}");
        }
        let error = feed_split(&mut prepare(), &described(25), 0).unwrap_err();
        assert!(matches!(error, PostgresError::Shape(_)), "{error}");
    }

    #[test]
    fn executions_differ_in_the_id_alone() {
        let mut execution = Execution::new(Duration::ZERO).unwrap();
        let one = execution.of(1).to_vec();
        let other = execution.of(0x0102_0304_0506_0708).to_vec();
        let at = execution.id_at;
        assert_eq!(other[at..at + 8], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(
            (&one[..at], &one[at + 8..]),
            (&other[..at], &other[at + 8..])
        );
    }

    #[test]
    fn a_wait_is_part_of_the_statement() {
        let text = statement("rows", Duration::ZERO);
        assert_eq!(text, "SELECT body FROM rows WHERE id = $1");
        let text = statement("s.rows", Duration::from_millis(1005));
        let slow = "SELECT body FROM pg_sleep(1.005000000), s.rows WHERE id = $1";
        assert_eq!(text, slow);
    }
}
