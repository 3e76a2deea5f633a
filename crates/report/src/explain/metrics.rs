//! The figures of a report as data: name, meaning, formula, and the source of the method.

use crate::explain::source::Source;

/// One figure.
struct Metric {
    /// As its column or line calls it first, and then other words for it.
    names: &'static [&'static str],
    meaning: &'static str,
    formula: &'static str,
    source: &'static str,
}

impl Metric {
    /// Whether this is one of its names, in whatever case.
    fn is_called(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        self.names.iter().any(|name| name.to_lowercase() == typed)
    }
}

const fn metric(
    names: &'static [&'static str],
    meaning: &'static str,
    formula: &'static str,
    source: &'static str,
) -> Metric {
    Metric {
        names,
        meaning,
        formula,
        source,
    }
}

const METRICS: [Metric; 18] = [
    metric(
        &["time"],
        "How long all tasks of a run took together.",
        "median over blocks of `elapsed`, from `go` to the end of the last task; 95 % interval by order statistics",
        "the program's own monotonic clock; David and Nagaraja, Order Statistics, 2003",
    ),
    metric(
        &["ratio"],
        "Time per task of a variant ÷ that of the reference; CPU per task in an open loop. Below 1 is faster.",
        "exp(median of pairwise averages of the log-ratios within blocks), with the signed-rank interval",
        "Hodges and Lehmann 1963; Wilcoxon 1945",
    ),
    metric(
        &["verdict", "++", "--", "+", "-", "≈", "?", "!"],
        "What may be said about a ratio, with a margin of 2 %.",
        "++ and --: the 95 % interval lies outside the margin and Holm's p is under 0.05; ≈: the 90 % interval lies inside; \
         + and -: the 95 % interval excludes 1; ?: anything else; !: the control moved",
        "Holm 1979; Schuirmann 1987; docs/METHODOLOGY.md",
    ),
    metric(
        &["tasks/s", "throughput"],
        "Tasks that a run did in a second.",
        "median of tasks ÷ elapsed",
        "as time",
    ),
    metric(
        &["p50", "p50 closed", "p50 open", "latency"],
        "The latency that half of the tasks stay within. `closed`: a lane takes its next task as it ends one, so that a \
         stall delays few; `open`: it begins when the task ought to have started.",
        "per run the smallest recorded value that covers 50 % of tasks; median over runs",
        "histogram of three significant digits, upper edge of each bucket",
    ),
    metric(
        &["p99", "p99 closed", "p99 open"],
        "The latency that 99 of 100 tasks stay within.",
        "as p50, with 99 %",
        "as p50",
    ),
    metric(
        &["CPU/task", "cpu", "cpu per task"],
        "User and system time of the model's processes; servers are apart.",
        "median of (CPU time since the end of warm-up ÷ tasks)",
        "the kernel's accounting of the process and its children",
    ),
    metric(
        &["memory"],
        "What the whole process tree held while all tasks were under way, or after the last.",
        "proportional set size + page tables + kernel stacks, summed over the tree; one run of its own, held at barriers",
        "/proc/PID/smaps_rollup and /proc/PID/status",
    ),
    metric(
        &["memory a waiting unit", "slope"],
        "What one more waiting thread, task or process takes; shown for sweeps of in_flight or tasks.",
        "slope of the least-squares line of memory over lanes, with Student's 95 % interval",
        "Draper and Smith, Applied Regression Analysis, 1998",
    ),
    metric(
        &["switches", "context switches"],
        "How often the kernel took a processor from one of the model's threads, or a thread gave it up.",
        "median of voluntary + involuntary, since the end of warm-up",
        "the kernel's accounting",
    ),
    metric(
        &["start-up"],
        "From the start of the process until it could take a task.",
        "median of (start to `ready` − connecting − warm-up)",
        "the tool's clock",
    ),
    metric(
        &["in flight", "in_flight"],
        "Lanes that were open: tasks under way at once. A star marks what is less than was asked for.",
        "min(asked for, the model's capacity, tasks)",
        "counted by the program",
    ),
    metric(
        &["alive"],
        "Waiting tasks that were certainly alive at the same moment.",
        "the fewest of any run",
        "counted by the program",
    ),
    metric(
        &["late starts", "in time"],
        "Of an open loop: tasks that began over 1 ms after they ought to; tasks that ended by the time the last one was due.",
        "parts of all tasks",
        "the pacing thread of the program",
    ),
    metric(
        &["A/A control", "control"],
        "The reference against itself, as two arms of each block: what differs is noise.",
        "as ratio; beyond the margin no verdict is given",
        "docs/METHODOLOGY.md",
    ),
    metric(
        &["crossover"],
        "Where one variant overtakes another while a parameter grows.",
        "between levels at which each is surely ahead (signed-rank intervals at 95 % for all levels together), the place \
         at which the line through the estimates passes 1, logarithm over logarithm; interval by drawing blocks again",
        "Dunn 1961; Efron 1979; docs/METHODOLOGY.md",
    ),
    metric(
        &["scalability", "σ", "κ", "sigma", "kappa"],
        "How throughput grows with concurrency: σ is the share of work that waits for its turn, κ what every pair pays to agree.",
        "X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)), least squares on medians, nothing below zero; from 6 levels on",
        "Gunther, Guerrilla Capacity Planning, 2007",
    ),
    metric(
        &["drift", "disturbed"],
        "Whether the machine changed over the blocks, or others had its processors. Nothing is left out for either.",
        "Spearman's ρ of the reference against the order of blocks; time of other processes between `go` and `done`",
        "Spearman 1904; /proc/stat",
    ),
];

/// Every figure of the table above.
pub(super) struct Metrics;

impl Source for Metrics {
    fn names(&self) -> Vec<String> {
        METRICS
            .iter()
            .map(|metric| metric.names[0].to_owned())
            .collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        let Metric {
            names,
            meaning,
            formula,
            source,
        } = METRICS.iter().find(|metric| metric.is_called(name))?;
        let title = names[0];
        Some(format!(
            "{title}, a figure\n{meaning}\n  formula  {formula}\n  source   {source}\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut words: Vec<String> = METRICS
            .iter()
            .flat_map(|metric| metric.names.iter().map(|name| name.to_lowercase()))
            .collect();
        let all = words.len();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), all);
    }

    #[test]
    fn other_words_and_other_cases_find_it() {
        for typed in ["cpu/task", "CPU", "++", "In_Flight", "κ"] {
            assert!(Metrics.text(typed).is_some(), "{typed}");
        }
        assert!(Metrics.text("speed").is_none());
    }
}
