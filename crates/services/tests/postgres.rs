//! PostgreSQL through the real programs: the rows of a private cluster, and a server that is there already, with
//! passwords and without. What is left when one of them ends is in `postgres_ends.rs`, and what needs no
//! server in `postgres_absent.rs`.

mod cluster;
mod common;
mod processes;

use std::fs;
use std::time::{Duration, Instant};

use cluster::*;
use common::{Service, program};
use protocol::{FailureKind, PostgresServer, ServiceMessage, ServiceReady};
use workloads::blocking::{BlockingStream, run_ready};
use workloads::postgres::{PostgresConnection, PostgresError};

const OTHERS: &str = "FROM pg_stat_activity WHERE backend_type = 'client backend' \
                      AND pid <> pg_backend_pid()";

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
