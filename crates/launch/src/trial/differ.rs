//! Which task's answer is the first that is wrong, from the files that runner and `expected` write:
//! a digest a line.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// In words, what the two files say.
pub fn first_difference(expected: &Path, given: &Path, tasks: u64) -> String {
    let (expected, given) = match (lines(expected), lines(given)) {
        (Ok(expected), Ok(given)) => (expected, given),
        (_, Err(error)) => return format!("run again, it wrote no digests of its tasks ({error})"),
        (Err(error), _) => return format!("the right digests cannot be read ({error})"),
    };
    let (mut expected, mut given) = (expected, given);
    for task in 0..tasks {
        let (right, found) = (expected.next(), given.next());
        match (right, found) {
            (Some(right), Some(found)) if right == found => {}
            (Some(right), Some(found)) => {
                let found: String = found.chars().take(40).collect();
                return format!(
                    "the first task that differs is {task}: {found:?}, {right} is right"
                );
            }
            (_, None) => return format!("it wrote digests of {task} tasks out of {tasks}"),
            (None, _) => return format!("there are right digests of {task} tasks only"),
        }
    }
    "run again, the digest of every task is right: the sum is wrong, or it does not always happen"
        .to_owned()
}

/// Lines that cannot be read count as empty ones.
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
