//! What people are told while a comparison runs: when it will be as precise as they asked.

use std::time::Duration;

use analysis::round_ms;
use schedule::{Outlook, Reached, Rules, is_outlook_due, outlook};
use terminal::{percent, progress, waiting};

use crate::session::Session;

impl Session<'_> {
    /// Tells the outlook, where it is known and due. `told_at` is the number of rounds at which it was told last.
    pub(crate) fn tell_outlook(
        &mut self,
        rules: &Rules,
        reached: &[Reached],
        told_at: &mut Option<u64>,
    ) {
        let Some(precision) = rules.precision else {
            return;
        };
        let (run, rows) = (&self.log.run, self.log.rows());
        let rounds: Vec<Duration> = run
            .workloads
            .iter()
            .map(|record| Duration::from_millis(round_ms(run, rows, &record.workload.name)))
            .collect();
        let Some(found) = outlook(rules, reached, &rounds, self.log.spent()) else {
            return;
        };
        self.forecast.precise_in(match found {
            Outlook::Within(time) => Some(time),
            Outlook::OutOfReach { .. } => None,
        });
        let all: u64 = reached.iter().map(|its| its.blocks).sum();
        let is_due = is_outlook_due(*told_at, all);
        if is_due {
            *told_at = Some(all);
        }
        if let Some(text) = words(&found, precision.relative(), rules) {
            progress::outlook(&text, is_due);
        }
    }
}

/// The outlook in words; `None` where the precision is there.
fn words(found: &Outlook, wanted: f64, rules: &Rules) -> Option<String> {
    let wanted = percent(wanted);
    match *found {
        Outlook::Within(Duration::ZERO) => None,
        Outlook::Within(time) => Some(format!("±{wanted} in about {}", time_of(time))),
        Outlook::OutOfReach {
            needed,
            by_blocks,
            expected,
        } => {
            let limit = match rules.budget {
                Some(budget) if !by_blocks => format!("the limit is {}", time_of(budget)),
                _ => format!("the most are {} rounds", rules.most),
            };
            Some(format!(
                "±{wanted} would need about {}; {limit}: expect ±{}",
                time_of(needed),
                percent(expected)
            ))
        }
    }
}

fn time_of(time: Duration) -> String {
    waiting(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outlook_is_a_time_or_what_is_to_be_expected_instead() {
        let rules = Rules {
            fewest: 12,
            together: 12,
            most: 30,
            precision: None,
            budget: Some(Duration::from_secs(120)),
        };
        let said = |found: Outlook| words(&found, 0.02, &rules).unwrap();
        assert_eq!(
            said(Outlook::Within(Duration::from_secs(40))),
            "±2 % in about 40 s"
        );
        assert_eq!(words(&Outlook::Within(Duration::ZERO), 0.02, &rules), None);
        let out_of_reach = |by_blocks| Outlook::OutOfReach {
            needed: Duration::from_secs(360),
            by_blocks,
            expected: 0.035,
        };
        assert_eq!(
            said(out_of_reach(false)),
            "±2 % would need about 6 min; the limit is 2 min: expect ±3.5 %"
        );
        assert_eq!(
            said(out_of_reach(true)),
            "±2 % would need about 6 min; the most are 30 rounds: expect ±3.5 %"
        );
    }
}
