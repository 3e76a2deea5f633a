//! The beginning of a connection: who we are, and the proof of it. A server either trusts us or is
//! shown by SCRAM-SHA-256 that we know the password; it shows the same to us.

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{BACKEND_KEY_DATA_TAG, Message, READY_FOR_QUERY_TAG};
use postgres_protocol::message::frontend;
use protocol::PostgresServer;

use super::codec::{Exchange, Frame, malformed};
use super::error::PostgresError;

/// Most iterations of SCRAM that a server may ask for; its default is 4096. Without a bound it could
/// keep this client computing for minutes.
const MAX_ITERATIONS: u64 = 100_000;

/// The exchange from the first byte to the first `ReadyForQuery`.
pub struct Startup {
    password: Option<String>,
    state: State,
}

enum State {
    Asked,
    /// Our first message of SCRAM is out.
    Begun(Box<ScramSha256>),
    /// So is the proof.
    Proven(Box<ScramSha256>),
    /// The server has proven the same.
    Agreed,
    Accepted,
}

impl Startup {
    /// Begins: `request` is what must be sent.
    ///
    /// # Errors
    /// When a name cannot be written, for it has a zero byte.
    pub fn begin(server: &PostgresServer, request: &mut BytesMut) -> Result<Self, PostgresError> {
        let parameters = [
            ("user", server.user.as_str()),
            ("database", server.database.as_str()),
            ("application_name", "manyways"),
            ("client_encoding", "UTF8"),
        ];
        frontend::startup_message(parameters, request)?;
        Ok(Self {
            password: server.password.clone(),
            state: State::Asked,
        })
    }

    fn authenticate(
        &mut self,
        message: &Message,
        reply: &mut BytesMut,
    ) -> Result<(), PostgresError> {
        // Taken out, because SCRAM's state moves on by value. What stays in its place is never seen:
        // every error below ends the connection.
        let before = std::mem::replace(&mut self.state, State::Asked);
        self.state = match (before, message) {
            (State::Asked | State::Agreed, Message::AuthenticationOk) => State::Accepted,
            (State::Asked, Message::AuthenticationSasl(body)) => {
                let offered: Vec<String> = body
                    .mechanisms()
                    .map(|name| Ok(name.to_owned()))
                    .collect()
                    .map_err(malformed)?;
                State::Begun(Box::new(self.first_message(&offered, reply)?))
            }
            (State::Begun(mut scram), Message::AuthenticationSaslContinue(body)) => {
                check_iterations(body.data())?;
                scram.update(body.data()).map_err(PostgresError::Scram)?;
                frontend::sasl_response(scram.message(), reply)?;
                State::Proven(scram)
            }
            (State::Proven(mut scram), Message::AuthenticationSaslFinal(body)) => {
                scram.finish(body.data()).map_err(PostgresError::Scram)?;
                State::Agreed
            }
            (State::Asked, other) => return Err(refusal(other)),
            (_, _) => {
                let (found, due) = ('R', "the next step of SCRAM-SHA-256");
                return Err(PostgresError::Unexpected { found, due });
            }
        };
        Ok(())
    }

    fn first_message(
        &self,
        offered: &[String],
        reply: &mut BytesMut,
    ) -> Result<ScramSha256, PostgresError> {
        if !offered.iter().any(|name| name == SCRAM_SHA_256) {
            return Err(PostgresError::Authentication(offered.join(" or ")));
        }
        let password = self.password.as_ref().ok_or(PostgresError::NoPassword)?;
        // Without channel binding, which needs TLS, and this client speaks none.
        let scram = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), reply)?;
        Ok(scram)
    }
}

/// Refuses a challenge that asks for too many iterations.
fn check_iterations(challenge: &[u8]) -> Result<(), PostgresError> {
    let text = String::from_utf8_lossy(challenge);
    let asked = text.split(',').find_map(|field| field.strip_prefix("i="));
    let Some(count) = asked else {
        return Ok(());
    };
    // Whatever is no number is refused with the rest of the challenge.
    let is_too_many = count.bytes().all(|byte| byte.is_ascii_digit())
        && count.parse().unwrap_or(u64::MAX) > MAX_ITERATIONS;
    if is_too_many {
        let problem = format!(
            "the server asks for {count:.20} iterations: allowed are 1 to {MAX_ITERATIONS}"
        );
        return Err(PostgresError::Scram(std::io::Error::other(problem)));
    }
    Ok(())
}

/// Passwords in the clear, or as good as that, are not sent.
fn refusal(asked: &Message) -> PostgresError {
    let what = match asked {
        Message::AuthenticationCleartextPassword => "the password in clear text",
        Message::AuthenticationMd5Password(_) => "MD5 of the password",
        Message::AuthenticationGss | Message::AuthenticationSspi => "GSSAPI or SSPI",
        _ => "an authentication of another kind",
    };
    PostgresError::Authentication(what.to_owned())
}

impl Exchange for Startup {
    type Output = ();

    fn due(&self) -> &'static str {
        match self.state {
            State::Accepted => "the end of start-up",
            _ => "an answer to who connects",
        }
    }

    fn take(
        &mut self,
        frame: &Frame<'_>,
        reply: &mut BytesMut,
    ) -> Result<Option<()>, PostgresError> {
        match (frame.tag(), &self.state) {
            (READY_FOR_QUERY_TAG, State::Accepted) => Ok(Some(())),
            (BACKEND_KEY_DATA_TAG, State::Accepted) => Ok(None),
            (b'R', State::Asked | State::Begun(_) | State::Proven(_) | State::Agreed) => {
                let message = frame.message()?;
                self.authenticate(&message, reply).map(|()| None)
            }
            _ => Err(frame.unexpected(self.due())),
        }
    }
}

impl std::fmt::Debug for Startup {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password is nobody's to see.
        to.debug_struct("Startup").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::codec::tests::{feed_split, message};
    use super::*;

    fn begin(password: Option<&str>) -> Startup {
        let server = PostgresServer {
            address: String::new(),
            user: "me".to_owned(),
            password: password.map(str::to_owned),
            database: "db".to_owned(),
            table: String::new(),
        };
        let mut request = BytesMut::new();
        let startup = Startup::begin(&server, &mut request).unwrap();
        let text = String::from_utf8_lossy(&request).into_owned();
        assert!(text.contains("user\0me\0database\0db\0"), "{text}");
        startup
    }

    fn authentication(code: u32, rest: &[u8]) -> Vec<u8> {
        message(b'R', &[&code.to_be_bytes()[..], rest].concat())
    }

    #[test]
    fn a_server_that_trusts_may_say_so_in_pieces() {
        let whole = [
            authentication(0, b""),
            message(b'S', b"server_version\x0015.1\0"),
            message(b'K', &[0; 8]),
            message(b'Z', b"I"),
        ]
        .concat();
        for at in 0..=whole.len() {
            let (taken, output, reply) = feed_split(&mut begin(None), &whole, at).unwrap();
            assert_eq!((taken, output), (whole.len(), Some(())), "split at {at}");
            assert!(reply.is_empty());
        }
    }

    #[test]
    fn what_the_server_asks_for_may_be_more_than_we_give() {
        let refused = |password, bytes: &[u8]| {
            let mut startup = begin(password);
            feed_split(&mut startup, bytes, 0).unwrap_err().to_string()
        };
        let sasl = authentication(10, b"SCRAM-SHA-256\0\0");
        assert!(refused(None, &sasl).contains("none was given"));
        assert!(refused(Some("p"), &authentication(10, b"OTHER\0\0")).contains("asks for OTHER"));
        assert!(refused(Some("p"), &authentication(3, b"")).contains("clear text"));
        assert!(refused(Some("p"), &authentication(5, b"salt")).contains("MD5"));
        assert!(refused(Some("p"), &authentication(11, b"r=1")).contains("another kind"));
        assert!(refused(Some("p"), &message(b'Z', b"I")).contains("who connects"));
        // Accepting us before it has shown that it knows the password is no agreement.
        let hasty = [sasl, authentication(0, b"")].concat();
        assert!(refused(Some("p"), &hasty).contains("next step"));
    }

    #[test]
    fn scram_goes_on_with_what_the_server_says() {
        let mut startup = begin(Some("p"));
        let sasl = authentication(10, b"SCRAM-SHA-256\0\0");
        let (_, output, reply) = feed_split(&mut startup, &sasl, 7).unwrap();
        assert!(output.is_none());
        assert!(String::from_utf8_lossy(&reply).contains("SCRAM-SHA-256\0"));
        let first = String::from_utf8_lossy(&reply).into_owned();
        let nonce = first.split("r=").nth(1).unwrap();
        for iterations in ["100001", "4000000000", "99999999999999999999999"] {
            let mut startup = begin(Some("p"));
            feed_split(&mut startup, &sasl, 0).unwrap();
            let challenge = format!("r={nonce}x,s=c2FsdA==,i={iterations}");
            let asked = authentication(11, challenge.as_bytes());
            let error = feed_split(&mut startup, &asked, 0).unwrap_err().to_string();
            assert!(error.contains("allowed are 1 to 100000"), "{error}");
        }
        let other_nonce = authentication(11, b"r=other,s=c2FsdA==,i=4096");
        let error = feed_split(&mut startup, &other_nonce, 0).unwrap_err();
        assert!(matches!(error, PostgresError::Scram(_)), "{error}");
    }
}
