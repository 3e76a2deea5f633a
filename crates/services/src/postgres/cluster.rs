//! A private cluster: made, started, filled, and gone with this process.

use std::fmt::Write as _;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use protocol::{POSTGRES_CONNECTIONS, PostgresServer};

use super::ending::Ending;
use super::keeper::Keeper;
use super::owner::Owner;
use super::place::{Place, sweep};
use super::programs::Programs;
use super::table;
use crate::error::{Error, Result};

/// The only user of the cluster, and so its superuser.
const USER: &str = "manyways";
/// What `initdb` makes by itself.
const DATABASE: &str = "postgres";
/// Connections beyond those of the workload's lanes: one to fill the table, the rest for a look by
/// hand.
const RESERVED: u64 = 10;
/// A server that does not accept connections by then will not.
const START: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(5);

/// What differs from PostgreSQL's own settings; `docs/WORKLOADS.md` says why.
const SETTINGS: [(&str, &str); 16] = [
    ("listen_addresses", ""),
    ("superuser_reserved_connections", "0"),
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("autovacuum", "off"),
    ("checkpoint_timeout", "1d"),
    ("shared_buffers", "256MB"),
    ("huge_pages", "off"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("plan_cache_mode", "force_generic_plan"),
    ("log_min_messages", "fatal"),
    ("log_min_error_statement", "panic"),
];
/// A select of a run that was killed ends with it, where the server can look whether anybody waits:
/// otherwise it would sleep on, and keep a connection.
const LOOK_FOR_THE_CLIENT: (&str, &str) = ("client_connection_check_interval", "1s");
/// The first version that has it.
const VERSION_THAT_LOOKS: u32 = 14;

/// A running server with the table in it. Dropping it ends the server and removes everything.
#[derive(Debug)]
pub(crate) struct Cluster {
    // Fields are dropped in this order: the server ends before its folder goes.
    keeper: Keeper,
    watcher: Option<JoinHandle<()>>,
    place: Place,
    server: PostgresServer,
}

impl Cluster {
    pub(super) fn provide(rows: u64) -> Result<Self> {
        // What a killed service left is removed first: it may hold the disk that is needed now.
        let _ = sweep();
        let owner = Owner::find()?;
        let programs = Programs::find(owner)?;
        let place = Place::make(owner)?;
        initialise(&programs, owner, &place)?;
        let keeper = Keeper::start(owner, place.folder(), &server_words(&programs, &place))?;
        let mut cluster = Self {
            keeper,
            watcher: None,
            server: PostgresServer {
                address: place.socket().display().to_string(),
                user: USER.to_owned(),
                password: None,
                database: DATABASE.to_owned(),
                table: "public.rows".to_owned(),
            },
            place,
        };
        let mut connection = cluster.first_connection()?;
        table::make(&mut connection, &cluster.server.table, rows)?;
        Ok(cluster)
    }

    pub(super) fn server(&self) -> &PostgresServer {
        &self.server
    }

    /// Connects as soon as the server accepts it.
    fn first_connection(&mut self) -> Result<table::Connection> {
        let deadline = Instant::now() + START;
        loop {
            match table::connect(&self.server, None) {
                Ok(connection) => return Ok(connection),
                Err(_) if self.keeper.has_ended() => return Err(self.why("postgres ended")),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => std::thread::sleep(LOOK),
            }
        }
    }

    pub(super) fn watch(&mut self, tell: Sender<Ending>) {
        self.watcher = self.keeper.hand_over().map(|mut shell| {
            std::thread::spawn(move || {
                let _ = shell.wait();
                // Who has ended in the meantime does not listen.
                let _ = tell.send(Ending::ServerEnded);
            })
        });
    }

    pub(super) fn end(mut self, ending: Ending) -> Result<()> {
        match ending {
            Ending::InputClosed => Ok(()),
            Ending::ServerEnded => Err(self.why("postgres ended")),
        }
    }

    fn why(&mut self, what: &'static str) -> Error {
        failure(what, &self.place)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.keeper.close();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}

fn initialise(programs: &Programs, owner: Owner, place: &Place) -> Result<()> {
    let mut words = vec![programs.initdb.display().to_string()];
    words.push(format!("--pgdata={}", place.data().display()));
    words.push(format!("--username={USER}"));
    words.extend(
        [
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]
        .map(str::to_owned),
    );
    let mut keeper = Keeper::start(owner, place.folder(), &words)?;
    // `initdb` ends by itself: it has a keeper only so that it also ends where this is killed.
    match keeper.wait() {
        Some(status) if status.success() => Ok(()),
        _ => Err(failure("initdb failed", place)),
    }
}

fn server_words(programs: &Programs, place: &Place) -> Vec<String> {
    let mut words = vec![programs.postgres.display().to_string()];
    words.push("-D".to_owned());
    words.push(place.data().display().to_string());
    let connections = (POSTGRES_CONNECTIONS + RESERVED).to_string();
    let folder = place.folder().display().to_string();
    let of_this = [
        ("max_connections", connections),
        ("unix_socket_directories", folder),
    ];
    // Elsewhere not every server that has the setting can do it, and then refuses it.
    let looks = cfg!(target_os = "linux") && programs.version >= VERSION_THAT_LOOKS;
    let settings = SETTINGS
        .into_iter()
        .chain(looks.then_some(LOOK_FOR_THE_CLIENT))
        .map(|(name, value)| (name, value.to_owned()));
    for (name, value) in settings.chain(of_this) {
        words.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    words
}

/// The error of a program that failed, with the last lines of its log.
fn failure(what: &'static str, place: &Place) -> Error {
    let log = std::fs::read(place.log()).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut said = String::new();
    for line in &lines[lines.len().saturating_sub(4)..] {
        let _ = write!(said, "; {line}");
    }
    Error::Postgres { what, said }
}
