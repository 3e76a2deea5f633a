//! What kernels cost: a power law through the sizes that were measured alone on a core.

use protocol::{Kernel, Step};

use super::data::Data;
use crate::parameters::{Kernels, Law, Shared};
use crate::points::{KERNEL_VARIANTS, of_kernel};
use crate::program::units;

/// The laws of all kernels that a variant ran in two sizes or more. Two logarithms and a line: caches bend it, so that the
/// line is that of least squares where there are more sizes.
pub(super) fn laws(data: &Data<'_>, variant: &str) -> Kernels {
    let all = Kernel::ALL.into_iter();
    Kernels(
        all.filter_map(|kernel| Some((kernel, law(data, kernel, variant)?)))
            .collect(),
    )
}

fn law(data: &Data<'_>, kernel: Kernel, variant: &str) -> Option<Law> {
    let points: Vec<(f64, f64)> = of_kernel(kernel)
        .filter_map(|name| {
            let known = data.known(&name, variant)?;
            let Some(Step::Compute(compute)) = known.workload.steps.first() else {
                return None;
            };
            Some((units(compute).ln(), known.cpu.ln()))
        })
        .collect();
    let count = points.len() as f64;
    if points.len() < 2 {
        return None;
    }
    let across = points.iter().map(|point| point.0).sum::<f64>() / count;
    let up = points.iter().map(|point| point.1).sum::<f64>() / count;
    let square: f64 = points.iter().map(|point| (point.0 - across).powi(2)).sum();
    let both: f64 = points
        .iter()
        .map(|point| (point.0 - across) * (point.1 - up))
        .sum();
    let power = both / square;
    Some(Law {
        scale: (up - power * across).exp(),
        power,
    })
}

/// How long two threads that only compute share a core at the start: the time of two, less half that of one.
pub(super) fn set_ramp(shared: &mut Shared, data: &Data<'_>) {
    let names = Kernel::ALL.into_iter().flat_map(of_kernel);
    let ramps: Vec<f64> = names
        .filter_map(|name| {
            let alone = data.known(&name, KERNEL_VARIANTS[0])?;
            let beside = data.known(&name, KERNEL_VARIANTS[1])?;
            Some((beside.time - alone.time / 2.0) * beside.tasks as f64)
        })
        .collect();
    shared.ramp = verdict::median(&ramps).unwrap_or(0.0);
}
