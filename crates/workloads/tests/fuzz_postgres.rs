//! Whatever a PostgreSQL server says, in whatever pieces: a result or an error, the same for all pieces,
//! without a panic and without room for messages that nobody awaits.

#[path = "../../protocol/tests/mutation/mod.rs"]
mod mutation;
mod pieces;

use std::fmt::Debug;
use std::time::Duration;

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;
use protocol::PostgresServer;
use workloads::blocking::run_ready;
use workloads::content;
use workloads::postgres::{
    Command, Copy, Exchange, PostgresClient, PostgresError, Prepare, Select, Startup, feed,
};

use mutation::{config, mutated};
use pieces::Pieces;

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[tag], &length[..], body].concat()
}

fn authentication(code: u32, rest: &[u8]) -> Vec<u8> {
    message(b'R', &[&code.to_be_bytes()[..], rest].concat())
}

/// The end of a start-up.
fn accepted() -> Vec<u8> {
    let parts = [
        authentication(0, b""),
        message(b'S', b"server_version\x0015.1\0"),
        message(b'K', &[0; 8]),
        message(b'Z', b"I"),
    ];
    parts.concat()
}

fn described() -> Vec<u8> {
    let field = b"\0\x01body\0\0\0\0\0\0\0\0\0\0\x11\0\x01\0\0\0\0\0\0";
    let parts = [
        message(b'1', b""),
        message(b't', &[0, 1, 0, 0, 0, 20]),
        message(b'T', field),
        message(b'Z', b"I"),
    ];
    parts.concat()
}

fn selected() -> Vec<u8> {
    let row = [&[0, 1, 0, 0, 0, 64][..], &content::row(7)].concat();
    let parts = [
        message(b'2', b""),
        message(b'D', &row),
        message(b'N', b"SNOTICE\0\0"),
        message(b'C', b"SELECT 1\0"),
        message(b'Z', b"I"),
    ];
    parts.concat()
}

/// Everything that a server says to a client that selects once.
fn conversation() -> Vec<u8> {
    [accepted(), described(), selected()].concat()
}

fn seeds() -> Vec<Vec<u8>> {
    vec![
        conversation(),
        accepted(),
        described(),
        selected(),
        authentication(10, b"SCRAM-SHA-256\0SCRAM-SHA-256-PLUS\0\0"),
        [
            authentication(10, b"SCRAM-SHA-256\0\0"),
            authentication(11, b"r=other,s=c2FsdA==,i=4000000000"),
            authentication(12, b"v=AAAA"),
        ]
        .concat(),
        authentication(3, b""),
        authentication(5, b"salt"),
        message(b'E', b"SFATAL\0VFATAL\0C57P01\0Mending\0\0"),
        message(b'E', b""),
        message(b'A', b"\0\0\0\x01a\0b\0"),
        [
            message(b'G', b"\x01\0\x02\0\x01\0\x01"),
            message(b'C', b"COPY 1\0"),
            message(b'Z', b"I"),
        ]
        .concat(),
        [
            message(b'T', b"\0\x01a\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\0\0\0\0\0\0"),
            message(b'D', b"\0\x02\0\0\0\x01a\xff\xff\xff\xff"),
            message(b'C', b"SELECT 1\0"),
            message(b'Z', b"I"),
        ]
        .concat(),
        // A message of 1 GiB is announced.
        b"D\x40\0\0\0".to_vec(),
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
    ]
}

fn server(password: Option<&str>) -> PostgresServer {
    PostgresServer {
        address: String::new(),
        user: "me".to_owned(),
        password: password.map(str::to_owned),
        database: "db".to_owned(),
        table: "rows".to_owned(),
    }
}

/// What an exchange comes to whose answer arrives in pieces of these sizes.
fn outcome<E: Exchange>(mut exchange: E, bytes: &[u8], sizes: &[usize]) -> String
where
    E::Output: Debug,
{
    let (mut pending, mut reply) = (Vec::new(), BytesMut::new());
    for piece in pieces::cut(bytes, sizes) {
        pending.extend_from_slice(piece);
        match feed(&mut exchange, &pending, &mut reply) {
            Ok((taken, None)) => drop(pending.drain(..taken)),
            Ok((_, Some(output))) => return format!("{output:?}"),
            Err(error) => return error.to_string(),
        }
        assert!(!exchange.due().is_empty());
    }
    format!("{} bytes left", pending.len())
}

/// What an exchange comes to, in words.
type Told = fn(&[u8], &[usize]) -> String;

fn check(bytes: &[u8], sizes: &[usize]) {
    let exchanges: [Told; 5] = [
        |bytes, sizes| {
            let begun = Startup::begin(&server(Some("p")), &mut BytesMut::new());
            outcome(begun.unwrap(), bytes, sizes)
        },
        |bytes, sizes| {
            let begun = Prepare::begin("rows", Duration::ZERO, &mut BytesMut::new());
            outcome(begun.unwrap(), bytes, sizes)
        },
        |bytes, sizes| outcome(Select::default(), bytes, sizes),
        |bytes, sizes| {
            let begun = Command::begin("SELECT 1", &mut BytesMut::new());
            outcome(begun.unwrap(), bytes, sizes)
        },
        |bytes, sizes| {
            let begun = Copy::begin("rows", &mut BytesMut::new());
            outcome(begun.unwrap(), bytes, sizes)
        },
    ];
    for exchange in exchanges {
        assert_eq!(exchange(bytes, &[usize::MAX]), exchange(bytes, sizes));
    }
}

/// A client that starts up, prepares and selects, while the server says this.
fn select(bytes: &[u8], sizes: &[usize]) -> Result<u32, PostgresError> {
    let stream = Pieces::new(bytes, sizes);
    run_ready(async {
        let server = server(None);
        let mut client = PostgresClient::open(stream, &server, &[Duration::ZERO]).await?;
        client.select(Duration::ZERO, 7).await
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mutated_exchanges(
        bytes in mutated(seeds()),
        sizes in vec(prop_oneof![1..9_usize, 1..900_usize], 1..6),
    ) {
        check(&bytes, &sizes);
    }

    #[test]
    fn mutated_conversations(
        bytes in mutated(vec![conversation()]),
        sizes in vec(prop_oneof![1..9_usize, 1..900_usize], 1..6),
    ) {
        // A result needs all three answers, and an error says what was wrong.
        match select(&bytes, &sizes) {
            Ok(_) => prop_assert!(bytes.len() >= accepted().len()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn the_conversation_is_right_and_no_seed_is_stumbled_over() {
    assert_eq!(
        select(&conversation(), &[3]).unwrap(),
        crc32fast::hash(&content::row(7))
    );
    for seed in seeds() {
        check(&seed, &[1]);
        let _ = select(&seed, &[2]);
    }
}
