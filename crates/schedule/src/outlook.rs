//! The outlook of a comparison while it runs: when the precision that was asked for will be there, or what
//! will be there instead. Widths shrink as 1/√n (Hodges and Lehmann 1963).

use std::time::Duration;

use verdict::stopping::Width;

use crate::next::{Reached, Rules};

/// Halvings of the range in which an expected width lies: it is then known to a millionth of the range.
const HALVINGS: u32 = 20;

/// A workload in which something is still compared.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Course {
    blocks: f64,
    /// The logarithmic half-width of its widest interval.
    now: f64,
    /// What a round of it takes.
    round: Duration,
}

/// When a precision will be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outlook {
    /// After this time, from now on.
    Within(Duration),
    /// Not within the time or the blocks that there are.
    OutOfReach {
        /// The time that it would take, what has passed included.
        needed: Duration,
        /// Whether there is time, and blocks are too few.
        by_blocks: bool,
        /// The half-width, as a fraction, that the widest interval will have instead.
        expected: f64,
    },
}

/// The outlook after so much time, where a round of each workload takes so long. `None` where no precision was
/// asked for, before every workload has an interval, and where no width is a number.
pub fn outlook(
    rules: &Rules,
    reached: &[Reached],
    rounds: &[Duration],
    spent: Duration,
) -> Option<Outlook> {
    let precision = rules.precision?;
    let all = courses(reached, rounds)?;
    let wanted = precision.relative().ln_1p();
    let least = rules.together.min(rules.most) as f64;
    let for_wanted = time_until(&all, wanted, least, f64::INFINITY);
    // Blocks that a verdict needs are measured whatever they take, unless a time was asked for.
    let owed = time_until(&all, f64::INFINITY, rules.fewest as f64, f64::INFINITY);
    let left = rules
        .budget
        .map(|budget| budget.saturating_sub(spent).as_secs_f64().max(owed));
    let most = rules.most as f64;
    let has_time = left.is_none_or(|left| for_wanted <= left);
    let has_blocks = all.iter().all(|its| its.blocks_at(wanted) <= most);
    if has_time && has_blocks {
        return seconds(for_wanted).map(Outlook::Within);
    }
    let widest = all.iter().map(|its| its.now).fold(wanted, f64::max);
    let (mut narrow, mut wide) = (wanted, widest);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(narrow, wide);
        let is_reached = left.is_none_or(|left| time_until(&all, middle, least, most) <= left);
        (narrow, wide) = if is_reached {
            (narrow, middle)
        } else {
            (middle, wide)
        };
    }
    let at_most = all.iter().map(|its| its.width_at(most));
    let by_time = if has_time { wanted } else { wide };
    Some(Outlook::OutOfReach {
        needed: seconds(for_wanted + spent.as_secs_f64())?,
        by_blocks: has_time,
        expected: at_most.fold(by_time, f64::max).exp_m1(),
    })
}

/// The workloads in which something is compared; `None` where one of them has no interval yet.
fn courses(reached: &[Reached], rounds: &[Duration]) -> Option<Vec<Course>> {
    let compared = reached
        .iter()
        .zip(rounds)
        .filter_map(|(its, round)| Some((its.blocks, its.widest?, *round)));
    let courses: Option<Vec<Course>> = compared
        .map(|(blocks, widest, round)| {
            let Width { half_width, .. } = widest;
            let now = half_width?.ln_1p();
            now.is_finite().then_some(Course {
                blocks: blocks as f64,
                now,
                round,
            })
        })
        .collect();
    courses.filter(|courses| !courses.is_empty())
}

impl Course {
    /// All the blocks with which its interval has this logarithmic half-width.
    fn blocks_at(&self, width: f64) -> f64 {
        (self.blocks * (self.now / width).powi(2)).ceil()
    }

    /// The logarithmic half-width that its interval has with so many blocks.
    fn width_at(&self, blocks: f64) -> f64 {
        self.now * (self.blocks / blocks.max(self.blocks)).sqrt()
    }
}

/// Seconds until no interval is wider than this, and each workload has these blocks at the least and no more
/// than those at the most.
fn time_until(courses: &[Course], width: f64, least: f64, most: f64) -> f64 {
    let times = courses.iter().map(|its| {
        let all = its.blocks_at(width).max(least).min(most);
        (all - its.blocks).max(0.0) * its.round.as_secs_f64()
    });
    times.sum()
}

fn seconds(time: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(time).ok()
}

/// Whether the outlook is told again, where it was last told after so many rounds in all: each time that
/// there are twice as many, as less changes it by hardly more than chance.
pub fn is_outlook_due(told_at: Option<u64>, rounds: u64) -> bool {
    told_at.is_none_or(|told_at| rounds >= told_at.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use verdict::stopping::Precision;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rules(budget: Option<u64>, most: u64) -> Rules {
        Rules {
            fewest: 0,
            together: 12,
            most,
            precision: Some(Precision::default()),
            budget: budget.map(Duration::from_secs),
        }
    }

    fn at(blocks: u64, half_width: f64) -> Reached {
        let width = Width {
            blocks: u32::try_from(blocks).unwrap(),
            half_width: Some(half_width),
        };
        Reached::of(blocks, [width])
    }

    fn of(rules: &Rules, reached: &[Reached], spent: u64) -> Option<Outlook> {
        let rounds = vec![SECOND; reached.len()];
        outlook(
            rules,
            reached,
            &rounds,
            SECOND * u32::try_from(spent).unwrap(),
        )
    }

    #[test]
    fn half_the_width_takes_four_times_the_blocks() {
        let doubled = (2.0 * 0.02_f64.ln_1p() - 1e-12).exp_m1();
        let found = of(&rules(Some(100), 1000), &[at(10, doubled)], 10);
        assert_eq!(found, Some(Outlook::Within(SECOND * 30)));
        let both = of(&rules(None, 1000), &[at(10, doubled), at(12, 0.001)], 0);
        assert_eq!(both, Some(Outlook::Within(SECOND * 30)));
    }

    #[test]
    fn who_is_precise_still_has_the_blocks_of_a_verdict() {
        let found = of(&rules(Some(100), 30), &[at(6, 0.001), at(6, 0.001)], 12);
        assert_eq!(found, Some(Outlook::Within(SECOND * 12)));
    }

    #[test]
    fn what_the_time_does_not_allow_is_told_with_what_it_does() {
        let doubled = (2.0 * 0.02_f64.ln_1p()).exp_m1();
        let found = of(&rules(Some(20), 1000), &[at(10, doubled)], 10);
        let Some(Outlook::OutOfReach {
            needed,
            by_blocks,
            expected,
        }) = found
        else {
            panic!("{found:?}");
        };
        assert_eq!((needed, by_blocks), (SECOND * 40, false));
        // Twenty blocks in the place of ten.
        let by_root = (doubled.ln_1p() / 2_f64.sqrt()).exp_m1();
        assert!((expected - by_root).abs() < 1e-3, "{expected} {by_root}");
    }

    #[test]
    fn too_few_blocks_are_told_too() {
        let found = of(&rules(Some(1000), 30), &[at(6, 0.08), at(6, 0.001)], 12);
        let Some(Outlook::OutOfReach {
            by_blocks: true,
            expected,
            ..
        }) = found
        else {
            panic!("{found:?}");
        };
        let by_root = (0.08_f64.ln_1p() * (6.0_f64 / 30.0).sqrt()).exp_m1();
        assert!((expected - by_root).abs() < 1e-9, "{expected}");
    }

    #[test]
    fn nothing_is_foretold_before_every_workload_has_an_interval() {
        let none = Width {
            blocks: 5,
            half_width: None,
        };
        assert_eq!(
            of(&rules(None, 30), &[at(6, 0.1), Reached::of(5, [none])], 0),
            None
        );
        assert_eq!(of(&rules(None, 30), &[Reached::of(6, [])], 0), None);
        assert_eq!(of(&rules(None, 30), &[at(6, f64::INFINITY)], 0), None);
        let any_number = Rules {
            precision: None,
            ..rules(None, 30)
        };
        assert_eq!(of(&any_number, &[at(6, 0.1)], 0), None);
    }

    #[test]
    fn it_is_told_at_twice_the_rounds() {
        assert!(is_outlook_due(None, 6));
        assert!(!is_outlook_due(Some(6), 11));
        assert!(is_outlook_due(Some(6), 12));
    }
}
