//! Variants that other processes disturb time and again, such as one whose threads outlive their run. To
//! measure its rounds again would leave those in which it was lucky, or none.

use std::collections::BTreeSet;

use crate::round::Round;

/// How probable as many disturbed runs of a variant may be, by chance, before they are no chance.
const CHANCE: f64 = 0.001;

/// The variants with more disturbed runs than chance would give them, by name. Other processes do not know
/// which variant runs, and the order within a round is random: of the disturbed runs of a round each variant
/// has its share, by a hypergeometric distribution. The test is exact over all rounds together (as in Cochran, *Biometrics*
/// 10, 1954, without his normal approximation).
pub(crate) fn systematic(rounds: &[Round<'_>]) -> Vec<String> {
    let names: BTreeSet<&str> = rounds
        .iter()
        .flat_map(|round| round.runs.iter().map(|run| run.variant))
        .collect();
    names
        .into_iter()
        .filter(|name| probability(rounds, name) < CHANCE)
        .map(str::to_owned)
        .collect()
}

/// The probability of as many disturbed runs of a variant as there are, or more, were they spread by chance.
fn probability(rounds: &[Round<'_>], variant: &str) -> f64 {
    let mut seen = 0;
    // The probability of each number of disturbed runs.
    let mut sums = vec![1.0];
    for round in rounds {
        let counts = Counts::of(round, variant);
        // Rounds in which all or none are disturbed say nothing about who is.
        if counts.disturbed == 0 || counts.disturbed == counts.runs {
            continue;
        }
        seen += counts.own_disturbed;
        sums = convolved(&sums, &counts.distribution());
    }
    sums.iter().skip(seen).sum()
}

/// The runs of a round of which it is known whether they were disturbed.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    runs: usize,
    disturbed: usize,
    /// Runs of the variant.
    own: usize,
    own_disturbed: usize,
}

impl Counts {
    fn of(round: &Round<'_>, variant: &str) -> Counts {
        let mut counts = Counts::default();
        for run in &round.runs {
            if let Some(is_disturbed) = run.is_disturbed {
                let is_own = run.variant == variant;
                counts.runs += 1;
                counts.disturbed += usize::from(is_disturbed);
                counts.own += usize::from(is_own);
                counts.own_disturbed += usize::from(is_own && is_disturbed);
            }
        }
        counts
    }

    /// The probabilities that 0, 1, … of the variant's runs are among the disturbed ones.
    fn distribution(&self) -> Vec<f64> {
        let others = self.runs - self.own;
        let all = ways(self.runs, self.disturbed);
        (0..=self.own.min(self.disturbed))
            .map(|own| ways(self.own, own) * ways(others, self.disturbed - own) / all)
            .collect()
    }
}

/// The binomial coefficient.
fn ways(of: usize, chosen: usize) -> f64 {
    if chosen > of {
        return 0.0;
    }
    (0..chosen).fold(1.0, |product, at| {
        product * (of - at) as f64 / (at + 1) as f64
    })
}

/// The distribution of the sum of two independent numbers.
fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, p) in a.iter().enumerate() {
        for (j, q) in b.iter().enumerate() {
            sum[i + j] += p * q;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::Watched;

    const ARMS: [&str; 4] = ["a/a", "a/b", "a/c", "a/a"];

    /// A round in which the runs at these places are disturbed.
    fn round(disturbed: &[usize]) -> Round<'static> {
        let runs = ARMS.iter().enumerate().map(|(place, variant)| Watched {
            variant,
            is_disturbed: Some(disturbed.contains(&place)),
        });
        Round {
            block: 2,
            is_slow: false,
            runs: runs.collect(),
        }
    }

    #[test]
    fn chance_is_the_product_of_the_rounds() {
        let rounds = vec![round(&[1]); 3];
        assert!((probability(&rounds, "a/b") - 0.25_f64.powi(3)).abs() < 1e-12);
        // Two of four are disturbed: both are the reference in one of six cases.
        let rounds = vec![round(&[0, 3]); 2];
        assert!((probability(&rounds, "a/a") - 6_f64.powi(-2)).abs() < 1e-12);
        assert!((probability(&rounds, "a/b") - 1.0).abs() < 1e-12);
        let silent = [round(&[]), round(&[0, 1, 2, 3])];
        assert!((probability(&silent, "a/a") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn five_rounds_of_four_runs_are_no_chance() {
        assert!(systematic(&vec![round(&[1]); 4]).is_empty());
        assert_eq!(systematic(&vec![round(&[1]); 5]), ["a/b"]);
        assert_eq!(systematic(&vec![round(&[0, 3]); 4]), ["a/a"]);
    }

    #[test]
    fn bursts_that_hit_everyone_in_turn_are_chance() {
        let rounds: Vec<Round<'_>> = (0..100).map(|at| round(&[at % 4])).collect();
        assert!(systematic(&rounds).is_empty());
    }
}
