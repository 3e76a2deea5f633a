//! A search for the least sum of squared residuals by the method of Levenberg and Marquardt (Marquardt, *An algorithm for least-squares
//! estimation of nonlinear parameters*, 1963), over logarithms of factors by which parameters are away from where they began.
//! Simulations have jumps: derivatives are slopes over a step that is longer than most of them.

use crate::equations::{dot, solved};

/// The step over which slopes are taken: a tenth more.
const STEP: f64 = 0.1;
/// How far a parameter moves at once at the most: a factor of 2.7; and how far from its start: of 66.
const LONGEST: f64 = 1.0;
const FARTHEST: f64 = 4.2;
/// What a factor of e away from the start costs. It keeps parameters that no run tells anything about where they were.
/// Workloads that no fit had seen were predicted worse with 0.12.
const PULL: f64 = 0.3;
/// How often slopes are taken at the most, and how many dampings are tried for each.
const ROUNDS: usize = 12;
const TRIES: usize = 4;
/// What the sum must fall by, as a part of it, or the search ends.
const LEAST_GAIN: f64 = 5e-4;

/// What is to become small.
pub(super) trait Residuals {
    /// All residuals at a place.
    fn all(&mut self, at: &[f64]) -> Vec<f64>;
    /// Those that one parameter has a part in, beginning with the residual of this number.
    fn changed(&mut self, at: &[f64], which: usize) -> (usize, Vec<f64>);
}

/// Where a search ended.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) at: Vec<f64>,
    pub(super) residuals: Vec<f64>,
}

impl Found {
    fn cost(&self) -> f64 {
        let pulled = self.at.iter().map(|moved| (PULL * moved).powi(2));
        self.residuals.iter().map(|one| one.powi(2)).sum::<f64>() + pulled.sum::<f64>()
    }
}

/// The least sum that is found from a start at which nothing has moved.
pub(super) fn least(of: &mut impl Residuals, parameters: usize) -> Found {
    let at = vec![0.0; parameters];
    let residuals = of.all(&at);
    let mut best = Found { at, residuals };
    let mut damping = 0.1;
    for _ in 0..ROUNDS {
        let slopes = Slopes::at(of, &best);
        let mut gained = None;
        for _ in 0..TRIES {
            let other = moved(of, &best, &slopes.step(damping));
            let gain = 1.0 - other.cost() / best.cost();
            if gain > 0.0 {
                best = other;
                gained = Some(gain);
                damping /= 4.0;
                break;
            }
            damping *= 4.0;
        }
        if gained.is_none_or(|gain| gain < LEAST_GAIN) {
            break;
        }
    }
    best
}

fn moved(of: &mut impl Residuals, from: &Found, step: &[f64]) -> Found {
    let both = from.at.iter().zip(step);
    let at: Vec<f64> = both
        .map(|(at, step)| (at + step.clamp(-LONGEST, LONGEST)).clamp(-FARTHEST, FARTHEST))
        .collect();
    let residuals = of.all(&at);
    Found { at, residuals }
}

/// The products of the slopes of all residuals with one another and with the residuals: what the normal equations are made of.
struct Slopes {
    squares: Vec<Vec<f64>>,
    gradient: Vec<f64>,
}

impl Slopes {
    fn at(of: &mut impl Residuals, found: &Found) -> Slopes {
        let count = found.at.len();
        let columns: Vec<(usize, Vec<f64>)> = (0..count)
            .map(|which| {
                let mut at = found.at.clone();
                at[which] += STEP;
                let (first, changed) = of.changed(&at, which);
                let before = &found.residuals[first..];
                let slopes = changed
                    .iter()
                    .zip(before)
                    .map(|(new, old)| (new - old) / STEP);
                (first, slopes.collect())
            })
            .collect();
        let mut squares = vec![vec![0.0; count]; count];
        let mut gradient = vec![0.0; count];
        for (row, (first, slopes)) in columns.iter().enumerate() {
            gradient[row] = dot(slopes, &found.residuals[*first..]) + PULL.powi(2) * found.at[row];
            for (column, (other_first, other)) in columns.iter().enumerate().take(row + 1) {
                let from = (*first).max(*other_first);
                let one = slopes.get(from - first..).unwrap_or_default();
                let two = other.get(from - other_first..).unwrap_or_default();
                squares[row][column] = dot(one, two);
                squares[column][row] = squares[row][column];
            }
            squares[row][row] += PULL.powi(2);
        }
        Slopes { squares, gradient }
    }

    /// The step to the least sum, if all were straight, shortened by a damping.
    fn step(&self, damping: f64) -> Vec<f64> {
        let mut damped = self.squares.clone();
        for (at, row) in damped.iter_mut().enumerate() {
            row[at] *= 1.0 + damping;
        }
        let down: Vec<f64> = self.gradient.iter().map(|one| -one).collect();
        solved(damped, down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two residuals: of both parameters, and of the second one.
    struct Valley;

    impl Residuals for Valley {
        fn all(&mut self, at: &[f64]) -> Vec<f64> {
            vec![10.0 * (at[0] + at[1] - 0.5), 10.0 * (at[1].exp() - 1.5)]
        }

        fn changed(&mut self, at: &[f64], which: usize) -> (usize, Vec<f64>) {
            let all = self.all(at);
            match which {
                0 => (0, vec![all[0]]),
                _ => (0, all),
            }
        }
    }

    #[test]
    fn the_bottom_of_a_valley_is_found() {
        let found = least(&mut Valley, 2);
        assert!((found.at[1] - 1.5_f64.ln()).abs() < 0.02, "{found:?}");
        assert!(
            (found.at[0] - (0.5 - 1.5_f64.ln())).abs() < 0.02,
            "{found:?}"
        );
    }
}
