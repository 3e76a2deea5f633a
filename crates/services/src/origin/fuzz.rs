//! Random requests, well formed and damaged, to the parser of heads and to a connection, in random pieces:
//! what is answered does not depend on the pieces, and what is held in memory is bounded.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use workloads::http::MAX_REQUEST_HEAD;

use super::connection::{Connection, Next, Scratch};
use super::deadlines::Deadlines;
use super::head;
use crate::answered::Answered;
use crate::fuzz;

/// Turns after which a connection that has got all its bytes must have come to rest.
const MOST_TURNS: u32 = 100_000;
/// What `origin` promises of a connection.
const MOST_MEMORY: usize = 200 << 10;

/// A request, as a client of ours sends it or nearly so.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![9 => Just("GET"), 1 => select(vec!["POST", "get", "", "G\0T"])];
    let path = prop_oneof![
        6 => (0..3000_u64, 0..2_u64, any::<u64>())
            .prop_map(|(bytes, latency, key)| format!("/body/{bytes}/{latency}/{key:016x}")),
        1 => (any::<u64>(), any::<u64>()).prop_map(|(bytes, latency)| format!("/body/{bytes}/{latency}/0")),
        1 => "/[a-z/%?]{0,20}",
    ];
    let version = prop_oneof![9 => Just("1.1"), 1 => select(vec!["1.0", "2.0", "1", "9.9"])];
    let header = select(vec![
        "Host: origin",
        "Connection: close",
        "connection: keep-alive",
        "Content-Length: 0",
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "X:",
        ": x",
        " folded",
    ]);
    let end = prop_oneof![9 => Just("\r\n"), 1 => Just("\n")];
    (method, path, version, vec(header, 0..5), end).prop_map(
        |(method, path, version, headers, end)| {
            let mut text = format!("{method} {path} HTTP/{version}{end}");
            for header in headers {
                text += header;
                text += end;
            }
            (text + end).into_bytes()
        },
    )
}

/// Several requests behind each other, some bytes of which may be changed, doubled or lost; less than the
/// longest head, so that its bound is not what refuses them.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<Index>(), any::<Index>(), any::<u8>(), 0..4);
    (vec(request(), 1..8), vec(damage, 0..3)).prop_map(|(requests, damages)| {
        let mut bytes = requests.concat();
        for (at, end, byte, kind) in damages {
            let (one, other) = (at.index(bytes.len() + 1), end.index(bytes.len() + 1));
            let range = one.min(other)..one.max(other).min(one.min(other) + 20);
            match kind {
                0 => drop(bytes.splice(range, [])),
                1 => bytes.extend_from_within(range),
                2 => bytes.insert(range.start, byte),
                _ => {}
            }
        }
        bytes.truncate(MAX_REQUEST_HEAD - 1);
        bytes
    })
}

/// A connection, its client, and what the client has received.
struct Exchange {
    connection: Connection,
    client: UnixStream,
    scratch: Scratch,
    deadlines: Deadlines,
    received: Vec<u8>,
    is_open: bool,
}

impl Exchange {
    fn new() -> Self {
        let (ours, client) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        client.set_nonblocking(true).unwrap();
        Self {
            connection: Connection::new(TcpStream::from(OwnedFd::from(ours))),
            client,
            scratch: Scratch::new(Answered::default()),
            deadlines: Deadlines::default(),
            received: Vec::new(),
            is_open: true,
        }
    }

    /// Sends what the socket takes, and says how much that was.
    fn send(&mut self, bytes: &[u8]) -> usize {
        match self.client.write(bytes) {
            Ok(taken) => taken,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                0
            }
        }
    }

    /// Gives the connection its turns until it waits for more; what is due comes at once.
    fn settle(&mut self) {
        for _ in 0..MOST_TURNS {
            let mut next = self.connection.on_event(true, false, &mut self.scratch);
            if let Next::Deadline(at) = next {
                let generation = self.deadlines.add(at, 0);
                self.connection.expect(generation);
                next = self.connection.on_deadline(generation, &mut self.scratch);
            }
            assert!(self.connection.memory() <= MOST_MEMORY);
            let has_received = self.receive();
            match next {
                Next::Close => return self.is_open = false,
                Next::Event if !has_received => return,
                _ => {}
            }
        }
        panic!("it does not come to rest");
    }

    fn receive(&mut self) -> bool {
        let before = self.received.len();
        match self.client.read_to_end(&mut self.received) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        self.received.len() > before
    }
}

/// All that a client receives that sends these pieces one after the other, and whether it may go on.
fn answers<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> (Vec<u8>, bool) {
    let mut exchange = Exchange::new();
    for piece in pieces {
        let mut rest = piece;
        while exchange.is_open && !rest.is_empty() {
            let taken = exchange.send(rest);
            rest = &rest[taken..];
            exchange.settle();
        }
    }
    (exchange.received, exchange.is_open)
}

/// The bytes between these positions.
fn split<'b>(bytes: &'b [u8], at: &[Index]) -> Vec<&'b [u8]> {
    let mut ends: Vec<usize> = at.iter().map(|at| at.index(bytes.len() + 1)).collect();
    ends.push(bytes.len());
    ends.sort_unstable();
    let starts = std::iter::once(0).chain(ends.clone());
    starts
        .zip(ends)
        .map(|(start, end)| &bytes[start..end])
        .collect()
}

proptest! {
    #![proptest_config(fuzz::config())]

    #[test]
    fn answers_do_not_depend_on_how_requests_are_split(
        bytes in stream(),
        at in vec(any::<Index>(), 0..12),
    ) {
        let whole = answers(std::iter::once(&bytes[..]));
        prop_assert_eq!(answers(split(&bytes, &at).into_iter()), whole);
    }

    #[test]
    fn a_head_is_whole_once_all_of_it_is_there(bytes in stream(), at in any::<Index>()) {
        let whole = head::parse(&bytes);
        let beginning = head::parse(&bytes[..at.index(bytes.len() + 1)]);
        // Its refusal may show before the end of the head.
        prop_assert!(beginning == Ok(None) || beginning == whole, "{beginning:?} {whole:?}");
    }

    #[test]
    fn any_bytes_are_answered_or_refused(bytes in vec(any::<u8>(), 0..300)) {
        let _ = head::parse(&bytes);
        answers(bytes.chunks(7));
    }
}

/// The other side never reads, and sends as fast as it can.
#[test]
fn who_sends_without_end_and_never_reads_takes_bounded_memory() {
    for path in [
        "/body/16777216/0/0000000000000000",
        "/body/1/1/0000000000000000",
        "/x",
    ] {
        let mut exchange = Exchange::new();
        let bytes = format!("GET {path} HTTP/1.1\r\n\r\n").repeat(20_000);
        let mut rest = bytes.as_bytes();
        for _ in 0..2000 {
            let taken = exchange.send(rest);
            rest = &rest[taken..];
            let next = exchange
                .connection
                .on_event(true, false, &mut exchange.scratch);
            if let Next::Deadline(_) = next {
                // Its moment never comes.
                let generation = exchange.deadlines.add(Instant::now(), 0);
                exchange.connection.expect(generation);
            }
            assert!(exchange.connection.memory() <= MOST_MEMORY, "{path}");
        }
    }
}
