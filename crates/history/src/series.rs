//! The ratios of a variant over the nights, and where their level changed. Nights of different machines are looked
//! at apart.

use std::collections::BTreeMap;

use results::Metric;
use verdict::change_point::{ChangePoint, FEWEST_BESIDE, change_points};
use verdict::{Margin, SIGNIFICANCE};

use crate::file::History;
use crate::machine::{Facts, is_same};
use crate::night::NightRatio;

/// What a series is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) workload: String,
    pub(crate) metric: Metric,
    pub(crate) variant: String,
    pub(crate) reference: String,
}

/// A ratio in a night.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point<'h> {
    /// The number of the night, from 0.
    pub(crate) night: usize,
    /// The number of its machine.
    pub(crate) machine: usize,
    pub(crate) ratio: &'h NightRatio,
}

/// A change of level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) machine: usize,
    /// The number of the last night before it on this machine.
    pub(crate) last: usize,
    /// The number of the first night after it on this machine.
    pub(crate) first: usize,
    /// The ratios after it divided by those before.
    pub(crate) factor: f64,
    pub(crate) interval: Option<(f64, f64)>,
    /// The nights that the factor is of: those since the change before it.
    pub(crate) before: usize,
    /// Those up to the next change.
    pub(crate) after: usize,
}

/// The ratios of a variant over the nights.
#[derive(Clone, Debug)]
pub(crate) struct Series<'h> {
    pub(crate) key: Key,
    pub(crate) points: Vec<Point<'h>>,
    pub(crate) changes: Vec<Change>,
}

/// A history with its changes.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'h> {
    pub(crate) history: &'h History,
    /// The machines, in the order in which each was met first.
    pub(crate) machines: Vec<&'h Facts>,
    pub(crate) series: Vec<Series<'h>>,
    /// The series on one machine that were long enough to be looked at.
    pub(crate) tried: usize,
}

/// Finds the changes of a history. Over everything that is looked at, at most 5 % of histories in which nothing
/// changes have a change anywhere: each series on a machine is tried at that level divided by their number.
pub(crate) fn judge(history: &History) -> Judged<'_> {
    let machines = machines_of(history);
    let mut series = all_series(history, &machines);
    let tried = series
        .iter()
        .flat_map(|one| (0..machines.len()).map(move |machine| one.on(machine).len()))
        .filter(|nights| *nights >= 2 * FEWEST_BESIDE)
        .count();
    let level = SIGNIFICANCE / tried.max(1) as f64;
    for one in &mut series {
        one.changes = (0..machines.len())
            .flat_map(|machine| changes(&one.on(machine), level))
            .collect();
        one.changes.sort_by_key(|change| change.first);
    }
    Judged {
        history,
        machines,
        series,
        tried,
    }
}

fn machines_of(history: &History) -> Vec<&Facts> {
    let mut machines: Vec<&Facts> = Vec::new();
    for night in &history.nights {
        if !machines.iter().any(|known| is_same(known, &night.machine)) {
            machines.push(&night.machine);
        }
    }
    machines
}

fn all_series<'h>(history: &'h History, machines: &[&Facts]) -> Vec<Series<'h>> {
    let mut series: BTreeMap<Key, Vec<Point<'h>>> = BTreeMap::new();
    for (number, night) in history.nights.iter().enumerate() {
        let of_night = machines
            .iter()
            .position(|known| is_same(known, &night.machine));
        for ratio in &night.ratios {
            let key = Key {
                workload: ratio.workload.clone(),
                metric: ratio.metric,
                variant: ratio.variant.clone(),
                reference: night.reference.clone(),
            };
            series.entry(key).or_default().push(Point {
                night: number,
                machine: of_night.unwrap_or(0),
                ratio,
            });
        }
    }
    let all = series.into_iter();
    all.map(|(key, points)| Series {
        key,
        points,
        changes: Vec::new(),
    })
    .collect()
}

impl<'h> Series<'h> {
    /// The points on a machine.
    pub(crate) fn on(&self, machine: usize) -> Vec<Point<'h>> {
        let points = self.points.iter();
        points
            .filter(|point| point.machine == machine)
            .copied()
            .collect()
    }
}

/// The changes on one machine that matter: those whose size is beyond the margin of verdicts.
fn changes(points: &[Point<'_>], level: f64) -> Vec<Change> {
    let logs: Vec<f64> = points.iter().map(|point| point.ratio.ratio.ln()).collect();
    // Ratios are above 0, so that the logarithms are finite.
    let found = change_points(&logs, level).unwrap_or_default();
    let margin = Margin::default().ratios();
    (0..found.len())
        .map(|index| change_of(points, &found, index))
        .filter(|change| !margin.contains(change.factor))
        .collect()
}

/// The change of this number among all that were found, of which some may not matter.
fn change_of(points: &[Point<'_>], found: &[ChangePoint], index: usize) -> Change {
    let change = &found[index];
    let from = index.checked_sub(1).map_or(0, |earlier| found[earlier].at);
    let until = found.get(index + 1).map_or(points.len(), |later| later.at);
    let (last, first) = (points[change.at - 1], points[change.at]);
    Change {
        machine: first.machine,
        last: last.night,
        first: first.night,
        factor: change.shift.exp(),
        interval: change
            .interval
            .map(|interval| (interval.lower.exp(), interval.upper.exp())),
        before: change.at - from,
        after: until - change.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{history, night, wobble};

    #[test]
    fn a_step_is_marked_between_its_nights_and_only_where_it_is() {
        let nights = (0..60).map(|number| {
            let step = if number < 30 { 1.0 } else { 1.1 };
            vec![wobble(number), step * wobble(number + 1000)]
        });
        let history = history(nights);
        let judged = judge(&history);
        assert_eq!((judged.series.len(), judged.tried), (2, 2));
        assert!(judged.series[0].changes.is_empty());
        let [change] = &judged.series[1].changes[..] else {
            panic!("{:?}", judged.series[1].changes);
        };
        assert_eq!((change.last, change.first), (29, 30));
        let (lower, upper) = change.interval.unwrap();
        assert!(lower < 1.1 && 1.1 < upper && (change.factor - 1.1).abs() < 0.01);
    }

    #[test]
    fn a_single_night_is_no_change_nor_are_the_last_few() {
        for from in [20_u64, 36, 39] {
            let nights = (0..40).map(|number| {
                let step = if number == 20 || number >= from.max(36) {
                    2.0
                } else {
                    1.0
                };
                vec![step * wobble(number)]
            });
            let history = history(nights);
            assert!(judge(&history).series[0].changes.is_empty(), "{from}");
        }
    }

    #[test]
    fn a_change_that_hardly_matters_is_not_marked() {
        let nights = (0..80).map(|number| {
            let step = if number < 40 { 1.0 } else { 1.015 };
            vec![step * (1.0 + 0.1 * (wobble(number) - 1.0))]
        });
        let history = history(nights);
        assert!(judge(&history).series[0].changes.is_empty());
    }

    #[test]
    fn machines_are_never_compared() {
        // One is a tenth slower than the other, and they take turns, at last only one of them.
        let nights = (0..80).map(|number| {
            let (cpu, level) = if number % 2 == 0 || number > 60 {
                ("a", 1.0)
            } else {
                ("b", 1.1)
            };
            night(number, cpu, &[level * wobble(number)])
        });
        let history = History {
            nights: nights.collect(),
            without_ratios: 0,
        };
        let judged = judge(&history);
        assert_eq!((judged.machines.len(), judged.tried), (2, 2));
        assert!(judged.series[0].changes.is_empty());
        // A change on one of them is found all the same.
        let mut changed = history.clone();
        for (number, night) in changed.nights.iter_mut().enumerate() {
            if number >= 40 && night.machine["cpu"] == "a" {
                night.ratios[0].ratio *= 1.2;
            }
        }
        let found = judge(&changed);
        let changes = &found.series[0].changes;
        assert_eq!(changes.len(), 1, "{changes:?}");
        assert_eq!(
            (changes[0].machine, changes[0].last, changes[0].first),
            (0, 38, 40)
        );
    }

    #[test]
    fn another_reference_begins_another_series() {
        let mut nights: Vec<_> = (0..4).map(|number| night(number, "c", &[1.0])).collect();
        nights[3].reference = "m/other".to_owned();
        let history = History {
            nights,
            without_ratios: 0,
        };
        let lengths: Vec<usize> = judge(&history)
            .series
            .iter()
            .map(|one| one.points.len())
            .collect();
        assert_eq!(lengths.iter().sum::<usize>(), 4);
        assert_eq!(lengths.len(), 2);
    }
}
