//! The first task whose digest is wrong, found in the files that a runner and `expected` write: one
//! line for each task.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use terminal::counted;

/// Says in words where the digests that a run gave differ from the expected ones, both files of `tasks`
/// lines. A file that cannot be read is said too.
pub fn first_difference(expected: &Path, given: &Path, tasks: u64) -> String {
    let (mut expected, mut given) = match (lines(expected), lines(given)) {
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

/// The lines of a file, without the spaces around them. Bytes that are not UTF-8 are replaced, since a
/// runner may write anything.
fn lines(path: &Path) -> std::io::Result<impl Iterator<Item = String>> {
    let file = BufReader::new(File::open(path)?);
    Ok(file
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
    fn the_first_task_that_differs_is_named() {
        assert!(difference("a\nb\nc\n", "a\nx\ny\n").contains("differs is 1: \"x\", b is right"));
        assert!(difference("a\nb\nc\n", "a\nb\n").contains("digests of 2 tasks out of 3"));
        assert!(difference("a\nb\nc\n", "a\nb\nc\n").contains("every task is right"));
        let folder = tempfile::tempdir().unwrap();
        let missing = first_difference(&folder.path().join("a"), &folder.path().join("b"), 1);
        assert!(missing.contains("wrote no digests"));
    }
}
