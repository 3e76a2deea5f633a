//! The memory of a variant over several runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::Estimate;
use crate::memory::Memory;

/// The memory of a variant over the runs that were made to read it. It is descriptive: it has no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MemorySummary {
    /// One run told it, or more did.
    Known(MemoryEstimate),
    /// No run told it.
    Unavailable {
        /// The reason.
        unavailable: String,
    },
}

/// The median of the memory over runs, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryEstimate {
    /// The median over runs, in bytes.
    pub bytes: u64,
    /// The least and the most of any run, in bytes; `None` of a single run.
    #[serde(default)]
    pub range: Option<(u64, u64)>,
    /// The 95 % order-statistic interval of the median, in bytes; `None` under 6 runs.
    #[serde(default)]
    pub interval: Option<(u64, u64)>,
    /// The number of runs.
    // Files from before it was stored have the figure of one run.
    #[serde(default = "one_run")]
    pub runs: usize,
}

fn one_run() -> usize {
    1
}

impl MemorySummary {
    /// The summary of what these runs told; `None` where there is no run.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Memory>) -> Option<MemorySummary> {
        let mut known = Vec::new();
        let mut reason = None;
        for run in runs {
            match run {
                Memory::Bytes(bytes) => known.push(*bytes),
                Memory::Unavailable(why) => reason = Some(why.clone()),
            }
        }
        MemoryEstimate::of(&known).map_or_else(
            || reason.map(|unavailable| MemorySummary::Unavailable { unavailable }),
            |estimate| Some(MemorySummary::Known(estimate)),
        )
    }

    /// The figures, where they are known.
    pub fn known(&self) -> Option<&MemoryEstimate> {
        match self {
            Self::Known(estimate) => Some(estimate),
            Self::Unavailable { .. } => None,
        }
    }
}

impl MemoryEstimate {
    /// The estimate from the bytes of each run; `None` where there is no run.
    pub fn of(runs: &[u64]) -> Option<MemoryEstimate> {
        let samples: Vec<f64> = runs.iter().map(|bytes| *bytes as f64).collect();
        let Estimate {
            median, interval, ..
        } = Estimate::of(&samples)?;
        let range = runs.iter().min().copied().zip(runs.iter().max().copied());
        Some(MemoryEstimate {
            bytes: whole(median),
            range: range.filter(|_| runs.len() > 1),
            interval: interval.map(|(lower, upper)| (whole(lower), whole(upper))),
            runs: runs.len(),
        })
    }

    /// The bounds that are shown beside the median: the interval, or the range where there is none.
    pub fn bounds(&self) -> Option<(u64, u64)> {
        self.interval.or(self.range)
    }
}

/// Bytes, which are whole but for the median of an even number of runs.
fn whole(bytes: f64) -> u64 {
    bytes.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(runs: &[u64]) -> MemoryEstimate {
        MemoryEstimate::of(runs).unwrap()
    }

    #[test]
    fn few_runs_have_a_range_and_six_an_interval() {
        assert_eq!(MemoryEstimate::of(&[]), None);
        let one = of(&[7]);
        assert_eq!((one.bytes, one.bounds(), one.runs), (7, None, 1));
        let three = of(&[12, 10, 11]);
        assert_eq!((three.bytes, three.runs), (11, 3));
        assert_eq!((three.interval, three.bounds()), (None, Some((10, 12))));
        // Of 9 runs the interval leaves out the least and the most.
        let nine = of(&[1, 2, 3, 4, 5, 6, 7, 8, 90]);
        assert_eq!((nine.range, nine.bounds()), (Some((1, 90)), Some((2, 8))));
    }

    #[test]
    fn a_run_that_could_not_be_read_hides_no_other() {
        let unread = Memory::Unavailable("no /proc".to_owned());
        let runs = [Memory::Bytes(5), unread.clone(), Memory::Bytes(9)];
        let known = MemorySummary::of(&runs);
        assert_eq!(
            known.and_then(|its| its.known().copied()),
            Some(of(&[5, 9]))
        );
        let unavailable = "no /proc".to_owned();
        assert_eq!(
            MemorySummary::of(&[unread]),
            Some(MemorySummary::Unavailable { unavailable })
        );
        assert_eq!(MemorySummary::of(&[]), None);
    }

    #[test]
    fn files_with_the_memory_of_one_run_are_read() {
        let read = |text: &str| serde_json::from_str::<MemorySummary>(text).unwrap();
        assert_eq!(read("{\"bytes\":7}"), MemorySummary::Known(of(&[7])));
        let unavailable = "no /proc".to_owned();
        assert_eq!(
            read("{\"unavailable\":\"no /proc\"}"),
            MemorySummary::Unavailable { unavailable }
        );
        let three = MemorySummary::Known(of(&[10, 11, 12]));
        let text = serde_json::to_string(&three).unwrap();
        assert_eq!(
            text,
            "{\"bytes\":11,\"range\":[10,12],\"interval\":null,\"runs\":3}"
        );
        assert_eq!(read(&text), three);
    }
}
