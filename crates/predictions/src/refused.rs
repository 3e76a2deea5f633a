//! Where on a curve a variant is not predicted, and why.

use std::mem::discriminant;

use predict::Refusal;

use crate::found::Predicted;
use crate::range::Range;

/// A line for each part of the range in which a variant is refused for one reason.
pub(crate) fn refused(range: &Range, points: &[Predicted], variant: usize) -> Vec<String> {
    let all = points.iter().map(|one| {
        let found = one.variants.get(variant);
        found.and_then(|(_, found)| found.as_ref().err())
    });
    lines(range, &all.collect::<Vec<_>>())
}

/// The same, of what was refused at each value.
fn lines(range: &Range, refusals: &[Option<&Refusal>]) -> Vec<String> {
    let mut first = 0;
    let mut lines = Vec::new();
    // What is beyond a bound differs from value to value in its numbers, and is one reason.
    for part in refusals.chunk_by(|a, b| a.map(discriminant) == b.map(discriminant)) {
        let last = first + part.len() - 1;
        if let Some(Some(why)) = part.first() {
            lines.push(format!(
                "not predicted {}: {why}",
                words(range, first, last)
            ));
        }
        first = last + 1;
    }
    lines
}

/// The values from one place of the range to another.
fn words(range: &Range, first: usize, last: usize) -> String {
    let key = &range.key;
    let [from, to] = [first, last].map(|at| range.values.get(at).map_or("", |one| one.1.as_str()));
    let is_to_the_end = last + 1 == range.values.len();
    match (first, is_to_the_end) {
        (0, true) => format!("at any value of {key}"),
        (_, true) => format!("from {key} {from} on"),
        _ if first == last => format!("at {key} {from}"),
        _ => format!("at {key} {from} to {to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beyond(lanes: u64) -> Refusal {
        Refusal::Beyond {
            what: "lanes",
            asked: lanes.to_string(),
            most: "300".to_owned(),
        }
    }

    /// The lines where values 1 to 5 are refused like this.
    fn of(refusals: [Option<&Refusal>; 5]) -> Vec<String> {
        let range = Range::of(&"in_flight=1..5".parse().unwrap()).unwrap();
        assert_eq!(range.values.len(), 5);
        lines(&range, &refusals)
    }

    #[test]
    fn values_are_named_at_which_alone_a_variant_is_refused() {
        let slow_pool = &Refusal::SlowPool;
        let cases = [
            (
                [Some(slow_pool), Some(slow_pool), None, None, None],
                "at in_flight 1 to 2: ",
            ),
            (
                [None, Some(slow_pool), None, None, None],
                "at in_flight 2: ",
            ),
            (
                [None, None, None, None, Some(slow_pool)],
                "from in_flight 5 on: ",
            ),
            ([Some(slow_pool); 5], "at any value of in_flight: "),
        ];
        for (refusals, words) in cases {
            let found = of(refusals);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(
                found[0].starts_with(&format!("not predicted {words}")),
                "{found:?}"
            );
        }
        assert_eq!(of([None; 5]), Vec::<String>::new());
    }

    #[test]
    fn each_reason_has_its_line_and_other_numbers_in_it_are_no_other_reason() {
        let (four, five) = (beyond(400), beyond(500));
        let found = of([
            Some(&Refusal::SlowPool),
            None,
            None,
            Some(&four),
            Some(&five),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("not predicted at in_flight 1: "),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("not predicted from in_flight 4 on: 400 lanes"),
            "{found:?}"
        );
    }
}
