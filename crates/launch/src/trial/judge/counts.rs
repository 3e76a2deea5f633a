//! What a run of coordination counts: each count where it belongs, and no more than can be counted.

use protocol::{Coordination, counts};

use super::claim::Claim;

/// What is wrong with the counts, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    let tasks = claim.done.tasks;
    let (due, most) = match &claim.bounds.workload.coordination {
        Some(Coordination::Spawn(_)) => (Some(counts::SEEN), tasks),
        Some(Coordination::Order(_)) => (Some(counts::OUT_OF_ORDER), tasks),
        Some(Coordination::Counter(counter)) if counter.synchronised => (Some(counts::LOST), 0),
        Some(Coordination::Counter(counter)) => {
            (Some(counts::LOST), tasks.saturating_mul(counter.increments))
        }
        _ => (None, 0),
    };
    let stated = &claim.done.counts;
    for name in [counts::SEEN, counts::OUT_OF_ORDER, counts::LOST] {
        match stated.get(name) {
            None if due == Some(name) => return Some(format!("`counts.{name}` is missing")),
            Some(_) if due != Some(name) => {
                return Some(format!("`counts.{name}` is stated, and this work has none"));
            }
            Some(count) if *count > most => {
                return Some(format!(
                    "`counts.{name}` is {count}, and can be {most} at most"
                ));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, closed, coordinated, counter, stall};

    fn counting(kind: &str, name: &str, count: u64) -> Case {
        let mut case = coordinated(kind, 5);
        case.done.counts = [(name.to_owned(), count)].into();
        case
    }

    #[test]
    fn counts_are_stated_where_they_belong_and_can_be() {
        let synchronised = "counter = { increments = 100, synchronised = true }";
        let plain = "counter = { increments = 100, synchronised = false }";
        for (kind, name, most) in [
            ("spawn = {}", "seen", 10),
            ("order = {}", "out-of-order", 10),
            (plain, "lost", 1000),
            (synchronised, "lost", 0),
        ] {
            assert_eq!(counting(kind, name, most).problem(), "");
            let problem = counting(kind, name, most + 1).problem();
            let count = most + 1;
            let expected = format!("`counts.{name}` is {count}, and can be {most} at most");
            assert_eq!(problem, expected);
            let missing = counting(kind, "owner-changes", 1).problem();
            assert_eq!(missing, format!("`counts.{name}` is missing"));
        }
        for case in [closed(), stall()] {
            case.refuses(
                |c| c.done.counts = counter().done.counts,
                "`counts.lost` is stated, and this work has none",
            );
        }
    }
}
