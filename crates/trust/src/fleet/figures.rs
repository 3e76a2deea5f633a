//! All figures of fleets: which there are, how often each is simulated, and whether the bars are met.

use serde::Serialize;
use verdict::StatisticsError;
use verdict::rng::Generator;

use super::bars::{Bar, bars};
use super::count::count;
use super::row::Row;
use super::{Effects, Fleet, HostNoise};

/// Coverage is counted over so many times as many comparisons as the rest, so that its standard error is small.
const MORE_FOR_COVERAGE: u64 = 5;
/// The fleets on which coverage is counted: hosts, blocks of each, and the standard deviation of true log-ratios
/// between hosts.
const COVERED: [(usize, u64, f64); 10] = [
    (2, 12, 0.0),
    (2, 30, 0.03),
    (2, 30, 0.05),
    (4, 12, 0.0),
    (4, 12, 0.03),
    (4, 12, 0.05),
    (4, 30, 0.03),
    (8, 12, 0.0),
    (8, 30, 0.03),
    (8, 30, 0.05),
];
/// The fleets, in the same form, whose reports have 60 comparisons, none of which differs over the hosts.
const REPORTS: [(usize, u64, f64); 4] = [(2, 30, 0.0), (4, 12, 0.0), (4, 12, 0.03), (8, 12, 0.05)];
/// The fleets, by hosts and blocks, on which a variant is slower everywhere, by unequal amounts.
const AGREEING: [(usize, u64); 3] = [(2, 30), (4, 12), (8, 14)];

/// All counts, and the bars that they are held against.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) seed: u64,
    pub(crate) comparisons: u64,
    pub(crate) rows: Vec<Row>,
    pub(crate) bars: Vec<Bar>,
}

/// Simulates every fleet; `on_fleet` is told of each before its turn.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn count_all(
    times: u64,
    seed: u64,
    on_fleet: &dyn Fn(&str),
) -> Result<Figures, StatisticsError> {
    let mut rows = Vec::new();
    for (fleet, stream) in fleets().iter().zip(1..) {
        let mut row = Row::of(fleet);
        on_fleet(&format!(
            "{}, {} noise, {}",
            row.fleet, row.noise, row.effects
        ));
        let more = if row.is_about_coverage() {
            MORE_FOR_COVERAGE
        } else {
            1
        };
        let own_seed = Generator::for_stream(seed, stream).next_u64();
        row.counts = count(fleet, times * more, own_seed)?;
        rows.push(row);
    }
    Ok(Figures {
        seed,
        comparisons: times,
        bars: bars(&rows),
        rows,
    })
}

/// The fleets, each with what truly differs on it.
fn fleets() -> Vec<Fleet> {
    let mut all = Vec::new();
    for noise in [HostNoise::Equal, HostNoise::Unequal] {
        all.extend(COVERED.map(|(hosts, blocks, tau)| {
            let mean = 1.05_f64.ln();
            single(hosts, blocks, noise, Effects::About { mean, tau })
        }));
        all.extend(REPORTS.map(|(hosts, blocks, tau)| Fleet {
            workloads: 10,
            variants: 6,
            ..single(hosts, blocks, noise, Effects::Cancelling { tau })
        }));
        all.extend(
            AGREEING.map(|(hosts, blocks)| single(hosts, blocks, noise, Effects::AllSlower)),
        );
    }
    all.push(single(4, 12, HostNoise::Equal, Effects::Halves));
    all.push(Fleet {
        workloads: 10,
        variants: 6,
        ..single(4, 12, HostNoise::Equal, Effects::OneSlower)
    });
    all
}

/// A fleet whose report is one comparison.
fn single(hosts: usize, blocks: u64, noise: HostNoise, effects: Effects) -> Fleet {
    Fleet {
        hosts,
        blocks,
        noise,
        effects,
        workloads: 1,
        variants: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_reports_already_fill_the_table() {
        let figures = count_all(2, 1, &|_| ()).unwrap();
        assert_eq!(figures.rows.len(), 2 * (10 + 4 + 3) + 2);
        let first = &figures.rows[0].counts;
        assert_eq!((first.reports, first.comparisons, first.alike), (10, 10, 0));
        let report = &figures.rows[10].counts;
        assert_eq!((report.reports, report.comparisons), (2, 120));
    }

    #[test]
    fn a_fleet_that_is_split_in_halves_depends_and_one_that_agrees_does_not() {
        let halves = single(4, 12, HostNoise::Equal, Effects::Halves);
        let found = count(&halves, 20, 3).unwrap();
        assert!(found.depends >= 18, "{found:?}");
        let agreeing = single(4, 12, HostNoise::Equal, Effects::AllSlower);
        let found = count(&agreeing, 20, 3).unwrap();
        assert_eq!((found.depends, found.slower), (0, 20));
        assert!(found.called_slower >= 18, "{found:?}");
    }
}
