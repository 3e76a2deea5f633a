//! Ends the processes that a killed tool left behind. A ledger is believed only where nobody else can have
//! written it. Only a process whose number and start time both agree with it, and which is this user's, is
//! ended, never one of a tool that still runs, and none that cleans up by itself.

use std::fs::{self, DirEntry};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::fcntl::OFlag;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgrp};
use terminal::output;

use crate::identity::PidSpace;
use crate::ledger::{Entries, Known, live_folder};
use crate::ownership::{doubt, open_itself, own_user};
use crate::process_tree::stat_fields;

/// The most bytes of a ledger: each child takes about fifty, and a tool has some dozens at most.
const MOST_BYTES: u64 = 64 * 1024;

/// Ends every process in the ledgers of a folder of results whose tool is gone, and returns how many
/// these were. People are told which files were not believed.
pub fn reap_orphans(results: &Path) -> usize {
    let live = live_folder(results);
    match files(&live) {
        Ok(files) => files.iter().map(|file| reap_file(&file.path())).sum(),
        Err(why) => {
            not_believed(&live, &why);
            0
        }
    }
}

/// The files in the folder of ledgers; none where there is no folder.
fn files(live: &Path) -> Result<Vec<DirEntry>, String> {
    let folder = match open_itself(live, OFlag::O_DIRECTORY) {
        Ok(folder) => folder,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    let data = folder.metadata().map_err(|error| error.to_string())?;
    if let Some(doubt) = doubt(&data) {
        return Err(doubt);
    }
    let entries = fs::read_dir(live).map_err(|error| error.to_string())?;
    Ok(entries.flatten().collect())
}

fn reap_file(path: &Path) -> usize {
    let text = match read(path) {
        Ok(Some(text)) => text,
        // Its tool has just ended.
        Ok(None) => return 0,
        Err(why) => {
            not_believed(path, &why);
            return 0;
        }
    };
    // A torn file is the half-written successor of a whole one, or was abandoned by a killed tool.
    let Ok(entries) = serde_json::from_str::<Entries>(&text) else {
        remove_abandoned(path);
        return 0;
    };
    // A process id of another machine would be taken for that of a process here. What a killed tool left there
    // is ended by the next tool there.
    let is_foreign = entries.space != PidSpace::default() && entries.space != PidSpace::here();
    if is_foreign || entries.tool.is_alive() {
        return 0;
    }
    let left = entries.children.into_iter().filter_map(group_to_end);
    let ended = left
        .filter(|group| killpg(*group, Signal::SIGKILL).is_ok())
        .count();
    let _ = fs::remove_file(path);
    ended
}

/// The text of a ledger that only this user can have written; `None` where it is gone.
fn read(path: &Path) -> Result<Option<String>, String> {
    let file = match open_itself(path, OFlag::empty()) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let data = file.metadata().map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if let Some(doubt) = doubt(&data) {
        return Err(doubt);
    }
    // A file of this user that somebody else has linked to is none that a tool has written here.
    if data.nlink() > 1 {
        return Err("it has another name besides".to_owned());
    }
    if data.len() > MOST_BYTES {
        let bytes = data.len();
        return Err(format!(
            "it has {bytes} bytes, and {MOST_BYTES} at most are allowed"
        ));
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The process group of a child, where it is to be ended: the child is still the same process, is this
/// user's, and leads a group of its own, as every child does, so that its descendants end with it.
fn group_to_end(known: Known) -> Option<Pid> {
    let pid = i32::try_from(known.pid).ok().map(Pid::from_raw)?;
    // A signal to group 0 or 1 would go to this tool's own group, or to the system's first process.
    let is_ours = pid.as_raw() > 1 && pid != getpgrp() && owner_of(known.pid)? == own_user();
    let leads = stat_fields(known.pid)?.get(2)? == &known.pid.to_string();
    (is_ours && leads && known.is_alive() && !known.cleans_up).then_some(pid)
}

/// The user whose rights a process has: the second number after `Uid:` in its `status`.
pub(super) fn owner_of(pid: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let users = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    users.split_whitespace().nth(1)?.parse().ok()
}

fn not_believed(path: &Path, why: &str) {
    output::notice(&format!(
        "{} is not searched for processes of an earlier run: {why}",
        path.display()
    ));
}

/// Removes a file that a killed tool had only begun: one that is written now is replaced within
/// microseconds, and this one is older than a minute.
fn remove_abandoned(path: &Path) {
    let age = path
        .symlink_metadata()
        .and_then(|data| data.modified())
        .map(|time| time.elapsed());
    if matches!(age, Ok(Ok(age)) if age.as_secs() > 60) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs::{Permissions, hard_link, set_permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
    use std::os::unix::process::CommandExt as _;
    use std::path::PathBuf;
    use std::process::{Child, Command, Stdio};

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    /// A process that waits until it is killed, in a process group of its own or in this one's.
    fn waiting(group: Option<i32>) -> Child {
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped());
        if let Some(group) = group {
            command.process_group(group);
        }
        command.spawn().unwrap()
    }

    /// The ledger of a tool that is gone, with these children.
    fn ledger_of(children: Vec<Known>) -> String {
        // No process has this number.
        let tool = Known {
            pid: u32::MAX,
            start: Some(1),
            cleans_up: false,
        };
        let space = PidSpace::here();
        serde_json::to_string(&Entries {
            space,
            tool,
            children,
        })
        .unwrap()
    }

    /// Results with one ledger, which only this user can write to.
    fn results_with(text: &str) -> (tempfile::TempDir, PathBuf) {
        let results = tempfile::tempdir().unwrap();
        let live = live_folder(results.path());
        fs::create_dir(&live).unwrap();
        set_permissions(&live, Permissions::from_mode(0o700)).unwrap();
        let path = live.join("4711");
        fs::write(&path, text).unwrap();
        set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        (results, path)
    }

    #[test]
    fn what_is_left_is_ended_unless_it_puts_something_right() {
        let mut left = waiting(Some(0));
        let known = Known::of(left.id());
        let reaped = |cleans_up| {
            let (results, path) = results_with(&ledger_of(vec![Known { cleans_up, ..known }]));
            let ended = reap_orphans(results.path());
            assert!(!path.exists());
            ended
        };
        assert_eq!(reaped(true), 0);
        assert!(left.try_wait().unwrap().is_none(), "it still runs");
        assert_eq!(reaped(false), 1);
        assert!(!left.wait().unwrap().success());
    }

    #[test]
    fn the_ledger_of_another_machine_or_container_is_left_alone() {
        let mut left = waiting(Some(0));
        let here = PidSpace::here();
        let other_machine = PidSpace {
            boot_id: Some("00000000-0000-0000-0000-000000000000".to_owned()),
            ..here.clone()
        };
        let other_container = PidSpace {
            namespace: Some(1),
            ..here
        };
        for space in [other_machine, other_container] {
            let text = ledger_of(vec![Known::of(left.id())]);
            let mut entries: Entries = serde_json::from_str(&text).unwrap();
            entries.space = space;
            let (results, path) = results_with(&serde_json::to_string(&entries).unwrap());
            assert_eq!(reap_orphans(results.path()), 0);
            assert!(path.exists());
        }
        assert!(left.try_wait().unwrap().is_none(), "it still runs");
        left.kill().unwrap();
        left.wait().unwrap();
    }

    #[test]
    fn only_a_group_of_a_child_of_this_user_is_ended() {
        let (mut leader, mut member) = (waiting(Some(0)), waiting(None));
        let known = Known::of(leader.id());
        assert!(group_to_end(known).is_some());
        let later = Known {
            start: known.start.map(|start| start + 1),
            ..known
        };
        let spared = [
            ("another process of this number", later),
            ("a group that it does not lead", Known::of(member.id())),
            ("the first process", Known::of(1)),
            ("number 0", Known { pid: 0, ..known }),
            (
                "this tool's group",
                Known::of(getpgrp().as_raw().unsigned_abs()),
            ),
        ];
        for (what, known) in spared {
            assert_eq!(group_to_end(known), None, "{what}");
        }
        for child in [&mut leader, &mut member] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    #[test]
    fn a_process_of_another_user_is_spared() {
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped()).process_group(0);
        // Only root may start one.
        let Ok(mut other) = command.uid(own_user() + 1).spawn() else {
            return;
        };
        assert_eq!(owner_of(other.id()), Some(own_user() + 1));
        assert_eq!(group_to_end(Known::of(other.id())), None);
        other.kill().unwrap();
        other.wait().unwrap();
    }

    /// What is done to a ledger, by the path of its file.
    type Forgery = fn(&Path);

    #[test]
    fn what_somebody_else_can_have_written_is_not_believed() {
        let forgeries: [(&str, Forgery); 7] = [
            ("a file that others can write", |path| {
                set_permissions(path, Permissions::from_mode(0o666)).unwrap();
            }),
            ("a folder that others can write", |path| {
                set_permissions(path.parent().unwrap(), Permissions::from_mode(0o777)).unwrap();
            }),
            ("a file with two names", |path| {
                hard_link(path, path.with_file_name("../other")).unwrap();
            }),
            ("a link to a file", |path| {
                let elsewhere = path.with_file_name("../elsewhere");
                fs::rename(path, &elsewhere).unwrap();
                symlink(&elsewhere, path).unwrap();
            }),
            ("a link to a folder", |path| {
                let live = path.parent().unwrap();
                let elsewhere = live.with_file_name("elsewhere");
                fs::rename(live, &elsewhere).unwrap();
                symlink(&elsewhere, live).unwrap();
            }),
            ("a file that is too long", |path| {
                let text = fs::read_to_string(path).unwrap();
                let spaces = " ".repeat(usize::try_from(MOST_BYTES).unwrap());
                fs::write(path, text + &spaces).unwrap();
            }),
            ("a file of another user", |path| {
                // Only root may give it away; else it is one that others can write.
                if chown(path, Some(own_user() + 1), None).is_err() {
                    set_permissions(path, Permissions::from_mode(0o622)).unwrap();
                }
            }),
        ];
        let mut left = waiting(Some(0));
        let text = ledger_of(vec![Known::of(left.id())]);
        for (what, forge) in forgeries {
            let (results, path) = results_with(&text);
            forge(&path);
            assert_eq!(reap_orphans(results.path()), 0, "{what}");
            assert!(path.exists(), "{what} stays for people to look at");
        }
        assert!(left.try_wait().unwrap().is_none(), "it still runs");
        let (results, _) = results_with(&text);
        assert_eq!(reap_orphans(results.path()), 1);
        left.wait().unwrap();
    }

    #[test]
    fn a_named_pipe_holds_nobody_up() {
        let (results, path) = results_with("");
        fs::remove_file(&path).unwrap();
        mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        assert_eq!(reap_orphans(results.path()), 0);
    }
}
