//! Programs that break the run protocol on purpose or by accident: each run ends within its time limit, as a
//! failure that says what happened, and no process stays behind.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use protocol::{Endpoints, Request, Setup};
use results::{Failure, Kind, Placement};

use super::run;
use crate::failure::RunError;
use crate::fixtures::alone;
use host::Ledger;
use host::{adopt_orphans, is_dead};

/// Long enough for a machine that does ten other things.
const PATIENCE: Duration = Duration::from_secs(300);
/// The time limit of runs that hang, long enough for what they do before.
const LIMIT: Duration = Duration::from_secs(4);
const READY: &str = r#"echo '{"ready":{"protocol":1,"version":"1","in_flight":2,"start_ns":1,"connect_ns":1,"warm_up_ns":1,"knobs":{}}}'"#;
const DONE: &str = r#"echo '{"done":{"tasks":4,"digest":"0","elapsed_ns":1,"latency":[[1,4]],"cpu_ns":1,"switches":{"voluntary":0,"involuntary":0},"vm_hwm_bytes":null,"threads":1,"processes":1,"alive_at_once":null,"shut_down_ns":1}}'"#;
const HELD: &str = r#"{"held":{}}"#;

fn request(hold: bool) -> Request {
    let workload =
        "name = \"w\"\nabout = \"x\"\nclass = \"mixed\"\ntasks = 4\nin_flight = 2\nseed = 1\n";
    Request {
        protocol: protocol::VERSION,
        variant: "v".to_owned(),
        setup: Setup {
            workload: protocol::parse(workload.as_bytes(), "test").unwrap(),
            endpoints: Endpoints::default(),
            workers: 1,
            in_flight: 2,
            blocking: 2,
            switch_interval_us: 5000,
        },
        tasks: 4,
        hold,
        digests: None,
        trace: None,
        parent: 0,
    }
}

/// Runs a shell script as a model's program, in a folder, and returns how that failed.
fn failure_in(folder: &Path, script: &str, request: Request, limit: Duration) -> Failure {
    let _alone = alone();
    adopt_orphans();
    let (sender, receiver) = mpsc::channel();
    let (ledger, script) = (Ledger::open(folder).unwrap(), script.to_owned());
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder);
    std::thread::spawn(move || {
        let placement = Placement::Free;
        let ended = run(
            &mut command,
            &request,
            None,
            (limit, placement),
            &ledger,
            &mut |_| (),
        );
        let _ = sender.send(ended);
    });
    let ended = receiver
        .recv_timeout(2 * PATIENCE)
        .expect("the run should end within its time limit");
    match ended {
        Err(RunError::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn failure_of(script: &str, request: Request, limit: Duration) -> Failure {
    let folder = tempfile::tempdir().unwrap();
    failure_in(folder.path(), script, request, limit)
}

/// The time limit of a run that fails in this way: what does not hang fails long before.
fn limit_of(kind: Kind) -> Duration {
    if kind == Kind::Hung { LIMIT } else { PATIENCE }
}

fn refused(script: &str, hold: bool, kind: Kind, expected: &str) {
    let failure = failure_of(script, request(hold), limit_of(kind));
    assert_eq!(failure.kind, kind, "{script}: {failure}");
    assert!(failure.message.contains(expected), "{script}: {failure}");
}

#[test]
fn a_flood_does_not_outlast_the_time_limit() {
    let after_ready = format!("{READY}; yes complaint >&2");
    refused(
        &after_ready,
        false,
        Kind::Hung,
        "no `done` within the time limit of 4s",
    );
    refused("exec yes ''", false, Kind::Garbage, "printed ``");
    let after_done = format!("{READY}; {DONE}; exec yes");
    let expected =
        "did not end after `done`, behind which it printed `y`, within the time limit of 4s";
    refused(&after_done, false, Kind::Hung, expected);
    let both = format!("{READY}; {DONE}; yes >&2 & exec yes ''");
    refused(&both, false, Kind::Hung, "behind which it printed ``");
    let without_end = format!("{READY}; exec tr '\\0' x </dev/zero");
    refused(&without_end, false, Kind::Garbage, "a line of over 16 MiB");
}

#[test]
fn barriers_come_only_where_they_are_asked_for_and_not_without_end() {
    let flood = format!("{READY}; exec yes '{HELD}'");
    refused(
        &flood,
        false,
        Kind::Garbage,
        "printed `held` where `done` was due",
    );
    let expected = "printed `held` more than 3 times: allowed are one for each lane";
    refused(&flood, true, Kind::Garbage, expected);
}

#[test]
fn a_program_that_does_not_read_is_not_waited_for_beyond_the_time_limit() {
    // More than a pipe takes.
    let long = Request {
        digests: Some("x".repeat(200_000).into()),
        ..request(false)
    };
    let failure = failure_of("exec sleep 1000", long.clone(), LIMIT);
    assert_eq!(failure.kind, Kind::Hung);
    assert_eq!(
        failure.message,
        "did not read the request within the time limit of 4s"
    );
    // It writes meanwhile, more than a pipe takes, and reads only then.
    let script =
        format!("head -c 300000 /dev/zero | tr '\\0' x >&2; read -r line; {READY}; exit 7");
    let failure = failure_of(&script, long, PATIENCE);
    assert_eq!(
        failure.message,
        "ended with exit code 7 where `done` was due"
    );
}

#[test]
fn a_program_that_leaves_its_process_group_is_ended_all_the_same() {
    let script = format!(
        "echo $$ >pid; {READY}; exec perl -e 'setpgrp(0, getpgrp(getppid())) or die; sleep 1000'"
    );
    let folder = tempfile::tempdir().unwrap();
    let failure = failure_in(folder.path(), &script, request(false), LIMIT);
    assert_eq!(failure.kind, Kind::Hung, "{failure}");
    assert!(is_dead(number_in(folder.path())));
}

fn number_in(folder: &Path) -> u32 {
    let text = std::fs::read_to_string(folder.join("pid")).unwrap();
    text.trim().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn what_has_left_the_process_group_ends_however_the_run_ended() {
    let daemons = [
        "setsid sleep 1000",
        // Nothing of it says whose it was.
        "env -i setsid sleep 1000",
    ];
    let endings = [
        (format!("{READY}; {DONE}"), Kind::LeftBehind),
        (format!("{READY}; {DONE}; exit 3"), Kind::Crashed),
        (format!("{READY}; kill -KILL $$"), Kind::Crashed),
        (format!("{READY}; sleep 1000"), Kind::Hung),
        (format!("{READY}; echo hello"), Kind::Garbage),
        (
            "echo '{\"error\":{\"kind\":\"unsupported\",\"message\":\"no\"}}'; exit 1".to_owned(),
            Kind::Unsupported,
        ),
    ];
    for daemon in daemons {
        for (ending, kind) in &endings {
            let folder = tempfile::tempdir().unwrap();
            let script = format!("{daemon} </dev/null >/dev/null 2>&1 & echo $! >pid; {ending}");
            let failure = failure_in(folder.path(), &script, request(false), limit_of(*kind));
            assert_eq!(failure.kind, *kind, "{script}: {failure}");
            assert!(is_dead(number_in(folder.path())), "{script}");
        }
    }
}

#[test]
fn a_ledger_that_cannot_be_written_is_no_fault_of_the_program() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    std::fs::remove_dir_all(folder.path().join("live")).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "exit 1"]);
    let request = request(false);
    let placement = Placement::Free;
    let ended = run(
        &mut command,
        &request,
        None,
        (LIMIT, placement),
        &ledger,
        &mut |_| (),
    );
    let Err(RunError::Tool(error)) = ended else {
        panic!("{ended:?}");
    };
    let text = format!("{error:#}");
    assert!(text.starts_with("no program can be started: "), "{text}");
    assert!(text.contains("cannot be written: No such file"), "{text}");
}
