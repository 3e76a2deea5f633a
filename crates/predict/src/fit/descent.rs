//! A search for the least misfit, coordinate by coordinate: every sweep tries one step either way at each, and later sweeps try
//! smaller ones. A simulation's misfit has jumps, so that derivatives lead nowhere.

/// The steps of the sweeps, as logarithms: a factor of 2.5 at first, and 1.1 at last.
pub(super) const STEPS: [f64; 10] = [0.9, 0.6, 0.6, 0.4, 0.4, 0.25, 0.25, 0.15, 0.15, 0.1];
/// How far from where it began a logarithm may go: a factor of 66 either way.
pub(super) const FARTHEST: f64 = 4.2;

/// The least misfit from a start, over logarithms.
pub(super) fn descend(start: &[f64], mut misfit: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut best = start.to_vec();
    let mut least = misfit(&best);
    for step in STEPS {
        for at in 0..start.len() {
            for moved in [step, -step] {
                let mut other = best.clone();
                other[at] += moved;
                let found = misfit(&other);
                if found < least {
                    (best, least) = (other, found);
                    break;
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_valley_is_found() {
        let found = descend(&[0.0, 0.0], |at| {
            (at[0] - 1.0).powi(2) + (at[1] + at[0]).powi(2)
        });
        assert!(
            (found[0] - 1.0).abs() < 0.15 && (found[1] + 1.0).abs() < 0.15,
            "{found:?}"
        );
    }
}
