//! Speed-ups over a setting, a curve for each column, beside the speed-up that the claim asks for.

use catalog::params::{Unit, unit};
use report::export::{Curve, CurveAxis, CurvePlot, CurvePoint};
use terminal::{bytes, count, duration};

use crate::book::{Book, Claim, Column, Test};
use crate::estimate::ratio_by_block;
use crate::evidence::Evidence;
use crate::figure::{Figure, Metric};
use crate::judge::JudgedClaim;
use crate::plan::{Arm, sides};

/// A level of 0 stands so many times below the least other level, since a log scale has no place for it.
const BELOW_THE_LEAST: f64 = 10.0;

/// The speed-up at a value of the setting.
struct Level {
    setting: f64,
    speed_up: f64,
    interval: Option<(f64, f64)>,
    /// The speed-up that the claim asks for here.
    threshold: Option<f64>,
}

/// The curves over the setting of this name; `None` where no speed-up was measured.
pub(super) fn speed_ups(
    book: &Book,
    judged: &JudgedClaim<'_>,
    evidence: &Evidence,
    key: &str,
) -> Option<CurvePlot> {
    let claim = judged.claim;
    let columns: Vec<(Column, Vec<Level>)> = book
        .columns()
        .into_iter()
        .map(|column| (column, levels(book, claim, column, evidence, key)))
        .filter(|(_, levels)| !levels.is_empty())
        .collect();
    let (_, longest) = columns.iter().max_by_key(|(_, levels)| levels.len())?;
    let zero = place_of_zero(columns.iter().flat_map(|(_, levels)| levels));
    let role = &claim.tests.first()?.role;
    let curves = columns.iter().map(|(column, levels)| Curve {
        name: column.name().to_owned(),
        points: levels.iter().map(|level| level.point(zero)).collect(),
        marks: crossovers(judged, *column),
    });
    let threshold = longest
        .iter()
        .filter_map(|level| Some((above(level.setting, zero), level.threshold?)));
    Some(CurvePlot {
        title: format!("{}: speed-up of {role} by {key}", claim.label()),
        caption: format!(
            "{} A point is the time of one task after the other ÷ that of {role}, with its 95 % interval; \
             dotted is the threshold, and a hollow marker the place where a curve passes it.",
            claim.text
        ),
        reading: "A line for each column over the values of the setting, with a ribbon of its 95 % intervals; \
                  hollow markers are where lines pass the threshold, which is dotted."
            .to_owned(),
        across: across(key, longest, zero),
        up: CurveAxis {
            name: "speed-up".to_owned(),
            is_log: true,
            label: |value| format!("{}×", count(value)),
            levels: Vec::new(),
        },
        limits: vec![threshold.collect()],
        curves: curves.collect(),
    })
}

/// The axis of the setting, with a label at each of these levels.
fn across(key: &str, levels: &[Level], zero: f64) -> CurveAxis {
    let label_of = label(key);
    CurveAxis {
        name: key.to_owned(),
        is_log: true,
        label: label_of,
        levels: levels
            .iter()
            .map(|level| (above(level.setting, zero), label_of(level.setting)))
            .collect(),
    }
}

/// The speed-ups in a column, by the value of the setting.
fn levels(
    book: &Book,
    claim: &Claim,
    column: Column,
    evidence: &Evidence,
    key: &str,
) -> Vec<Level> {
    let mut levels: Vec<Level> = claim
        .tests
        .iter()
        .filter(|test| matches!(test.figure, Figure::SpeedUp | Figure::Crossover))
        .flat_map(|test| of_test(book, test, column, evidence, key))
        .collect();
    levels.sort_by(|one, other| one.setting.total_cmp(&other.setting));
    levels
}

fn of_test(book: &Book, test: &Test, column: Column, evidence: &Evidence, key: &str) -> Vec<Level> {
    let Some(sides) = sides(book, test, column) else {
        return Vec::new();
    };
    let first = sides
        .denominator
        .as_ref()
        .map(|fast| (&sides.numerator.arm, &fast.arm));
    let further = sides.further_levels.iter().map(|[slow, fast]| (slow, fast));
    first
        .into_iter()
        .chain(further)
        .filter_map(|(slow, fast)| level(test, slow, fast, evidence, key))
        .collect()
}

/// The speed-up of one arm over another; `None` where one was not measured.
fn level(test: &Test, slow: &Arm, fast: &Arm, evidence: &Evidence, key: &str) -> Option<Level> {
    let [over, under] = [slow, fast].map(|arm| evidence.samples(arm, Metric::Time));
    let estimated = ratio_by_block(&over.ok()?, &under.ok()?).ok()?;
    Some(Level {
        setting: evidence.setting(fast, key)?,
        speed_up: estimated.value?,
        interval: estimated.interval,
        threshold: test.factor.or(test.at_least),
    })
}

/// Where a level of 0 stands beside these.
fn place_of_zero<'l>(levels: impl Iterator<Item = &'l Level>) -> f64 {
    let settings = levels.map(|level| level.setting);
    let least = settings.filter(|setting| *setting > 0.0).reduce(f64::min);
    least.unwrap_or(BELOW_THE_LEAST) / BELOW_THE_LEAST
}

/// A value where a log scale has a place for it.
fn above(setting: f64, zero: f64) -> f64 {
    if setting > 0.0 { setting } else { zero }
}

impl Level {
    fn point(&self, zero: f64) -> CurvePoint {
        CurvePoint {
            x: above(self.setting, zero),
            y: self.speed_up,
            across: None,
            up: self.interval,
        }
    }
}

/// The places where a column's curve passes the threshold.
fn crossovers(judged: &JudgedClaim<'_>, column: Column) -> Vec<CurvePoint> {
    let claim = judged.claim;
    judged
        .columns
        .iter()
        .filter(|one| one.column == column)
        .flat_map(|one| &one.tests)
        .filter_map(|result| {
            let test = claim.tests.get(result.place)?;
            let (lower, upper) = result.interval?;
            // An interval without width is a bound: the curve passes the threshold beyond the levels.
            let is_located = test.figure == Figure::Crossover && lower < upper;
            let place = CurvePoint {
                x: result.value?,
                y: test.factor?,
                across: Some((lower, upper)),
                up: None,
            };
            is_located.then_some(place)
        })
        .collect()
}

/// What shows a value of a setting.
fn label(key: &str) -> fn(f64) -> String {
    match unit(key) {
        Unit::Nanoseconds => duration,
        Unit::Bytes => |value| bytes(value as u64),
        _ => count,
    }
}
