//! Systems of linear equations with a symmetric and positive matrix.

pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Solves equations by elimination without a search for pivots, which those of the normal equations do not need: their matrix is
/// symmetric and positive. Where a pivot is 0, as it may be in other equations, the result is not finite.
pub(crate) fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let count = right.len();
    for at in 0..count {
        let (above, below) = matrix.split_at_mut(at + 1);
        let (row, known) = (&above[at], right[at]);
        for (other, value) in below.iter_mut().zip(&mut right[at + 1..]) {
            let factor = other[at] / row[at];
            for (one, pivot) in other[at..].iter_mut().zip(&row[at..]) {
                *one -= factor * pivot;
            }
            *value -= factor * known;
        }
    }
    for at in (0..count).rev() {
        let known = dot(&matrix[at][at + 1..], &right[at + 1..]);
        right[at] = (right[at] - known) / matrix[at][at];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        let found = solved(vec![vec![4.0, 2.0], vec![2.0, 3.0]], vec![10.0, 9.0]);
        assert!(
            (found[0] - 1.5).abs() < 1e-12 && (found[1] - 2.0).abs() < 1e-12,
            "{found:?}"
        );
    }
}
