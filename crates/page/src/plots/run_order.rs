//! The order of runs: the headline figure of every variant by round, one small plot each, and the
//! computation that controls the processor beneath.

use results::{Arm, Metric, Outcome, Pass, Row, Run};
use terminal::{duration, percent};
use verdict::median;

use crate::conditions::noticed;
use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Anchor, Canvas, Kind, Look, Scale, bottom_axis};

use super::parts::capital;
use super::rows::{RowPlace, Rows};

/// The height of the plot of one variant.
const PANEL: f64 = 36.0;
/// The room between two of them.
const GAP: f64 = 6.0;
/// The room for the ends of the scale: below each other, and in one line.
const SPREAD: (f64, f64) = (70.0, 120.0);

/// One figure of a run.
#[derive(Clone, Copy)]
struct Point {
    block: u64,
    value: f64,
    /// Whether it is of the first block, whose times do not count.
    is_first: bool,
    /// Whether a hypervisor took processor time meanwhile.
    was_stolen: bool,
}

/// A series of figures, by block.
struct Strip {
    name: String,
    look: Option<Look>,
    /// The median of those that count.
    median: f64,
    points: Vec<Point>,
}

/// The order of the runs of a workload; `None` where no run was measured.
pub(crate) fn run_order(subject: &Subject<'_>) -> Option<Figure> {
    let variants = subject.summary.variants.iter();
    let strips: Vec<Strip> = variants
        .filter_map(|variant| strip(subject, &variant.variant))
        .chain(control(subject))
        .collect();
    let all = strips.iter().flat_map(|strip| &strip.points);
    let rows = Rows::of(subject.room, subject.names(), PANEL + GAP, SPREAD);
    let blocks = all.map(|point| point.block as f64);
    let across = Scale::over(Kind::Linear, blocks, rows.places)?.padded(0.02);
    let height = strips.len() as f64 * rows.height();
    let mut canvas = Canvas::new(subject.room.width(), height + subject.room.axis());
    shade(&mut canvas, subject, &across, height);
    bottom_axis(
        &mut canvas,
        &across,
        (0.0, height),
        |block| format!("{block:.0}"),
        "round",
    );
    let measured = strips.iter().flat_map(|strip| {
        let counted = strip.points.iter().filter(|point| !point.is_first);
        counted.map(|point| point.value / strip.median)
    });
    let spread = Scale::over(Kind::Log, measured.chain([0.98, 1.02]), (PANEL, 0.0))?;
    for (index, strip) in strips.iter().enumerate() {
        let at = rows.place(0.0, index);
        draw(&mut canvas, strip, (&rows, at), (&across, &spread));
    }
    label_spread(&mut canvas, &spread, &rows);
    let id = subject.figure_id("order");
    let metric = capital(subject.headline().name());
    let title = format!("{metric} by round: {}", subject.name());
    let description = "A small plot for each variant with a dot for each run, relative to the variant's \
                       median; all have the same logarithmic scale. The last is the processor control.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(subject),
        table: table(&strips),
        narrow: None,
        also: None,
        id,
        title,
    })
}

fn caption(subject: &Subject<'_>) -> String {
    format!(
        "Whether figures drifted or were disturbed: {}. Each strip is relative to its own median, and all have \
         the scale at the first; the processor control is the same computation before every round. Hollow: the \
         first round, whose times do not count; shaded: a disturbed round, of which the notes say whether it counts; \
         circled: a hypervisor took processor time, and the run counts.",
        noticed(subject.summary)
    )
}

fn strip(subject: &Subject<'_>, name: &str) -> Option<Strip> {
    let metric = subject.headline();
    let rows = subject.comparison.rows.iter();
    let points: Vec<Point> = rows
        .filter_map(|row| match row {
            Row::Run(run) => Some(&**run),
            Row::Block(_) => None,
        })
        .filter(|run| run.workload == subject.record.workload.name && run.variant == name)
        .filter(|run| run.arm == Arm::Main && !subject.comparison.run.is_torn(run))
        .filter_map(|run| point(run, metric))
        .collect();
    with_median(name.to_owned(), Some(subject.look(name)), points)
}

fn point(run: &Run, metric: Metric) -> Option<Point> {
    let is_first = match run.pass {
        Pass::Correctness => true,
        Pass::Measured => false,
        Pass::Preparation | Pass::Pilot | Pass::Memory => return None,
    };
    match &run.outcome {
        Outcome::Measured(measured) => Some(Point {
            block: run.block,
            value: metric.figure(measured),
            is_first,
            was_stolen: run.steal_ticks.is_some_and(|ticks| ticks > 0),
        }),
        Outcome::Failed(_) => None,
    }
}

/// The control computation at the start of each block.
fn control(subject: &Subject<'_>) -> Option<Strip> {
    let rows = subject.comparison.rows.iter();
    let points: Vec<Point> = rows
        .filter_map(|row| match row {
            Row::Block(block) => Some(Point {
                block: block.number,
                value: block.control_ns as f64,
                is_first: false,
                was_stolen: false,
            }),
            Row::Run(_) => None,
        })
        .collect();
    with_median("processor control".to_owned(), None, points)
}

fn with_median(name: String, look: Option<Look>, points: Vec<Point>) -> Option<Strip> {
    let counted = points.iter().filter(|point| !point.is_first);
    let values: Vec<f64> = counted.map(|point| point.value).collect();
    let middle = median(&values).ok().filter(|middle| *middle > 0.0)?;
    Some(Strip {
        name,
        look,
        median: middle,
        points,
    })
}

/// The disturbed rounds as bands over all plots.
fn shade(canvas: &mut Canvas, subject: &Subject<'_>, across: &Scale, height: f64) {
    let disturbed = &subject.comparison.run.disturbed_blocks;
    let Some(its) = disturbed.get(&subject.record.workload.name) else {
        return;
    };
    for block in &its.blocks {
        let edges = [-0.5, 0.5].map(|half| across.place(*block as f64 + half));
        if let [Some(left), Some(right)] = edges {
            canvas.rect((left, 0.0), (right, height), "noisy");
        }
    }
}

fn draw(
    canvas: &mut Canvas,
    strip: &Strip,
    (rows, at): (&Rows, RowPlace),
    (across, spread): (&Scale, &Scale),
) {
    let top = top_of(at);
    match strip.look {
        Some(look) => look.begin(canvas),
        None => canvas.begin_plain("control"),
    }
    let middle = top + spread.place(1.0).unwrap_or(PANEL / 2.0);
    if let (Some(left), Some(right)) = (across.place(f64::MIN), across.place(f64::MAX)) {
        canvas.line((left, middle), (right, middle), "one");
    }
    rows.name(canvas, at, &strip.name, strip.look);
    let placed = strip.points.iter().filter_map(|point| {
        let y = spread.place(point.value / strip.median)?;
        Some((point, (across.place(point.block as f64)?, top + y)))
    });
    let placed: Vec<(&Point, (f64, f64))> = placed.collect();
    let counted = placed.iter().filter(|(point, _)| !point.is_first);
    let places: Vec<(f64, f64)> = counted.map(|(_, place)| *place).collect();
    canvas.polyline(&places, "thin");
    canvas.dots(&places, "dot");
    for (point, place) in placed {
        if point.is_first {
            canvas.circle(place, 2.5, "hollow");
        } else if point.was_stolen {
            canvas.circle(place, 4.5, "noise");
        }
    }
    canvas.end();
}

/// The upper edge of the small plot of a row.
fn top_of(at: RowPlace) -> f64 {
    at.y - (PANEL - GAP) / 2.0
}

/// The ends of the scale that all small plots share, beside the first of them.
fn label_spread(canvas: &mut Canvas, spread: &Scale, rows: &Rows) {
    let (least, most) = spread.ends();
    let upper = format!("+{}", percent(most - 1.0));
    let lower = percent(least - 1.0);
    let at = rows.place(0.0, 0);
    if rows.is_wide() {
        let (x, top) = (rows.places.1 + 6.0, top_of(at));
        canvas.text((x, top + 9.0), Anchor::Start, "tick", &upper);
        canvas.text((x, top + PANEL), Anchor::Start, "tick", &lower);
    } else {
        rows.numbers(canvas, at, "tick", &format!("{lower} to {upper}"));
    }
}

fn table(strips: &[Strip]) -> Table {
    let titles: Vec<&str> = ["round"]
        .into_iter()
        .chain(strips.iter().map(|strip| strip.name.as_str()))
        .collect();
    let mut table = Table::titled(&titles);
    let mut blocks: Vec<u64> = strips
        .iter()
        .flat_map(|strip| strip.points.iter().map(|point| point.block))
        .collect();
    blocks.sort_unstable();
    blocks.dedup();
    for block in blocks {
        let values = strips.iter().map(|strip| {
            let found = strip.points.iter().find(|point| point.block == block);
            found.map_or_else(String::new, |point| duration(point.value))
        });
        table.push(None, [block.to_string()].into_iter().chain(values));
    }
    table
}
