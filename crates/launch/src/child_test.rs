//! Children that are read, written to and waited for beyond a deadline, and what they leave behind.

use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};

use crate::child::{Child, Waited};
use crate::fixtures::alone;
use host::command_of;
use host::{Known, Ledger};
use host::{adopt_orphans, is_dead};

/// Long enough for a machine that does ten other things.
const PATIENCE: Duration = Duration::from_secs(300);

fn shell<'a>(script: &str, ledger: &'a Ledger) -> Child<'a> {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Child::spawn(&mut command, ledger, 4096).unwrap()
}

/// The process whose number a shell prints, once it has become the program that it is to be.
fn sleeper_of(shell: &mut Child<'_>) -> u32 {
    let deadline = Instant::now() + PATIENCE;
    let pid = shell.line(deadline).unwrap().unwrap().parse().unwrap();
    while command_of(pid) != "sleep 1000" {
        assert!(Instant::now() < deadline, "{}", command_of(pid));
        std::thread::sleep(Duration::from_millis(2));
    }
    pid
}

#[test]
fn side_by_side_an_orphan_without_a_mark_is_held_against_nobody_and_ended_by_the_last() {
    let _alone = alone();
    adopt_orphans();
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let mut first = shell(
        "env -i setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; exit",
        &ledger,
    );
    first.with_its_orphans();
    let mut second = shell(
        "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; read line",
        &ledger,
    );
    second.with_its_orphans();
    let (unmarked, marked) = (sleeper_of(&mut first), sleeper_of(&mut second));
    let deadline = Instant::now() + PATIENCE;
    let ended = first.exit_with_orphans(deadline, Duration::ZERO);
    let (status, left) = ended.unwrap();
    assert!(status.success() && left.is_empty(), "{left:?}");
    assert!(!is_dead(unmarked) && !is_dead(marked));

    second.close_stdin();
    let ended = second.exit_with_orphans(deadline, Duration::ZERO);
    let (_, left) = ended.unwrap();
    assert_eq!(left, [format!("sleep 1000 (process {marked})")]);
    assert!(is_dead(unmarked) && is_dead(marked));
}

#[test]
fn what_a_program_leaves_whose_orphans_stay_is_told() {
    let _alone = alone();
    adopt_orphans();
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let mut build = shell(
        "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; exit",
        &ledger,
    );
    let left = sleeper_of(&mut build);
    let deadline = Instant::now() + PATIENCE;
    build.exit(deadline).unwrap();
    let expected = format!("sleep 1000 (process {left})");
    assert_eq!(build.left_running(), [expected]);
    kill(Known::of(left).raw(), Signal::SIGKILL).unwrap();
}

#[test]
fn a_deadline_comes_before_what_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let mut child = shell("yes >&2 & exec yes", &ledger);
    let first = child.line(Instant::now() + PATIENCE);
    assert_eq!(first, Ok(Some("y".to_owned())));
    // More lines lie in the buffer.
    for _ in 0..2 {
        assert_eq!(child.line(Instant::now()), Err(Waited::Late));
        assert_eq!(child.exit(Instant::now()), Err(Waited::Late));
    }
    // More than a pipe takes, and nobody reads it.
    let long = "x".repeat(1 << 20);
    assert_eq!(child.send(&long, Instant::now()), Err(Waited::Late));
    assert!(child.end().is_some());
}
