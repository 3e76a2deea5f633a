//! The note about a precision that was not reached.

use results::Reach;
use terminal::{percent, waiting};

/// The precision that there is, and what the wanted one would take; `None` where it was reached.
pub(crate) fn missing(reach: &Reach) -> Option<String> {
    let wanted = percent(reach.wanted);
    let now = reach.widest.map_or_else(
        || "no interval yet".to_owned(),
        |widest| format!("±{}", percent(widest)),
    );
    match (reach.more_blocks, reach.more_ms) {
        (Some(0), _) => None,
        (Some(more), Some(ms)) => {
            let noun = if more == 1 { "block" } else { "blocks" };
            let time = waiting(ms);
            // Under 6 blocks there is no interval at all, so that the first aim is to have one.
            let aim = match reach.widest {
                Some(_) => format!("±{wanted}"),
                None => "one".to_owned(),
            };
            Some(format!(
                "{now}, about {more} more {noun} ({time}) for {aim}"
            ))
        }
        _ => Some(format!("{now}, and ±{wanted} is out of reach")),
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
        let said = missing(&reach(Some(0.041), Some(24))).unwrap();
        assert_eq!(said, "±4.1 %, about 24 more blocks (2 min) for ±2 %");
        let said = missing(&reach(None, Some(1))).unwrap();
        assert_eq!(said, "no interval yet, about 1 more block (5 s) for one");
        let said = missing(&reach(Some(9.0), None)).unwrap();
        assert_eq!(said, "±900 %, and ±2 % is out of reach");
        assert_eq!(missing(&reach(Some(0.02), Some(0))), None);
    }
}
