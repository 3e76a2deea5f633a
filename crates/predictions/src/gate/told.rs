//! The figures of the gate as text and as JSON.

use predict::{Calibration, Point};
use serde_json::json;
use terminal::percent;

use super::figures::{Cell, Choices, Figures};

/// The lines of the table of docs/PREDICT.md.
pub(super) fn text(seed: u64, calibration: &Calibration, found: &Figures) -> String {
    let lines = [
        (
            "times within 15 %",
            format!("{} of {}", part(found.within_15), found.times),
        ),
        (
            "times within 15 %, where one half of the rounds predicts the other",
            part(found.halves_within_15),
        ),
        (
            "runs of the same point apart, in the calibration",
            percent(calibration.noise()),
        ),
        ("median error", part(found.median_error)),
        ("intervals cover times", part(found.covered)),
        ("intervals cover CPU", part(found.cpu_covered)),
        (
            "CPU a task within 25 %",
            format!(
                "{}, and {} not predicted",
                part(found.cpu_within_25),
                part(found.cpu_refused)
            ),
        ),
        (
            "the measured best is not told apart from the predicted one",
            part(found.best_is_candidate),
        ),
        ("choice by prediction", choices(&found.by_prediction)),
        (
            "choice always async-tokio/multi-thread",
            choices(&found.by_constant),
        ),
        (
            "choice of that for work that waits, else threads/pool",
            choices(&found.by_rule_of_thumb),
        ),
        ("refused of all drawn", part(found.refused)),
        ("predicted, and the run failed", found.failed.to_string()),
    ];
    let shown: String = lines
        .iter()
        .map(|(what, figure)| format!("{what}: {figure}\n"))
        .collect();
    format!("predictions of workloads drawn from {seed}, and measured\n{shown}")
}

fn part(part: Option<f64>) -> String {
    part.map_or_else(|| "n/a".to_owned(), percent)
}

fn choices(choices: &Choices) -> String {
    if choices.workloads == 0 {
        return "its variants were not measured".to_owned();
    }
    format!(
        "within 5 % of the best at {} of {} workloads, {} slower on average",
        choices.good,
        choices.workloads,
        part(choices.mean_regret)
    )
}

/// Everything, for programs: times in seconds a task. The rows of all runs are there too, with their workloads, so that rules
/// that come later can be held against them.
pub(super) fn json(
    seed: u64,
    calibration: &Calibration,
    found: &Figures,
    cells: &[Cell],
    points: &[Point],
) -> anyhow::Result<String> {
    let each: Vec<serde_json::Value> = cells
        .iter()
        .map(|cell| {
            let time = &cell.prediction.time;
            let cpu = cell.prediction.cpu.as_ref().ok();
            json!({
                "workload": cell.workload,
                "variant": cell.variant,
                "regime": cell.prediction.regime.word(),
                "time": cell.time,
                "predicted_time": [time.low, time.value, time.high],
                "error": cell.error(),
                "cpu": cell.cpu,
                "predicted_cpu": cpu.map(|cpu| [cpu.low, cpu.value, cpu.high]),
            })
        })
        .collect();
    let value = json!({
        "seed": seed,
        "machine": calibration.machine,
        "calibrated_ms": calibration.measured_ms,
        "noise": calibration.noise(),
        "figures": found,
        "cells": each,
        "points": points,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
