//! Latency by percentile: the rarer the latency, the further to the right, and each further nine takes
//! equal room.

use report::has_comparable_latency;
use results::{Estimate, VariantSummary, percentile};
use terminal::duration;

use crate::figure::{Also, Figure, Table};
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis, left_axis};

use super::ecdf;
use super::parts::{Area, key, load, merged, shown_percentile, tasks, time};

/// Percentiles beyond which fewer tasks lie are hardly more than single tasks.
const ENOUGH_BEYOND: f64 = 10.0;
/// The points of a curve for each further nine.
const POINTS_A_NINE: i32 = 8;
/// The fractions that the table has.
const TABLE: [f64; 6] = [0.5, 0.9, 0.99, 0.999, 0.9999, 1.0];

/// A percentile of single runs, by the title of its column.
type OfARun = (&'static str, fn(&VariantSummary) -> Option<Estimate>);

/// The percentiles of single runs that the table has.
const OF_A_RUN: [OfARun; 4] = [
    ("p50 of a run", |variant| variant.p50_ns),
    ("p90 of a run", |variant| variant.p90_ns),
    ("p99 of a run", |variant| variant.p99_ns),
    ("p99.9 of a run", |variant| variant.p999_ns),
];

/// The latencies of a variant, all runs together.
struct Curve {
    name: String,
    look: Look,
    latency: Vec<(u64, u64)>,
    tasks: u64,
    /// The percentiles of single runs, as the table has them.
    of_a_run: Vec<String>,
}

/// The latencies of a workload whose tasks have them; `None` where a service sets the pace, and where no
/// latency can be compared.
pub(crate) fn latency(subject: &Subject<'_>) -> Option<Figure> {
    if subject.record.workload.is_paced_by_pulses() {
        return None;
    }
    let curves: Vec<Curve> = subject
        .measured_variants()
        .filter(|variant| has_comparable_latency(variant, &subject.summary.variants))
        .map(|variant| curve(subject, variant))
        .filter(|curve| curve.tasks > 1)
        .collect();
    let area = Area::with_key(subject.room, curves.iter().map(|curve| curve.name.as_str()));
    let points: Vec<Vec<(f64, f64)>> = curves.iter().map(Curve::points).collect();
    let all = points.iter().flatten();
    let across =
        Scale::over(Kind::Tail, all.clone().map(|point| point.0), area.across())?.padded(0.02);
    let up = Scale::over(Kind::Log, all.map(|point| point.1), area.up())?.padded(0.04);
    let mut canvas = area.canvas();
    let axis = format!("percentile of tasks, {}", load(subject));
    bottom_axis(
        &mut canvas,
        &across,
        (area.top, area.bottom),
        shown_fraction,
        &axis,
    );
    let title = ("latency (log scale)", (0.0, 14.0));
    left_axis(&mut canvas, &up, area.across(), duration, Some(title));
    for (curve, points) in curves.iter().zip(&points) {
        draw(&mut canvas, curve, points, (&across, &up));
    }
    let names = curves.iter().map(|curve| (curve.look, curve.name.as_str()));
    key(&mut canvas, &area, names);
    let id = subject.figure_id("latency");
    let title = format!("Latency of a task: {}", subject.name());
    let description = "A curve for each variant over the percentiles of its tasks, all measured runs \
                       together; dashed where fewer than 10 tasks lie beyond.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(&curves),
        table: table(&curves),
        narrow: None,
        also: also(subject, &curves, &id),
        id,
        title,
    })
}

/// The same latencies as the part of the tasks that is done within a time; the key is that of the drawing
/// above it.
fn also(subject: &Subject<'_>, curves: &[Curve], id: &str) -> Option<Also> {
    let curves: Vec<ecdf::Curve> = curves
        .iter()
        .map(|curve| ecdf::Curve {
            name: curve.name.clone(),
            look: curve.look,
            latency: curve.latency.clone(),
        })
        .collect();
    let (canvas, _) = ecdf::drawing(&curves, None, "tasks", subject.room)?;
    let title = format!("Tasks done within a time: {}", subject.name());
    let description =
        "A curve for each variant: the part of its tasks that was done within a time.";
    Some(Also {
        narrow: None,
        svg: canvas.svg(&format!("{id}-within"), &title, description),
        title: "The same the other way round: which part of the tasks is done within a time"
            .to_owned(),
    })
}

fn curve(subject: &Subject<'_>, variant: &VariantSummary) -> Curve {
    let latency = merged(&subject.measured(&variant.variant));
    Curve {
        name: variant.variant.clone(),
        look: subject.look(&variant.variant),
        tasks: tasks(&latency),
        of_a_run: OF_A_RUN
            .iter()
            .map(|(_, of)| time(of(variant).as_ref()))
            .collect(),
        latency,
    }
}

impl Curve {
    /// Fractions of the tasks and the latency that they stay within, as far as a task lies beyond.
    fn points(&self) -> Vec<(f64, f64)> {
        let nines = (self.tasks.max(1) as f64).log10();
        let last = (nines * f64::from(POINTS_A_NINE)).floor() as i32;
        (0..=last)
            .map(|point| 1.0 - 10_f64.powf(-f64::from(point) / f64::from(POINTS_A_NINE)))
            .filter_map(|part| Some((part, percentile(&self.latency, part)?.max(1) as f64)))
            .collect()
    }

    /// Whether enough tasks lie beyond a fraction.
    fn is_sure(&self, fraction: f64) -> bool {
        (1.0 - fraction) * self.tasks as f64 >= ENOUGH_BEYOND
    }
}

fn draw(canvas: &mut Canvas, curve: &Curve, points: &[(f64, f64)], (across, up): (&Scale, &Scale)) {
    let placed: Vec<(f64, (f64, f64))> = points
        .iter()
        .filter_map(|(part, nanos)| Some((*part, (across.place(*part)?, up.place(*nanos)?))))
        .collect();
    let sure = placed
        .iter()
        .filter(|(part, _)| curve.is_sure(*part))
        .count();
    let places: Vec<(f64, f64)> = placed.iter().map(|(_, place)| *place).collect();
    curve.look.begin(canvas);
    canvas.polyline(&places[..sure], "curve");
    canvas.polyline(&places[sure.saturating_sub(1)..], "dash");
    // A marker at each nine tells curves apart without their colours.
    let nines: Vec<(f64, f64)> = places
        .iter()
        .step_by(POINTS_A_NINE as usize)
        .copied()
        .collect();
    curve.look.markers(canvas, &nines, false);
    canvas.end();
}

fn shown_fraction(fraction: f64) -> String {
    if fraction == 0.0 {
        return "least".to_owned();
    }
    let text = format!("{:.4}", fraction * 100.0);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    format!("p{short}")
}

fn caption(curves: &[Curve]) -> String {
    let mut by_p99: Vec<(u64, &str)> = curves
        .iter()
        .filter(|curve| curve.is_sure(0.99))
        .filter_map(|curve| Some((percentile(&curve.latency, 0.99)?, curve.name.as_str())))
        .collect();
    by_p99.sort_unstable();
    let finding = match (by_p99.first(), by_p99.last()) {
        (Some((least, first)), Some((most, last))) if first != last => format!(
            "Of 100 tasks 99 are done within {} under {first}, which is the least, and within {} under {last}, \
             the most; that is no verdict. ",
            duration(*least as f64),
            duration(*most as f64)
        ),
        _ => String::new(),
    };
    finding
        + "All measured runs together; dashed where fewer than 10 tasks lie beyond. \"Of a run\" in the table is \
           the median over single runs with its 95 % interval, and descriptive: a run with a long tail weighs \
           more where all are together."
}

fn table(curves: &[Curve]) -> Table {
    let together = [
        "variant", "p50", "p90", "p99", "p99.9", "p99.99", "most", "tasks",
    ];
    let of_a_run = OF_A_RUN.map(|(title, _)| title);
    let mut table = Table::titled(&[&together[..], &of_a_run].concat());
    for curve in curves {
        let percentiles = TABLE.iter().map(|part| {
            if *part < 1.0 && !curve.is_sure(*part) {
                return String::new();
            }
            shown_percentile(&curve.latency, *part)
        });
        let cells = [curve.name.clone()]
            .into_iter()
            .chain(percentiles)
            .chain([curve.tasks.to_string()])
            .chain(curve.of_a_run.clone());
        table.push(Some(curve.look.number), cells);
    }
    table
}
