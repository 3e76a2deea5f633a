//! What speed costs: time against processor time, and against memory. Both axes are logarithmic, and the
//! steps join the variants that no other beats in both.

use report::memory_with;
use results::{Estimate, MemorySummary, VariantSummary};
use terminal::{bytes, duration};

use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis, left_axis};

use super::parts::{Area, bounds, cross_hair, hollow, key, time};

/// A variant in a plane.
struct Spot {
    name: String,
    look: Look,
    is_hollow: bool,
    x: Estimate,
    y: Estimate,
    /// The vertical figure as the table has it.
    y_shown: String,
}

/// What the vertical axis of a plane is.
#[derive(Clone, Copy)]
struct Upwards {
    kind: &'static str,
    name: &'static str,
    of: fn(&VariantSummary) -> Option<Estimate>,
    scale: Kind,
    label: fn(f64) -> String,
    /// The figure with how far runs lie apart.
    shown: fn(&VariantSummary) -> Option<String>,
    /// What the bars of both figures are.
    bars: &'static str,
    /// What is to be said of the figure beside the finding.
    remark: &'static str,
    /// The word for less of it.
    less: &'static str,
}

const CPU: Upwards = Upwards {
    kind: "cpu",
    name: "CPU per task",
    of: |variant| variant.cpu_per_task_ns,
    scale: Kind::Log,
    label: duration,
    shown: |variant| Some(time(variant.cpu_per_task_ns.as_ref())),
    bars: "the 95 % intervals of both figures where there are any",
    remark: "",
    less: "cheaper",
};

const MEMORY: Upwards = Upwards {
    kind: "memory",
    name: "memory",
    of: memory,
    scale: Kind::Bytes,
    label: whole_bytes,
    shown: |variant| variant.memory.as_ref()?.known().map(memory_with),
    bars: "the 95 % interval of the time and the range of memory over its runs, or from 6 runs on its interval",
    remark: " Memory is the median over its runs, and descriptive: it has no verdict.",
    less: "smaller",
};

/// Time against processor time.
pub(crate) fn cpu_plane(subject: &Subject<'_>) -> Option<Figure> {
    plane(subject, CPU)
}

/// Time against memory.
pub(crate) fn memory_plane(subject: &Subject<'_>) -> Option<Figure> {
    plane(subject, MEMORY)
}

fn plane(subject: &Subject<'_>, upwards: Upwards) -> Option<Figure> {
    let spots: Vec<Spot> = subject
        .measured_variants()
        .filter_map(|variant| {
            Some(Spot {
                name: variant.variant.clone(),
                look: subject.look(&variant.variant),
                is_hollow: subject.ran_a_prefix(variant),
                x: sideways(subject, variant)?,
                y: (upwards.of)(variant)?,
                y_shown: (upwards.shown)(variant)?,
            })
        })
        .collect();
    // A lone variant is compared with nothing.
    if spots.len() < 2 {
        return None;
    }
    let area = Area::with_key(subject.room, spots.iter().map(|spot| spot.name.as_str()));
    let all_x = spots.iter().flat_map(|spot| bounds(&spot.x));
    let all_y = spots.iter().flat_map(|spot| bounds(&spot.y));
    let across = Scale::over(Kind::Log, all_x, area.across())?.padded(0.06);
    let up = Scale::over(upwards.scale, all_y, area.up())?.padded(0.06);
    let mut canvas = area.canvas();
    let axis = format!("{} (log scale)", sideways_name(subject));
    bottom_axis(
        &mut canvas,
        &across,
        (area.top, area.bottom),
        duration,
        &axis,
    );
    let title = format!("{} (log scale)", upwards.name);
    let titled = Some((title.as_str(), (0.0, 14.0)));
    left_axis(&mut canvas, &up, area.across(), upwards.label, titled);
    let best = front(&spots);
    steps(&mut canvas, &best, (&across, &up));
    for spot in &spots {
        spot.look.begin(&mut canvas);
        cross_hair(&mut canvas, (&across, &up), &spot.x, &spot.y);
        if let (Some(x), Some(y)) = (across.place(spot.x.median), up.place(spot.y.median)) {
            spot.look.marker(&mut canvas, (x, y), spot.is_hollow);
        }
        canvas.end();
    }
    key(
        &mut canvas,
        &area,
        spots.iter().map(|spot| (spot.look, spot.name.as_str())),
    );
    let id = subject.figure_id(upwards.kind);
    let title = format!(
        "{} against {}: {}",
        sideways_name(subject),
        upwards.name,
        subject.name()
    );
    let description = format!(
        "A marker for each variant with {}; dashed steps join the variants that no other beats in both.",
        upwards.bars
    );
    Some(Figure {
        svg: canvas.svg(&id, &title, &description),
        caption: caption(&best, upwards) + hollow(spots.iter().any(|spot| spot.is_hollow)),
        table: table(&spots, subject, upwards),
        narrow: None,
        also: None,
        id,
        title,
    })
}

/// The time that a variant is chosen for: per task in a closed loop, and a latency where something else
/// sets the pace.
fn sideways(subject: &Subject<'_>, variant: &VariantSummary) -> Option<Estimate> {
    if is_closed(subject) {
        per_task(variant)
    } else {
        variant.p50_ns
    }
}

fn is_closed(subject: &Subject<'_>) -> bool {
    let workload = &subject.record.workload;
    workload.rate.is_none() && !workload.is_paced_by_pulses()
}

fn sideways_name(subject: &Subject<'_>) -> &'static str {
    if is_closed(subject) {
        "Time per task"
    } else {
        "Median latency"
    }
}

/// The elapsed time of a run divided by its tasks.
pub(super) fn per_task(variant: &VariantSummary) -> Option<Estimate> {
    let time = variant.time_ns?;
    let tasks = variant.tasks.max(1) as f64;
    Some(Estimate {
        median: time.median / tasks,
        interval: time
            .interval
            .map(|(lower, upper)| (lower / tasks, upper / tasks)),
        n: time.n,
    })
}

/// The memory, with the bounds that are shown of it: those of few runs are their range.
fn memory(variant: &VariantSummary) -> Option<Estimate> {
    let known = variant.memory.as_ref().and_then(MemorySummary::known)?;
    let bounds = known.bounds();
    Some(Estimate {
        median: known.bytes as f64,
        interval: bounds.map(|(lower, upper)| (lower as f64, upper as f64)),
        n: known.runs,
    })
}

fn whole_bytes(value: f64) -> String {
    bytes(value as u64)
}

/// The variants that no other beats in both figures, by medians, from the fastest on.
fn front(spots: &[Spot]) -> Vec<&Spot> {
    let mut front: Vec<&Spot> = spots
        .iter()
        .filter(|one| {
            !spots.iter().any(|other| {
                let no_worse = other.x.median <= one.x.median && other.y.median <= one.y.median;
                no_worse && (other.x.median < one.x.median || other.y.median < one.y.median)
            })
        })
        .collect();
    front.sort_by(|a, b| a.x.median.total_cmp(&b.x.median));
    front
}

fn steps(canvas: &mut Canvas, front: &[&Spot], (across, up): (&Scale, &Scale)) {
    let corners: Vec<(f64, f64)> = front
        .iter()
        .filter_map(|spot| Some((across.place(spot.x.median)?, up.place(spot.y.median)?)))
        .collect();
    let mut places = Vec::new();
    for (index, corner) in corners.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|before| corners.get(before)) {
            places.push((corner.0, before.1));
        }
        places.push(*corner);
    }
    canvas.polyline(&places, "pareto");
}

fn caption(front: &[&Spot], upwards: Upwards) -> String {
    let names: Vec<&str> = front.iter().map(|spot| spot.name.as_str()).collect();
    let listed = names.join(", ");
    let less = upwards.less;
    let finding = match names.len() {
        1 => format!("By medians no other variant is faster or {less} than {listed}"),
        _ => format!("By medians no variant is both faster and {less} than any of these: {listed}"),
    };
    format!("{finding}.{}", upwards.remark)
}

fn table(spots: &[Spot], subject: &Subject<'_>, upwards: Upwards) -> Table {
    let mut table = Table::titled(&["variant", sideways_name(subject), upwards.name]);
    for spot in spots {
        let cells = [&spot.name, &time(Some(&spot.x)), &spot.y_shown];
        table.push(Some(spot.look.number), cells.map(String::clone));
    }
    table
}
