//! A search for the least misfit, coordinate by coordinate: each has a step of its own, which grows where it helps and shrinks
//! where it does not. A simulation's misfit has jumps, so that derivatives lead nowhere.

/// The sweeps over all coordinates.
pub(super) const SWEEPS: usize = 9;
const FIRST_STEP: f64 = 0.7;
const LEAST_STEP: f64 = 0.04;
/// How far from where it began a logarithm may go: a factor of 66 either way.
pub(super) const FARTHEST: f64 = 4.2;

/// The steps of all coordinates.
#[derive(Clone, Debug)]
pub(super) struct Steps(Vec<f64>);

impl Steps {
    pub(super) fn new(coordinates: usize) -> Steps {
        Steps(vec![FIRST_STEP; coordinates])
    }

    /// The moves to try at a coordinate, the one that helped last first; none where it has converged.
    pub(super) fn moves(&self, at: usize) -> Option<[f64; 2]> {
        let step = self.0[at];
        (step.abs() >= LEAST_STEP).then_some([step, -step])
    }

    pub(super) fn helped(&mut self, at: usize, moved: f64) {
        self.0[at] = moved;
    }

    pub(super) fn helped_not(&mut self, at: usize) {
        self.0[at] /= 2.0;
    }
}

/// The least misfit from a start, over logarithms.
pub(super) fn descend(start: &[f64], mut misfit: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut best = start.to_vec();
    let mut least = misfit(&best);
    let mut steps = Steps::new(start.len());
    for _ in 0..SWEEPS {
        for at in 0..start.len() {
            let Some(moves) = steps.moves(at) else {
                continue;
            };
            let mut is_better = false;
            for moved in moves {
                let mut other = best.clone();
                other[at] += moved;
                let found = misfit(&other);
                if found < least {
                    (best, least) = (other, found);
                    steps.helped(at, moved);
                    is_better = true;
                    break;
                }
            }
            if !is_better {
                steps.helped_not(at);
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
