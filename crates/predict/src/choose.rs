//! Which variant it would be, as far as predictions tell them apart, and what is worth measuring.

use crate::prediction::Prediction;
use crate::refusal::Refusal;

/// How many are worth measuring at most.
const MEASURED: usize = 3;

/// What predictions say about who is best.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Those that are not told apart from the one that is predicted to be done first, which is the first.
    pub candidates: Vec<String>,
    /// The one of them that costs the least CPU, where all of their CPU is predicted.
    pub cheapest: Option<String>,
    /// Those to measure first.
    pub measure: Vec<String>,
    /// Those that are out: slower than the first by more than both intervals allow.
    pub out: Vec<String>,
}

impl Choice {
    /// The one that is best.
    ///
    /// # Errors
    /// Where others are not told apart from it: intervals overlap.
    pub fn single(&self) -> Result<&str, Refusal> {
        match self.candidates.as_slice() {
            [only] => Ok(only),
            all => Err(Refusal::TooClose {
                variants: all.to_vec(),
            }),
        }
    }
}

/// Chooses among predictions of one workload; `None` where there are none.
#[must_use]
pub fn choose(predictions: &[(String, Prediction)]) -> Option<Choice> {
    let mut ordered: Vec<&(String, Prediction)> = predictions.iter().collect();
    ordered.sort_by(|a, b| a.1.time.value.total_cmp(&b.1.time.value));
    let best = &ordered.first()?.1.time;
    let (near, far): (Vec<_>, Vec<_>) = ordered
        .iter()
        .copied()
        .partition(|(_, prediction)| prediction.time.low <= best.high);
    let cpu = near.iter().map(|(name, prediction)| {
        let cpu = prediction.cpu.as_ref().ok()?;
        Some((name.clone(), cpu.value))
    });
    let by_cpu: Option<Vec<(String, f64)>> = cpu.collect();
    let cheapest = by_cpu.and_then(|all| all.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)));
    let candidates = names_of(&near);
    Some(Choice {
        measure: candidates.iter().take(MEASURED).cloned().collect(),
        cheapest: cheapest.map(|(name, _)| name),
        candidates,
        out: names_of(&far),
    })
}

fn names_of(predictions: &[&(String, Prediction)]) -> Vec<String> {
    predictions.iter().map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::Limit;
    use crate::conformal::{Estimate, Regime};

    fn estimate(value: f64) -> Estimate {
        Estimate {
            value,
            low: value / 1.1,
            high: value * 1.1,
        }
    }

    /// A prediction with an interval of 10 % to either side.
    fn of(name: &str, time: f64, cpu: f64) -> (String, Prediction) {
        let prediction = Prediction {
            time: estimate(time),
            cpu: Ok(estimate(cpu)),
            cpu_unrefused: estimate(cpu),
            service_cpu: None,
            memory: None,
            start_up: None,
            tasks: 1,
            lanes: 1,
            bracket: (0.0, 1.0),
            is_plausible: true,
            regime: Regime::Busy,
            limit: Limit::Lanes,
            spread: (0.0, 0.0),
            nearest: Vec::new(),
            events: 0,
        };
        (name.to_owned(), prediction)
    }

    #[test]
    fn a_choice_closer_than_the_intervals_is_refused_and_the_cheapest_of_them_is_named() {
        let choice = choose(&[
            of("slow", 2.0, 1.0),
            of("dear", 1.0, 3.0),
            of("cheap", 1.1, 2.0),
        ])
        .unwrap();
        assert_eq!(choice.candidates, ["dear", "cheap"]);
        assert_eq!(choice.out, ["slow"]);
        assert_eq!(choice.cheapest.as_deref(), Some("cheap"));
        let words = choice.single().unwrap_err().to_string();
        assert!(
            words.contains("dear and cheap are not told apart") && words.contains("compare"),
            "{words}"
        );
    }

    #[test]
    fn one_that_is_ahead_of_all_intervals_is_chosen() {
        let choice = choose(&[of("b", 2.0, 1.0), of("a", 1.0, 1.0)]).unwrap();
        assert_eq!(choice.single().unwrap(), "a");
        assert_eq!(choose(&[]), None);
    }
}
