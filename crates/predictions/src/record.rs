//! How good predictions were: those that comparisons kept beside what they measured afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use analysis::{BothFigures, Figure, all_both_figures};
use catalog::Workspace;
use protocol::ExitCode;
use results::{RunFile, read_run};
use serde::Serialize;
use terminal::{counted, output, percent};

/// The most comparisons that are looked at, the newest first: what an older version of the model predicted says little of
/// this one.
const COMPARISONS: usize = 100;

/// What the kept predictions of comparisons come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Record {
    /// The comparisons that kept any.
    comparisons: usize,
    time: Tally,
    cpu: Tally,
}

/// Predictions of one figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Tally {
    pairs: usize,
    covered: usize,
    /// The median of how far predictions were off, as a part of what was measured; `None` where there are none.
    median_error: Option<f64>,
}

impl Tally {
    fn of(all: &[BothFigures], figure: Figure) -> Tally {
        let pairs = all.iter().filter(|both| both.figure == figure);
        let errors: Vec<f64> = pairs.clone().map(|both| both.error().abs()).collect();
        Tally {
            pairs: errors.len(),
            covered: pairs.filter(|both| both.is_covered()).count(),
            median_error: verdict::median(&errors).ok(),
        }
    }

    fn line(&self, what: &str) -> String {
        match self.median_error {
            None => format!("{what}: nothing was both predicted and measured\n"),
            Some(error) => format!(
                "{what}: {} of {} within their 90 % interval ({}), median error {}\n",
                self.covered,
                counted(self.pairs as u64, "prediction"),
                percent(self.covered as f64 / self.pairs as f64),
                percent(error)
            ),
        }
    }
}

impl Record {
    fn of(runs: &[RunFile]) -> Record {
        let each: Vec<Vec<BothFigures>> = runs.iter().map(all_both_figures).collect();
        let comparisons = each.iter().filter(|its| !its.is_empty()).count();
        let all: Vec<BothFigures> = each.into_iter().flatten().collect();
        Record {
            comparisons,
            time: Tally::of(&all, Figure::Time),
            cpu: Tally::of(&all, Figure::Cpu),
        }
    }

    fn text(&self) -> String {
        if self.comparisons == 0 {
            return "no comparison here kept a prediction: each does that once this machine is calibrated \
                    (`cargo xtask calibrate`)\n"
                .to_owned();
        }
        let of = counted(self.comparisons as u64, "comparison");
        format!(
            "predictions beside measurements, of the last {of} that kept any\n{}{}",
            self.time.line("time a task"),
            self.cpu.line("CPU a task")
        )
    }
}

/// Prints how good the predictions were that comparisons kept.
///
/// # Errors
/// Output that cannot be written.
pub fn record(workspace: &Workspace, json: bool) -> anyhow::Result<ExitCode> {
    let found = Record::of(&newest(&workspace.results));
    let text = if json {
        serde_json::to_string_pretty(&found)? + "\n"
    } else {
        found.text()
    };
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

/// The newest comparisons with predictions. What cannot be read is of another version or no comparison, and passed over.
fn newest(results: &Path) -> Vec<RunFile> {
    let entries = fs::read_dir(results).into_iter().flatten().flatten();
    // `latest` is a link to a folder that is there as well.
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut paths: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
    // Their names begin with the time.
    paths.sort_unstable_by(|a, b| b.cmp(a));
    let runs = paths.iter().filter_map(|path| read_run(path).ok());
    let with_predictions = runs.filter(|run| {
        run.workloads
            .iter()
            .any(|record| !record.predicted.is_empty())
    });
    with_predictions.take(COMPARISONS).collect()
}

#[cfg(test)]
mod tests {
    use results::{Estimate, PredictedFigure};

    use super::*;

    fn both(figure: Figure, predicted: f64, measured: f64) -> BothFigures {
        BothFigures {
            figure,
            predicted: PredictedFigure {
                value: predicted,
                low: predicted * 0.9,
                high: predicted * 1.1,
            },
            measured: Estimate::of(&[measured]).unwrap(),
        }
    }

    #[test]
    fn covered_predictions_and_the_median_error_are_told_of_each_figure() {
        let all = [
            both(Figure::Time, 100.0, 105.0),
            both(Figure::Time, 100.0, 200.0),
            both(Figure::Time, 110.0, 100.0),
            both(Figure::Cpu, 100.0, 100.0),
        ];
        let time = Tally::of(&all, Figure::Time);
        assert_eq!((time.pairs, time.covered), (3, 2));
        assert!((time.median_error.unwrap() - 0.1).abs() < 1e-9);
        let line = time.line("time a task");
        assert_eq!(
            line,
            "time a task: 2 of 3 predictions within their 90 % interval (66.7 %), median error 10 %\n"
        );
        let cpu = Tally::of(&all, Figure::Cpu);
        assert_eq!(
            (cpu.pairs, cpu.covered, cpu.median_error),
            (1, 1, Some(0.0))
        );
        assert!(Record::default().text().contains("cargo xtask calibrate"));
    }
}
