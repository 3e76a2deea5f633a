//! Resources as bars: processor time, memory, context switches, start-up and shut-down, a scale each.

use report::memory_with;
use results::{MemorySummary, VariantSummary};
use terminal::{bytes, count, duration};

use crate::figure::{Figure, Table};
use crate::room::Room;
use crate::subject::Subject;
use crate::svg::{Anchor, Canvas};

use super::parts::time;
use super::rows::Rows;

/// The height of a variant's row: numbers stand beside bars, or above them where there is little room.
const ROW: (f64, f64) = (20.0, 30.0);
/// The room above the rows for the names of the resources.
const HEAD: f64 = 22.0;
/// The room for the number beside the longest bar.
const NUMBER: f64 = 62.0;
/// The room between bars of neighbouring resources where numbers stand above them.
const GAP: f64 = 8.0;

/// What stands beside medians.
const SPREAD: &str = "Brackets: 95 % intervals; parentheses: the range of memory over its runs.";

/// A resource.
struct Resource {
    name: &'static str,
    of: fn(&VariantSummary) -> Option<f64>,
    label: fn(f64) -> String,
    /// The figure as text, with how far runs lie apart where that is a time or memory.
    shown: fn(&VariantSummary) -> Option<String>,
}

const RESOURCES: [Resource; 5] = [
    Resource {
        name: "CPU/task",
        of: |variant| Some(variant.cpu_per_task_ns?.median),
        label: duration,
        shown: |variant| Some(time(variant.cpu_per_task_ns.as_ref())),
    },
    Resource {
        name: "memory",
        of: memory,
        label: whole_bytes,
        shown: |variant| variant.memory.as_ref()?.known().map(memory_with),
    },
    Resource {
        name: "switches",
        of: |variant| Some(variant.switches?.median),
        label: count,
        shown: |variant| Some(count(variant.switches?.median)),
    },
    Resource {
        name: "start-up",
        of: |variant| Some(variant.start_up_ns?.median),
        label: duration,
        shown: |variant| Some(time(variant.start_up_ns.as_ref())),
    },
    Resource {
        name: "shut-down",
        of: |variant| Some(variant.shut_down_ns?.median),
        label: duration,
        shown: |variant| Some(time(variant.shut_down_ns.as_ref())),
    },
];

/// The resources of a workload; `None` where no variant has any.
pub(crate) fn resources(subject: &Subject<'_>) -> Option<Figure> {
    let variants: Vec<&VariantSummary> = subject.measured_variants().collect();
    let shown: Vec<(&Resource, f64)> = RESOURCES
        .iter()
        .filter_map(|resource| {
            let values = variants.iter().filter_map(|variant| (resource.of)(variant));
            Some((resource, values.reduce(f64::max)?))
        })
        .collect();
    if shown.is_empty() {
        return None;
    }
    let room = subject.room;
    let own = if room.is_narrow() { ROW.1 } else { ROW.0 };
    let rows = Rows::of(room, subject.names(), own, (0.0, 0.0));
    let height = HEAD + variants.len() as f64 * rows.height() + 4.0;
    let mut canvas = Canvas::new(room.width(), height);
    let (left, right) = rows.places;
    let panel = (right - left) / shown.len() as f64;
    for (index, (resource, _)) in shown.iter().enumerate() {
        let x = left + index as f64 * panel;
        canvas.text((x, 13.0), Anchor::Start, "head", resource.name);
    }
    for (index, variant) in variants.iter().enumerate() {
        let at = rows.place(HEAD, index);
        let look = subject.look(&variant.variant);
        look.begin(&mut canvas);
        rows.name(&mut canvas, at, &variant.variant, Some(look));
        let panels = (0..shown.len()).map(|index| left + index as f64 * panel);
        let bars: Vec<(f64, &(&Resource, f64))> = panels.zip(&shown).collect();
        draw(&mut canvas, variant, &bars, (room, panel), at.y);
        canvas.end();
    }
    let id = subject.figure_id("resources");
    let title = format!("Resources: {}", subject.name());
    let description = "A row for each variant and a column for each resource, whose bars have a scale of \
                       their own that begins at 0; medians over runs; memory is of runs that are made for it.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(&shown, &variants),
        table: table(&shown, &variants, subject),
        narrow: None,
        also: None,
        id,
        title,
    })
}

fn memory(variant: &VariantSummary) -> Option<f64> {
    let known = variant.memory.as_ref().and_then(MemorySummary::known)?;
    Some(known.bytes as f64)
}

fn whole_bytes(value: f64) -> String {
    bytes(value as u64)
}

/// The bars of a variant, each from a place on, with their numbers; `panel` is the room for both.
fn draw(
    canvas: &mut Canvas,
    variant: &VariantSummary,
    bars: &[(f64, &(&Resource, f64))],
    (room, panel): (Room, f64),
    y: f64,
) {
    let (longest, upper, lower) = match room {
        Room::Wide => (panel - NUMBER, y - 6.0, y + 6.0),
        Room::Narrow => (panel - GAP, y + 2.0, y + 10.0),
    };
    let mut rects = Vec::new();
    let mut numbers = Vec::new();
    for (x, (resource, most)) in bars {
        let Some(value) = (resource.of)(variant) else {
            numbers.push((*x, "n/a".to_owned()));
            continue;
        };
        let length = if *most > 0.0 {
            value / most * longest
        } else {
            0.0
        };
        rects.push(((*x, upper), (x + length, lower)));
        let beside = if room.is_narrow() { 0.0 } else { length + 4.0 };
        numbers.push((x + beside, (resource.label)(value)));
    }
    canvas.rects(&rects, "amount");
    canvas.begin_plain("tick");
    let base = if room.is_narrow() { y - 3.0 } else { y + 4.0 };
    for (x, number) in numbers {
        canvas.text((x, base), Anchor::Start, "", &number);
    }
    canvas.end();
}

/// The variant that needs least of each resource.
fn caption(shown: &[(&Resource, f64)], variants: &[&VariantSummary]) -> String {
    let least: Vec<String> = shown
        .iter()
        .filter_map(|(resource, most)| {
            let known = variants
                .iter()
                .filter_map(|variant| Some(((resource.of)(variant)?, *variant)));
            let (value, variant) = known.min_by(|a, b| a.0.total_cmp(&b.0))?;
            let its = (resource.shown)(variant)?;
            // Where all need the same, none needs least.
            (value < *most).then(|| format!("{} {}, {its}", resource.name, variant.variant))
        })
        .collect();
    if least.is_empty() {
        return format!("All variants need the same. {SPREAD}");
    }
    format!(
        "Least of each, by medians and without a verdict: {}. {SPREAD}",
        least.join("; ")
    )
}

fn table(shown: &[(&Resource, f64)], variants: &[&VariantSummary], subject: &Subject<'_>) -> Table {
    let titles: Vec<&str> = ["variant"]
        .into_iter()
        .chain(shown.iter().map(|(resource, _)| resource.name))
        .collect();
    let mut table = Table::titled(&titles);
    for variant in variants {
        let cells = shown.iter().map(|(resource, _)| {
            (resource.of)(variant)
                .and_then(|_| (resource.shown)(variant))
                .unwrap_or_else(|| "n/a".to_owned())
        });
        let all = [variant.variant.clone()].into_iter().chain(cells);
        table.push(subject.looks.number(&variant.variant), all);
    }
    table
}
