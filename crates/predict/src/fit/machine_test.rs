//! Rows of a machine whose parameters are known, for tests of whether a fit finds them.

use super::variant::Of;
use crate::calibration::{Calibration, Figures, Point};
use crate::kernels::Kernels;
use crate::kind::Kind;
use crate::parameters::{Own, Parameters, Shared};
use crate::points::POOL;
use crate::simulated::{Asked, WHOLE, simulated};

/// The pool on two processors.
pub(super) fn pool() -> Of<'static> {
    Of {
        variant: POOL,
        kind: Kind::of(POOL).unwrap(),
        processors: 2,
    }
}

/// The parameters that a search begins with, but for what is changed of them.
pub(super) fn parameters(change: impl FnOnce(&mut Shared, &mut Own)) -> Parameters {
    let mut shared = Shared::start();
    let mut own = Own::start(pool().kind);
    change(&mut shared, &mut own);
    Parameters {
        shared,
        kernels: Kernels::default(),
        own: [(POOL.to_owned(), own)].into(),
        misfit: 0.0,
    }
}

/// The rows of the pool at these points that a machine with such parameters would give.
pub(super) fn rows(truth: &Parameters, points: &[&str]) -> Calibration {
    rows_of(pool(), truth, points)
}

/// The same on another number of processors.
pub(super) fn rows_of(of: Of<'_>, truth: &Parameters, points: &[&str]) -> Calibration {
    let mut workloads = crate::points::workloads();
    workloads.retain(|workload| points.contains(&workload.name.as_str()));
    let points = workloads.into_iter().map(|workload| {
        let asked = Asked {
            workload: &workload,
            variant: POOL,
            kind: pool().kind,
            tasks: workload.tasks,
            processors: of.processors,
        };
        let run = simulated(truth, &asked, WHOLE);
        let figures = Figures {
            time: run.time,
            cpu: run.cpu,
            service_cpu: (run.service_cpu > 0.0).then_some(run.service_cpu),
            start_up: 1e-3,
        };
        Point {
            tasks: workload.tasks,
            lanes: asked.lanes(),
            variant: POOL.to_owned(),
            runs: vec![figures],
            memory: None,
            workload,
        }
    });
    Calibration::of_two_processors(points.collect())
}
