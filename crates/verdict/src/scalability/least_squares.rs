//! Least squares for x = n / (a + b(n − 1) + cn(n − 1)) with a above and b, c not below zero.
//!
//! The solver is written for this one curve: three parameters, a handful of points. In this form the
//! law is a quotient whose denominator is linear, which gives a good start without guessing.
//!
//! The bounds are kept by trying which of b and c are held at zero, four cases in all, rather than
//! by a general solver. Each case descends by Levenberg's and Marquardt's damped Gauss–Newton steps
//! (Marquardt, *Journal of the Society for Industrial and Applied Mathematics* 11, 1963).

type Parameters = [f64; 3];

/// One equation of a linear least-squares problem: coefficients and right-hand side.
type Equation = (Parameters, f64);

/// Which parameters may differ from zero.
type Free = [bool; 3];

const MOST_STEPS: usize = 200;
const LARGEST_DAMPING: f64 = 1e12;

/// The best a, b and c for points (n, x), n at least 1 and x from above 0 to 1.
pub(super) fn fit_denominator(points: &[(f64, f64)]) -> Parameters {
    let unbounded = descend(points, [true; 3]);
    if is_allowed(&unbounded) {
        return unbounded;
    }
    let with_zeros = [
        [true, false, true],
        [true, true, false],
        [true, false, false],
    ];
    // The first parameter is never held at zero: without it the throughput of one is infinite.
    let mut best = proportional(points);
    for free in with_zeros {
        let candidate = descend(points, free);
        if is_allowed(&candidate) && squares(points, &candidate) < squares(points, &best) {
            best = candidate;
        }
    }
    best
}

fn is_allowed(parameters: &Parameters) -> bool {
    parameters[0] > 0.0 && parameters[1] >= 0.0 && parameters[2] >= 0.0
}

/// The law without any loss, through the first point: crude, but always allowed.
fn proportional(points: &[(f64, f64)]) -> Parameters {
    points
        .first()
        .map_or([1.0, 0.0, 0.0], |&(n, x)| [n / x, 0.0, 0.0])
}

fn descend(points: &[(f64, f64)], free: Free) -> Parameters {
    let mut parameters = start(points, free);
    let mut lowest = squares(points, &parameters);
    // A small damping, since the start is good: nearly a Gauss–Newton step. A step that fails turns
    // towards the gradient by a factor of ten, one that succeeds turns back (Marquardt's factors).
    let mut damping = 1e-3;
    for _ in 0..MOST_STEPS {
        let step = solve(linearised(points, &parameters), free, damping);
        let trial = std::array::from_fn(|i| parameters[i] + step[i]);
        let reached = squares(points, &trial);
        if reached < lowest {
            // Below this the gain is rounding, and the loop would only follow it.
            let converged = lowest - reached <= 1e-15 * lowest;
            (parameters, lowest) = (trial, reached);
            damping *= 0.1;
            if converged {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > LARGEST_DAMPING {
                break;
            }
        }
    }
    parameters
}

/// The denominators seen, n ÷ x, fitted linearly; weighted as the misses in x will be.
fn start(points: &[(f64, f64)], free: Free) -> Parameters {
    let equations = points.iter().map(|&(n, x)| {
        // A small error of the denominator moves x by x²/n times as much.
        let weight = x * x / n;
        (terms(n).map(|term| weight * term), weight * n / x)
    });
    let linear = solve(equations, free, 0.0);
    // The linear fit knows no bounds: where its curve has a pole, a crude start is better than none.
    if squares(points, &linear).is_finite() {
        linear
    } else {
        proportional(points)
    }
}

/// The misses in x, as linear functions of a small change of the parameters.
fn linearised(points: &[(f64, f64)], parameters: &Parameters) -> impl Iterator<Item = Equation> {
    points.iter().map(|&(n, x)| {
        let curve = n / denominator(n, parameters);
        (terms(n).map(|term| -curve * curve / n * term), x - curve)
    })
}

/// The sum of squared misses; infinite where the curve has a pole or worse among the points.
fn squares(points: &[(f64, f64)], parameters: &Parameters) -> f64 {
    points
        .iter()
        .map(|&(n, x)| {
            let below = denominator(n, parameters);
            if below > 0.0 {
                (n / below - x).powi(2)
            } else {
                f64::INFINITY
            }
        })
        .sum()
}

fn denominator(n: f64, parameters: &Parameters) -> f64 {
    terms(n)
        .iter()
        .zip(parameters)
        .map(|(term, parameter)| term * parameter)
        .sum()
}

fn terms(n: f64) -> Parameters {
    [1.0, n - 1.0, n * (n - 1.0)]
}

/// The least-squares solution by the normal equations, parameters that are not free staying 0.
///
/// Columns are brought to unit length first: the terms differ by the square of the largest n.
fn solve(equations: impl Iterator<Item = Equation>, free: Free, damping: f64) -> Parameters {
    let mut normal = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    for (coefficients, value) in equations {
        for i in (0..3).filter(|&i| free[i]) {
            right[i] += coefficients[i] * value;
            for j in (0..3).filter(|&j| free[j]) {
                normal[i][j] += coefficients[i] * coefficients[j];
            }
        }
    }
    // A parameter that is held has an empty column. With length 1 and, below, 1 on the diagonal its
    // equation says that it is 0, so that one elimination serves all four cases.
    let length: Parameters = std::array::from_fn(|i| {
        if normal[i][i] > 0.0 {
            normal[i][i].sqrt()
        } else {
            1.0
        }
    });
    for i in 0..3 {
        right[i] /= length[i];
        (0..3).for_each(|j| normal[i][j] /= length[i] * length[j]);
        normal[i][i] = 1.0 + damping;
    }
    let scaled = eliminate(normal, right);
    std::array::from_fn(|i| scaled[i] / length[i])
}

/// Gaussian elimination without pivoting, which a positive definite matrix does not need; where
/// rounding has made it indefinite the result is a bad step, which the descent refuses.
fn eliminate(mut matrix: [[f64; 3]; 3], mut right: Parameters) -> Parameters {
    for pivot in 0..3 {
        for row in pivot + 1..3 {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            right[row] -= factor * right[pivot];
            let above = matrix[pivot];
            (pivot..3).for_each(|column| matrix[row][column] -= factor * above[column]);
        }
    }
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elimination_by_hand() {
        let matrix = [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]];
        let found = eliminate(matrix, [4.0, 10.0, 14.0]);
        for (found, expected) in found.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_parameter_that_is_not_free_stays_zero() {
        let points = [
            (1.0, 0.2),
            (2.0, 0.35),
            (4.0, 0.55),
            (8.0, 0.8),
            (16.0, 1.0),
        ];
        assert_eq!(descend(&points, [true, false, true])[1], 0.0);
    }

    #[test]
    fn a_curve_with_a_pole_among_the_points_is_refused() {
        assert_eq!(
            squares(&[(1.0, 1.0), (3.0, 1.0)], &[1.0, -1.0, 0.0]),
            f64::INFINITY
        );
    }
}
