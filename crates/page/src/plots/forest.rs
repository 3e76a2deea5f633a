//! The forest: the ratio of each primary metric with its interval, the A/A control first.

use results::{Metric, Ratio, VariantSummary};
use terminal::{factor, ratio};
use verdict::{Margin, SIGNIFICANCE};

use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Anchor, Canvas, Kind, Look, Scale, bottom_axis};

use super::parts::{capital, hollow};
use super::rows::{RowPlace, Rows};

/// The height of a row.
const ROW: f64 = 20.0;
/// The room above the rows of a metric, for its name.
const HEAD: f64 = 24.0;
/// The room for the numbers: the ratio with its interval, and where there is little the ratio alone.
const NUMBERS: (f64, f64) = (190.0, 76.0);
/// The mark of a difference that is significant after Holm's correction.
const HOLM: &str = "✱";

/// One line of the plot.
struct Row<'a> {
    name: String,
    look: Option<Look>,
    ratio: Option<&'a Ratio>,
    /// What stands in place of a ratio.
    words: &'static str,
    is_hollow: bool,
}

/// The ratios of a workload; `None` where no variant has one.
pub(crate) fn forest(subject: &Subject<'_>) -> Option<Figure> {
    let metrics = subject.summary.metrics();
    let panels: Vec<(Metric, Vec<Row<'_>>)> = metrics
        .into_iter()
        .map(|metric| (metric, rows(subject, metric)))
        .collect();
    if panels.is_empty() {
        return None;
    }
    let place = Rows::of(subject.room, subject.names(), ROW, NUMBERS);
    let heights = panels
        .iter()
        .map(|(_, rows)| HEAD + rows.len() as f64 * place.height() + subject.room.axis());
    let mut all = panels.iter().flat_map(|(_, rows)| rows);
    let is_any_hollow = all.any(|row| row.is_hollow);
    let mut canvas = Canvas::new(subject.room.width(), heights.clone().sum());
    let mut top = 0.0;
    for ((metric, rows), height) in panels.iter().zip(heights) {
        panel(&mut canvas, *metric, rows, &place, top);
        top += height;
    }
    let id = subject.figure_id("forest");
    let title = format!("Ratios to the reference: {}", subject.name());
    let description = "A row for each variant with its ratio to the reference and the 95 % interval; the \
                       first row of each metric is the reference against itself, the band is the margin \
                       within which a difference does not matter.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(subject) + hollow(is_any_hollow),
        table: table(&panels),
        narrow: None,
        also: None,
        id,
        title,
    })
}

fn caption(subject: &Subject<'_>) -> String {
    let advice = subject.summary.advice.join("; ");
    let marks = format!(
        "{HOLM}: the difference stands after Holm's correction over all comparisons of the page, which the \
         intervals are without. Grey band: the margin of ±{:.0} %, within which a difference does not matter.",
        Margin::default().relative() * 100.0
    );
    if advice.is_empty() {
        return marks;
    }
    format!("{}. {marks}", capital(&advice))
}

fn rows<'a>(subject: &Subject<'a>, metric: Metric) -> Vec<Row<'a>> {
    let control = Row {
        name: "A/A control".to_owned(),
        look: None,
        ratio: subject.summary.controls.get(&metric),
        words: "not measured",
        is_hollow: false,
    };
    let reference = &subject.comparison.run.options.reference;
    let others = subject.summary.variants.iter();
    [control]
        .into_iter()
        .chain(
            others
                .filter(|variant| variant.variant != *reference)
                .map(|variant| Row {
                    name: variant.variant.clone(),
                    look: Some(subject.look(&variant.variant)),
                    ratio: variant.ratio(metric),
                    words: absent(variant),
                    is_hollow: subject.ran_a_prefix(variant),
                }),
        )
        .collect()
}

fn absent(variant: &VariantSummary) -> &'static str {
    match &variant.failed {
        Some(failed) => failed.failure.kind.word(),
        None => "not measured",
    }
}

fn panel(canvas: &mut Canvas, metric: Metric, rows: &[Row<'_>], place: &Rows, top: f64) {
    let band = Margin::default().ratios();
    let values = rows.iter().filter_map(|row| row.ratio).flat_map(|ratio| {
        let (lower, upper) = ratio.interval.unwrap_or((ratio.ratio, ratio.ratio));
        [ratio.ratio, lower, upper]
    });
    let all = values.chain([band.lower, band.upper]);
    let Some(scale) = Scale::over(Kind::Log, all, place.places).map(|tight| tight.padded(0.03))
    else {
        return;
    };
    let (first, bottom) = (top + HEAD, top + HEAD + rows.len() as f64 * place.height());
    canvas.text((0.0, top + 14.0), Anchor::Start, "head", metric.name());
    if let (Some(lower), Some(upper)) = (scale.place(band.lower), scale.place(band.upper)) {
        canvas.rect((lower, first), (upper, bottom), "band");
    }
    let title = format!(
        "{} ÷ that of the reference (log scale; left is better)",
        metric.name()
    );
    bottom_axis(canvas, &scale, (first, bottom), factor, &title);
    if let Some(one) = scale.place(1.0) {
        canvas.line((one, first), (one, bottom), "one");
    }
    for (index, row) in rows.iter().enumerate() {
        draw(canvas, row, (place, place.place(first, index)), &scale);
    }
}

fn draw(canvas: &mut Canvas, row: &Row<'_>, (rows, at): (&Rows, RowPlace), scale: &Scale) {
    match row.look {
        Some(look) => look.begin(canvas),
        None => canvas.begin_plain("control"),
    }
    rows.name(canvas, at, &row.name, row.look);
    match row.ratio {
        Some(measured) => {
            interval(canvas, row, measured, scale, at.y);
            let numbers = rows.ratio(&sign(measured), measured.ratio, measured.interval);
            rows.numbers(canvas, at, "", &numbers);
        }
        None => rows.numbers(canvas, at, "faint", row.words),
    }
    canvas.end();
}

fn interval(canvas: &mut Canvas, row: &Row<'_>, measured: &Ratio, scale: &Scale, y: f64) {
    if let Some((lower, upper)) = measured.interval
        && let (Some(left), Some(right)) = (scale.place(lower), scale.place(upper))
    {
        canvas.interval(left, right, y);
    }
    if let Some(x) = scale.place(measured.ratio) {
        let look = row.look.unwrap_or(Look { number: 0 });
        look.marker(canvas, (x, y), row.is_hollow);
    }
}

/// The sign of the verdict, and the mark of Holm's correction where the difference stands after it.
fn sign(ratio: &Ratio) -> String {
    let Some(judged) = &ratio.judged else {
        return String::new();
    };
    let holm = if judged.holm_p < SIGNIFICANCE {
        HOLM
    } else {
        ""
    };
    format!("{}{holm}", judged.sign)
}

fn table(panels: &[(Metric, Vec<Row<'_>>)]) -> Table {
    let mut table = Table::titled(&[
        "variant", "metric", "ratio", "rounds", "p", "p (Holm)", "verdict",
    ]);
    for (metric, rows) in panels {
        for row in rows {
            let mut cells = vec![row.name.clone(), metric.name().to_owned()];
            match row.ratio {
                Some(measured) => cells.extend(figures(*metric, measured)),
                None => cells.extend([row.words, "", "", "", ""].map(str::to_owned)),
            }
            table.push(row.look.map(|look| look.number), cells);
        }
    }
    table
}

fn figures(metric: Metric, measured: &Ratio) -> [String; 5] {
    let judged = measured.judged.as_ref();
    [
        ratio(measured.ratio, measured.interval),
        measured.blocks.to_string(),
        format!("{:.2e}", measured.p_value),
        judged.map_or_else(String::new, |judged| format!("{:.2e}", judged.holm_p)),
        judged.map_or_else(String::new, |judged| {
            format!("{} {}", judged.sign, in_words(metric, &judged.words))
        }),
    ]
}

/// A verdict in words; what costs less is cheaper, and not faster.
fn in_words(metric: Metric, words: &str) -> String {
    match metric {
        Metric::CpuPerTask => words
            .replace("faster", "cheaper")
            .replace("slower", "costlier"),
        Metric::TimePerTask | Metric::MedianLatency => words.to_owned(),
    }
}
