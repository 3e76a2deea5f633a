//! The figures of a soak, and their table.

use std::collections::BTreeMap;

use crate::plan::Target;
use crate::request::Request;
use crate::round::Outcome;

/// The sums over all comparisons.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    comparisons: u64,
    calls: u64,
    rows: u64,
    rows_lost: u64,
    processes_left: u64,
    folders_left: u64,
    sockets_left: u64,
    files_left: u64,
    /// Comparisons without any problem.
    sound: u64,
    problems: u64,
    killed: BTreeMap<Target, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.comparisons += 1;
        self.calls += outcome.calls;
        self.rows += outcome.rows;
        self.rows_lost += outcome.rows_lost;
        self.processes_left += outcome.left.processes;
        self.folders_left += outcome.left.folders;
        self.sockets_left += outcome.left.sockets;
        self.files_left += outcome.left.files;
        self.sound += u64::from(outcome.problems.is_empty());
        self.problems += outcome.problems.len() as u64;
        for target in &outcome.killed {
            *self.killed.entry(*target).or_default() += 1;
        }
    }

    pub(crate) fn problems(&self) -> u64 {
        self.problems
    }

    /// The figures as lines.
    pub(crate) fn table(&self, request: Request) -> String {
        let mut lines = vec![
            format!(
                "comparisons      {} of {} sound",
                self.sound, self.comparisons
            ),
            format!("calls of the tool {}", self.calls),
            format!("rows             {}, lost {}", self.rows, self.rows_lost),
            format!(
                "left             {} processes, {} folders, {} sockets, {} other files",
                self.processes_left, self.folders_left, self.sockets_left, self.files_left
            ),
            "killed".to_owned(),
        ];
        for target in Target::ALL {
            let times = self.killed.get(&target).copied().unwrap_or(0);
            lines.push(format!("  {:<24} {times}", target.name()));
        }
        lines.push(format!("seed             {}", request.seed));
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::end::Left;

    #[test]
    fn a_comparison_with_a_problem_is_not_sound() {
        let mut tally = Tally::default();
        tally.add(&Outcome {
            killed: vec![Target::Tool, Target::Model],
            calls: 2,
            rows: 20,
            ..Outcome::default()
        });
        tally.add(&Outcome {
            killed: vec![Target::Tool],
            calls: 2,
            rows: 10,
            rows_lost: 1,
            left: Left {
                sockets: 1,
                ..Left::default()
            },
            problems: vec!["1 rows are lost".to_owned(), "left behind: s".to_owned()],
        });
        let text = tally.table(Request {
            comparisons: 2,
            seed: 5,
        });
        for part in [
            "1 of 2 sound",
            "30, lost 1",
            "0 processes, 0 folders, 1 sockets",
            "the tool (SIGKILL)       2",
            "seed             5",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(tally.problems(), 2);
    }
}
