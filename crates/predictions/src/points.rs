//! Turns the rows of a comparison into the points of a calibration.

use predict::{Figures, Point};
use results::{Arm, Measured, Memory, Outcome, Pass, Row, Run, Stored};

/// The points of a stored comparison: every variant at every workload that it was measured at.
pub(crate) fn points(stored: &Stored) -> Vec<Point> {
    let mut points = Vec::new();
    for record in &stored.run.workloads {
        for (variant, share) in &record.shares {
            let runs: Vec<(&Run, &Measured)> =
                measured(stored, &record.workload.name, variant).collect();
            let timed = runs.iter().filter(|(run, _)| run.pass == Pass::Measured);
            let figures: Vec<Figures> = timed
                .map(|(run, measured)| figures(run, measured))
                .collect();
            if !figures.is_empty() {
                points.push(Point {
                    workload: record.workload.clone(),
                    variant: variant.clone(),
                    tasks: share.tasks,
                    lanes: share.in_flight,
                    runs: figures,
                    memory: runs.iter().find_map(|(_, measured)| bytes(measured)),
                });
            }
        }
    }
    points
}

/// The runs of a variant at a workload that ended well.
fn measured<'a>(
    stored: &'a Stored,
    workload: &'a str,
    variant: &'a str,
) -> impl Iterator<Item = (&'a Run, &'a Measured)> {
    stored.rows.iter().filter_map(move |row| {
        let Row::Run(run) = row else {
            return None;
        };
        let is_meant = run.workload == workload && run.variant == variant && run.arm == Arm::Main;
        match &run.outcome {
            Outcome::Measured(measured) if is_meant => Some((&**run, measured)),
            _ => None,
        }
    })
}

fn figures(run: &Run, measured: &Measured) -> Figures {
    let tasks = measured.done.tasks.max(1) as f64;
    Figures {
        time: seconds(measured.done.elapsed_ns) / tasks,
        cpu: seconds(measured.done.cpu_ns) / tasks,
        service_cpu: run
            .origin_cpu_ns
            .filter(|ns| *ns > 0)
            .map(|ns| seconds(ns) / tasks),
        start_up: seconds(measured.start_up_ns),
    }
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

/// The memory of the tree where it was read, or the program's own peak.
fn bytes(measured: &Measured) -> Option<f64> {
    match &measured.memory {
        Some(Memory::Bytes(bytes)) => Some(*bytes as f64),
        _ => None,
    }
}
