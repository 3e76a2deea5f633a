//! The head of a request, without I/O: what is asked, or why it is refused.

use std::mem::MaybeUninit;
use std::time::Duration;

/// Most bytes of a head.
pub(super) const MAX_HEAD: usize = 8 * 1024;
/// Most header lines.
const MAX_HEADERS: usize = 64;
/// Largest body that may be asked for.
const MAX_BYTES: u64 = 16 << 20;
/// Longest latency that may be asked for.
const MAX_LATENCY: u64 = 60_000_000_000;

/// A whole head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// How many bytes it took.
    pub(super) length: usize,
    /// What it asks for.
    pub(super) ask: Ask,
    /// Whether the client wants to use the connection again.
    pub(super) keep_alive: bool,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// `bytes` of the content of `key`, after `latency`.
    Body {
        bytes: u64,
        latency: Duration,
        key: u64,
    },
    /// A path that is not served.
    Unknown,
}

/// A request that ends its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// 400, and what is wrong.
    Bad(&'static str),
    /// 405.
    Method,
    /// 431.
    HeadTooLarge,
}

/// Reads the head at the beginning of `bytes`; `None` as long as more of it must come.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, Refusal> {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let parsed = request.parse_with_uninit_headers(bytes, &mut headers);
    let length = match parsed.map_err(refusal)? {
        httparse::Status::Complete(length) if length <= MAX_HEAD => length,
        httparse::Status::Partial if bytes.len() < MAX_HEAD => return Ok(None),
        _ => return Err(Refusal::HeadTooLarge),
    };
    if request.method != Some("GET") {
        return Err(Refusal::Method);
    }
    // The headers come first: a request with a body is refused whatever its path is.
    let keep_alive = keeps_alive(&request)?;
    Ok(Some(Head {
        length,
        ask: asked(request.path.unwrap_or_default())?,
        keep_alive,
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

fn asked(path: &str) -> Result<Ask, Refusal> {
    let Some(rest) = path.strip_prefix("/body/") else {
        return Ok(Ask::Unknown);
    };
    let mut parts = rest.split('/');
    let (bytes, latency, key) = (parts.next(), parts.next(), parts.next());
    let (Some(bytes), Some(latency), Some(key), None) = (bytes, latency, key, parts.next()) else {
        return Err(Refusal::Bad(
            "the path is /body/{bytes}/{latency in ns}/{key}",
        ));
    };
    let bytes = decimal(bytes, MAX_BYTES).ok_or(Refusal::Bad("bytes: 0 to 16777216"))?;
    let latency =
        decimal(latency, MAX_LATENCY).ok_or(Refusal::Bad("latency: 0 to 60000000000 ns"))?;
    let key = hexadecimal(key).ok_or(Refusal::Bad("key: 16 hexadecimal digits"))?;
    Ok(Ask::Body {
        bytes,
        latency: Duration::from_nanos(latency),
        key,
    })
}

/// Digits alone: the standard library would take a sign, too.
fn decimal(text: &str, most: u64) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&value| digits && value <= most)
}

fn hexadecimal(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits {
        u64::from_str_radix(text, 16).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET /body/2048/20000000/00000000000000ff HTTP/1.1\r\nHost: origin\r\n\r\n";

    fn parsed(text: &str) -> Result<Head, Refusal> {
        parse(text.as_bytes()).map(|head| head.expect("a whole head"))
    }

    fn ask_of(path: &str) -> Result<Ask, Refusal> {
        parsed(&format!("GET {path} HTTP/1.1\r\n\r\n")).map(|head| head.ask)
    }

    #[test]
    fn the_request_of_the_work_is_understood() {
        let latency = Duration::from_millis(20);
        let ask = Ask::Body {
            bytes: 2048,
            latency,
            key: 255,
        };
        let head = Head {
            length: GET.len(),
            ask,
            keep_alive: true,
        };
        assert_eq!(parsed(GET), Ok(head));
        assert_eq!(
            parsed(&GET.repeat(2)),
            Ok(head),
            "what follows is left alone"
        );
    }

    #[test]
    fn no_beginning_of_it_is_taken_for_the_whole() {
        for length in 0..GET.len() {
            assert_eq!(parse(&GET.as_bytes()[..length]), Ok(None), "{length} bytes");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_by_name() {
        let bad = |path| match ask_of(path) {
            Err(Refusal::Bad(why)) => why,
            other => panic!("{path}: {other:?}"),
        };
        assert!(ask_of("/body/16777216/60000000000/FFFFFFFFFFFFFFFF").is_ok());
        assert!(bad("/body/16777217/0/0000000000000000").starts_with("bytes"));
        assert!(bad("/body/99999999999999999999999/0/0000000000000000").starts_with("bytes"));
        assert!(bad("/body/+1/0/0000000000000000").starts_with("bytes"));
        assert!(bad("/body/1/60000000001/0000000000000000").starts_with("latency"));
        assert!(bad("/body/1//0000000000000000").starts_with("latency"));
        assert!(bad("/body/1/0/ff").starts_with("key"));
        assert!(bad("/body/1/0/+fffffffffffffff").starts_with("key"));
        assert!(bad("/body/1/0").starts_with("the path"));
        assert!(bad("/body/1/0/0000000000000000/").starts_with("the path"));
        assert_eq!(ask_of("/elsewhere"), Ok(Ask::Unknown));
    }

    #[test]
    fn a_connection_is_kept_unless_the_client_says_otherwise() {
        let keeps = |text: &str| parsed(text).map(|head| head.keep_alive);
        assert_eq!(
            keeps("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"),
            Ok(true)
        );
        assert_eq!(
            keeps("GET / HTTP/1.1\r\nconnection: Close\r\n\r\n"),
            Ok(false)
        );
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
        let filler = "x".repeat(MAX_HEAD);
        let long = format!("GET / HTTP/1.1\r\nX: {filler}\r\n\r\n");
        assert_eq!(parsed(&long), Err(Refusal::HeadTooLarge));
        assert_eq!(parse(&long.as_bytes()[..MAX_HEAD - 1]), Ok(None));
        assert_eq!(
            parse(&long.as_bytes()[..MAX_HEAD]),
            Err(Refusal::HeadTooLarge)
        );
        let many = format!(
            "GET / HTTP/1.1\r\n{}\r\n",
            "a: b\r\n".repeat(MAX_HEADERS + 1)
        );
        assert_eq!(parsed(&many), Err(Refusal::HeadTooLarge));
    }
}
