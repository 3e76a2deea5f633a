//! What kernels cost: CPU time over units of work, as curves through measured sizes.

use std::collections::BTreeMap;

use protocol::{Compute, Kernel};
use serde::{Deserialize, Serialize};

/// What kernels cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kernels(pub(crate) BTreeMap<Kernel, Curve>);

/// CPU time over units of work: a power law between each two measured sizes, since a kernel takes another power where its data
/// leave a cache, and where little work is done for what a call costs. Logarithms of both, in the order of the units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Curve(Vec<[f64; 2]>);

impl Curve {
    /// The curve through measured units of work and seconds; `None` where these are of fewer than two sizes.
    pub(crate) fn through(points: &[[f64; 2]]) -> Option<Curve> {
        let mut all: Vec<[f64; 2]> = points.iter().map(|point| point.map(f64::ln)).collect();
        all.sort_by(|a, b| a[0].total_cmp(&b[0]));
        all.dedup_by(|a, b| a[0] == b[0]);
        (all.len() >= 2).then_some(Curve(all))
    }

    /// The seconds that so many units of work take.
    pub(crate) fn seconds(&self, units: f64) -> f64 {
        self.on(0, units)
    }

    /// The units of work that take so many seconds.
    pub(crate) fn units(&self, seconds: f64) -> f64 {
        self.on(1, seconds)
    }

    /// The other coordinate, where this one is given: beyond both ends the nearest line goes on.
    fn on(&self, given: usize, value: f64) -> f64 {
        let (at, other) = (value.ln(), 1 - given);
        let mut lines = self.0.windows(2);
        let last = self.0.len() - 2;
        let line = lines
            .position(|line| at < line[1][given])
            .unwrap_or(last)
            .min(last);
        let [from, to] = [self.0[line], self.0[line + 1]];
        let part = (at - from[given]) / (to[given] - from[given]);
        (from[other] + part * (to[other] - from[other])).exp()
    }
}

impl Kernels {
    /// What a kernel costs.
    pub(crate) fn cost(&self, compute: &Compute) -> f64 {
        let curve = self.0.get(&compute.kernel);
        curve.map_or(0.0, |curve| curve.seconds(units(compute)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points_and_on_beyond_them_and_back() {
        let curve = Curve::through(&[[100.0, 1e-3], [1.0, 1e-5], [10.0, 1e-5 * 10_f64.sqrt()]]);
        let curve = curve.unwrap();
        for (units, seconds) in [(1.0, 1e-5), (10.0, 1e-5 * 10_f64.sqrt()), (100.0, 1e-3)] {
            assert!((curve.seconds(units) / seconds - 1.0).abs() < 1e-9);
        }
        // The first line is a square root.
        assert!((curve.seconds(0.01) / 1e-6 - 1.0).abs() < 1e-9);
        for units in [0.1, 3.0, 40.0, 1e4] {
            let back = curve.units(curve.seconds(units));
            assert!((back / units - 1.0).abs() < 1e-9, "{units}: {back}");
        }
        assert_eq!(Curve::through(&[[1.0, 1.0]]), None);
    }
}
