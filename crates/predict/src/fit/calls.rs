//! What blocking calls and bytes cost, and an open loop's pacing: parameters of one variant, each from runs of its own.

use super::data::{Data, Known};
use super::runs::{self, Weights};
use super::variant::Of;
use crate::lines::{Bent, Line};
use crate::parameters::{Own, Parameters};
use crate::points::{CALLS, FILES, GETS, LARGE_GETS, MIDDLE_FILE, PACED};
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
        let large = data.known(LARGE_GETS, variant)?.service_cpu?;
        let small = data.known(GETS, variant)?.service_cpu?;
        Some(large - small)
    });
    let all: Vec<f64> = each.collect();
    let more = verdict::median(&all).unwrap_or(0.0).max(0.0);
    parameters.shared.byte = more / (65_536 - SMALL_BYTES) as f64;
}

/// What files cost, by their bytes. For an executor the first byte's cost is that of the pool's, since its hand-over is a
/// parameter of its own.
pub(super) fn set_files(
    parameters: &mut Parameters,
    data: &Data<'_>,
    of: Of<'_>,
    pool: Option<&Own>,
) {
    let task = of.own(parameters).whole_task();
    let shared = pool.filter(|_| of.shares_first()).map(|pool| pool.file);
    of.own(parameters).file = file_line(data, of.variant, task, shared).unwrap_or_default();
}

/// What files cost by their bytes: a byte of a small one has another price than one of a file that leaves the nearest cache, and none is
/// negative. Where a call costs more than the call itself, small files are the pool's: their bytes would drown in what handing over costs. A
/// calibration without a file of middle size has one line.
fn file_line(data: &Data<'_>, variant: &str, task: f64, shared: Option<Bent>) -> Option<Bent> {
    let Some(bend) = data.known(MIDDLE_FILE, variant).as_ref().and_then(amount) else {
        let whole = measured_line(data, variant, FILES, task)?;
        return Some(Bent {
            line: moved_to(whole, shared.map(|pool| pool.line)),
            bend: 0.0,
            beyond: whole.each,
        });
    };
    let few = data.known(FILES[0], variant)?;
    let [small, large] = [[FILES[0], MIDDLE_FILE], [MIDDLE_FILE, FILES[1]]].map(|names| {
        let line = measured_line(data, variant, names, task);
        line.map(|line| line.each.max(0.0))
    });
    let own = Line {
        first: (few.cpu - task - small? * amount(&few)?).max(0.0),
        each: small?,
    };
    Some(Bent {
        line: shared.map_or(own, |pool| pool.line),
        bend,
        beyond: large?,
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
    use crate::calibration::Calibration;
    use crate::fit::machine_test::{parameters, rows};
    use crate::points::POOL;

    /// The rows of a machine where a file costs 5 µs, 1 ns a byte up to 16 KiB, and a tenth of that beyond.
    fn rows_of_files(names: &[&str]) -> Calibration {
        let truth = parameters(|_, own| {
            own.file = Bent {
                line: Line {
                    first: 5e-6,
                    each: 1e-9,
                },
                bend: 16_384.0,
                beyond: 1e-10,
            };
        });
        rows(&truth, names)
    }

    #[test]
    fn a_file_costs_what_it_does_at_three_sizes_or_at_two() {
        let found = |names: &[&str]| {
            let rows = rows_of_files(names);
            file_line(&Data::of_fit(&rows, 1, 0), POOL, 0.0, None).unwrap()
        };
        let three = found(&[FILES[0], MIDDLE_FILE, FILES[1]]);
        let between = (three.at(50_000.0) - three.at(20_000.0)) / 30_000.0;
        assert!((three.at(8000.0) - three.at(4000.0) - 4e-6).abs() < 2e-7);
        assert!((between / 1e-10 - 1.0).abs() < 0.1, "{three:?}");
        // No byte has a negative price.
        let mut upside_down = rows_of_files(&[FILES[0], MIDDLE_FILE, FILES[1]]);
        upside_down.points.reverse();
        let cpu: Vec<f64> = upside_down
            .points
            .iter()
            .map(|point| point.runs[0].cpu)
            .collect();
        for (point, cpu) in upside_down.points.iter_mut().rev().zip(cpu) {
            point.runs[0].cpu = cpu;
        }
        let flat = file_line(&Data::of_fit(&upside_down, 1, 0), POOL, 0.0, None).unwrap();
        assert_eq!((flat.line.each, flat.beyond), (0.0, 0.0));
        let two = found(&FILES);
        assert_eq!(two.beyond, two.line.each);
        assert!((two.at(102_400.0) - three.at(102_400.0)).abs() < 1e-9);
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
