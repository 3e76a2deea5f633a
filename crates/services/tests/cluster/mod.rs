//! A service with PostgreSQL, and a client of it: what every test of it starts from. Where the machine has no
//! server program the tests that need one say so and end, or fail where `MANYWAYS_REQUIRE` names `postgres`.

#![allow(dead_code, reason = "every test program uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use protocol::{FailureKind, PostgresServer, ServiceMessage, ServiceReady, ServiceRequest};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::postgres::{PostgresClient, PostgresConnection, PostgresError};
use workloads::{Address, Io, content};

use crate::common::{Service, json};

/// Longer than anything here takes; nothing passes by being faster.
pub(crate) const FAR_TOO_LONG: Duration = Duration::from_secs(60);
pub(crate) const ROWS: u64 = 2500;

pub(crate) type Stream = <BlockingIo as Io>::Stream;

pub(crate) fn request(server: Option<&str>) -> String {
    json(&ServiceRequest::Postgres {
        rows: ROWS,
        server: server.map(str::to_owned),
        parent: std::process::id(),
    })
}

/// A service that is up, or `None` where the machine has no server program.
pub(crate) fn served(server: Option<&str>) -> Option<(Service, PostgresServer)> {
    let mut service = Service::start(&request(server));
    match service.answer() {
        ServiceMessage::Ready(ServiceReady::Postgres(found)) => Some((service, found)),
        ServiceMessage::Error(failure) if failure.kind == FailureKind::Unavailable => {
            let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
            assert!(!required.contains("postgres"), "{}", failure.message);
            eprintln!("not tested: {}", failure.message);
            None
        }
        other => panic!("{other:?}"),
    }
}

/// A private cluster, the folder that it is in, and the server's own process.
pub(crate) struct Private {
    pub(crate) service: Service,
    pub(crate) server: PostgresServer,
    pub(crate) folder: PathBuf,
    pub(crate) pid: String,
}

/// A service with a cluster of its own, or `None` where the machine has no server program.
pub(crate) fn private() -> Option<Private> {
    let (service, server) = served(None)?;
    let folder = folder(&server);
    Some(Private {
        pid: postmaster(&folder),
        service,
        server,
        folder,
    })
}

pub(crate) fn stream(server: &PostgresServer) -> std::io::Result<Stream> {
    let address = Address::parse(&server.address).expect("an address");
    run_ready(BlockingIo.connect(&address))
}

pub(crate) fn client(server: &PostgresServer) -> Result<PostgresClient<Stream>, PostgresError> {
    let waits = [Duration::ZERO, Duration::from_millis(5)];
    run_ready(PostgresClient::open(stream(server)?, server, &waits))
}

pub(crate) fn command(
    server: &PostgresServer,
    text: &str,
) -> Result<Option<String>, PostgresError> {
    let mut connection = run_ready(PostgresConnection::open(stream(server)?, server))?;
    run_ready(connection.command(text))
}

pub(crate) fn crc(id: u64) -> u32 {
    crc32fast::hash(&content::row(id))
}

pub(crate) fn code_of(error: &PostgresError) -> &str {
    match error {
        PostgresError::Server(told) => &told.code,
        other => panic!("{other}"),
    }
}

/// The folder of a private cluster.
pub(crate) fn folder(server: &PostgresServer) -> PathBuf {
    Path::new(&server.address)
        .parent()
        .expect("a folder")
        .to_owned()
}

/// The server's own process.
pub(crate) fn postmaster(folder: &Path) -> String {
    let file = fs::read_to_string(folder.join("data/postmaster.pid")).expect("a running server");
    file.lines().next().expect("a number").to_owned()
}

pub(crate) fn signal(name: &str, processes: &[&str]) {
    let sent = Command::new("kill").arg(name).args(processes).status();
    assert!(sent.unwrap().success());
}

pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let latest = Instant::now() + FAR_TOO_LONG;
    while !is_so() {
        assert!(Instant::now() < latest, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
