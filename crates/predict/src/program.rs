//! What one task does, as segments that a simulation or a bound can count: computation, requests with their latency,
//! blocking calls.

use protocol::{Compute, Kernel, Step, Workload};

use crate::kind::Kind;
use crate::parameters::{Kernels, Own, Parameters};
use crate::segment::Segment;

/// Bytes of the calibrated small GET: bytes beyond these cost more.
pub(crate) const SMALL_BYTES: u64 = 256;

/// The segments of a task of a workload under a variant with this many lanes.
///
/// A GET is split in two: half of what it costs is spent before it is sent, and half, with the bytes of the answer, after. An
/// executor hands a blocking call over, and pays half before and half after.
pub(crate) fn segments(
    parameters: &Parameters,
    variant: &str,
    kind: Kind,
    workload: &Workload,
    lanes: u64,
) -> Vec<Segment> {
    let Some(own) = parameters.own.get(variant) else {
        return Vec::new();
    };
    let selects = selects_of_lane(workload, lanes);
    let mut all = Vec::new();
    let mut pending = own.task;
    for step in &workload.steps {
        match step {
            Step::HttpGet(get) => {
                let bytes = get.bytes.saturating_sub(SMALL_BYTES) as f64;
                let latency = get.latency.as_secs_f64();
                let shared = &parameters.shared;
                let answer = shared.answer + shared.byte * bytes;
                // Where nothing is waited for the origin answers as it reads.
                let request = shared.request + if latency > 0.0 { 0.0 } else { answer };
                all.push(Segment::Compute(pending + own.get / 2.0));
                all.push(Segment::Get {
                    latency,
                    request,
                    answer,
                });
                pending = own.get / 2.0 + own.byte * bytes;
            }
            Step::Compute(compute) => pending += parameters.kernels.cost(compute),
            other => {
                let cost = blocking_cost(own, other, selects);
                if kind.hands_over() {
                    all.push(Segment::Compute(pending + own.hand_over / 2.0));
                    all.push(Segment::Block(cost));
                    pending = own.hand_over / 2.0;
                } else {
                    pending += cost;
                }
            }
        }
    }
    all.push(Segment::Compute(pending));
    all
}

/// The selects that a lane, and so its connection, carries out in a run.
fn selects_of_lane(workload: &Workload, lanes: u64) -> f64 {
    let of_task = workload.steps.iter().map(|step| match step {
        Step::SqliteSelect(select) => select.count,
        _ => 0,
    });
    of_task.sum::<u64>() as f64 * workload.tasks as f64 / lanes.max(1) as f64
}

/// What a blocking call costs on a lane with so many selects; steps without a rule cost nothing, and are refused before.
fn blocking_cost(own: &Own, step: &Step, selects: f64) -> f64 {
    match step {
        Step::SqliteSelect(select) => own.select(select.count, selects),
        Step::ReadFile(read) => own.file.at(read.bytes as f64),
        _ => 0.0,
    }
}

impl Kernels {
    /// What a kernel costs: a power of its units of work.
    pub(crate) fn cost(&self, compute: &Compute) -> f64 {
        let law = self.0.get(&compute.kernel);
        law.map_or(0.0, |law| law.scale * units(compute).powf(law.power))
    }
}

/// The work of a kernel: points of a square, products of matrices, or its size.
pub(crate) fn units(compute: &Compute) -> f64 {
    let size = compute.size as f64;
    match compute.kernel {
        Kernel::Mandelbrot => size.powi(2),
        Kernel::Matmul => size.powi(3),
        Kernel::SumSquares | Kernel::Primes | Kernel::Sha256 => size,
    }
}

/// The size that has so much work: what [`units`] undoes.
pub(crate) fn size_of(kernel: Kernel, units: f64) -> f64 {
    match kernel {
        Kernel::Mandelbrot => units.sqrt(),
        Kernel::Matmul => units.cbrt(),
        Kernel::SumSquares | Kernel::Primes | Kernel::Sha256 => units,
    }
}
