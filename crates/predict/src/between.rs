//! A prediction for a number of processors between two that were calibrated.

use crate::bounds::Limit;
use crate::conformal::Estimate;
use crate::prediction::{Prediction, narrow_enough};
use crate::refusal::Refusal;

/// The prediction for a number of processors from those for fewer and for more: figures on the straight line between logarithms,
/// within all of both intervals, since nothing says how figures run between the two.
#[must_use]
pub fn between(fewer: (u64, &Prediction), more: (u64, &Prediction), asked: u64) -> Prediction {
    let [from, to, at] = [fewer.0, more.0, asked].map(|count| (count.max(1) as f64).ln());
    let part = if to > from {
        (at - from) / (to - from)
    } else {
        0.0
    };
    let (low, high) = (fewer.1, more.1);
    let cpu = low.cpu.clone().and_then(|cpu| {
        let other = high.cpu.clone()?;
        joined_cpu(&cpu, &other, part)
    });
    Prediction {
        time: estimate(&low.time, &high.time, part),
        cpu,
        cpu_unrefused: estimate(&low.cpu_unrefused, &high.cpu_unrefused, part),
        service_cpu: both(low.service_cpu, high.service_cpu, part, value),
        memory: both(low.memory, high.memory, part, of_estimates),
        start_up: both(low.start_up, high.start_up, part, of_estimates),
        bracket: (
            low.bracket.0.min(high.bracket.0),
            low.bracket.1.max(high.bracket.1),
        ),
        is_plausible: low.is_plausible && high.is_plausible,
        limit: if low.limit == high.limit {
            low.limit
        } else {
            Limit::Several
        },
        spread: (
            low.spread.0.max(high.spread.0),
            low.spread.1.max(high.spread.1),
        ),
        events: low.events + high.events,
        ..low.clone()
    }
}

/// Two narrow intervals that are far from each other are a wide one together, whose value may be near to one of its ends.
fn joined_cpu(low: &Estimate, high: &Estimate, part: f64) -> Result<Estimate, Refusal> {
    let found = estimate(low, high, part);
    narrow_enough(Estimate {
        high: found.high.max(found.value.powi(2) / found.low),
        ..found
    })?;
    Ok(found)
}

fn both<T>(low: Option<T>, high: Option<T>, part: f64, of: fn(T, T, f64) -> T) -> Option<T> {
    Some(of(low?, high?, part))
}

fn of_estimates(low: Estimate, high: Estimate, part: f64) -> Estimate {
    estimate(&low, &high, part)
}

fn estimate(low: &Estimate, high: &Estimate, part: f64) -> Estimate {
    Estimate {
        value: value(low.value, high.value, part),
        low: low.low.min(high.low),
        high: low.high.max(high.high),
    }
}

/// The value so far along the line between the logarithms of two.
fn value(low: f64, high: f64, part: f64) -> f64 {
    (low.ln() * (1.0 - part) + high.ln() * part).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformal::Regime;

    fn of(time: f64) -> Prediction {
        let estimate = Estimate {
            value: time,
            low: time / 1.1,
            high: time * 1.1,
        };
        Prediction {
            time: estimate,
            cpu: Ok(estimate),
            cpu_unrefused: estimate,
            service_cpu: Some(time),
            memory: None,
            start_up: Some(estimate),
            tasks: 1,
            lanes: 1,
            bracket: (0.0, 1.0),
            is_plausible: true,
            regime: Regime::Busy,
            limit: Limit::Cores,
            spread: (0.0, 0.0),
            nearest: Vec::new(),
            events: 1,
        }
    }

    #[test]
    fn a_number_between_two_is_on_the_line_of_logarithms_and_its_interval_covers_both() {
        let found = between((2, &of(1.0)), (8, &of(0.25)), 4);
        assert!((found.time.value - 0.5).abs() < 1e-12, "{:?}", found.time);
        assert!(found.time.covers(1.0) && found.time.covers(0.25));
        assert!(found.time.width() > of(1.0).time.width());
        assert_eq!((found.memory, found.limit), (None, Limit::Cores));
        let at_the_end = between((2, &of(1.0)), (8, &of(0.25)), 8);
        assert!((at_the_end.cpu_unrefused.value - 0.25).abs() < 1e-12);
    }

    #[test]
    fn cpu_is_refused_where_both_are_narrow_and_far_apart() {
        let near = between((2, &of(1.0)), (8, &of(1.2)), 4);
        let found = near.cpu.unwrap();
        assert!(found.covers(1.0) && found.covers(1.2), "{found:?}");
        for asked in [2, 4, 8] {
            let far = between((2, &of(1.0)), (8, &of(3.0)), asked);
            assert!(
                matches!(far.cpu, Err(Refusal::CpuTooWide { .. })),
                "{asked}: {:?}",
                far.cpu
            );
            assert!(far.cpu_unrefused.covers(1.0) && far.cpu_unrefused.covers(3.0));
        }
    }
}
