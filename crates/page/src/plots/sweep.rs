//! A sweep: a figure over the values of the key, a line with its ribbon for each variant. Where the lead
//! changes there is a band over the interval of the crossover.

use analysis::keeps_up;
use report::SweptSection;
use results::{Estimate, RunFile, SweepLevel, SweepSummary, VariantSummary};
use terminal::{duration, shown, shown_within};

use crate::figure::{Figure, Table};
use crate::room::Room;
use crate::subject::Looks;
use crate::svg::{Canvas, Kind, Look, Scale, left_axis, named_axis};

use super::cost::per_task;
use super::parts::{Area, bounds, capital, key, time};
use super::scaling::law;

/// What a plot of a sweep shows.
#[derive(Clone, Copy)]
struct Shown {
    kind: &'static str,
    name: &'static str,
    of: fn(&VariantSummary) -> Option<Estimate>,
    /// Whether the crossovers are about it.
    is_headline: bool,
}

const CPU: Shown = Shown {
    kind: "cpu",
    name: "CPU per task",
    of: |variant| variant.cpu_per_task_ns,
    is_headline: false,
};
/// The figures of a closed loop.
const CLOSED: [Shown; 2] = [
    Shown {
        kind: "time",
        name: "time per task",
        of: per_task,
        is_headline: true,
    },
    CPU,
];
/// The figures over offered rates.
const RATES: [Shown; 3] = [
    Shown {
        kind: "p50",
        name: "p50 of the latency",
        of: |variant| variant.p50_ns,
        is_headline: false,
    },
    Shown {
        kind: "p99",
        name: "p99 of the latency",
        of: |variant| variant.p99_ns,
        is_headline: false,
    },
    Shown {
        is_headline: true,
        ..CPU
    },
];

/// A variant over the levels.
struct Curve {
    name: String,
    look: Look,
    /// The level's number and value, and the figure there.
    points: Vec<(f64, String, Estimate)>,
}

/// The plots of a sweep.
pub(crate) fn swept(
    run: &RunFile,
    sweep: &SweepSummary,
    section: &SweptSection,
    looks: &Looks,
    (id, room): (&str, Room),
) -> Vec<Figure> {
    let shown: &[Shown] = if is_rate(sweep) { &RATES } else { &CLOSED };
    shown
        .iter()
        .filter_map(|shown| figure(run, sweep, section, looks, (id, room), *shown))
        .collect()
}

/// Whether offered rates are swept.
pub(super) fn is_rate(sweep: &SweepSummary) -> bool {
    sweep.key == "rate"
}

fn figure(
    run: &RunFile,
    sweep: &SweepSummary,
    section: &SweptSection,
    looks: &Looks,
    (id, room): (&str, Room),
    shown_figure: Shown,
) -> Option<Figure> {
    let curves: Vec<Curve> = run
        .variants
        .iter()
        .map(|variant| curve(run, sweep, looks, &variant.name, shown_figure))
        .filter(|curve| !curve.points.is_empty())
        .collect();
    let area = Area::with_key(room, curves.iter().map(|curve| curve.name.as_str()));
    let points = curves.iter().flat_map(|curve| &curve.points);
    let numbers: Vec<f64> = points.clone().map(|point| point.0).collect();
    // A key may have the value 0, which a log scale has no place for.
    let kind = if numbers.iter().all(|number| *number > 0.0) {
        Kind::Log
    } else {
        Kind::Linear
    };
    let across = Scale::over(kind, numbers, area.across())?.padded(0.03);
    let values = points.flat_map(|point| bounds(&point.2));
    let up = Scale::over(Kind::Log, values, area.up())?.padded(0.05);
    let mut canvas = area.canvas();
    if shown_figure.is_headline {
        bands(&mut canvas, sweep, &across, &area);
    }
    let levels = sweep.levels.iter();
    let named: Vec<(f64, String)> = levels
        .map(|level| (level.number, shown_within(&level.value, 12)))
        .collect();
    let sides = (area.top, area.bottom);
    named_axis(&mut canvas, &across, sides, &named, &shown(&sweep.key));
    let title = format!("{} (log scale)", shown_figure.name);
    let titled = Some((title.as_str(), (0.0, 14.0)));
    left_axis(&mut canvas, &up, area.across(), duration, titled);
    for curve in &curves {
        draw(&mut canvas, curve, (&across, &up));
        if shown_figure.is_headline && !is_rate(sweep) {
            draw_law(&mut canvas, sweep, curve, (&across, &up));
        }
    }
    key(
        &mut canvas,
        &area,
        curves.iter().map(|curve| (curve.look, curve.name.as_str())),
    );
    let figure_id = format!("{id}-{}", shown_figure.kind);
    let title = format!("{} by {}: {}", shown_figure.name, sweep.key, section.title);
    let description = "A line for each variant over the values of the key with a ribbon of the 95 % \
                       intervals; grey bands are the intervals of crossovers.";
    Some(Figure {
        svg: canvas.svg(&room.id(&figure_id), &title, description),
        caption: shown(&caption(run, sweep, section, shown_figure)),
        table: table(sweep, &curves),
        narrow: None,
        also: None,
        id: figure_id,
        title: capital(&shown(&title)),
    })
}

fn curve(
    run: &RunFile,
    sweep: &SweepSummary,
    looks: &Looks,
    variant: &str,
    shown_figure: Shown,
) -> Curve {
    let points = sweep.levels.iter().filter_map(|level| {
        let summary = summary_of(run, level, variant)?;
        // Latencies of a queue that grows are those of the length of the run.
        let is_cut = summary.punctuality.is_some_and(|its| !keeps_up(&its));
        if is_rate(sweep) && is_cut {
            return None;
        }
        Some((
            level.number,
            level.value.clone(),
            (shown_figure.of)(summary)?,
        ))
    });
    Curve {
        name: variant.to_owned(),
        look: looks.look(variant),
        points: points.collect(),
    }
}

/// The variants that have figures at a level.
pub(super) fn summaries_of<'a>(run: &'a RunFile, level: &SweepLevel) -> Vec<&'a VariantSummary> {
    let variants = run.variants.iter();
    variants
        .filter_map(|variant| summary_of(run, level, &variant.name))
        .collect()
}

fn summary_of<'a>(
    run: &'a RunFile,
    level: &SweepLevel,
    variant: &str,
) -> Option<&'a VariantSummary> {
    let mut summaries = run.statistics.iter();
    let summary = summaries.find(|summary| summary.workload == level.row)?;
    let mut variants = summary.variants.iter();
    variants.find(|its| its.variant == variant && its.failed.is_none())
}

/// The intervals of the crossovers, and the levels at which the choice hardly matters.
fn bands(canvas: &mut Canvas, sweep: &SweepSummary, across: &Scale, area: &Area) {
    let crossings = sweep.pairs.iter().flat_map(|pair| &pair.crossovers);
    for crossing in crossings {
        let (lower, upper) = crossing.interval;
        if let (Some(left), Some(right)) = (across.place(lower), across.place(upper)) {
            canvas.rect((left, area.top), (right, area.bottom), "band");
        }
        if let Some(x) = across.place(crossing.at) {
            canvas.line((x, area.top), (x, area.bottom), "rule");
        }
    }
    let Some(indifference) = &sweep.indifference else {
        return;
    };
    let ends = [&indifference.from, &indifference.to].map(|value| {
        let level = sweep.levels.iter().find(|level| level.value == *value);
        level.and_then(|level| across.place(level.number))
    });
    if let [Some(left), Some(right)] = ends {
        canvas.rect((left, area.bottom - 6.0), (right, area.bottom), "band");
        canvas.line(
            (left, area.bottom - 6.0),
            (right, area.bottom - 6.0),
            "rule",
        );
    }
}

fn draw(canvas: &mut Canvas, curve: &Curve, (across, up): (&Scale, &Scale)) {
    let scales = (across, up);
    let [lower, middle, upper] =
        [0, 1, 2].map(|bound| places(curve, scales, |its| bounds(its)[bound]));
    curve.look.begin(canvas);
    canvas.ribbon(&upper, &lower, "ribbon");
    canvas.polyline(&middle, "curve");
    curve.look.markers(canvas, &middle, false);
    canvas.end();
}

/// Where one figure of each point lies.
fn places(
    curve: &Curve,
    (across, up): (&Scale, &Scale),
    value: impl Fn(&Estimate) -> f64,
) -> Vec<(f64, f64)> {
    let points = curve.points.iter();
    points
        .filter_map(|(number, _, its)| Some((across.place(*number)?, up.place(value(its))?)))
        .collect()
}

/// The law that was fitted to a variant, where one was.
fn draw_law(
    canvas: &mut Canvas,
    sweep: &SweepSummary,
    curve: &Curve,
    (across, up): (&Scale, &Scale),
) {
    let mut fits = sweep.scaling.iter();
    let Some(fit) = fits.find(|fit| fit.variant == curve.name) else {
        return;
    };
    let points = curve.points.iter();
    let measured: Vec<(f64, f64)> = points.map(|(level, _, its)| (*level, its.median)).collect();
    let places: Vec<(f64, f64)> = law(fit, &measured)
        .into_iter()
        .filter_map(|(level, time)| Some((across.place(level)?, up.place(time)?)))
        .collect();
    curve.look.begin(canvas);
    canvas.polyline(&places, "dash");
    canvas.end();
}

/// What follows from the sweep; of a figure that no verdict is about, what is left out.
fn caption(
    run: &RunFile,
    sweep: &SweepSummary,
    section: &SweptSection,
    shown_figure: Shown,
) -> String {
    let late: Vec<String> = sweep
        .levels
        .iter()
        .flat_map(|level| {
            let variants = run.variants.iter();
            variants.filter_map(|variant| {
                let its = summary_of(run, level, &variant.name)?.punctuality?;
                (!keeps_up(&its)).then(|| format!("{} at {}", variant.name, level.value))
            })
        })
        .collect();
    let mut sentences = Vec::new();
    if shown_figure.is_headline {
        sentences.extend(section.changes.iter().cloned());
        if section.changes.is_empty() {
            sentences.push("The lead changes nowhere in this range".to_owned());
        }
    }
    if is_rate(sweep) && !late.is_empty() {
        sentences.push(format!(
            "Not drawn, since it did not keep up: {}",
            late.join(", ")
        ));
    }
    if shown_figure.is_headline && !is_rate(sweep) && !sweep.scaling.is_empty() {
        let law =
            "Dashed: the Universal Scalability Law as it was fitted, within the measured range";
        sentences.push(law.to_owned());
    }
    sentences
        .push("Medians with 95 % intervals; the bands are the intervals of crossovers".to_owned());
    sentences.join(". ") + "."
}

fn table(sweep: &SweepSummary, curves: &[Curve]) -> Table {
    let titles: Vec<&str> = ["variant"]
        .into_iter()
        .chain(sweep.levels.iter().map(|level| level.value.as_str()))
        .collect();
    let mut table = Table::titled(&titles);
    for curve in curves {
        let cells = sweep.levels.iter().map(|level| {
            let found = curve.points.iter().find(|point| point.1 == level.value);
            time(found.map(|point| &point.2))
        });
        let all = [curve.name.clone()].into_iter().chain(cells);
        table.push(Some(curve.look.number), all);
    }
    table
}
