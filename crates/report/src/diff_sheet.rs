//! Two comparisons side by side, as a page shows them.

use analysis::{FigurePair, Figures};
use terminal::Column;

use crate::diff::{columns, left_out, lost, other_share};
use crate::export::{Part, RatioPlot, RatioRow, Sheet, SheetTable};

/// The page of what two comparisons have in common; `named` says which two they are.
pub fn sheet(figures: &Figures, differences: &[String], named: &[String]) -> Sheet {
    let descriptive = "Not interleaved: descriptive. The two were run one after the other, so that a change of \
        the machine looks like a change of the programs; `cargo xtask ab` runs two revisions side by side.";
    let opening = named.iter().cloned().chain([descriptive.to_owned()]);
    let shares = figures.rows.iter().filter_map(other_share);
    let others = [
        ("What differs", differences.to_vec()),
        ("Another part of the workload", shares.collect()),
        (
            "Measured in the first and not usable in the second",
            figures.lost.iter().map(lost).collect(),
        ),
        (
            "Not compared",
            figures.left_out.iter().map(left_out).collect(),
        ),
    ];
    let ratios = Part {
        heading: "Figures".to_owned(),
        ratios: Some(plot(&figures.rows)),
        table: Some(table(&columns(&figures.rows, None))),
        ..Part::default()
    };
    let found = others.into_iter().filter(|(_, lines)| !lines.is_empty());
    let lists = found.map(|(heading, lines)| Part {
        heading: heading.to_owned(),
        lines,
        ..Part::default()
    });
    Sheet {
        title: "Two comparisons side by side".to_owned(),
        opening: opening.collect(),
        parts: [ratios].into_iter().chain(lists).collect(),
    }
}

fn plot(rows: &[FigurePair]) -> RatioPlot {
    RatioPlot {
        title: "second ÷ first".to_owned(),
        caption: "An interval divides the farthest bounds of two 95 % intervals of medians; no verdict follows \
                  from it."
            .to_owned(),
        rows: rows.iter().map(row).collect(),
        ..RatioPlot::default()
    }
}

fn row(pair: &FigurePair) -> RatioRow {
    RatioRow {
        group: pair.workload.clone(),
        name: format!("{} ({})", pair.variant, pair.metric.short_name()),
        ratio: pair.ratio(),
        interval: pair.interval(),
        ..RatioRow::default()
    }
}

fn table(columns: &[Column]) -> SheetTable {
    let titles: Vec<&'static str> = columns.iter().map(|column| column.title).collect();
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let cells = (0..rows).map(|row| {
        let all = columns.iter().filter_map(|column| column.cells.get(row));
        all.cloned().collect()
    });
    SheetTable::plain(&titles, cells)
}

#[cfg(test)]
mod tests {
    use results::{Estimate, Metric};

    use super::*;

    #[test]
    fn every_pair_is_a_row_of_the_plot_and_of_the_table() {
        let estimate = |median| Estimate {
            median,
            interval: Some((median * 0.9, median * 1.1)),
            n: 9,
        };
        let pair = |variant: &str| FigurePair {
            workload: "sum".to_owned(),
            variant: variant.to_owned(),
            metric: Metric::TimePerTask,
            first: estimate(100.0),
            second: estimate(120.0),
            other_share: None,
        };
        let figures = Figures {
            rows: vec![pair("a/b"), pair("a/c")],
            ..Figures::default()
        };
        let sheet = sheet(&figures, &["another kernel".to_owned()], &[]);
        let [ratios, differs] = sheet.parts.as_slice() else {
            panic!("{sheet:?}");
        };
        let plot = ratios.ratios.as_ref().unwrap();
        let names: Vec<&str> = plot.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["a/b (time)", "a/c (time)"]);
        assert!((plot.rows[0].ratio - 1.2).abs() < 1e-12);
        let table = ratios.table.as_ref().unwrap();
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[0].cells.len(), table.titles.len());
        assert_eq!(differs.lines, ["another kernel"]);
    }
}
