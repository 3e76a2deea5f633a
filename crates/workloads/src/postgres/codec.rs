//! The PostgreSQL codec, without I/O: whole messages are cut out of the bytes that have come, in
//! pieces of any size, and given to the exchange that is under way.

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{
    ERROR_RESPONSE_TAG, Header, Message, NOTICE_RESPONSE_TAG, NOTIFICATION_RESPONSE_TAG,
    PARAMETER_STATUS_TAG,
};

use super::error::{PostgresError, ServerError};

/// Bytes before the body: the type, and the length of all but the type.
const HEAD: usize = 5;
/// No message that is due here is near this long.
const MAX_MESSAGE: usize = 1 << 20;

/// One message of the server.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    whole: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first message of `bytes`, if all of it has come.
    ///
    /// # Errors
    /// When the length is no length, or longer than any message that is awaited.
    pub fn first(bytes: &'a [u8]) -> Result<Option<Self>, PostgresError> {
        let header = Header::parse(bytes).map_err(malformed)?;
        let Some(header) = header else {
            return Ok(None);
        };
        let length = usize::try_from(header.len()).unwrap_or(usize::MAX);
        // Refused before it is waited for: a length out of a damaged stream would otherwise make the
        // buffer grow, and the task wait, for bytes that never come.
        if length >= MAX_MESSAGE {
            return Err(PostgresError::Malformed(format!(
                "a message of {length} bytes, and none may have {MAX_MESSAGE}"
            )));
        }
        Ok(bytes.get(..1 + length).map(|whole| Self { whole }))
    }

    /// Its type.
    #[must_use]
    pub fn tag(&self) -> u8 {
        self.whole[0]
    }

    /// What follows type and length.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        &self.whole[HEAD..]
    }

    /// The message as the library reads it; it copies, so this is for what is rare.
    pub(super) fn message(&self) -> Result<Message, PostgresError> {
        let mut copy = BytesMut::from(self.whole);
        Message::parse(&mut copy)
            .map_err(malformed)?
            .ok_or_else(|| PostgresError::Malformed("half a message".to_owned()))
    }

    /// That this message was not due.
    pub(super) fn unexpected(&self, due: &'static str) -> PostgresError {
        PostgresError::Unexpected {
            found: char::from(self.tag()),
            due,
        }
    }

    /// What may come at any time and answers nothing.
    fn is_aside(&self) -> bool {
        matches!(
            self.tag(),
            NOTICE_RESPONSE_TAG | NOTIFICATION_RESPONSE_TAG | PARAMETER_STATUS_TAG
        )
    }
}

/// What is under way on a connection: it is given every message that may be an answer, until it
/// is over.
pub trait Exchange {
    /// What comes of it.
    type Output;

    /// What it waits for, for people.
    fn due(&self) -> &'static str;

    /// Takes one message; `reply` is sent where something is put into it.
    ///
    /// # Errors
    /// When the message was not due, or says what it may not.
    fn take(
        &mut self,
        frame: &Frame<'_>,
        reply: &mut BytesMut,
    ) -> Result<Option<Self::Output>, PostgresError>;
}

/// Gives an exchange all whole messages of `bytes` until it is over; says how many bytes were
/// taken, and what came of it. The rest must come again, with more behind it.
///
/// # Errors
/// The exchange's, and whatever the server reports as an error.
pub fn feed<E: Exchange>(
    exchange: &mut E,
    bytes: &[u8],
    reply: &mut BytesMut,
) -> Result<(usize, Option<E::Output>), PostgresError> {
    let mut taken = 0;
    while let Some(frame) = Frame::first(&bytes[taken..])? {
        taken += frame.whole.len();
        // Errors are the same for every exchange, and end each of them.
        if frame.tag() == ERROR_RESPONSE_TAG {
            return Err(PostgresError::Server(server_error(&frame)?));
        }
        if frame.is_aside() {
            continue;
        }
        if let Some(output) = exchange.take(&frame, reply)? {
            return Ok((taken, Some(output)));
        }
    }
    Ok((taken, None))
}

/// The fields by which an error is told: severity, SQLSTATE, message.
fn server_error(frame: &Frame<'_>) -> Result<ServerError, PostgresError> {
    let Message::ErrorResponse(body) = frame.message()? else {
        return Err(frame.unexpected("an error"));
    };
    let mut error = ServerError {
        severity: String::new(),
        code: String::new(),
        message: String::new(),
    };
    let mut fields = body.fields();
    while let Some(field) = fields.next().map_err(malformed)? {
        let part = match field.type_() {
            // The one that no language changes, of servers that have it.
            b'V' => &mut error.severity,
            b'S' if error.severity.is_empty() => &mut error.severity,
            b'C' => &mut error.code,
            b'M' => &mut error.message,
            _ => continue,
        };
        // A server may speak another encoding before start-up has agreed on one.
        *part = String::from_utf8_lossy(field.value_bytes()).into_owned();
    }
    Ok(error)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn malformed(error: std::io::Error) -> PostgresError {
    PostgresError::Malformed(error.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message as a server writes it.
    pub(in super::super) fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[tag], &length[..], body].concat()
    }

    pub(in super::super) fn error_message(fields: &[(u8, &str)]) -> Vec<u8> {
        let fields = fields
            .iter()
            .flat_map(|(field, text)| [&[*field], text.as_bytes(), &[0]].concat());
        message(b'E', &fields.chain([0]).collect::<Vec<u8>>())
    }

    /// Feeds `bytes` in two pieces, as a connection would that brings `at` bytes first.
    pub(in super::super) fn feed_split<E: Exchange>(
        exchange: &mut E,
        bytes: &[u8],
        at: usize,
    ) -> Result<(usize, Option<E::Output>, BytesMut), PostgresError> {
        let mut reply = BytesMut::new();
        let (taken, early) = feed(exchange, &bytes[..at], &mut reply)?;
        if early.is_some() {
            return Ok((taken, early, reply));
        }
        let (more, output) = feed(exchange, &bytes[taken..], &mut reply)?;
        Ok((taken + more, output, reply))
    }

    #[derive(Default)]
    struct UntilZ(Vec<u8>);

    impl Exchange for UntilZ {
        type Output = Vec<u8>;

        fn due(&self) -> &'static str {
            "a Z"
        }

        fn take(
            &mut self,
            frame: &Frame<'_>,
            _: &mut BytesMut,
        ) -> Result<Option<Vec<u8>>, PostgresError> {
            self.0.extend(frame.body());
            Ok((frame.tag() == b'Z').then(|| self.0.clone()))
        }
    }

    #[test]
    fn messages_may_be_split_at_every_byte_and_asides_are_skipped() {
        let parts = [
            message(b'N', b"SNOTICE\0\0"),
            message(b'D', b"ab"),
            message(b'S', b"TimeZone\0UTC\0"),
            message(b'A', b"\0\0\0\x01a\0b\0"),
            message(b'Z', b"c"),
        ];
        let whole = [parts.concat(), b"left".to_vec()].concat();
        for at in 0..=whole.len() {
            let (taken, output, _) = feed_split(&mut UntilZ::default(), &whole, at).unwrap();
            assert_eq!(output.as_deref(), Some(&b"abc"[..]), "split at {at}");
            assert_eq!(taken, whole.len() - 4, "split at {at}");
        }
    }

    #[test]
    fn an_error_keeps_its_sqlstate() {
        let fields = [
            (b'S', "FEHLER"),
            (b'V', "ERROR"),
            (b'C', "42P01"),
            (b'M', "relation \"rows\" does not exist"),
            (b'X', "unknown"),
        ];
        let text = error_message(&fields);
        let error = feed(&mut UntilZ::default(), &text, &mut BytesMut::new()).unwrap_err();
        let told = "the server says ERROR 42P01: relation \"rows\" does not exist";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let refused = |bytes: &[u8]| {
            let error = feed(&mut UntilZ::default(), bytes, &mut BytesMut::new()).unwrap_err();
            assert!(matches!(error, PostgresError::Malformed(_)), "{error}");
            error.to_string()
        };
        assert!(refused(b"Z\0\0\0\x03").contains("length"));
        assert!(refused(b"Z\xff\xff\xff\xff").contains("length"));
        assert!(refused(b"HTTP/1.1 400 Bad Request").contains("1048576"));
        refused(&message(b'E', b"Sunended"));
    }
}
