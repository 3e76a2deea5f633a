//! PostgreSQL through the real programs: the private cluster, a server that is there already with
//! passwords and without, and what is left when one of them ends. Where the machine has no server
//! program the tests that need one say so and end, or fail where `MANYWAYS_REQUIRE` names `postgres`;
//! what needs no server is in `postgres_absent.rs`.

mod common;
mod processes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use common::{Service, failure_of, json, program};
use processes::{children_of, is_running, parent_of};
use protocol::{FailureKind, PostgresServer, ServiceMessage, ServiceReady, ServiceRequest};
use workloads::blocking::{BlockingIo, BlockingStream, run_ready};
use workloads::postgres::{PostgresClient, PostgresConnection, PostgresError};
use workloads::{Address, Io, content};

/// Longer than anything here takes; nothing passes by being faster.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);
const ROWS: u64 = 2500;

type Stream = <BlockingIo as Io>::Stream;

fn request(server: Option<&str>) -> String {
    json(&ServiceRequest::Postgres {
        rows: ROWS,
        server: server.map(str::to_owned),
        parent: std::process::id(),
    })
}

/// A service that is up, or `None` where the machine has no server program.
fn served(server: Option<&str>) -> Option<(Service, PostgresServer)> {
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

fn stream(server: &PostgresServer) -> std::io::Result<Stream> {
    let address = Address::parse(&server.address).expect("an address");
    run_ready(BlockingIo.connect(&address))
}

fn client(server: &PostgresServer) -> Result<PostgresClient<Stream>, PostgresError> {
    let waits = [Duration::ZERO, Duration::from_millis(5)];
    run_ready(PostgresClient::open(stream(server)?, server, &waits))
}

fn command(server: &PostgresServer, text: &str) -> Result<Option<String>, PostgresError> {
    let mut connection = run_ready(PostgresConnection::open(stream(server)?, server))?;
    run_ready(connection.command(text))
}

fn crc(id: u64) -> u32 {
    crc32fast::hash(&content::row(id))
}

fn code_of(error: &PostgresError) -> &str {
    match error {
        PostgresError::Server(told) => &told.code,
        other => panic!("{other}"),
    }
}

/// The folder of a private cluster.
fn folder(server: &PostgresServer) -> PathBuf {
    Path::new(&server.address)
        .parent()
        .expect("a folder")
        .to_owned()
}

/// The server's own process.
fn postmaster(folder: &Path) -> String {
    let file = fs::read_to_string(folder.join("data/postmaster.pid")).expect("a running server");
    file.lines().next().expect("a number").to_owned()
}

fn signal(name: &str, processes: &[&str]) {
    let sent = Command::new("kill").arg(name).args(processes).status();
    assert!(sent.unwrap().success());
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let latest = Instant::now() + FAR_TOO_LONG;
    while !is_so() {
        assert!(Instant::now() < latest, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn every_row_is_there_and_no_other() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let mut client = client(&server).unwrap();
    for id in [1, 2, 1000, 1001, ROWS] {
        assert_eq!(
            run_ready(client.select(Duration::ZERO, id)).unwrap(),
            crc(id)
        );
    }
    let slow = Duration::from_millis(5);
    let start = Instant::now();
    assert_eq!(run_ready(client.select(slow, 7)).unwrap(), crc(7));
    assert!(start.elapsed() >= slow, "the server sleeps");
    let error = run_ready(client.select(Duration::ZERO, ROWS + 1)).unwrap_err();
    assert_eq!(error.to_string(), "no row with this id");
    let count = command(&server, "SELECT count(*) FROM public.rows").unwrap();
    assert_eq!(count, Some(ROWS.to_string()));
    assert_eq!(
        command(&server, "SHOW fsync").unwrap().as_deref(),
        Some("off")
    );
}

#[test]
fn nothing_stays_when_the_input_is_closed() {
    let Some((mut service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    let mut idle = client(&server).unwrap();
    service.close_input();
    assert_eq!(service.end().code(), Some(0));
    assert!(!folder.exists());
    assert!(!is_running(&pid));
    assert!(run_ready(idle.select(Duration::ZERO, 1)).is_err());
}

#[test]
fn nothing_stays_when_the_service_is_killed() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    // Dropping kills it.
    drop(service);
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// As on a full disk: that its pipe was closed cannot be noted down.
#[test]
fn nothing_stays_where_the_keeper_cannot_write() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    fs::create_dir(folder.join("closed")).unwrap();
    drop(service);
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

const OTHERS: &str = "FROM pg_stat_activity WHERE backend_type = 'client backend' \
                      AND pid <> pg_backend_pid()";

#[test]
fn the_server_says_why_it_ends_a_connection() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let mut idle = client(&server).unwrap();
    let end = format!("SELECT pg_terminate_backend(pid) {OTHERS}");
    command(&server, &end).unwrap();
    let count = format!("SELECT count(*) {OTHERS}");
    wait_until("the connection ends", || {
        command(&server, &count).unwrap().as_deref() == Some("0")
    });
    let error = run_ready(idle.select(Duration::ZERO, 1)).unwrap_err();
    assert_eq!(code_of(&error), "57P01", "{error}");
}

/// As a model does that is killed while it waits.
#[cfg(target_os = "linux")]
#[test]
fn a_select_for_which_nobody_waits_ends() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let version = command(&server, "SHOW server_version_num").unwrap();
    if version.is_some_and(|version| version.parse::<u32>().unwrap() < 140_000) {
        eprintln!("not tested: the server is older than version 14");
        return;
    }
    let sleeps = format!("SELECT count(*) {OTHERS} AND state = 'active'");
    let stream = stream(&server).unwrap();
    let BlockingStream::Unix(socket) = stream.get_ref() else {
        panic!("a cluster of our own listens on a Unix socket");
    };
    let socket = socket.try_clone().unwrap();
    let mut connection = run_ready(PostgresConnection::open(stream, &server)).unwrap();
    // Longer than the test would wait.
    let waiting =
        std::thread::spawn(move || run_ready(connection.command("SELECT pg_sleep(3600)")));
    wait_until("the server sleeps", || {
        command(&server, &sleeps).unwrap().as_deref() == Some("1")
    });
    socket.shutdown(std::net::Shutdown::Both).unwrap();
    wait_until("the select ends", || {
        command(&server, &sleeps).unwrap().as_deref() == Some("0")
    });
    assert!(waiting.join().unwrap().is_err());
}

#[test]
fn a_server_that_is_killed_is_an_error_for_all() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    let mut idle = client(&server).unwrap();
    signal("-QUIT", &[&pid]);
    let failure = failure_of(service, 1);
    assert!(
        failure.message.starts_with("postgres ended"),
        "{}",
        failure.message
    );
    assert!(!folder.exists());
    let error = run_ready(idle.select(Duration::ZERO, 1)).unwrap_err();
    // The server's last words, or their absence.
    match &error {
        PostgresError::Server(told) => assert_eq!(told.code, "57P02", "{told}"),
        PostgresError::EarlyEnd(_) | PostgresError::Connection(_) => {}
        other => panic!("{other}"),
    }
    assert!(stream(&server).is_err(), "nobody listens");
}

#[test]
fn a_row_or_a_table_of_another_shape_is_noticed() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let of_table = |table: &str| PostgresServer {
        table: table.to_owned(),
        ..server.clone()
    };
    let error = client(&of_table("public.nothing")).unwrap_err();
    assert_eq!(code_of(&error), "42P01");
    command(
        &server,
        "CREATE TABLE texts AS SELECT id, encode(body, 'hex') body FROM rows",
    )
    .unwrap();
    let error = client(&of_table("texts")).unwrap_err();
    assert!(matches!(error, PostgresError::Shape(_)), "{error}");
    let odd = "CREATE TABLE odd AS SELECT 1::bigint id, '\\x00'::bytea body \
               UNION ALL SELECT 2, NULL UNION ALL SELECT 3, '' UNION ALL SELECT 3, ''";
    command(&server, odd).unwrap();
    let told = |id| {
        let mut client = client(&of_table("odd")).unwrap();
        run_ready(client.select(Duration::ZERO, id))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(told(1), "a body of 1 bytes instead of 64");
    assert_eq!(told(2), "a body that is NULL");
    assert_eq!(told(3), "a body of 0 bytes instead of 64");
}

#[test]
fn notices_may_come_at_any_time() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let noisy = "CREATE FUNCTION noisy() RETURNS SETOF rows LANGUAGE plpgsql AS $$ BEGIN \
                 RAISE NOTICE 'first'; RETURN QUERY SELECT * FROM rows; RAISE NOTICE 'last'; \
                 PERFORM set_config('TimeZone', 'Europe/Berlin', false); END $$";
    command(&server, noisy).unwrap();
    let server = PostgresServer {
        table: "noisy()".to_owned(),
        ..server
    };
    let mut client = client(&server).unwrap();
    for id in [3, 4] {
        assert_eq!(
            run_ready(client.select(Duration::ZERO, id)).unwrap(),
            crc(id)
        );
    }
}

/// What `served` with a server that is there uses, and what it leaves there.
#[test]
fn a_server_that_is_there_keeps_nothing() {
    let Some((_service, own)) = served(None) else {
        return;
    };
    let secret = "pass: \u{fc}/word";
    command(
        &own,
        &format!("CREATE ROLE guest LOGIN PASSWORD '{secret}'"),
    )
    .unwrap();
    command(&own, "GRANT CREATE ON DATABASE postgres TO guest").unwrap();
    let socket = folder(&own);
    // Whoever comes as this user must show the password; the others go on as before.
    let rules = socket.join("data/pg_hba.conf");
    let trusted = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, format!("local all guest scram-sha-256\n{trusted}")).unwrap();
    command(&own, "SELECT pg_reload_conf()").unwrap();

    let host = socket.display().to_string().replace('/', "%2F");
    let url = |password: &str| format!("postgres://guest:{password}@{host}/postgres");
    // The rules are read a moment after they were changed: until then anything goes.
    let wrong = url("wrong");
    let mut refused = None;
    wait_until("a wrong password is refused", || {
        let mut service = Service::start(&request(Some(&wrong)));
        match service.answer() {
            ServiceMessage::Error(failure) => refused = Some(failure),
            _ => {
                service.close_input();
                service.end();
            }
        }
        refused.is_some()
    });
    let refused = refused.unwrap();
    assert_eq!(refused.kind, FailureKind::Failed);
    assert!(refused.message.contains("28P01"), "{}", refused.message);
    assert!(!refused.message.contains("wrong"), "{}", refused.message);

    let right = url("pass%3A%20%C3%BC%2Fword");
    let (mut service, server) = served(Some(&right)).unwrap();
    assert_eq!(server.password.as_deref(), Some(secret));
    let without = url("").replace("guest:@", "guest@");
    assert_eq!(
        password_of_environment(&without, secret).as_deref(),
        Some(secret)
    );
    let mut client = client(&server).unwrap();
    assert_eq!(
        run_ready(client.select(Duration::ZERO, ROWS)).unwrap(),
        crc(ROWS)
    );
    drop(client);
    assert_eq!(command(&own, SCHEMAS).unwrap().as_deref(), Some("1"));
    service.close_input();
    assert_eq!(service.end().code(), Some(0));
    assert_eq!(command(&own, SCHEMAS).unwrap().as_deref(), Some("0"));

    let nobody = PostgresServer {
        password: None,
        ..server.clone()
    };
    assert!(matches!(
        self::client(&nobody),
        Err(PostgresError::NoPassword)
    ));
    let other = PostgresServer {
        password: Some("other".to_owned()),
        ..server
    };
    assert_eq!(code_of(&self::client(&other).unwrap_err()), "28P01");
}

/// What a service finds where the URL has no password, as libpq does.
fn password_of_environment(url: &str, secret: &str) -> Option<String> {
    let mut named = program();
    named.env("PGPASSWORD", secret);
    let mut service = Service::start_as(named, &request(Some(url)));
    let answer = service.answer();
    let ServiceMessage::Ready(ServiceReady::Postgres(server)) = answer else {
        panic!("{answer:?}")
    };
    service.close_input();
    assert!(service.end().success());
    server.password
}

const SCHEMAS: &str = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'manyways\\_%'";

/// The tool was killed while the table was being made: there is nobody to say `ready` to.
#[test]
fn a_server_that_is_there_keeps_nothing_where_nobody_listens() {
    let Some((_service, own)) = served(None) else {
        return;
    };
    let host = folder(&own).display().to_string().replace('/', "%2F");
    let url = format!("postgres://{}@{host}/postgres", own.user);
    let mut guest = Service::start(&request(Some(&url)));
    guest.close_output();
    assert_eq!(guest.end().code(), Some(1));
    assert_eq!(command(&own, SCHEMAS).unwrap().as_deref(), Some("0"));
    let mut guest = Service::start(&request(Some(&url)));
    guest.close_input();
    guest.close_output();
    guest.end();
    assert_eq!(command(&own, SCHEMAS).unwrap().as_deref(), Some("0"));
}

/// As the system does where memory runs out.
#[test]
fn a_server_that_is_killed_hard_is_told_with_its_signal() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let folder = folder(&server);
    signal("-KILL", &[&postmaster(&folder)]);
    let failure = failure_of(service, 1);
    let expected = "postgres was killed by signal 9, as the system does when memory runs out";
    assert!(failure.message.starts_with(expected), "{}", failure.message);
    assert!(!folder.exists());
}

/// The shell alone is killed, which keeps the server: the service ends both.
#[cfg(target_os = "linux")]
#[test]
fn a_keeper_that_is_killed_leaves_nothing() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    signal("-KILL", &[&parent_of(&pid)]);
    let failure = failure_of(service, 1);
    let expected = "the shell that keeps postgres was killed by signal 9";
    assert!(failure.message.starts_with(expected), "{}", failure.message);
    assert!(!is_running(&pid));
    assert!(!folder.exists());
}

/// A server whose keeper is killed along with the service is found by the next one.
#[cfg(target_os = "linux")]
#[test]
fn what_outlives_even_its_keeper_is_swept() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    let keeper = parent_of(&pid);
    // Its two shells: the one that reads the pipe is a child of the one that waits.
    let reader = children_of(&keeper).find(|child| *child != pid).unwrap();
    // Held first, for otherwise they would do their work as soon as the service is gone.
    signal("-STOP", &[&reader, &keeper]);
    drop(service);
    signal("-KILL", &[&reader, &keeper]);
    wait_until("the keeper is gone", || !is_running(&keeper));
    assert!(is_running(&pid), "nobody has ended it yet");
    // Another service may have swept it by now, too.
    let swept = program().arg("--sweep").output().unwrap();
    assert!(swept.status.success());
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// Its shell that waits lives on, and does nothing about it.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_nobody_would_end_is_swept() {
    let Some((service, server)) = served(None) else {
        return;
    };
    let (folder, pid) = (folder(&server), postmaster(&folder(&server)));
    let reader = children_of(&parent_of(&pid)).find(|child| *child != pid);
    signal("-KILL", &[&reader.unwrap()]);
    drop(service);
    let swept = program().arg("--sweep").output().unwrap();
    assert!(swept.status.success());
    wait_until("the server ends", || !is_running(&pid));
    wait_until("its folder goes", || !folder.exists());
}

/// As another container that shares the temporary folder and sees none of our processes.
#[cfg(target_os = "linux")]
#[test]
fn a_cluster_of_another_pid_namespace_is_left_alone() {
    let Some((_service, server)) = served(None) else {
        return;
    };
    let apart = |program: &str, argument: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--pid", "--fork", "--mount-proc", program, argument]);
        unshare.output()
    };
    let can = apart("/bin/true", "").is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("not tested: no PID namespace can be made");
        return;
    }
    let swept = apart(env!("CARGO_BIN_EXE_services"), "--sweep").unwrap();
    assert!(swept.status.success());
    assert!(folder(&server).exists());
    let mut client = client(&server).unwrap();
    assert_eq!(run_ready(client.select(Duration::ZERO, 1)).unwrap(), crc(1));
}
