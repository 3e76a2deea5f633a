//! How far the shards of one kind of hosts are, from their folders and from the queue. Pure.

use fleet::FoundAttempt;
use terminal::counted;

use crate::queue::Queue;

/// How far a shard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// An attempt is complete.
    Done,
    /// It runs, and has begun so many of its units.
    Running(usize),
    /// It waits for a host.
    Waiting,
    /// An attempt was begun, and nobody can tell whether it still runs.
    Begun(usize),
    /// Nobody does it.
    Missing,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Done => "done",
            State::Running(_) => "running",
            State::Waiting => "waiting",
            State::Begun(_) => "begun",
            State::Missing => "missing",
        }
    }
}

/// A shard, and what came of it so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) index: u64,
    pub(crate) state: State,
    /// Attempts that ended without being complete.
    pub(crate) failed: usize,
}

/// How far each of so many shards is, whose jobs have this name.
pub(crate) fn progress(
    shards: u64,
    name: &str,
    attempts: &[FoundAttempt],
    queue: &Queue,
) -> Vec<Progress> {
    (0..shards)
        .map(|index| {
            let mut its: Vec<&FoundAttempt> = attempts
                .iter()
                .filter(|attempt| attempt.name.shard.index == index)
                .collect();
            its.sort_by_key(|attempt| attempt.name);
            shard_progress(index, name, &its, queue)
        })
        .collect()
}

fn shard_progress(index: u64, name: &str, attempts: &[&FoundAttempt], queue: &Queue) -> Progress {
    let is_done = attempts.iter().any(|attempt| attempt.done.is_some());
    let incomplete: Vec<&&FoundAttempt> = attempts
        .iter()
        .filter(|attempt| attempt.done.is_none())
        .collect();
    let begun = incomplete.last().map_or(0, |attempt| attempt.begun_units);
    let state = match (queue.task(name, index), queue) {
        _ if is_done => State::Done,
        (Some(task), _) if task.runs => State::Running(begun),
        (Some(_), _) => State::Waiting,
        (None, Queue::Unknown(_)) if !incomplete.is_empty() => State::Begun(begun),
        (None, _) => State::Missing,
    };
    // The last attempt is the one that runs.
    let is_open = matches!(state, State::Running(_) | State::Begun(_));
    Progress {
        index,
        state,
        failed: incomplete.len().saturating_sub(usize::from(is_open)),
    }
}

/// What people are told of the shards of a kind, each of which has so many units.
pub(crate) fn text(kind: &str, all: &[Progress], units: &[usize]) -> String {
    let groups = ["done", "running", "waiting", "begun", "missing"]
        .map(|word| (word, indices_in(all, word)));
    let counts: Vec<String> = groups
        .iter()
        .filter(|(_, indices)| !indices.is_empty())
        .map(|(word, indices)| format!("{} {word}", indices.len()))
        .collect();
    let shards = counted(all.len() as u64, "shard");
    let mut lines = vec![format!("{kind}: {shards}: {}", counts.join(", "))];
    for (word, indices) in &groups[2..] {
        if !indices.is_empty() {
            lines.push(format!("  {word}: {}", ranges(indices)));
        }
    }
    for its in all {
        if let State::Running(begun) | State::Begun(begun) = its.state {
            let planned = units.get(its.index as usize).copied().unwrap_or_default();
            lines.push(format!("  shard {}: unit {begun} of {planned}", its.index));
        }
    }
    for its in all.iter().filter(|its| its.failed > 0) {
        let attempts = counted(its.failed as u64, "attempt");
        lines.push(format!("  shard {}: {attempts} failed", its.index));
    }
    lines.join("\n") + "\n"
}

/// The shards whose state has this word.
fn indices_in(all: &[Progress], word: &str) -> Vec<u64> {
    let its = all.iter().filter(|its| its.state.word() == word);
    its.map(|its| its.index).collect()
}

/// Indices as people and `sbatch` write them: `0-2,5`.
pub(crate) fn ranges(indices: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for index in indices {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    let texts = runs.into_iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    texts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use fleet::{AttemptName, Done};

    use super::*;
    use crate::queue::Task;

    fn attempt(name: &str, is_complete: bool) -> FoundAttempt {
        FoundAttempt {
            path: PathBuf::from(name),
            name: AttemptName::parse(name).unwrap(),
            done: is_complete.then(Done::default),
            begun_units: 2,
        }
    }

    fn task(index: u64, runs: bool) -> Task {
        Task {
            job: "7".to_owned(),
            index: Some(index),
            name: "manyways-epyc".to_owned(),
            runs,
        }
    }

    fn attempts() -> Vec<FoundAttempt> {
        vec![
            attempt("shard-0-of-5.attempt-0", false),
            attempt("shard-0-of-5.attempt-1", true),
            attempt("shard-1-of-5.attempt-1", false),
            attempt("shard-1-of-5.attempt-0", false),
            attempt("shard-2-of-5.attempt-0", false),
        ]
    }

    #[test]
    fn shards_are_done_running_waiting_or_missing() {
        let queue = Queue::Known(vec![task(0, true), task(1, true), task(3, false)]);
        let all = progress(5, "manyways-epyc", &attempts(), &queue);
        let expected = [
            (State::Done, 1),
            (State::Running(2), 1),
            (State::Missing, 1),
            (State::Waiting, 0),
            (State::Missing, 0),
        ];
        assert_eq!(
            all.iter()
                .map(|its| (its.state, its.failed))
                .collect::<Vec<_>>(),
            expected
        );
        assert_eq!(
            text("epyc", &all, &[1, 3, 1, 1, 1]),
            "epyc: 5 shards: 1 done, 1 running, 1 waiting, 2 missing\n  waiting: 3\n  missing: 2,4\n  \
             shard 1: unit 2 of 3\n  shard 0: 1 attempt failed\n  shard 1: 1 attempt failed\n  shard 2: 1 attempt failed\n"
        );
    }

    #[test]
    fn without_a_queue_nobody_knows_whether_an_attempt_still_runs() {
        let queue = Queue::Unknown("no squeue".to_owned());
        let all = progress(5, "manyways-epyc", &attempts(), &queue);
        assert_eq!((all[1].state, all[1].failed), (State::Begun(2), 1));
        assert_eq!(all[4].state, State::Missing);
    }

    #[test]
    fn indices_in_a_row_are_a_range() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(ranges(&[]), "");
    }
}
