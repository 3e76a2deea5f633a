//! Predictions first, over a script in the place of programs.

use std::path::Path;

use catalog::{Calibration, NoCalibration};
use launch::{Builds, DEFAULT_TIME_LIMIT, Sizes};
use protocol::{DEFAULT_SWITCH_INTERVAL_US, ExitCode};
use report::{export::Exports, limit};
use results::{Placement, PredictedFigure, Profile, Stored};

use super::*;
use crate::baseline::Baselines;
use crate::predictor::AskedRun;

const SCRIPT: &str = r#"
[[workload]]
name = "sum"
time_ms = 200.0

[[workload]]
name = "wait"
time_ms = 300.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/quick"

[[variant]]
name = "other/slow"

[[variant]]
name = "other/unknown"

[[variant]]
name = "other/mixed"
"#;

/// Predicts nanoseconds a task by workload and variant, ± 10 %.
struct Known(&'static [(&'static str, &'static str, f64)]);

impl Predictor for Known {
    fn predict(&self, asked: &AskedRun<'_>) -> Result<Predicted, String> {
        let mut all = self.0.iter();
        let found = all.find(|(workload, variant, _)| {
            *workload == asked.workload.name && *variant == asked.variant
        });
        let (_, _, ns) = found.ok_or_else(|| format!("{} is not calibrated", asked.variant))?;
        Ok(Predicted {
            time_per_task_ns: PredictedFigure {
                value: *ns,
                low: ns * 0.9,
                high: ns * 1.1,
            },
            cpu_per_task_ns: None,
            left_out: false,
        })
    }

    fn sizes(&self) -> &dyn Calibration {
        &NoCalibration
    }
}

const KNOWN: Known = Known(&[
    ("sum", "plain/loop", 3e5),
    ("sum", "plain/quick", 2e5),
    ("sum", "other/slow", 9e5),
    ("sum", "other/mixed", 2.1e5),
    ("wait", "plain/loop", 3e5),
    ("wait", "plain/quick", 3e5),
    ("wait", "other/slow", 9e5),
    ("wait", "other/mixed", 8e5),
]);

fn request(script: &Path, profile: Profile) -> Request {
    Request {
        workloads: Vec::new(),
        models: Vec::new(),
        reference: Some("plain/loop".to_owned()),
        predict: true,
        profile,
        runs: profile.measures().then_some(6),
        max_time: None,
        precision: None,
        keep_disturbed: true,
        rates: Vec::new(),
        params: Vec::new(),
        seed: Some(5),
        resume: None,
        sizes: Sizes {
            workers: Some(2),
            in_flight: None,
            placement: Placement::Free,
            postgres: None,
            switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
            time_limit: DEFAULT_TIME_LIMIT,
        },
        knobs: false,
        verbose: false,
        exports: Exports::default(),
        baselines: Baselines {
            save_baseline: None,
            baseline: None,
            max_regression: limit::limit(limit::DEFAULT).unwrap(),
            force: false,
        },
        builds: Builds::Made,
        shard: None,
        scripted: Some(script.to_owned()),
    }
}

/// A comparison by the script, with what it stored.
fn compared(predictor: Option<&dyn Predictor>, profile: Profile) -> anyhow::Result<Stored> {
    compared_as(predictor, |script| request(script, profile))
}

fn compared_as(
    predictor: Option<&dyn Predictor>,
    asked: impl Fn(&Path) -> Request,
) -> anyhow::Result<Stored> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.toml");
    std::fs::write(&script, SCRIPT).unwrap();
    let workspace = Workspace {
        root: folder.path().to_owned(),
        target: folder.path().join("target"),
        results: folder.path().join("results"),
        more_models: Vec::new(),
    };
    let code = crate::run(&asked(&script), &workspace, predictor)?;
    assert_eq!(code, ExitCode::Ok);
    Stored::open(&workspace.results, "latest")
}

fn measured(stored: &Stored, workload: usize) -> Vec<&str> {
    let variants = stored.run.statistics[workload].variants.iter();
    variants
        .filter(|variant| variant.time_ns.is_some())
        .map(|variant| variant.variant.as_str())
        .collect()
}

#[test]
fn what_is_predicted_to_be_behind_is_not_measured_and_stored_with_its_prediction() {
    let stored = compared(Some(&KNOWN), Profile::Quick).unwrap();
    let names: Vec<&str> = stored
        .run
        .variants
        .iter()
        .map(|variant| variant.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["plain/loop", "other/unknown", "other/mixed", "plain/quick"],
        "what no workload measures takes no part"
    );
    let (mut sum, mut wait) = (measured(&stored, 0), measured(&stored, 1));
    sum.sort_unstable();
    wait.sort_unstable();
    assert_eq!(
        sum,
        ["other/mixed", "other/unknown", "plain/loop", "plain/quick"],
        "the reference stays although it is behind, and so does what nothing is known of"
    );
    assert_eq!(wait, ["other/unknown", "plain/loop", "plain/quick"]);
    let predicted = &stored.run.workloads[1].predicted;
    assert!(predicted["other/slow"].left_out && predicted["other/mixed"].left_out);
    assert!(!predicted["plain/loop"].left_out && !predicted.contains_key("other/unknown"));
    let said = left_out_by_prediction(&stored.run.workloads[1]).unwrap();
    assert!(
        said.contains("other/slow 900 ms [810, 990]") && said.contains("plain/loop"),
        "{said}"
    );
}

#[test]
fn without_anything_to_predict_from_and_for_smoke_it_is_refused() {
    let words = compared(None, Profile::Quick).unwrap_err().to_string();
    assert!(words.contains("cargo xtask calibrate"), "{words}");
    let words = compared(Some(&KNOWN), Profile::Smoke)
        .unwrap_err()
        .to_string();
    assert!(words.contains("measures nothing"), "{words}");
    let only_sum = Known(&[("sum", "plain/loop", 3e5)]);
    let words = compared(Some(&only_sum), Profile::Quick)
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("wait: none of its variants")
            && words.contains("plain/loop is not calibrated")
            && words.contains("without --predict"),
        "{words}"
    );
}

#[test]
fn predictions_stand_beside_what_is_measured_and_change_nothing_of_it() {
    let stored = compared_as(Some(&KNOWN), |script| Request {
        predict: false,
        ..request(script, Profile::Quick)
    });
    let Stored { mut run, rows, .. } = stored.unwrap();
    let predicted = &run.workloads[0].predicted;
    assert_eq!(
        predicted.len(),
        4,
        "all but the one that nothing is known of"
    );
    assert!(predicted.values().all(|its| !its.left_out));
    assert_eq!(run.variants.len(), 5, "nobody is left out");
    for record in &mut run.workloads {
        record.predicted.clear();
    }
    assert_eq!(report::statistics(&run, &rows), run.statistics);
}
