//! What can be advised at a workload, as data.

use results::Metric;

/// What can be advised at a workload.
#[derive(Clone, Debug, PartialEq)]
pub enum Advice<'a> {
    /// Nothing can be advised.
    Nothing(NoAdvice<'a>),
    /// This variant is the only one that kept up with the arrivals of an open loop.
    OnlyPunctual(&'a str),
    /// Variants can be ranked.
    Choice(Choice<'a>),
}

/// Why nothing can be advised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAdvice<'a> {
    /// The profile measures nothing.
    CorrectnessOnly,
    /// The reference, whose name this is, has no time.
    ReferenceNotMeasured(&'a str),
    /// The generator of an open loop was late, so that the load was not the one that was asked for.
    GeneratorLate,
    /// No variant kept up with the arrivals of an open loop.
    NobodyKeptUp {
        /// The most tasks that any of them ended in a second.
        most_per_second: Option<u64>,
    },
    /// The A/A control moved, and verdicts are suppressed.
    TooNoisy,
    /// A ratio has no interval yet.
    TooFewBlocks,
    /// Fewer than two variants were measured.
    NothingToChoose,
    /// No variant is ahead of another by this metric or any other, and not all are equal.
    Inconclusive(Metric),
}

/// The variants to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<'a> {
    /// The metric that an advice begins with.
    pub headline: Metric,
    /// Who is done sooner, by time per task or by median latency; `None` where that is not settled.
    pub sooner: Option<Ranking<'a>>,
    /// Who costs less, by CPU per task; `None` where that is not settled.
    pub cheaper: Option<Ranking<'a>>,
    /// Whether the workload has a metric by which one can be done sooner: an open loop has none.
    pub is_timed: bool,
    /// How many variants did not keep up with the arrivals of an open loop.
    pub starved: usize,
    /// What the leaders cost in processor time; `None` where no verdict tells a difference.
    pub cpu: Option<Costs<'a>>,
    /// What the leaders cost in memory; `None` where no difference is worth mentioning.
    pub memory: Option<Costs<'a>>,
}

/// The variants by one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking<'a> {
    /// The metric.
    pub metric: Metric,
    /// How the leaders stand to each other.
    pub lead: Lead,
    /// Variants that no other is ahead of, in the order of the summary.
    pub leaders: Vec<&'a str>,
    /// Variants that another is ahead of, in the order of the summary.
    pub behind: Vec<&'a str>,
}

/// How the leaders stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// There is one.
    Single,
    /// No two can differ by more than the margin.
    Tie,
    /// They may differ, and the runs do not tell.
    Unresolved,
}

/// Who uses more of a resource than the thriftiest.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs<'a> {
    /// The variant that uses least.
    pub least: &'a str,
    /// Variants that use more, and how many times as much; the greediest first, never empty.
    pub factors: Vec<(&'a str, f64)>,
}
