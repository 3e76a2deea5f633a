//! The first task whose digest is wrong, found in the files that a runner and `expected` write: one
//! line for each task.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Error, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;
use terminal::counted;

/// The most bytes of a line that are read, on average. A digest has 16 characters.
const MOST_BYTES_OF_A_LINE: u64 = 64;

/// Says in words where the digests that a run gave differ from the expected ones, both files of `tasks`
/// lines. A file that cannot be read is said too.
pub fn first_difference(expected: &Path, given: &Path, tasks: u64) -> String {
    let (mut expected, mut given) = match (lines(expected, tasks), lines(given, tasks)) {
        (Ok(expected), Ok(given)) => (expected, given),
        (_, Err(error)) => return format!("run again, it wrote no digests of its tasks ({error})"),
        (Err(error), _) => return format!("the right digests cannot be read ({error})"),
    };
    for task in 0..tasks {
        match (expected.next(), given.next()) {
            (Some(right), Some(digest)) if right == digest => {}
            (Some(right), Some(digest)) => {
                // What a program writes is of any length, and a digest has 16 characters.
                let short: String = digest.chars().take(40).collect();
                return format!(
                    "the first task that differs is {task}: {short:?}, {right} is right"
                );
            }
            (_, None) => {
                return format!(
                    "it wrote digests of {} out of {tasks}",
                    counted(task, "task")
                );
            }
            (None, _) => {
                return format!("there are right digests of {} only", counted(task, "task"));
            }
        }
    }
    "run again, the digest of every task is right: the sum is wrong, or it does not always happen"
        .to_owned()
}

/// The lines of a file with so many digests, without the spaces around them. Bytes that are not UTF-8 are
/// replaced, and what is longer is cut off, since a runner may write anything. It may also have put a pipe
/// or a link in the place of the file, which is refused: reading it might wait, or never end.
fn lines(path: &Path, tasks: u64) -> std::io::Result<impl Iterator<Item = String>> {
    let careful = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(careful.bits())
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(Error::other("it is no regular file"));
    }
    let most = tasks.saturating_mul(MOST_BYTES_OF_A_LINE);
    Ok(BufReader::new(file.take(most))
        .split(b'\n')
        .map_while(Result::ok)
        .map(|line| String::from_utf8_lossy(&line).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(expected: &str, given: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&a, expected).unwrap();
        std::fs::write(&b, given).unwrap();
        first_difference(&a, &b, 3)
    }

    #[test]
    fn what_is_no_file_is_neither_waited_for_nor_read_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let [right, pipe, link] = ["right", "pipe", "link"].map(|name| folder.path().join(name));
        std::fs::write(&right, "a\nb\nc\n").unwrap();
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for given in [pipe, link] {
            let words = first_difference(&right, &given, 3);
            assert!(words.contains("wrote no digests of its tasks ("), "{words}");
        }
        let endless = difference("a\nb\nc\n", &"x".repeat(1 << 20));
        assert!(endless.contains("differs is 0"), "{endless}");
    }

    #[test]
    fn the_first_task_that_differs_is_named() {
        assert!(difference("a\nb\nc\n", "a\nx\ny\n").contains("differs is 1: \"x\", b is right"));
        assert!(difference("a\nb\nc\n", "a\nb\n").contains("digests of 2 tasks out of 3"));
        assert!(difference("a\nb\nc\n", "a\nb\nc\n").contains("every task is right"));
        let folder = tempfile::tempdir().unwrap();
        let missing = first_difference(&folder.path().join("a"), &folder.path().join("b"), 1);
        assert!(missing.contains("wrote no digests"));
    }
}
