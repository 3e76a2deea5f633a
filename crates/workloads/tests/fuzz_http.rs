//! Whatever a server answers to a GET, in whatever pieces: a reply or an error, the same for all pieces,
//! without a panic and without keeping more than a head.

#[path = "../../protocol/tests/mutation/mod.rs"]
mod mutation;
mod pieces;

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::{Connection, HttpGet};
use workloads::blocking::run_ready;
use workloads::http::{HttpClient, Reply, Response};

use mutation::{config, mutated};
use pieces::Pieces;

/// Bytes of the body that is asked for.
const BYTES: u64 = 5;
/// Most bytes of a head.
const MOST_HEAD: usize = 8192;

fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:5\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5 \r\n\r\nhello",
        "HTTP/1.1 200 OK\ncontent-length: 5\n\nhello",
        "HTTP/1.1 200\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551616\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "\r\n\r\n\r\n",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Heads about as long as one may be, and one with more lines than it may have.
fn long_seeds() -> Vec<Vec<u8>> {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx: ";
    let end = b"\r\n\r\nhello";
    let lengths = [MOST_HEAD - head.len() - 4, MOST_HEAD, 2 * MOST_HEAD];
    let long = lengths.map(|long| [&head[..], &vec![b'x'; long], end].concat());
    let many = "x: y\r\n".repeat(40);
    let many_lines = format!("HTTP/1.1 200 OK\r\n{many}content-length: 5\r\n\r\nhello");
    [long.to_vec(), vec![many_lines.into()]].concat()
}

/// What a response comes to that arrives in pieces of these sizes: none where it is not complete.
fn reply(bytes: &[u8], sizes: &[usize]) -> Result<Option<Reply>, String> {
    let mut response = Response::new(BYTES);
    let mut pending = Vec::new();
    for piece in pieces::cut(bytes, sizes) {
        pending.extend_from_slice(piece);
        let taken = response.feed(&pending).map_err(|error| error.to_string())?;
        pending.drain(..taken);
        if let Some(reply) = response.complete() {
            return Ok(Some(reply));
        }
        assert!(pending.len() < MOST_HEAD, "only a part of a head is kept");
    }
    Ok(None)
}

fn check(bytes: &[u8], sizes: &[usize]) {
    let whole = reply(bytes, &[usize::MAX]);
    let split = reply(bytes, sizes);
    // Which of several faults is told may depend on the pieces.
    let both = [whole.as_ref().ok(), split.as_ref().ok()];
    assert_eq!(both[0], both[1], "{whole:?} {split:?}");
    let get = HttpGet {
        bytes: BYTES,
        latency: std::time::Duration::ZERO,
        connection: Connection::New,
    };
    let mut client = HttpClient::new(Pieces::new(bytes, sizes), "host");
    if let Ok(crc) = run_ready(client.get(&get, 1)) {
        assert_eq!(whole.unwrap().unwrap().crc, crc);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mutated_answers(
        bytes in mutated(seeds()),
        sizes in vec(prop_oneof![1..9_usize, 1..200_usize], 1..6),
    ) {
        check(&bytes, &sizes);
    }

    // In few pieces: a head is parsed from its beginning with each of them.
    #[test]
    fn mutated_long_answers(
        bytes in mutated(long_seeds()),
        sizes in vec(2000..9000_usize, 1..6),
    ) {
        check(&bytes, &sizes);
    }
}

#[test]
fn the_first_answer_is_right_and_no_seed_is_stumbled_over() {
    assert!(reply(&seeds()[0], &[7]).unwrap().is_some());
    for seed in [seeds(), long_seeds()].concat() {
        check(&seed, &[97]);
        check(&seed, &[MOST_HEAD]);
    }
}
