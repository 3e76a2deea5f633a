//! Crossovers: where one variant overtakes another while a parameter grows. They are found from the
//! levels at which each variant is surely ahead, and lie where the ratio crosses 1 between them.

use crate::bootstrap::Resampling;
use crate::control::excludes_bias;
pub use crate::course::{Ahead, Course, Crossover, LevelRatios};
use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::rng::Generator;
use crate::samples::{finite, positive};
use crate::signed_rank::WalshAverages;

/// The fewest blocks from which anybody can surely be ahead at one of so many levels.
///
/// ```
/// assert_eq!(verdict::crossover::fewest_blocks(6), 8);
/// ```
#[must_use]
pub fn fewest_blocks(levels: usize) -> u32 {
    shared_confidence(levels).fewest_samples()
}

/// Who is ahead where, and where that changes.
///
/// Someone is surely ahead at a level where the signed-rank interval of the ratio there excludes 1,
/// at 95 % for all levels together (Bonferroni), so that equal variants hardly ever seem to cross; and
/// where the control excludes a bias as large as the ratio.
/// Two neighbouring levels of that kind with different leads have a crossover between them: the
/// estimates are joined by straight lines, logarithm of the ratio over logarithm of the parameter
/// (over the parameter itself where a level is not above zero). Where these pass 1 more than once,
/// the middle of the first and the last place is given. The interval comes from drawing whole blocks
/// again, the same at every level; a draw that does not cross counts as the end at which it would.
///
/// # Errors
/// When there are fewer than 2 different levels, a level or ratio that is not finite, a ratio that is
/// not above zero, an unreasonable number of resamples, or too many blocks.
pub fn course(levels: &[LevelRatios], resampling: &Resampling) -> Result<Course, StatisticsError> {
    resampling.check()?;
    let curve = Curve::new(levels)?;
    let confidence = shared_confidence(curve.levels.len());
    let leads: Vec<Option<Ahead>> = curve
        .levels
        .iter()
        .map(|level| lead(level, confidence))
        .collect::<Result<_, _>>()?;
    let decided: Vec<(usize, Ahead)> = leads
        .iter()
        .enumerate()
        .filter_map(|(index, lead)| Some((index, (*lead)?)))
        .collect();
    let mut crossovers = Vec::new();
    // Undecided levels between two decided ones belong to the course of the curve there: they take
    // part in the estimate of the place, but do not end the search for it.
    for pair in decided.windows(2) {
        let [(from, below), (to, above)] = [pair[0], pair[1]];
        if below != above {
            crossovers.push(curve.crossover(from, to, below, resampling)?);
        }
    }
    let xs = curve.levels.iter().map(|level| level.level);
    Ok(Course {
        levels: xs.zip(leads).collect(),
        crossovers,
    })
}

/// The confidence at each of so many levels that makes 95 % for all of them together.
fn shared_confidence(levels: usize) -> Confidence {
    let missed = 1.0 - Confidence::NINETY_FIVE.level();
    // No number of levels that fits into memory takes this out of the range of a confidence; the
    // fallback only spares the caller an error that cannot occur.
    Confidence::new(1.0 - missed / levels.max(1) as f64).unwrap_or(Confidence::NINETY_FIVE)
}

fn lead(level: &Point, confidence: Confidence) -> Result<Option<Ahead>, StatisticsError> {
    let may_be_bias = level
        .control
        .is_some_and(|control| !excludes_bias(&control, level.estimate.exp()));
    if may_be_bias {
        return Ok(None);
    }
    let known: Vec<f64> = level.logarithms.iter().copied().flatten().collect();
    let interval = WalshAverages::new(&known)?.interval(confidence);
    Ok(interval.and_then(|interval| match interval {
        Interval { upper, .. } if upper < 0.0 => Some(Ahead::Variant),
        Interval { lower, .. } if lower > 0.0 => Some(Ahead::Reference),
        _ => None,
    }))
}

/// The levels in ascending order, on the scale on which they are joined.
struct Curve {
    levels: Vec<Point>,
    logarithmic: bool,
    blocks: usize,
}

struct Point {
    level: f64,
    logarithms: Vec<Option<f64>>,
    estimate: f64,
    control: Option<Interval>,
}

impl Curve {
    fn new(given: &[LevelRatios]) -> Result<Curve, StatisticsError> {
        let mut levels: Vec<Point> = given.iter().map(point).collect::<Result<_, _>>()?;
        levels.sort_by(|a, b| a.level.total_cmp(&b.level));
        // A level given twice would make the line between its two points vertical.
        levels.dedup_by(|a, b| a.level == b.level);
        if levels.len() < 2 {
            return Err(StatisticsError::TooFew {
                what: "levels",
                needed: 2,
                given: levels.len(),
            });
        }
        Ok(Curve {
            logarithmic: levels.iter().all(|level| level.level > 0.0),
            blocks: given.iter().map(|l| l.ratios.len()).max().unwrap_or(0),
            levels,
        })
    }

    fn place(&self, level: f64) -> f64 {
        if self.logarithmic { level.ln() } else { level }
    }

    fn level(&self, place: f64) -> f64 {
        if self.logarithmic { place.exp() } else { place }
    }

    /// The level at a place of the curve. Rounding must not carry it past the levels themselves.
    fn level_within(&self, place: f64, levels: (f64, f64)) -> f64 {
        self.level(place).clamp(levels.0, levels.1)
    }

    fn crossover(
        &self,
        from: usize,
        to: usize,
        below: Ahead,
        resampling: &Resampling,
    ) -> Result<Crossover, StatisticsError> {
        let part = &self.levels[from..=to];
        let xs: Vec<f64> = part.iter().map(|point| self.place(point.level)).collect();
        let estimates: Vec<f64> = part.iter().map(|point| point.estimate).collect();
        // Every crossover starts from the same seed: its interval then does not depend on how many
        // others the curve has.
        let mut generator = Generator::new(resampling.seed);
        let mut drawn = Vec::with_capacity(resampling.resamples as usize);
        for _ in 0..resampling.resamples {
            let blocks: Vec<usize> = (0..self.blocks)
                .map(|_| generator.below(self.blocks as u64) as usize)
                .collect();
            let redrawn: Vec<f64> = part
                .iter()
                .map(|point| point.estimate_of(&blocks))
                .collect::<Result<_, _>>()?;
            drawn.push(crossing(&xs, &redrawn, below));
        }
        let places = resampling.percentile_interval(&mut drawn);
        let between = (part[0].level, part[part.len() - 1].level);
        Ok(Crossover {
            at: self.level_within(crossing(&xs, &estimates, below), between),
            interval: Interval {
                lower: self.level_within(places.lower, between),
                upper: self.level_within(places.upper, between),
            },
            between,
            below,
        })
    }
}

impl Point {
    /// The estimate from these blocks; from all, where none of these has a ratio.
    fn estimate_of(&self, blocks: &[usize]) -> Result<f64, StatisticsError> {
        let drawn: Vec<f64> = blocks
            .iter()
            .filter_map(|block| *self.logarithms.get(*block)?)
            .collect();
        if drawn.is_empty() {
            Ok(self.estimate)
        } else {
            Ok(WalshAverages::new(&drawn)?.estimate())
        }
    }
}

fn point(given: &LevelRatios) -> Result<Point, StatisticsError> {
    let known: Vec<f64> = given.ratios.iter().copied().flatten().collect();
    positive(&known)?;
    finite(&[given.level])?;
    let logarithms: Vec<Option<f64>> = given.ratios.iter().map(|r| r.map(f64::ln)).collect();
    let known: Vec<f64> = logarithms.iter().copied().flatten().collect();
    Ok(Point {
        level: given.level,
        estimate: WalshAverages::new(&known)?.estimate(),
        logarithms,
        control: given.control,
    })
}

/// The middle of the first and the last place at which the line through the points passes zero; where
/// it never does, the end that lies on the other side.
fn crossing(xs: &[f64], ys: &[f64], below: Ahead) -> f64 {
    let zeros: Vec<f64> = (1..xs.len())
        .filter_map(|index| {
            let (left, right) = (ys[index - 1], ys[index]);
            // Compared by sides, not by a product of signs: a point exactly at zero belongs to one
            // side, so that it is neither missed nor counted twice. Nor can the divisor be zero.
            let passes = (left < 0.0) != (right < 0.0);
            passes.then(|| xs[index - 1] + (xs[index] - xs[index - 1]) * (left / (left - right)))
        })
        .collect();
    match (zeros.first(), zeros.last()) {
        (Some(first), Some(last)) => f64::midpoint(*first, *last),
        _ if (ys[0] < 0.0) == (below == Ahead::Variant) => xs[xs.len() - 1],
        _ => xs[0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];

    /// Twelve blocks with 1 % of noise about these logarithms of ratios.
    fn swept(truth: impl Fn(f64) -> f64, seed: u64) -> Vec<LevelRatios> {
        let mut noise = Generator::new(seed);
        let mut level = |level: f64| LevelRatios {
            level,
            ratios: (0..12)
                .map(|_| Some((truth(level) + 0.01 * noise.normal()).exp()))
                .collect(),
            control: None,
        };
        LEVELS.iter().map(|l| level(*l)).collect()
    }

    fn found(levels: &[LevelRatios]) -> Course {
        let resampling = Resampling {
            resamples: 300,
            ..Resampling::seeded(5)
        };
        course(levels, &resampling).unwrap()
    }

    #[test]
    fn a_known_crossover_is_covered() {
        // A straight line on the scale on which levels are joined, through 1 at 40.
        let truth = |n: f64| 0.05 * (n / 40.0).ln();
        let covering = (0..100).filter(|seed| {
            let course = found(&swept(truth, *seed));
            assert_eq!(course.crossovers.len(), 1, "{course:?}");
            let crossover = course.crossovers[0];
            assert_eq!(crossover.below, Ahead::Variant);
            assert!(crossover.interval.contains(crossover.at));
            crossover.interval.contains(40.0)
        });
        let covering = covering.count();
        assert!((86..=100).contains(&covering), "{covering} of 100");
    }

    #[test]
    fn levels_that_surely_differ_bracket_it() {
        let course = found(&swept(|n| 0.2 * (30.0 / n).ln(), 1));
        let [crossover] = course.crossovers[..] else {
            panic!("{course:?}");
        };
        assert_eq!(crossover.between, (16.0, 64.0));
        assert_eq!(crossover.below, Ahead::Reference);
    }

    #[test]
    fn equal_variants_hardly_ever_cross() {
        let crossing = (0..400).filter(|seed| !found(&swept(|_| 0.0, *seed)).crossovers.is_empty());
        assert!(crossing.count() <= 1);
    }

    #[test]
    fn a_lead_that_the_control_may_explain_decides_nothing() {
        let levels = swept(|n| if n < 30.0 { -0.05 } else { 0.3 }, 1);
        assert_eq!(found(&levels).crossovers.len(), 1);
        let wide = Interval {
            lower: 0.9,
            upper: 1.01,
        };
        let controlled: Vec<LevelRatios> = levels
            .into_iter()
            .map(|level| LevelRatios {
                control: Some(wide),
                ..level
            })
            .collect();
        let course = found(&controlled);
        let ahead = course.levels.iter().map(|(_, lead)| *lead);
        let reference = Some(Ahead::Reference);
        let expected = [None, None, None, reference, reference, reference];
        assert!(ahead.eq(expected), "{course:?}");
        assert!(course.crossovers.is_empty());
    }

    #[test]
    fn two_changes_of_the_lead_are_two() {
        let course = found(&swept(
            |n| if n == 16.0 || n == 64.0 { 0.1 } else { -0.1 },
            2,
        ));
        let places: Vec<f64> = course.crossovers.iter().map(|c| c.at).collect();
        assert!((places[0] / 8.0).ln().abs() < 0.1, "{places:?}");
        assert!((places[1] / 128.0).ln().abs() < 0.1, "{places:?}");
    }

    #[test]
    fn a_level_of_zero_makes_the_scale_linear() {
        let level = |level, ratio| LevelRatios {
            level,
            ratios: vec![Some(ratio); 12],
            control: None,
        };
        let course = found(&[level(0.0, 0.8), level(10.0, 1.25)]);
        assert!((course.crossovers[0].at - 5.0).abs() < 1e-9, "{course:?}");
    }

    #[test]
    fn few_blocks_decide_nothing() {
        let mut levels = swept(|n| 0.5 * (n / 40.0).ln(), 3);
        levels.iter_mut().for_each(|level| level.ratios.truncate(7));
        let course = found(&levels);
        assert!(course.levels.iter().all(|(_, lead)| lead.is_none()));
        assert_eq!(fewest_blocks(6), 8);
    }

    #[test]
    fn blocks_that_lack_a_level_do_no_harm() {
        let mut levels = swept(|n| 0.2 * (n / 30.0).ln(), 4);
        levels[2].ratios[3] = None;
        levels[5].ratios.truncate(10);
        assert_eq!(found(&levels).crossovers.len(), 1);
    }

    #[test]
    fn what_is_no_sweep_is_a_typed_error() {
        let resampling = Resampling::seeded(1);
        let level = |level, ratio| LevelRatios {
            level,
            ratios: vec![ratio; 12],
            control: None,
        };
        for bad in [
            vec![],
            vec![level(1.0, Some(1.0))],
            vec![level(1.0, Some(1.0)), level(1.0, Some(2.0))],
            vec![level(1.0, Some(0.0)), level(2.0, Some(1.0))],
            vec![level(f64::NAN, Some(1.0)), level(2.0, Some(1.0))],
            vec![level(1.0, None), level(2.0, Some(1.0))],
        ] {
            assert!(course(&bad, &resampling).is_err(), "{bad:?}");
        }
    }
}
