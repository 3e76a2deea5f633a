//! Exchanges that happen once and need not be fast: commands as text, and a table filled by `COPY`.
//! Services use them to make and to remove the table; models do not.

use bytes::{BufMut, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{
    COMMAND_COMPLETE_TAG, COPY_IN_RESPONSE_TAG, DATA_ROW_TAG, EMPTY_QUERY_RESPONSE_TAG, Message,
    READY_FOR_QUERY_TAG, ROW_DESCRIPTION_TAG,
};
use postgres_protocol::message::frontend::{self, CopyData};

use super::codec::{Exchange, Frame, malformed};
use super::error::PostgresError;
use crate::content;

/// What every binary copy begins with: a signature, flags, and the length of no extension.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();

/// Commands in the simple protocol; what comes of them is the first value of the last row.
#[derive(Debug, Default)]
pub struct Command {
    value: Option<String>,
}

impl Command {
    /// Begins: `request` is what must be sent.
    ///
    /// # Errors
    /// When the text has a zero byte.
    pub fn begin(text: &str, request: &mut BytesMut) -> Result<Self, PostgresError> {
        frontend::query(text, request)?;
        Ok(Self::default())
    }
}

impl Exchange for Command {
    type Output = Option<String>;

    fn due(&self) -> &'static str {
        "the end of a command"
    }

    fn take(
        &mut self,
        frame: &Frame<'_>,
        _: &mut BytesMut,
    ) -> Result<Option<Option<String>>, PostgresError> {
        match frame.tag() {
            READY_FOR_QUERY_TAG => return Ok(Some(self.value.take())),
            DATA_ROW_TAG => self.value = first_value(frame)?,
            ROW_DESCRIPTION_TAG | COMMAND_COMPLETE_TAG | EMPTY_QUERY_RESPONSE_TAG => {}
            _ => return Err(frame.unexpected(self.due())),
        }
        Ok(None)
    }
}

fn first_value(frame: &Frame<'_>) -> Result<Option<String>, PostgresError> {
    let Message::DataRow(row) = frame.message()? else {
        return Err(frame.unexpected("a row"));
    };
    let range = row.ranges().next().map_err(malformed)?.flatten();
    Ok(range.map(|range| String::from_utf8_lossy(&row.buffer()[range]).into_owned()))
}

/// The beginning or the end of filling a table.
#[derive(Debug)]
pub struct Copy {
    begins: bool,
}

impl Copy {
    /// Asks the server to take rows.
    ///
    /// # Errors
    /// When the table's name has a zero byte.
    pub fn begin(table: &str, request: &mut BytesMut) -> Result<Self, PostgresError> {
        let text = format!("COPY {table} (id, body) FROM STDIN (FORMAT binary)");
        frontend::query(&text, request)?;
        Ok(Self { begins: true })
    }

    /// Writes the rows with these ids; the first of them is row 1.
    ///
    /// # Errors
    /// When they are too many for one message.
    pub fn rows(
        ids: std::ops::RangeInclusive<u64>,
        request: &mut BytesMut,
    ) -> Result<(), PostgresError> {
        let mut rows = BytesMut::new();
        if *ids.start() == 1 {
            rows.put_slice(SIGNATURE);
        }
        for id in ids {
            let body = content::row(id);
            // The binary format of COPY: the number of columns, then each with its length before it.
            rows.put_i16(2);
            rows.put_i32(8);
            rows.put_u64(id);
            rows.put_i32(content::ROW_BYTES as i32);
            rows.put_slice(&body);
        }
        CopyData::new(rows)?.write(request);
        Ok(())
    }

    /// Tells the server that there are no more.
    ///
    /// # Errors
    /// Never, for so short a message.
    pub fn end(request: &mut BytesMut) -> Result<Self, PostgresError> {
        CopyData::new(&TRAILER[..])?.write(request);
        frontend::copy_done(request);
        Ok(Self { begins: false })
    }
}

impl Exchange for Copy {
    type Output = ();

    fn due(&self) -> &'static str {
        if self.begins {
            "leave to copy"
        } else {
            "the end of a copy"
        }
    }

    fn take(&mut self, frame: &Frame<'_>, _: &mut BytesMut) -> Result<Option<()>, PostgresError> {
        match (self.begins, frame.tag()) {
            (true, COPY_IN_RESPONSE_TAG) | (false, READY_FOR_QUERY_TAG) => Ok(Some(())),
            (false, COMMAND_COMPLETE_TAG) => Ok(None),
            _ => Err(frame.unexpected(self.due())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::codec::tests::{feed_split, message};
    use super::*;

    #[test]
    fn a_command_gives_its_last_value() {
        let whole = [
            message(b'C', b"CREATE SCHEMA\0"),
            message(b'T', b"\0\x01v\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\0\0\0\0\0\0"),
            message(b'D', b"\0\x01\0\0\0\x0215"),
            message(b'C', b"SHOW\0"),
            message(b'Z', b"I"),
        ]
        .concat();
        for at in 0..=whole.len() {
            let mut command = Command::begin("SHOW x", &mut BytesMut::new()).unwrap();
            let (_, output, _) = feed_split(&mut command, &whole, at).unwrap();
            assert_eq!(output, Some(Some("15".to_owned())), "split at {at}");
        }
    }

    #[test]
    fn the_first_rows_bring_the_signature() {
        let (mut first, mut later) = (BytesMut::new(), BytesMut::new());
        Copy::rows(1..=2, &mut first).unwrap();
        Copy::rows(3..=4, &mut later).unwrap();
        assert_eq!(first.len(), 5 + SIGNATURE.len() + 2 * (2 + 4 + 8 + 4 + 64));
        assert_eq!(later.len(), 5 + 2 * (2 + 4 + 8 + 4 + 64));
        assert_eq!(later[later.len() - 64..], content::row(4));
    }

    #[test]
    fn a_copy_that_is_answered_otherwise_is_an_error() {
        let mut copy = Copy::begin("rows", &mut BytesMut::new()).unwrap();
        let error = feed_split(&mut copy, &message(b'Z', b"I"), 0).unwrap_err();
        assert!(error.to_string().contains("leave to copy"), "{error}");
    }
}
