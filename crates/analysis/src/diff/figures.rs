//! Two comparisons side by side, figure by figure. They were not run in the same blocks, so nothing
//! is paired, no verdict is drawn, and every ratio is descriptive. Pure.

use protocol::Workload;
use verdict::Margin;

use crate::samples::Series;
use results::{Arm, Compared, Estimate, Stored, WorkloadRecord};

/// What two comparisons have in common, and what not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub rows: Vec<Row>,
    /// What could not be compared, with the reason.
    pub left_out: Vec<String>,
}

/// One variant at one workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub workload: String,
    pub variant: String,
    /// `time per task`, or what else is compared.
    pub metric: &'static str,
    pub first: Estimate,
    pub second: Estimate,
    /// What both ran was not the same part of the workload.
    pub other_share: Option<String>,
}

impl Row {
    /// The second to the first.
    pub fn ratio(&self) -> f64 {
        self.second.median / self.first.median
    }

    /// From the farthest bounds of both, so that it is wider than either's 95 %.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let (first, second) = self.first.interval.zip(self.second.interval)?;
        Some((second.0 / first.1, second.1 / first.0))
    }

    /// Whether the two ran the same work, often enough to be held against each other.
    pub fn is_comparable(&self) -> bool {
        self.other_share.is_none() && self.interval().is_some()
    }

    /// Whether even the nearest bounds of both are farther apart than this.
    pub fn is_slower_beyond(&self, limit: Margin) -> bool {
        let beyond = |(lower, _): (f64, f64)| lower > limit.ratios().upper;
        self.is_comparable() && self.interval().is_some_and(beyond)
    }

    /// Whether the two intervals have nothing in common.
    pub fn is_apart(&self) -> bool {
        self.interval()
            .is_some_and(|(lower, upper)| lower > 1.0 || upper < 1.0)
    }
}

/// Everything that is in both.
pub fn figures(first: &Stored, second: &Stored) -> Figures {
    let mut found = Figures::default();
    for record in &first.run.workloads {
        let name = &record.workload.name;
        match second
            .run
            .workloads
            .iter()
            .find(|r| r.workload.name == *name)
        {
            Some(other) if !is_same_work(&record.workload, &other.workload) => {
                let why = format!("{name}: its definition differs, so it is another workload");
                found.left_out.push(why);
            }
            Some(other) => found.add(first, second, record, other),
            None => found.left_out.push(format!("{name}: only in the first")),
        }
    }
    let is_new = |record: &&WorkloadRecord| {
        let same = |other: &WorkloadRecord| other.workload.name == record.workload.name;
        !first.run.workloads.iter().any(same)
    };
    let new = second.run.workloads.iter().filter(is_new);
    let new = new.map(|record| format!("{}: only in the second", record.workload.name));
    found.left_out.extend(new);
    found
}

impl Figures {
    fn add(
        &mut self,
        first: &Stored,
        second: &Stored,
        record: &WorkloadRecord,
        other: &WorkloadRecord,
    ) {
        let workload = &record.workload.name;
        let mut names: Vec<&String> = record.shares.keys().chain(other.shares.keys()).collect();
        names.sort();
        names.dedup();
        for variant in names {
            let both = [first, second].map(|stored| estimate(stored, workload, variant));
            let why = match both {
                [Some(first), Some(second)] => {
                    self.rows.push(Row {
                        workload: workload.clone(),
                        variant: variant.clone(),
                        metric: Compared::of(&record.workload).name(),
                        first,
                        second,
                        other_share: other_share(record, other, variant),
                    });
                    continue;
                }
                [Some(_), None] => "measured only in the first",
                [None, Some(_)] => "measured only in the second",
                [None, None] => "measured in neither",
            };
            self.left_out.push(format!("{workload}, {variant}: {why}"));
        }
    }
}

/// Whether two workloads are the same work, whatever is said about them.
pub fn is_same_work(one: &Workload, other: &Workload) -> bool {
    let work = |workload: &Workload| Workload {
        about: String::new(),
        ..workload.clone()
    };
    work(one) == work(other)
}

fn estimate(stored: &Stored, workload: &str, variant: &str) -> Option<Estimate> {
    let (run, rows) = (&stored.run, &stored.rows);
    let measures = run.options.profile.measures();
    let series = measures.then(|| Series::of(run, rows, workload, variant, Arm::Main));
    Estimate::of(&series?.figures())
}

fn other_share(record: &WorkloadRecord, other: &WorkloadRecord, variant: &str) -> Option<String> {
    let [was, is] = [record, other].map(|record| record.shares.get(variant));
    let (was, is) = was.zip(is).filter(|(was, is)| was != is)?;
    Some(format!(
        "{}, {variant}: {} tasks, {} at once, and then {} tasks, {} at once",
        record.workload.name, was.tasks, was.in_flight, is.tasks, is.in_flight
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(first: (f64, f64), second: (f64, f64)) -> Row {
        let estimate = |(lower, upper): (f64, f64)| Estimate {
            median: (lower + upper) / 2.0,
            interval: Some((lower, upper)),
            n: 12,
        };
        Row {
            workload: "w".to_owned(),
            variant: "a/b".to_owned(),
            metric: "time per task",
            first: estimate(first),
            second: estimate(second),
            other_share: None,
        }
    }

    #[test]
    fn a_regression_is_beyond_the_limit_with_its_whole_interval() {
        let limit = Margin::new(0.05).unwrap();
        assert!(row((99.0, 101.0), (107.0, 109.0)).is_slower_beyond(limit));
        let close = row((99.0, 101.0), (105.0, 109.0));
        assert!(!close.is_slower_beyond(limit));
        assert!(close.is_apart());
        assert!(!row((99.0, 101.0), (100.5, 120.0)).is_apart());
        assert!(row((99.0, 101.0), (80.0, 90.0)).is_apart());
    }

    #[test]
    fn without_intervals_nothing_is_beyond_anything() {
        let mut early = row((99.0, 101.0), (200.0, 201.0));
        early.second.interval = None;
        assert_eq!((early.interval(), early.is_apart()), (None, false));
        assert!(!early.is_slower_beyond(Margin::default()));
    }

    #[test]
    fn what_is_said_about_a_workload_is_no_part_of_it() {
        let text =
            "name = \"w\"\nabout = \"x\"\nclass = \"cpu\"\ntasks = 5\nin_flight = 1\nseed = 1\n";
        let one = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let renamed = Workload {
            about: "y".to_owned(),
            ..one.clone()
        };
        let larger = Workload {
            tasks: 6,
            ..one.clone()
        };
        assert!(is_same_work(&one, &renamed));
        assert!(!is_same_work(&one, &larger));
    }
}
