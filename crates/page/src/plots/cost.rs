//! What speed costs: time against processor time, and against memory. Both axes are logarithmic, and the
//! steps join the variants that no other beats in both.

use results::{Estimate, Memory, VariantSummary};
use terminal::{bytes, duration};

use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis, left_axis};

use super::parts::{Area, bounds, cross_hair, key, time};

/// A variant in a plane.
struct Spot {
    name: String,
    look: Look,
    is_hollow: bool,
    x: Estimate,
    y: Estimate,
}

/// What the vertical axis of a plane is.
#[derive(Clone, Copy)]
struct Upwards {
    kind: &'static str,
    name: &'static str,
    of: fn(&VariantSummary) -> Option<Estimate>,
    scale: Kind,
    label: fn(f64) -> String,
    /// The word for less of it.
    less: &'static str,
}

const CPU: Upwards = Upwards {
    kind: "cpu",
    name: "CPU per task",
    of: |variant| variant.cpu_per_task_ns,
    scale: Kind::Log,
    label: duration,
    less: "cheaper",
};

const MEMORY: Upwards = Upwards {
    kind: "memory",
    name: "memory",
    of: memory,
    scale: Kind::Bytes,
    label: whole_bytes,
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
            })
        })
        .collect();
    // A lone variant is compared with nothing.
    if spots.len() < 2 {
        return None;
    }
    let area = Area::beside_key(spots.len());
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
    let front = front(&spots);
    steps(&mut canvas, &front, (&across, &up));
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
    let description = "A marker for each variant with the 95 % intervals of both figures where there are \
                       any; dashed steps join the variants that no other beats in both.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(&front, upwards),
        table: table(&spots, subject, upwards),
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

/// The memory of the one run that it is read in.
fn memory(variant: &VariantSummary) -> Option<Estimate> {
    match variant.memory.as_ref()? {
        Memory::Bytes(read) => Some(Estimate {
            median: *read as f64,
            interval: None,
            n: 1,
        }),
        Memory::Unavailable(_) => None,
    }
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
    finding + ". Hollow: ran only the first tasks."
}

fn table(spots: &[Spot], subject: &Subject<'_>, upwards: Upwards) -> Table {
    let mut table = Table::titled(&["variant", sideways_name(subject), upwards.name]);
    for spot in spots {
        let y = match spot.y.interval {
            Some(_) => time(Some(&spot.y)),
            None => (upwards.label)(spot.y.median),
        };
        table.push(
            Some(spot.look.number),
            vec![spot.name.clone(), time(Some(&spot.x)), y],
        );
    }
    table
}
