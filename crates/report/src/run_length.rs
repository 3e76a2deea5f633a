//! The note about how long runs are, where that was chosen.

use results::{RunLength, TriedLength};
use terminal::{counted, percent, waiting};

/// Which of two lengths runs have, and why; `None` where it was not chosen. Where runs are as long as they
/// would have been, only those who want to know everything are told.
pub(crate) fn note(length: Option<&RunLength>, verbose: bool) -> Option<String> {
    let RunLength { tried, tasks } = length?;
    let [long, short] = tried.as_slice() else {
        return None;
    };
    let is_long = *tasks == long.tasks;
    if is_long && !verbose {
        return None;
    }
    let (taken, other) = if is_long {
        (long, short)
    } else {
        (short, long)
    };
    Some(format!(
        "runs of {}, chosen before the first round: {}, against {} with {}",
        counted(taken.tasks, "task"),
        told(taken),
        told(other),
        counted(other.tasks, "task"),
    ))
}

/// What runs of a length came to.
fn told(tried: &TriedLength) -> String {
    format!(
        "±{} from run to run, precise after about {}",
        percent(tried.spread),
        waiting(tried.wanted_ms)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(tasks: u64) -> RunLength {
        let tried = |tasks, spread, wanted_ms| TriedLength {
            tasks,
            spread,
            round_ms: 1000,
            wanted_ms,
        };
        RunLength {
            tasks,
            tried: vec![tried(400, 0.05, 40_000), tried(100, 0.06, 20_000)],
        }
    }

    #[test]
    fn shorter_runs_are_told_with_their_reason_and_others_on_request() {
        let said = note(Some(&length(100)), false).unwrap();
        assert_eq!(
            said,
            "runs of 100 tasks, chosen before the first round: ±6 % from run to run, precise after about 20 s, \
             against ±5 % from run to run, precise after about 40 s with 400 tasks"
        );
        assert_eq!(note(Some(&length(400)), false), None);
        let said = note(Some(&length(400)), true).unwrap();
        assert!(said.starts_with("runs of 400 tasks, chosen"), "{said}");
        assert_eq!(note(None, true), None);
    }
}
