//! The bytes with which the origin answers a request, rightly or with a fault.

use super::content::fill;

/// How an origin can misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The right body under the status 500.
    Status500,
    /// The right head, half of the body, and the end of the connection.
    CutsBody,
    /// The end of the connection instead of an answer.
    ClosesInstead,
    /// The end of each connection as soon as it is accepted.
    ClosesAtOnce,
}

impl Fault {
    /// Whether the connection ends with the answer.
    pub(super) fn closes(self) -> bool {
        self != Self::Status500
    }
}

/// The answer to a GET of this path; nothing at all where the connection is closed instead.
pub(super) fn answer(path: &str, fault: Option<Fault>) -> Vec<u8> {
    let Some(body) = body_of(path) else {
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec();
    };
    let status = match fault {
        Some(Fault::ClosesInstead | Fault::ClosesAtOnce) => return Vec::new(),
        Some(Fault::Status500) => "500 Internal Server Error",
        Some(Fault::CutsBody) | None => "200 OK",
    };
    let length = body.len();
    let mut reply = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let sent = if fault == Some(Fault::CutsBody) {
        length / 2
    } else {
        length
    };
    reply.extend_from_slice(&body[..sent]);
    reply
}

/// The body that `/body/BYTES/NANOSECONDS/KEY` asks for; the time is not waited.
fn body_of(path: &str) -> Option<Vec<u8>> {
    let mut parts = path.strip_prefix("/body/")?.split('/');
    let bytes: usize = parts.next()?.parse().ok()?;
    let _nanoseconds: u64 = parts.next()?.parse().ok()?;
    let key = parts.next().filter(|key| key.len() == 16)?;
    let is_whole = parts.next().is_none() && bytes <= 16 << 20;
    let key = u64::from_str_radix(key, 16).ok().filter(|_| is_whole)?;
    Some(fill(key, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/body/10/0/00000000000000ff";

    #[test]
    fn the_body_is_the_one_that_the_path_asks_for() {
        let reply = answer(PATH, None);
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
        assert_eq!(reply[..head.len()], head[..]);
        assert_eq!(reply[head.len()..], fill(0xff, 10));
        for wrong in [
            "/",
            "/body/x/0/00000000000000ff",
            "/body/10/0/ff",
            "/body/10/0",
        ] {
            assert!(answer(wrong, None).starts_with(b"HTTP/1.1 404"), "{wrong}");
        }
    }

    #[test]
    fn faults_are_what_they_say() {
        assert!(answer(PATH, Some(Fault::Status500)).starts_with(b"HTTP/1.1 500"));
        let whole = answer(PATH, None).len();
        assert_eq!(answer(PATH, Some(Fault::CutsBody)).len(), whole - 5);
        assert!(answer(PATH, Some(Fault::ClosesInstead)).is_empty());
    }
}
