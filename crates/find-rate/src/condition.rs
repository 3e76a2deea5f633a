//! The condition that a rate has to keep: one or several limits, all of which count.

use std::fmt;

use crate::bound::{ALLOWED, Bound};
use crate::figures::Figures;

/// A run that uses less than this part of what is allowed keeps the condition without doubt, and is not repeated. None
/// fails it without doubt, however badly: something else may have run on the machine.
const CLEARLY: f64 = 0.5;

/// A condition, such as `p99<50ms,completed>99%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Until {
    bounds: Vec<Bound>,
}

impl Until {
    /// Whether the figures keep every limit.
    pub(crate) fn holds(&self, figures: &Figures) -> bool {
        self.used(figures) < 1.0
    }

    /// Whether one run is enough to say that they do.
    pub(crate) fn holds_clearly(&self, figures: &Figures) -> bool {
        self.used(figures) < CLEARLY
    }

    /// Whether not even the fastest task of a run was as fast as the condition wants nearly all to be.
    pub(crate) fn is_beyond_all(&self, figures: &Figures) -> bool {
        self.bounds.iter().any(|bound| bound.is_beyond_all(figures))
    }

    /// The figures of the condition, in words: `p99 12.3 ms, completed 99.9 %`.
    pub(crate) fn figures(&self, figures: &Figures) -> String {
        let all: Vec<String> = self
            .bounds
            .iter()
            .map(|bound| bound.figure(figures))
            .collect();
        all.join(", ")
    }

    /// How many tasks a run has to have at least.
    pub(crate) fn fewest_tasks(&self) -> u64 {
        let each = self.bounds.iter().map(Bound::fewest_tasks);
        each.max().unwrap_or(1)
    }

    fn used(&self, figures: &Figures) -> f64 {
        let each = self.bounds.iter().map(|bound| bound.used(figures));
        each.fold(0.0, f64::max)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.bounds.iter().map(Bound::to_string).collect();
        to.write_str(&all.join(","))
    }
}

impl std::str::FromStr for Until {
    type Err = String;

    /// Reads `p99<50ms,completed>99%`.
    fn from_str(text: &str) -> Result<Until, String> {
        let mut bounds = Vec::new();
        let mut start = 0;
        for part in text.split(',') {
            let bound = Bound::read(part).map_err(|problem| {
                let place = text[..start].chars().count() + 1;
                format!("at character {place}, `{part}`: {problem}: {ALLOWED}")
            })?;
            bounds.push(bound);
            start += part.len() + 1;
        }
        Ok(Until { bounds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::figures;

    #[test]
    fn all_limits_of_a_condition_count() {
        let holds = |text: &str| text.parse::<Until>().unwrap().holds(&figures(1000));
        assert!(holds("p99<11ms") && holds("p99<11ms,completed>97%,late<5%"));
        assert!(!holds("p99<10ms") && !holds("p99<11ms,completed>98%"));
        assert!(!holds("late<4%,p99<11ms"));
    }

    #[test]
    fn who_is_far_below_the_limit_is_not_asked_again() {
        let is_clear = |text: &str| text.parse::<Until>().unwrap().holds_clearly(&figures(1000));
        assert!(is_clear("p99<21ms"));
        assert!(!is_clear("p99<11ms") && !is_clear("p99<1ms"));
        // The other one is near.
        assert!(!is_clear("p99<21ms,completed>97%"));
    }

    #[test]
    fn a_bad_condition_is_refused_with_its_place_and_what_is_allowed() {
        let cases = [
            ("", "at character 1, ``: neither `<` nor `>` is in it"),
            ("p99", "at character 1, `p99`: neither"),
            ("p99<50ms,", "at character 10, ``: neither"),
            ("p99<50ms,late", "at character 10, `late`: neither"),
            ("p99<50", "`50` is no time"),
            ("p99<0ms", "`0ms` is no time"),
            ("p99<-1ms", "is no time"),
            ("p0<1ms", "`p0` is no figure"),
            ("p100<1ms", "`p100` is no figure"),
            ("p1e1<1ms", "`p1e1` is no figure"),
            ("mean<1ms", "`mean` is no figure"),
            ("p99>1ms", "`p99` takes `<`, and not `>`"),
            ("completed<99%", "`completed` takes `>`"),
            ("completed>99", "`99` is no percentage"),
            ("completed>100%", "no run completes more than 100 %"),
            ("late<0%", "no run has less than 0 %"),
            ("late<101%", "`101%` is no percentage"),
            (
                "p99<1ms,läte<1%",
                "at character 9, `läte<1%`: `läte` is no figure",
            ),
        ];
        for (text, expected) in cases {
            let problem = text.parse::<Until>().unwrap_err();
            assert!(problem.contains(expected), "{text}: {problem}");
            assert!(problem.ends_with(ALLOWED), "{problem}");
        }
    }
}
