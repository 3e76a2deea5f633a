//! Parts, means and middles of figures.

/// How far from the best a choice may be.
pub(crate) const CLOSE: f64 = 0.05;

/// The part of these that is so.
pub(crate) fn part(all: impl Iterator<Item = bool>) -> f64 {
    let each: Vec<bool> = all.collect();
    each.iter().filter(|is| **is).count() as f64 / each.len() as f64
}

pub(crate) fn within(errors: &[f64], most: f64) -> f64 {
    part(errors.iter().map(|error| *error <= most))
}

pub(crate) fn middle(errors: &[f64]) -> f64 {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// How many of these choices are as good as the best.
pub(crate) fn close(regrets: &[f64]) -> usize {
    regrets.iter().filter(|regret| **regret <= CLOSE).count()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
