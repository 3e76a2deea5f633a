//! A private cluster: made, started, filled, and gone with this process.

use std::process::ExitStatus;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use protocol::{POSTGRES_CONNECTIONS, PostgresServer};

use super::ending::{Ending, describe};
use super::keeper::Keeper;
use super::owner::{LENT_TO, Owner};
use super::place::{self, Place};
use super::programs::Programs;
use super::sweep::sweep;
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
const SETTINGS: [(&str, &str); 17] = [
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
    // A server that lost one of its processes ends all connections to recover. Where it ends as a whole it
    // is known to be at fault, and no model is.
    ("restart_after_crash", "off"),
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
    /// Where the server's own words begin in the log.
    log_start: u64,
}

/// Says with which programs and where a cluster would be made, which takes all but making it.
///
/// # Errors
/// What is missing, and what helps.
pub fn check() -> Result<String> {
    let owner = Owner::find()?;
    let programs = Programs::find(owner)?;
    let parent = place::would_be(owner, 0)?;
    Ok(format!(
        "PostgreSQL {} can be run in {}{}",
        programs.version,
        parent.display(),
        match owner {
            Owner::Same => String::new(),
            Owner::Other { .. } => format!(" as the user `{LENT_TO}`"),
        }
    ))
}

impl Cluster {
    pub(super) fn provide(rows: u64) -> Result<Self> {
        // What a killed service left is removed first: it may hold the disk that is needed now.
        let _ = sweep();
        let owner = Owner::find()?;
        let programs = Programs::find(owner)?;
        let place = Place::make(owner, rows)?;
        initialise(&programs, owner, &place)?;
        let log_start = place.log().length();
        let keeper = Keeper::start(owner, &place, &server_words(&programs, &place))?;
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
            log_start,
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
                Err(_) if self.keeper.has_ended() => {
                    let status = self.keeper.wait();
                    return Err(self.ended(status));
                }
                Err(error) if Instant::now() > deadline => {
                    let what = format!("postgres accepts no connection ({error})");
                    return Err(failure(what, &self.place, self.log_start));
                }
                Err(_) => std::thread::sleep(LOOK),
            }
        }
    }

    pub(super) fn watch(&mut self, tell: Sender<Ending>) {
        self.watcher = self.keeper.hand_over().map(|mut shell| {
            std::thread::spawn(move || {
                let status = shell.wait().ok();
                // Who has ended in the meantime does not listen.
                let _ = tell.send(Ending::ServerEnded(status));
            })
        });
    }

    pub(super) fn end(self, ending: Ending) -> Result<()> {
        match ending {
            Ending::InputClosed => Ok(()),
            Ending::ServerEnded(status) => Err(self.ended(status)),
        }
    }

    fn ended(&self, status: Option<ExitStatus>) -> Error {
        failure(describe("postgres", status), &self.place, self.log_start)
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
    let mut keeper = Keeper::start(owner, place, &words)?;
    // `initdb` ends by itself: it has a keeper only so that it also ends where this is killed.
    match keeper.wait() {
        Some(status) if status.success() => Ok(()),
        status => Err(failure(describe("initdb", status), place, 0)),
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

/// The error of a program that failed, with its last words and what helps against it.
fn failure(what: String, place: &Place, log_start: u64) -> Error {
    let said = place.log().last_words(log_start);
    Error::Postgres {
        what,
        remedy: remedy(&said),
        said,
    }
}

/// What helps where the system's limits stand in the way; PostgreSQL's own hint is among its words.
fn remedy(said: &str) -> &'static str {
    if has_any(said, &["No space left on device", "Disk quota exceeded"]) {
        ": set TMPDIR to a folder with more room"
    } else if has_any(said, &["shared memory", "Cannot allocate memory"]) {
        ": give it more memory (256 MiB shared): a container's limit, `ulimit -v` or /dev/shm is too small"
    } else {
        ""
    }
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_has_a_remedy() {
        let full =
            "; FATAL:  could not write to file \"pg_wal/xlogtemp.8\": No space left on device";
        assert!(remedy(full).contains("TMPDIR"));
        let small = "; FATAL:  could not map anonymous shared memory: Cannot allocate memory";
        assert!(remedy(small).contains("memory"));
        assert_eq!(remedy("; FATAL:  something else"), "");
    }
}
