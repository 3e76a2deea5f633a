//! What the head of a request asks of the origin, or why it is refused.

use std::time::Duration;

use workloads::http::{Refusal, read_request_head};

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

/// Reads the head at the beginning of `bytes`; `None` as long as more of it must come.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, Refusal> {
    let Some(head) = read_request_head(bytes)? else {
        return Ok(None);
    };
    Ok(Some(Head {
        length: head.length,
        ask: asked(head.path)?,
        keep_alive: head.keep_alive,
    }))
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
}
