//! The table of a workload within a width: what is the same in all rows leaves it, cells become shorter,
//! and then the columns of the least importance go.

use results::WorkloadSummary;
use terminal::{Column, Table, fitting, lay_out};

use crate::columns::{ESSENTIAL, columns, is_essential};
use crate::legend::SIGNS;
use crate::view::{Detail, View};

/// A table that is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    pub(crate) table: Table,
    /// The columns of the table.
    pub(crate) columns: Vec<Column>,
    /// What is the same for all variants, in words.
    pub(crate) constants: Vec<String>,
    /// How much of the cells is shown.
    pub(crate) detail: Detail,
}

/// The table in the fullest form in which all columns fit that a reader cannot do without. Pictures of ratios
/// need room too, and come before the spread of what has no verdict.
pub(crate) fn fit(
    summary: &WorkloadSummary,
    view: &View<'_>,
    width: usize,
    has_pictures: bool,
) -> Fitted {
    let fullest = laid_out(summary, view, Detail::Everything, width);
    let mut fitted = laid_out(summary, view, Detail::Times, width);
    // The spread of what has no verdict may cost a column only where more was asked for, and none that decides.
    let is_affordable = view.verbose || (!has_pictures && fullest.hides_no_more_than(&fitted));
    if is_affordable && !fullest.hides_an_essential() {
        return fullest;
    }
    for detail in [Detail::RatioIntervals, Detail::RatiosOnly] {
        if !fitted.hides_an_essential() {
            break;
        }
        fitted = laid_out(summary, view, detail, width);
    }
    fitted
}

/// The columns that differ between variants, and in words what is the same for all of them. Columns
/// without which no table is read stay.
pub(crate) fn without_constants(columns: Vec<Column>) -> (Vec<Column>, Vec<String>) {
    let mut kept = Vec::new();
    let mut constants = Vec::new();
    for column in columns {
        match constant(&column) {
            Some(value) => constants.push(format!("{} {value}", column.title)),
            None => kept.push(column),
        }
    }
    (kept, constants)
}

fn constant(column: &Column) -> Option<&str> {
    let mut cells = column.cells.iter().filter(|cell| !cell.is_empty());
    let first = cells.next().filter(|_| column.worth < ESSENTIAL)?;
    let others: Vec<&String> = cells.collect();
    let is_same = !others.is_empty() && others.iter().all(|cell| *cell == first);
    is_same.then_some(first)
}

/// A column of numbers with intervals, in which the numbers stand below each other, and their intervals
/// too.
fn aligned(column: Column) -> Column {
    let parts: Vec<Parts<'_>> = column.cells.iter().filter_map(|cell| split(cell)).collect();
    let sign = widest(parts.iter().map(|parts| parts.sign));
    let number = widest(parts.iter().map(|parts| parts.number));
    let interval = widest(parts.iter().map(|parts| parts.interval));
    if !column.right || sign + interval == 0 {
        return column;
    }
    let gap = usize::from(sign > 0);
    let cells = column
        .cells
        .iter()
        .map(|cell| match split(cell) {
            Some(parts) => {
                let (its, value, range) = (parts.sign, parts.number, parts.interval);
                let filled = format!("{its:<sign$}{:gap$}{value:>number$} {range:<interval$}", "");
                filled.trim_end().to_owned()
            }
            None => cell.clone(),
        })
        .collect();
    // The head then stands above the numbers, and not above the end of the intervals.
    Column {
        cells,
        right: false,
        ..column
    }
}

/// A cell with a number: the sign before it and the interval after it may be empty.
struct Parts<'a> {
    sign: &'a str,
    number: &'a str,
    interval: &'a str,
}

/// The parts of a number's cell; `None` of words, such as those about a failure.
fn split(cell: &str) -> Option<Parts<'_>> {
    let start = cell.find(|first: char| first.is_ascii_digit())?;
    let (sign, rest) = cell.split_at(start);
    let end = rest.find(['[', '(']).unwrap_or(rest.len());
    is_sign(sign.trim()).then(|| Parts {
        sign: sign.trim(),
        number: rest[..end].trim_end(),
        interval: &rest[end..],
    })
}

fn is_sign(text: &str) -> bool {
    text.is_empty() || SIGNS.iter().any(|(sign, _)| *sign == text)
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

fn laid_out(summary: &WorkloadSummary, view: &View<'_>, detail: Detail, width: usize) -> Fitted {
    let all = columns(summary, &View { detail, ..*view });
    let (kept, constants) = if view.verbose {
        (all, Vec::new())
    } else {
        without_constants(all)
    };
    let (columns, hidden) = fitting(kept.into_iter().map(aligned).collect(), width);
    Fitted {
        table: Table {
            hidden,
            ..lay_out(columns.clone(), usize::MAX)
        },
        columns,
        constants,
        detail,
    }
}

impl Fitted {
    fn hides_an_essential(&self) -> bool {
        self.table.hidden.iter().any(|title| is_essential(title))
    }

    fn hides_no_more_than(&self, other: &Fitted) -> bool {
        let (hidden, theirs) = (&self.table.hidden, &other.table.hidden);
        hidden.iter().all(|title| theirs.contains(title))
    }

    /// What did not fit, in words; `None` where all did.
    pub(crate) fn hidden(&self) -> Option<String> {
        let mut hidden: Vec<&str> = self.table.hidden.clone();
        match self.detail {
            Detail::Everything => {}
            Detail::Times => hidden.push("the spread of latencies and memory"),
            Detail::RatioIntervals => hidden.push("the spread of times, latencies and memory"),
            Detail::RatiosOnly => hidden.push("all intervals"),
        }
        (!hidden.is_empty()).then(|| {
            format!(
                "hidden (terminal too narrow): {}; widen it or use --export-markdown",
                hidden.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::{
        Estimate, Judged, MemoryEstimate, MemorySummary, Metric, Ratio, Ratios, VariantSummary,
        VerdictKind,
    };

    fn estimate(value: f64) -> Option<Estimate> {
        Some(Estimate {
            median: value,
            interval: Some((0.9 * value, 1.1 * value)),
            n: 12,
        })
    }

    fn slower(ratio: f64) -> Ratio {
        Ratio {
            ratio,
            interval: Some((0.98 * ratio, 1.02 * ratio)),
            blocks: 12,
            p_value: 0.001,
            judged: Some(Judged {
                verdict: VerdictKind::Slower,
                sign: "--".to_owned(),
                words: String::new(),
                more_blocks: None,
                holm_p: 0.001,
            }),
            hosts: None,
        }
    }

    fn variant(name: &str, factor: f64) -> VariantSummary {
        VariantSummary {
            variant: name.to_owned(),
            tasks: 100,
            in_flight: 8,
            time_ns: estimate(4.5e8 * factor),
            ratios: if factor > 1.0 {
                [
                    (Metric::TimePerTask, slower(factor)),
                    (Metric::CpuPerTask, slower(factor / 20.0)),
                ]
                .into()
            } else {
                Ratios::new()
            },
            tasks_per_second: estimate(4500.0 / factor),
            p50_ns: estimate(2.2e7),
            p99_ns: estimate(2.3e7 * factor),
            cpu_per_task_ns: estimate(2.2e4 * factor),
            memory: MemoryEstimate::of(&[7 << 20, 6 << 20, 8 << 20]).map(MemorySummary::Known),
            switches: estimate(0.0),
            ..VariantSummary::default()
        }
    }

    fn fitted(width: usize) -> Fitted {
        fitted_at(width, false)
    }

    fn fitted_at(width: usize, verbose: bool) -> Fitted {
        let summary = WorkloadSummary {
            variants: vec![
                variant("threads/pool", 1.0),
                variant("async-tokio/current-thread+offload", 45.3),
            ],
            ..WorkloadSummary::default()
        };
        let view = View {
            reference: "threads/pool",
            lanes: 8,
            tasks: 100,
            variants: &summary.variants,
            measures: true,
            metrics: &[Metric::TimePerTask, Metric::CpuPerTask],
            is_paced: false,
            detail: Detail::Everything,
            verbose,
        };
        fit(&summary, &view, width, false)
    }

    #[test]
    fn what_decides_is_there_at_100_columns_and_nearly_all_of_it_at_80() {
        for width in [160, 98, 78] {
            let fitted = fitted(width);
            let lines = &fitted.table.lines;
            for title in ["time ratio", "CPU ratio", "time ", "CPU/task"] {
                assert!(lines[0].contains(title), "{width}: {lines:#?}");
            }
            assert!(lines[2].contains("-- 45.3") && lines[2].contains("-- 2.2"));
            assert!(lines[0].contains("p99") || width < 98, "{lines:#?}");
            assert!(lines[0].contains("memory") || width < 98, "{lines:#?}");
            assert!(lines.iter().all(|line| line.chars().count() <= width));
        }
        assert_eq!(
            fitted(98).hidden().unwrap(),
            "hidden (terminal too narrow): tasks/s, all intervals; widen it or use --export-markdown"
        );
    }

    #[test]
    fn the_spread_of_what_has_no_verdict_costs_no_column() {
        let wide = fitted(250);
        assert_eq!((wide.detail, wide.hidden()), (Detail::Everything, None));
        let lines = wide.table.lines;
        assert!(lines[1].contains("23.0 ms [20.7, 25.3]"), "{lines:#?}");
        assert!(lines[1].contains("7.00 MiB (6.00 to 8.00)"), "{lines:#?}");
        let narrower = fitted(160);
        assert!(narrower.table.lines[0].contains("tasks/s"));
        assert!(narrower.table.lines[1].contains("450 ms [405, 495]"));
        assert_eq!(
            narrower.hidden().unwrap(),
            "hidden (terminal too narrow): the spread of latencies and memory; widen it or use \
             --export-markdown"
        );
    }

    #[test]
    fn verbose_tables_give_columns_that_few_need_for_the_spread() {
        let [plain, verbose] = [false, true].map(|verbose| {
            let lines = fitted_at(165, verbose).table.lines;
            lines[1].contains("7.00 MiB (6.00 to 8.00)")
        });
        assert_eq!((plain, verbose), (false, true));
    }

    #[test]
    fn what_is_the_same_for_all_leaves_the_table() {
        assert_eq!(fitted(160).constants, ["p50 22.0 ms", "switches 0"]);
    }

    #[test]
    fn numbers_and_intervals_stand_below_each_other() {
        let column = Column {
            title: "time",
            right: true,
            worth: 97,
            cells: ["448 ms [444, 454]", "2.03 s [2.0, 2.1]", "skipped"]
                .map(str::to_owned)
                .to_vec(),
        };
        let cells = aligned(column).cells;
        assert_eq!(cells[0], "448 ms [444, 454]");
        assert_eq!(cells[1], "2.03 s [2.0, 2.1]");
        assert_eq!(cells[2], "skipped");
    }

    #[test]
    fn signs_stand_below_each_other_before_their_numbers() {
        let column = Column {
            title: "time ratio",
            right: true,
            worth: 98,
            cells: ["   1", "++ 0.612", "≈  1.01", "-- 45.3", "2"]
                .map(str::to_owned)
                .to_vec(),
        };
        let expected = ["       1", "++ 0.612", "≈   1.01", "--  45.3", "       2"];
        assert_eq!(aligned(column).cells, expected);
    }
}
