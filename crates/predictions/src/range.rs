//! A range of a parameter: where the points of a curve are.

use catalog::Sweep;

/// The points of a curve.
const POINTS: u32 = 100;

/// A range of a parameter, at values of equal ratios.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) key: String,
    pub(crate) values: Vec<(f64, String)>,
}

impl Range {
    /// Reads the values of `in_flight=1..1000` or `latency=1ms..50ms`.
    pub(crate) fn of(sweep: &Sweep) -> Result<Range, String> {
        let key = &sweep.key;
        let [text] = sweep.values.as_slice() else {
            return Err(format!(
                "{key}: a range stands alone, such as `{key}=1..1000`"
            ));
        };
        let (from, to) = text.split_once("..").ok_or_else(|| wrong(key))?;
        let (first, unit) = number(from).ok_or_else(|| wrong(key))?;
        let (last, last_unit) = number(to).ok_or_else(|| wrong(key))?;
        if (!unit.is_empty() && unit != last_unit) || first == 0 || last <= first {
            return Err(format!(
                "{}; the first is 1 or more, and the second more than it",
                wrong(key)
            ));
        }
        let ratio = (last as f64 / first as f64).ln() / f64::from(POINTS - 1);
        let mut numbers: Vec<u64> = (0..POINTS)
            .map(|at| (first as f64 * (ratio * f64::from(at)).exp()).round() as u64)
            .collect();
        numbers.dedup();
        Ok(Range {
            key: key.clone(),
            values: numbers
                .into_iter()
                .map(|value| (value as f64, format!("{value}{last_unit}")))
                .collect(),
        })
    }
}

/// What is said of a text that is no range.
fn wrong(key: &str) -> String {
    format!(
        "{key}: a range is two whole numbers with the same unit, such as `1..1000` or `1ms..50ms`"
    )
}

/// A whole number, and the unit behind it.
fn number(text: &str) -> Option<(u64, &str)> {
    let trimmed = text.trim();
    let end = trimmed
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(trimmed.len());
    Some((trimmed[..end].parse().ok()?, &trimmed[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<Range, String> {
        Range::of(&text.parse().unwrap())
    }

    #[test]
    fn a_range_is_a_hundred_values_of_equal_ratios_without_repetitions() {
        let found = range("in_flight=1..1000").unwrap();
        assert_eq!(found.values.first().unwrap(), &(1.0, "1".to_owned()));
        assert_eq!(found.values.last().unwrap(), &(1000.0, "1000".to_owned()));
        assert!(
            found.values.len() <= 100 && found.values.windows(2).all(|pair| pair[0].0 < pair[1].0)
        );
        let latency = range("latency=1ms..50ms").unwrap();
        assert_eq!(latency.values.last().unwrap().1, "50ms");
    }

    #[test]
    fn what_is_no_range_is_refused_with_an_example() {
        for text in [
            "in_flight=5..1",
            "in_flight=..",
            "latency=1ms..2s",
            "in_flight=0..5",
            "in_flight=1..x",
        ] {
            let problem = range(text).unwrap_err();
            assert!(problem.contains("1..1000"), "{text}: {problem}");
        }
        assert!(range("in_flight=1..5,7").unwrap_err().contains("alone"));
    }
}
