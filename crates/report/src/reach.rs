//! The note about a precision that was not reached.

use results::Reach;
use terminal::{counted, percent, waiting};

/// The precision that there is after so many rounds, and what the wanted one would take in a comparison of
/// so many workloads; `None` where it was reached.
pub(crate) fn missing(reach: &Reach, rounds_so_far: usize, workloads: usize) -> Option<String> {
    let wanted = percent(reach.wanted);
    let now = reach.widest.map_or_else(
        || "no interval yet".to_owned(),
        |widest| format!("widest interval ±{}", percent(widest)),
    );
    match (reach.more_blocks, reach.more_ms) {
        (Some(0), _) => None,
        (Some(more), Some(ms)) => {
            let time = waiting(ms);
            let of_all = match workloads {
                0 | 1 => String::new(),
                several => format!(" of all {several} workloads"),
            };
            // Under 6 rounds there is no interval at all, so that the first aim is to have one.
            let aim = match reach.widest {
                Some(_) => format!("±{wanted}"),
                None => "one".to_owned(),
            };
            let all = rounds_so_far as u64 + u64::from(more);
            Some(format!(
                "{now}; {aim} needs about {}{of_all} ({time}): `--runs {all}`",
                counted(more, "more round")
            ))
        }
        _ => Some(format!("{now}; ±{wanted} is out of reach")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(widest: Option<f64>, more_blocks: Option<u32>) -> Reach {
        Reach {
            wanted: 0.02,
            widest,
            more_blocks,
            more_ms: more_blocks.map(|more| u64::from(more) * 5000),
        }
    }

    #[test]
    fn what_was_not_reached_is_said_with_what_it_would_take() {
        let said = missing(&reach(Some(0.041), Some(24)), 12, 1).unwrap();
        assert_eq!(
            said,
            "widest interval ±4.1 %; ±2 % needs about 24 more rounds (2 min): `--runs 36`"
        );
        let said = missing(&reach(Some(0.041), Some(24)), 12, 3).unwrap();
        assert!(
            said.contains("24 more rounds of all 3 workloads (2 min)"),
            "{said}"
        );
        let said = missing(&reach(None, Some(1)), 5, 1).unwrap();
        assert_eq!(
            said,
            "no interval yet; one needs about 1 more round (5 s): `--runs 6`"
        );
        let said = missing(&reach(Some(9.0), None), 12, 1).unwrap();
        assert_eq!(said, "widest interval ±900 %; ±2 % is out of reach");
        assert_eq!(missing(&reach(Some(0.02), Some(0)), 12, 1), None);
    }
}
