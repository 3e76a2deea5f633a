//! A history as a page shows it: a table of all ratios, and a curve over the nights for each, folded.

use report::export::{Curve, CurveAxis, CurvePlot, CurvePoint, Part, Sheet, SheetRow, SheetTable};
use terminal::{factor, ratio};

use crate::machine::words;
use crate::series::{Change, Judged, Series};
use crate::text::{name, opening, told};

/// The page of a history.
pub(crate) fn sheet(judged: &Judged<'_>) -> Sheet {
    let rows = judged.series.iter().enumerate();
    let all = Part {
        heading: "Ratios".to_owned(),
        table: Some(SheetTable {
            titles: vec![
                "workload",
                "variant",
                "metric",
                "nights",
                "last ratio",
                "last change",
            ],
            rows: rows
                .map(|(index, series)| SheetRow {
                    cells: cells(judged, series),
                    // The table itself is the first section.
                    leads_to: Some(index + 1),
                })
                .collect(),
        }),
        ..Part::default()
    };
    Sheet {
        title: "History of ratios".to_owned(),
        opening: opening(judged),
        parts: [all]
            .into_iter()
            .chain(judged.series.iter().map(|series| part(judged, series)))
            .collect(),
    }
}

fn cells(judged: &Judged<'_>, series: &Series<'_>) -> Vec<String> {
    let last = series.points.last().map(|point| point.ratio);
    let change = series.changes.last();
    vec![
        series.key.workload.clone(),
        series.key.variant.clone(),
        series.key.metric.name().to_owned(),
        series.points.len().to_string(),
        last.map_or_else(String::new, |last| ratio(last.ratio, last.interval)),
        change.map_or_else(String::new, |change| last_change(judged, change)),
    ]
}

/// The sign, the size and the day of a change; smaller ratios are better.
fn last_change(judged: &Judged<'_>, change: &Change) -> String {
    let sign = if change.factor < 1.0 { "++" } else { "--" };
    let day = judged.history.nights[change.first].day();
    format!("{sign} {} since {day}", factor(change.factor))
}

fn part(judged: &Judged<'_>, series: &Series<'_>) -> Part {
    let changes = series.changes.iter().map(|change| told(judged, change));
    let mut lines: Vec<String> = changes.collect();
    lines.extend(toolchains(judged, series));
    Part {
        heading: name(&series.key),
        lines,
        curves: Some(plot(judged, series)),
        is_folded: true,
        ..Part::default()
    }
}

/// The nights from which on another compiler or kernel was there, which changes figures without a commit.
fn toolchains(judged: &Judged<'_>, series: &Series<'_>) -> Vec<String> {
    let nights = &judged.history.nights;
    let mut lines = Vec::new();
    for machine in 0..judged.machines.len() {
        for pair in series.on(machine).windows(2) {
            let [before, after] = [&nights[pair[0].night], &nights[pair[1].night]];
            for fact in ["rustc", "kernel"] {
                let [was, is] = [before, after].map(|night| night.machine.get(fact));
                if was != is {
                    let [was, is] = [was, is].map(|fact| fact.map_or("unknown", String::as_str));
                    lines.push(format!("{}: {fact} {was} became {is}", after.label()));
                }
            }
        }
    }
    lines
}

fn plot(judged: &Judged<'_>, series: &Series<'_>) -> CurvePlot {
    let curves = judged
        .machines
        .iter()
        .enumerate()
        .map(|(machine, facts)| Curve {
            name: words(facts),
            points: series
                .on(machine)
                .iter()
                .map(|point| CurvePoint {
                    x: number(point.night),
                    y: point.ratio.ratio,
                    across: None,
                    up: point.ratio.interval,
                })
                .collect(),
            marks: marks(series, machine),
        });
    let caption = match series.changes.len() {
        0 => "No change is known.".to_owned(),
        1 => "The hollow marker is the first night after a change.".to_owned(),
        _ => "Hollow markers are the first nights after changes.".to_owned(),
    };
    CurvePlot {
        title: name(&series.key),
        caption: format!(
            "{caption} A point is a night with its 95 % interval; where the machine changes there is a dotted line, across \
             which nothing is compared."
        ),
        reading: "A line for each machine over the nights, with a ribbon of the 95 % intervals; hollow markers are the \
                  first nights after changes, dotted lines 1 and changes of the machine."
            .to_owned(),
        across: CurveAxis {
            name: "night and commit".to_owned(),
            is_log: false,
            label: |night| format!("{night:.0}"),
            levels: series
                .points
                .iter()
                .map(|point| (number(point.night), judged.history.nights[point.night].label()))
                .collect(),
        },
        up: CurveAxis {
            name: "ratio to the reference".to_owned(),
            is_log: true,
            label: factor,
            levels: Vec::new(),
        },
        limits: limits(series),
        curves: curves.filter(|curve| !curve.points.is_empty()).collect(),
    }
}

/// The number of a night, from 1.
fn number(night: usize) -> f64 {
    (night + 1) as f64
}

fn marks(series: &Series<'_>, machine: usize) -> Vec<CurvePoint> {
    let changes = series
        .changes
        .iter()
        .filter(|change| change.machine == machine);
    changes
        .filter_map(|change| {
            let mut points = series.points.iter();
            let point = points.find(|point| point.night == change.first)?;
            Some(CurvePoint {
                x: number(point.night),
                y: point.ratio.ratio,
                ..CurvePoint::default()
            })
        })
        .collect()
}

/// The line of equal figures, and one wherever the next night was on another machine.
fn limits(series: &Series<'_>) -> Vec<Vec<(f64, f64)>> {
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else {
        return Vec::new();
    };
    let ratios: Vec<f64> = series
        .points
        .iter()
        .map(|point| point.ratio.ratio)
        .collect();
    let least = ratios.iter().copied().fold(1.0, f64::min);
    let most = ratios.iter().copied().fold(1.0, f64::max);
    let changes = series
        .points
        .windows(2)
        .filter(|pair| pair[0].machine != pair[1].machine);
    [vec![(number(first.night), 1.0), (number(last.night), 1.0)]]
        .into_iter()
        .chain(changes.map(|pair| {
            let between = f64::midpoint(number(pair[0].night), number(pair[1].night));
            vec![(between, least), (between, most)]
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::History;
    use crate::fixtures::{history, night, wobble};
    use crate::series::judge;

    #[test]
    fn a_change_is_in_the_table_in_the_words_and_in_the_curve() {
        let nights = (0..40).map(|number| {
            let step = if number < 24 { 1.0 } else { 0.8 };
            vec![wobble(number + 500), step * wobble(number)]
        });
        let history = history(nights);
        let sheet = sheet(&judge(&history));
        assert_eq!(sheet.parts.len(), 3);
        let table = sheet.parts[0].table.as_ref().unwrap();
        assert_eq!(
            table.rows[0].cells[..4],
            ["http", "m/0", "time per task", "40"]
        );
        assert_eq!(
            (table.rows[0].cells[5].as_str(), table.rows[0].leads_to),
            ("", Some(1))
        );
        let cell = &table.rows[1].cells[5];
        assert!(
            cell.starts_with("++ 0.") && cell.ends_with("since 2026-01-25"),
            "{cell}"
        );
        let part = &sheet.parts[2];
        assert!(
            part.is_folded && part.lines[0].starts_with("between 2026-01-24"),
            "{:?}",
            part.lines
        );
        let plot = part.curves.as_ref().unwrap();
        assert_eq!((plot.curves.len(), plot.curves[0].points.len()), (1, 40));
        let marks: Vec<f64> = plot.curves[0].marks.iter().map(|mark| mark.x).collect();
        assert_eq!(marks, [25.0]);
        assert_eq!(plot.limits.len(), 1);
    }

    #[test]
    fn each_machine_has_a_curve_and_a_line_where_it_begins() {
        let nights = (0..12).map(|number| {
            let cpu = if number < 8 { "a" } else { "b" };
            night(number, cpu, &[wobble(number)])
        });
        let mut history = History {
            nights: nights.collect(),
            without_ratios: 2,
        };
        for night in &mut history.nights[4..] {
            night.machine.insert("rustc".to_owned(), "1.96".to_owned());
        }
        let sheet = sheet(&judge(&history));
        let opening = sheet.opening.join("\n");
        assert!(
            opening.contains("2 machines, which are not compared"),
            "{opening}"
        );
        assert!(opening.contains("2 lines of an older form"), "{opening}");
        let plot = sheet.parts[1].curves.as_ref().unwrap();
        let lengths: Vec<usize> = plot.curves.iter().map(|curve| curve.points.len()).collect();
        assert_eq!(lengths, [8, 4]);
        assert_eq!(plot.limits[1][0].0, 8.5);
        assert!(plot.caption.starts_with("No change is known."));
        assert_eq!(
            sheet.parts[1].lines,
            ["2026-01-05 0000004: rustc unknown became 1.96"]
        );
    }
}
