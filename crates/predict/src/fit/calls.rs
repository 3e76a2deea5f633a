//! What blocking calls and bytes cost, and an open loop's pacing: parameters of one variant, each from runs of its own.

use super::data::{Data, Known};
use super::runs::{self, Weights};
use super::variant::Of;
use crate::amounts::largest_answer;
use crate::lines::{Bent, Line, Price};
use crate::parameters::{Own, Parameters};
use crate::points::{CALLS, FILES, GETS, LARGE_GETS, MIDDLE_FILES, PACED};
use crate::program::SMALL_BYTES;
use protocol::Step;

/// Most that a byte of an answer may cost: 3 ns are 10 ms for 3 MiB.
const DEAREST_BYTE: f64 = 3e-9;
/// All residuals weigh as a time in the fit of GETs.
const WEIGHTS: Weights = Weights {
    cpu: 3.0,
    time: 3.0,
};

/// What a byte of an answer costs the variant, by halving.
pub(super) fn set_bytes(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let Some(known) = data.known(LARGE_GETS, of.variant) else {
        return;
    };
    of.set_by_cpu(parameters, &known, DEAREST_BYTE, |own| &mut own.byte);
}

/// What a byte costs the origin: the median over variants.
pub(super) fn set_origin_bytes(parameters: &mut Parameters, data: &Data<'_>, variants: &[&str]) {
    let each = variants.iter().filter_map(|variant| {
        let many = data.known(LARGE_GETS, variant)?;
        let small = data.known(GETS, variant)?.service_cpu?;
        let bytes = largest_answer(many.workload).saturating_sub(SMALL_BYTES);
        Some((many.service_cpu? - small) / bytes.max(1) as f64)
    });
    let all: Vec<f64> = each.collect();
    parameters.shared.byte = verdict::median(&all).unwrap_or(0.0).max(0.0);
}

/// What files cost, by their bytes.
pub(super) fn set_files(
    parameters: &mut Parameters,
    data: &Data<'_>,
    of: Of<'_>,
    pool: Option<&Own>,
) {
    let task = of.own(parameters).whole_task();
    let sizes = sizes_of_files(data, of.variant);
    let shared = pool.filter(|_| of.shares_first()).map(|pool| &pool.file);
    // A pool without files tells nothing of them.
    let bent = match shared.filter(|file| !file.prices.is_empty()) {
        Some(pool) => moved_to_pool(&sizes, pool),
        None => through(&sizes, task),
    };
    of.own(parameters).file = bent.unwrap_or_default();
}

/// The sizes of files that were measured, from the smallest on, each with its CPU a task. Older calibrations have fewer.
fn sizes_of_files(data: &Data<'_>, variant: &str) -> Vec<(f64, f64)> {
    let names = [FILES[0]].into_iter().chain(MIDDLE_FILES).chain([FILES[1]]);
    let known = names.filter_map(|name| data.known(name, variant));
    known
        .filter_map(|known| Some((amount(&known)?, known.cpu)))
        .collect()
}

/// What files cost where a task is known to cost so much without one: a byte has a price of its own between each two sizes, and none is negative.
fn through(sizes: &[(f64, f64)], task: f64) -> Option<Bent> {
    let (smallest, cpu) = *sizes.first()?;
    let prices: Vec<Price> = sizes
        .windows(2)
        .enumerate()
        .map(|(at, pair)| Price {
            from: if at == 0 { 0.0 } else { pair[0].0 },
            each: ((pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)).max(0.0),
        })
        .collect();
    let first = cpu - task - prices.first()?.each * smallest;
    Some(Bent {
        first: first.max(0.0),
        prices,
    })
}

/// What files cost a variant where a call costs more than the call itself, by parameters of its own, in which the bytes of small files would
/// drown: small files are the pool's, and the bytes of larger ones have the pool's prices times a factor, by the largest files. A calibration
/// without a middle size has one price, the variant's own.
fn moved_to_pool(sizes: &[(f64, f64)], pool: &Bent) -> Option<Bent> {
    let (large, of_large) = *sizes.last()?;
    let Bent { prices, .. } = through(sizes, 0.0)?;
    let (from, of_small) = sizes[sizes.len().min(3) - 2];
    let of_pool = pool.at(large) - pool.at(from);
    let factor = if of_pool > 0.0 {
        ((of_large - of_small) / of_pool).max(0.0)
    } else {
        1.0
    };
    let moved = pool.prices.iter().map(|price| Price {
        each: price.each * if price.from > 0.0 { factor } else { 1.0 },
        ..*price
    });
    Some(Bent {
        first: pool.first,
        prices: if prices.len() > 1 {
            moved.collect()
        } else {
            prices
        },
    })
}

/// The line through the points with few and with many of a call, less what a task costs without calls.
pub(super) fn measured_line(
    data: &Data<'_>,
    variant: &str,
    names: [&str; 2],
    task: f64,
) -> Option<Line> {
    let few = data.known(names[0], variant)?;
    let many = data.known(names[1], variant)?;
    let (low, high) = (amount(&few)?, amount(&many)?);
    let each = (many.cpu - few.cpu) / (high - low);
    Some(Line {
        first: few.cpu - each * low - task,
        each,
    })
}

/// The line with the first call's cost of another one, where there is one.
pub(super) fn moved_to(line: Line, other: Option<Line>) -> Line {
    Line {
        first: other.map_or(line.first, |other| other.first),
        ..line
    }
}

/// How much a call does: selects, or bytes.
pub(super) fn amount(known: &Known<'_>) -> Option<f64> {
    match known.workload.steps.first()? {
        Step::SqliteSelect(select) => Some(select.count as f64),
        Step::ReadFile(read) => Some(read.bytes as f64),
        _ => None,
    }
}

/// What the hand-over of a call costs, and waking the thread that makes it.
pub(super) fn fit_hand_over(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let known: Vec<Known<'_>> = CALLS
        .iter()
        .filter_map(|name| data.known(name, of.variant))
        .collect();
    if !of.kind.hands_over() || known.is_empty() {
        return;
    }
    runs::fit(parameters, of, &known, free, WEIGHTS);
}

fn free<'p>(parameters: &'p mut Parameters, of: Of<'_>) -> Vec<&'p mut f64> {
    of.own(parameters).free_of_calls()
}

/// What a task costs more where arrivals are paced.
pub(super) fn set_pacing(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    if let Some(known) = data.known(PACED, of.variant) {
        let found = of.run(parameters, &known).cpu;
        of.own(parameters).pacing = (known.cpu - found).max(0.0);
    }
}

/// Memory and start-up as lines over lanes, by least relative squares.
pub(super) fn set_sizes(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>, names: &[&str]) {
    let known: Vec<Known<'_>> = names
        .iter()
        .filter_map(|name| data.known(name, of.variant))
        .collect();
    let memory: Vec<(f64, f64)> = known
        .iter()
        .filter_map(|known| Some((known.lanes as f64, known.memory?)))
        .collect();
    let start: Vec<(f64, f64)> = known
        .iter()
        .map(|known| (known.lanes as f64, known.start_up))
        .collect();
    let own = of.own(parameters);
    own.memory = relative_line(&memory);
    own.start_up = relative_line(&start);
}

/// The line whose relative errors have the least squares: weights are 1 ÷ y².
fn relative_line(points: &[(f64, f64)]) -> Line {
    let mut sums = [0.0; 5];
    for (x, y) in points {
        let weight = 1.0 / y.powi(2);
        for (sum, part) in sums.iter_mut().zip([1.0, *x, x * x, *y, x * y]) {
            *sum += weight * part;
        }
    }
    let [one, x, xx, y, xy] = sums;
    let determinant = one * xx - x * x;
    if determinant <= one * xx * 1e-12 {
        return Line {
            first: if one > 0.0 { y / one } else { 0.0 },
            each: 0.0,
        };
    }
    Line {
        first: (y * xx - x * xy) / determinant,
        each: (one * xy - x * y) / determinant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::machine_test::{parameters, rows};
    use crate::kind::Kind;
    use crate::points::POOL;

    #[test]
    fn a_byte_of_a_file_has_a_price_between_each_two_sizes() {
        let sizes = [
            (1000.0, 7.0),
            (5000.0, 11.0),
            (6000.0, 10.5),
            (9000.0, 16.5),
        ];
        let bent = through(&sizes, 2.0).unwrap();
        assert_eq!(
            [0.0, 3000.0, 5000.0, 6000.0, 9000.0].map(|bytes| bent.at(bytes)),
            [4.0, 7.0, 9.0, 9.0, 15.0],
            "no byte has a negative price"
        );
        let two = through(&[sizes[0], sizes[3]], 0.0).unwrap();
        assert_eq!(two.prices.len(), 1);
        assert!(through(&sizes[..1], 0.0).is_none() && through(&[], 0.0).is_none());
    }

    #[test]
    fn large_files_of_an_executor_have_the_prices_of_the_pool_times_a_factor() {
        let pool = [
            (1000.0, 7.0),
            (5000.0, 11.0),
            (6000.0, 12.0),
            (9000.0, 18.0),
        ];
        let pool = through(&pool, 2.0).unwrap();
        // Handing over costs 30 more at random, and what is beyond 5000 bytes half as much again.
        let own = [
            (1000.0, 40.0),
            (5000.0, 38.0),
            (6000.0, 41.0),
            (9000.0, 48.5),
        ];
        let bent = moved_to_pool(&own, &pool).unwrap();
        assert_eq!(
            [1000.0, 5000.0, 6000.0, 9000.0].map(|bytes| bent.at(bytes)),
            [5.0, 9.0, 10.5, 19.5]
        );
        let older = moved_to_pool(&[own[0], own[3]], &pool).unwrap();
        assert_eq!((older.first, older.prices.len()), (4.0, 1));
        assert!((older.prices[0].each - 8.5 / 8000.0).abs() < 1e-12);
    }

    #[test]
    fn files_of_an_executor_are_its_own_where_the_pool_has_none() {
        let variant = "async-smol/multi";
        let mut rows = rows(&parameters(|_, own| own.file.first = 5e-6), &FILES);
        for point in &mut rows.points {
            point.variant = variant.to_owned();
        }
        let of = Of {
            variant,
            kind: Kind::of(variant).unwrap(),
            processors: 2,
        };
        let (mut found, without) = (parameters(|_, _| {}), Own::start(of.kind));
        set_files(&mut found, &Data::of_fit(&rows, 1, 0), of, Some(&without));
        assert!(found.own[variant].file.first > 4e-6);
    }

    #[test]
    fn sizes_of_files_are_those_that_were_measured() {
        let rows = rows(
            &parameters(|_, _| {}),
            &[FILES[1], FILES[0], MIDDLE_FILES[0]],
        );
        let sizes = sizes_of_files(&Data::of_fit(&rows, 1, 0), POOL);
        let bytes: Vec<f64> = sizes.iter().map(|(bytes, _)| *bytes).collect();
        assert_eq!(bytes, [1024.0, 16_384.0, 102_400.0]);
    }

    #[test]
    fn a_line_goes_through_points_that_lie_on_one() {
        let line = relative_line(&[(1.0, 5.0), (10.0, 23.0), (100.0, 203.0)]);
        assert!(
            (line.first - 3.0).abs() < 1e-9 && (line.each - 2.0).abs() < 1e-9,
            "{line:?}"
        );
        assert_eq!(
            relative_line(&[(4.0, 7.0)]),
            Line {
                first: 7.0,
                each: 0.0
            }
        );
        assert_eq!(relative_line(&[]), Line::default());
    }
}
