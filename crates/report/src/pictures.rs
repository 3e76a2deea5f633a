//! Pictures of a workload's ratios: a forest beside each column of ratios, in the room that the table leaves.

use chart::{Forest, Mark, left_is_better, place_beside};
use results::{Metric, Ratio, VariantSummary, WorkloadSummary};
use terminal::{Pictures, Style, lay_out};
use verdict::Margin;

use crate::fit::Fitted;

/// The title of the column of names.
const VARIANT: &str = "variant";

/// The table of a workload with its pictures.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// The lines of the table, the titles first.
    pub(crate) table: Vec<String>,
    /// What stands below the table; empty where nothing does.
    pub(crate) below: String,
    /// The lines of the forests without anything else.
    drawn: String,
}

/// The table with its pictures, where the style asks for any. `indent` is the space in front of the table.
pub(crate) fn picture(
    summary: &WorkloadSummary,
    reference: &str,
    fitted: &Fitted,
    indent: usize,
    style: Style,
) -> Picture {
    let plain = Picture {
        table: fitted.table.lines.clone(),
        below: String::new(),
        drawn: String::new(),
    };
    let Some(Pictures { charset, below }) = style.pictures else {
        return plain;
    };
    let forests: Vec<Forest> = summary
        .metrics()
        .into_iter()
        .map(|metric| Forest {
            title: left_is_better(charset),
            ..forest(summary, reference, metric)
        })
        .collect();
    let width = style.width.saturating_sub(indent);
    if let Some(beside) = place_beside(&fitted.columns, &forests, width, charset) {
        return Picture {
            table: lay_out(beside.columns, usize::MAX).lines,
            drawn: beside.drawn,
            ..plain
        };
    }
    let names = fitted.columns.get(..1).unwrap_or_default();
    let lone: Vec<Forest> = forests.iter().map(below_table).collect();
    match place_beside(names, &lone, width, charset).filter(|_| below) {
        Some(pictured) => Picture {
            below: lay_out(pictured.columns, usize::MAX)
                .lines
                .iter()
                .map(|line| format!("{:indent$}{line}\n", ""))
                .collect(),
            drawn: pictured.drawn,
            ..plain
        },
        None => plain,
    }
}

/// A forest that stands beside the names of the variants, and not beside its ratios.
fn below_table(forest: &Forest) -> Forest {
    Forest {
        beside: VARIANT,
        title: forest.beside,
        ..forest.clone()
    }
}

/// The ratios of a metric. The row of the reference has its A/A control: what is drawn there is noise.
fn forest(summary: &WorkloadSummary, reference: &str, metric: Metric) -> Forest {
    let variants = summary.variants.iter();
    let band = Margin::default().ratios();
    Forest {
        beside: title(metric),
        title: "",
        marks: variants
            .map(|variant| mark_of(summary, reference, variant, metric))
            .collect(),
        others: Vec::new(),
        band: (band.lower, band.upper),
    }
}

fn mark_of(
    summary: &WorkloadSummary,
    reference: &str,
    variant: &VariantSummary,
    metric: Metric,
) -> Option<Mark> {
    let is_control = variant.variant == reference;
    let ratio: &Ratio = match variant.ratio(metric) {
        None if is_control => summary.controls.get(&metric)?,
        ratio => ratio?,
    };
    Some(Mark {
        ratio: ratio.ratio,
        interval: ratio.interval,
        is_control,
    })
}

/// The title of the column that has the ratios of a metric.
fn title(metric: Metric) -> &'static str {
    match metric {
        Metric::TimePerTask => "time ratio",
        Metric::MedianLatency => "latency ratio",
        Metric::CpuPerTask => "CPU ratio",
    }
}

/// What the characters of the forests mean; empty where there is none.
pub(crate) fn key(pictures: &[Picture], style: Style) -> String {
    let drawn: String = pictures
        .iter()
        .map(|picture| picture.drawn.as_str())
        .collect();
    let Some(Pictures { charset, .. }) = style.pictures.filter(|_| !drawn.is_empty()) else {
        return String::new();
    };
    chart::key(
        &drawn,
        Margin::default().ratios().upper,
        style.width,
        charset,
    )
}
