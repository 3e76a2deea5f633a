//! What is known of a ratio along a parameter, and what follows: who is ahead at which level, and where
//! one variant overtakes another.

use crate::interval::Interval;

/// The ratios at one level of the parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelRatios {
    /// The parameter.
    pub level: f64,
    /// Variant ÷ reference of each block, in the same order at every level; `None` where a block
    /// has none.
    pub ratios: Vec<Option<f64>>,
    /// The 95 % interval of the A/A control at this level; `None` where no control was run.
    pub control: Option<Interval>,
}

/// Who is ahead at a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// The ratio is below 1.
    Variant,
    /// The ratio is above 1.
    Reference,
}

/// One change of the lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossover {
    /// Where the ratio is 1, interpolated between the levels.
    pub at: f64,
    /// A percentile bootstrap interval of it, over blocks, within `between`.
    pub interval: Interval,
    /// The levels nearest to it at which one of the two is surely ahead.
    pub between: (f64, f64),
    /// Who is ahead below it; above it is the other.
    pub below: Ahead,
}

/// What a sweep says about two variants.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The levels in ascending order, and who is surely ahead at each.
    pub levels: Vec<(f64, Option<Ahead>)>,
    /// Every change of the lead, in ascending order.
    pub crossovers: Vec<Crossover>,
}
