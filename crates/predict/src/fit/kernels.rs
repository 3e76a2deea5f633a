//! What kernels cost: curves through the sizes that were measured.

use protocol::{Kernel, Step};

use super::data::Data;
use crate::kernels::{Curve, Kernels, units};
use crate::parameters::Shared;
use crate::points::{KERNEL_VARIANTS, of_kernel};

/// The curves of all kernels that a variant ran in two sizes or more.
pub(super) fn curves(data: &Data<'_>, variant: &str) -> Kernels {
    let all = Kernel::ALL.into_iter();
    Kernels(
        all.filter_map(|kernel| Some((kernel, curve(data, kernel, variant)?)))
            .collect(),
    )
}

fn curve(data: &Data<'_>, kernel: Kernel, variant: &str) -> Option<Curve> {
    let points: Vec<[f64; 2]> = of_kernel(kernel)
        .filter_map(|name| {
            let known = data.known(&name, variant)?;
            let Some(Step::Compute(compute)) = known.workload.steps.first() else {
                return None;
            };
            Some([units(compute), known.cpu])
        })
        .collect();
    Curve::through(&points)
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
    shared.ramp = verdict::median(&ramps).unwrap_or(0.0).max(0.0);
}
