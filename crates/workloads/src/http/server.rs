//! The server's side of the codec, without I/O: the head of a GET is read from bytes, the head of an answer is
//! written into a buffer. The origin and the models that serve use it alike.

use std::io::Write;
use std::mem::MaybeUninit;

/// Most bytes of the head of a request.
pub const MAX_REQUEST_HEAD: usize = 8 * 1024;
/// Most header lines.
const MAX_HEADERS: usize = 64;

/// The whole head of a GET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHead<'a> {
    /// How many bytes it took.
    pub length: usize,
    /// What is asked for.
    pub path: &'a str,
    /// Whether the client wants to use the connection again.
    pub keep_alive: bool,
}

/// A request that ends its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400, and what is wrong.
    Bad(&'static str),
    /// 405.
    Method,
    /// 431.
    HeadTooLarge,
}

impl Refusal {
    /// The status of its answer, with the usual words.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::Bad(_) => "400 Bad Request",
            Self::Method => "405 Method Not Allowed",
            Self::HeadTooLarge => "431 Request Header Fields Too Large",
        }
    }

    /// The text of its answer.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Bad(why) => why,
            Self::Method => "only GET",
            Self::HeadTooLarge => "over 8 KiB",
        }
    }
}

/// Reads the head at the beginning of `bytes`; `None` as long as more of it must come.
///
/// # Errors
/// Why the request is refused.
pub fn read_request_head(bytes: &[u8]) -> Result<Option<RequestHead<'_>>, Refusal> {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let parsed = request.parse_with_uninit_headers(bytes, &mut headers);
    let length = match parsed.map_err(refusal)? {
        httparse::Status::Complete(length) if length <= MAX_REQUEST_HEAD => length,
        httparse::Status::Partial if bytes.len() < MAX_REQUEST_HEAD => return Ok(None),
        _ => return Err(Refusal::HeadTooLarge),
    };
    if request.method != Some("GET") {
        return Err(Refusal::Method);
    }
    Ok(Some(RequestHead {
        length,
        keep_alive: keeps_alive(&request)?,
        path: request.path.unwrap_or_default(),
    }))
}

fn refusal(error: httparse::Error) -> Refusal {
    match error {
        httparse::Error::TooManyHeaders => Refusal::HeadTooLarge,
        _ => Refusal::Bad("not an HTTP/1.1 request"),
    }
}

/// Reads the headers: whether the connection is kept, and that no body follows, because its bytes
/// would be taken for the next request.
fn keeps_alive(request: &httparse::Request<'_, '_>) -> Result<bool, Refusal> {
    // HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 closes it.
    let mut keep_alive = request.version == Some(1);
    for header in request.headers.iter() {
        let has_body = if header.name.eq_ignore_ascii_case("content-length") {
            header.value != b"0"
        } else {
            header.name.eq_ignore_ascii_case("transfer-encoding")
        };
        if has_body {
            return Err(Refusal::Bad("a GET with a body"));
        }
        if header.name.eq_ignore_ascii_case("connection") {
            keep_alive &= !header.value.eq_ignore_ascii_case(b"close");
        }
    }
    Ok(keep_alive)
}

/// Writes the head of an answer behind what `output` holds. `status` is the code with its words, `length` the
/// size of the body in bytes.
pub fn write_answer_head(output: &mut Vec<u8>, status: &str, length: u64, keep_alive: bool) {
    let end = if keep_alive {
        "\r\n\r\n"
    } else {
        "\r\nConnection: close\r\n\r\n"
    };
    // Writing into memory cannot fail.
    let _ = write!(output, "HTTP/1.1 {status}\r\nContent-Length: {length}{end}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET /task/5 HTTP/1.1\r\nHost: server\r\n\r\n";

    fn parsed(text: &str) -> Result<RequestHead<'_>, Refusal> {
        read_request_head(text.as_bytes()).map(|head| head.expect("a whole head"))
    }

    #[test]
    fn a_head_is_read_and_what_follows_is_left_alone() {
        let head = RequestHead {
            length: GET.len(),
            path: "/task/5",
            keep_alive: true,
        };
        assert_eq!(parsed(GET), Ok(head));
        assert_eq!(parsed(&GET.repeat(2)), Ok(head));
    }

    #[test]
    fn no_beginning_of_it_is_taken_for_the_whole() {
        for length in 0..GET.len() {
            let beginning = &GET.as_bytes()[..length];
            assert_eq!(read_request_head(beginning), Ok(None), "{length} bytes");
        }
    }

    #[test]
    fn a_connection_is_kept_unless_the_client_says_otherwise() {
        let keeps = |text| parsed(text).map(|head| head.keep_alive);
        let kept = "GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n";
        assert_eq!(keeps(kept), Ok(true));
        let closed = "GET / HTTP/1.1\r\nconnection: Close\r\n\r\n";
        assert_eq!(keeps(closed), Ok(false));
        assert_eq!(keeps("GET / HTTP/1.0\r\n\r\n"), Ok(false));
    }

    #[test]
    fn what_is_no_get_is_refused() {
        assert!(matches!(parsed("SSH-2.0-x\r\n\r\n"), Err(Refusal::Bad(_))));
        assert_eq!(parsed("POST / HTTP/1.1\r\n\r\n"), Err(Refusal::Method));
        let body = "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(parsed(body), Err(Refusal::Bad("a GET with a body")));
        assert!(parsed(&body.replace('3', "0")).is_ok());
    }

    #[test]
    fn a_head_has_a_largest_size_however_it_comes() {
        let filler = "x".repeat(MAX_REQUEST_HEAD);
        let long = format!("GET / HTTP/1.1\r\nX: {filler}\r\n\r\n");
        assert_eq!(parsed(&long), Err(Refusal::HeadTooLarge));
        let short_of_it = &long.as_bytes()[..MAX_REQUEST_HEAD - 1];
        assert_eq!(read_request_head(short_of_it), Ok(None));
        assert_eq!(
            read_request_head(&long.as_bytes()[..MAX_REQUEST_HEAD]),
            Err(Refusal::HeadTooLarge)
        );
        let lines = "a: b\r\n".repeat(MAX_HEADERS + 1);
        let many = format!("GET / HTTP/1.1\r\n{lines}\r\n");
        assert_eq!(parsed(&many), Err(Refusal::HeadTooLarge));
    }

    #[test]
    fn an_answer_says_its_length_and_whether_it_is_the_last() {
        let mut output = b"before ".to_vec();
        write_answer_head(&mut output, "200 OK", 5, true);
        write_answer_head(&mut output, "404 Not Found", 0, false);
        let expected = "before HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\
            HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        assert_eq!(String::from_utf8(output).unwrap(), expected);
    }
}
