//! A shell that keeps a server: it ends it, and removes its folder, once a pipe is closed whose
//! other end this process holds. So the server ends with this process however that ends, even
//! where it is killed and can do nothing about it.

use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ExitStatus, Stdio};

use super::owner::Owner;
use super::place::Place;
use crate::error::{Error, Result};

/// `$1` is the folder, which is also where it works; the rest is the command. Standard output is the lock,
/// which only the reader of the pipe keeps: a server that nobody would end is abandoned. Standard error is
/// the log. `true` and not `:`, because a shell ends where it cannot write what a special built-in redirects,
/// and the server must end also where the disk is full.
/// A shell without job control takes standard input from what it puts aside, hence descriptor 3. Once the
/// pipe is closed the server must go at once: SIGQUIT is PostgreSQL's immediate end. A shell starts what goes
/// beside it with that signal ignored, so that one which comes before PostgreSQL has its own handler is lost,
/// and is sent again until the server is gone.
const SCRIPT: &str = r#"
folder=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- >&2 &
kept=$!
{ read -r line <&3; true >closed; while kill -QUIT "$kept"; do sleep 0.1; done; } 2>/dev/null &
reader=$!
exec 3<&- >/dev/null
wait "$kept"
status=$?
if [ -e closed ]; then
    cd /
    rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
fi
kill "$reader" 2>/dev/null
exit "$status"
"#;

/// A command that is kept. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Keeper {
    /// Closing this ends it.
    pipe: Option<ChildStdin>,
    shell: Option<Child>,
}

impl Keeper {
    /// Starts a command in a cluster's folder, as this user.
    pub(super) fn start(owner: Owner, place: &Place, words: &[String]) -> Result<Self> {
        let folder = place.folder();
        let (lock, log) = place
            .lock()
            .and_then(|lock| Ok((lock, place.log().output()?)))
            .map_err(Error::path("share the files of", folder))?;
        let mut command = owner.command("/bin/sh");
        command
            .args(["-c", SCRIPT, "keeper"])
            .arg(folder)
            .args(words);
        // A group of its own: whoever ends ours at once must leave this one time to clean up.
        command.current_dir(folder).process_group(0);
        command.stdin(Stdio::piped()).stdout(lock).stderr(log);
        let mut shell = command
            .spawn()
            .map_err(Error::path("start", "/bin/sh".as_ref()))?;
        Ok(Self {
            pipe: shell.stdin.take(),
            shell: Some(shell),
        })
    }

    /// Waits until the command ends by itself.
    pub(super) fn wait(&mut self) -> Option<ExitStatus> {
        // Not `Child::wait`, which would close a pipe that it still had.
        self.shell.as_mut()?.wait().ok()
    }

    /// Whether the command has ended.
    pub(super) fn has_ended(&mut self) -> bool {
        match &mut self.shell {
            Some(shell) => !matches!(shell.try_wait(), Ok(None)),
            None => false,
        }
    }

    /// The process to wait for, for somebody else; this then only ends it.
    pub(super) fn hand_over(&mut self) -> Option<Child> {
        self.shell.take()
    }

    /// Lets it end.
    pub(super) fn close(&mut self) {
        self.pipe = None;
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.close();
        if let Some(mut shell) = self.shell.take() {
            let _ = shell.wait();
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_hear_the_first_signal_is_ended_all_the_same() {
        let owner = Owner::find().unwrap();
        let place = Place::make(owner, 1).unwrap();
        // As a server does until it has handlers of its own: the shell has started it with SIGQUIT ignored.
        let deaf = "echo >begun; sleep 1; exec env --default-signal=QUIT sleep 1000";
        let words = ["sh", "-c", deaf].map(str::to_owned);
        let mut keeper = Keeper::start(owner, &place, &words).unwrap();
        let folder = place.folder().to_owned();
        while !folder.join("begun").exists() {
            std::thread::yield_now();
        }
        keeper.close();
        keeper.wait();
        assert!(!folder.exists());
    }
}
