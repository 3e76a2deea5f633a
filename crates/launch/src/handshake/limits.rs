//! How large the parts of a message may be. They are stored with every run, so that a program could fill the
//! disk with them.

use std::collections::BTreeMap;

use protocol::{Done, Ready};
use results::{Failure, Kind};

use crate::failure::quoted;

/// The most entries of `knobs`, and of `counts`.
const MOST_ENTRIES: usize = 100;
/// The most bytes of a name in them.
const LONGEST_NAME: usize = 100;
/// The most bytes of any other text.
const LONGEST_TEXT: usize = 1000;
/// The most pairs of `latency`: HdrHistogram with three significant digits has so many buckets for values
/// of 64 bits, 2048 and then 1024 for each further bit.
const MOST_BUCKETS: usize = 2048 + 1024 * 53;

/// Holds `ready` against what may be stored of it.
///
/// # Errors
///
/// `Kind::Garbage`: the first part that is too large, and what is allowed.
pub(super) fn check_ready(ready: &Ready) -> Result<(), Failure> {
    check_text("ready.version", &ready.version)?;
    check_names("ready.knobs", &ready.knobs)?;
    ready
        .knobs
        .iter()
        .try_for_each(|(name, value)| check_text(&format!("ready.knobs.{name}"), value))
}

/// Holds `done` against what may be stored of it.
///
/// # Errors
///
/// Those of [`check_ready`].
pub(super) fn check_done(done: &Done) -> Result<(), Failure> {
    check_text("done.digest", &done.digest)?;
    check_counts("done.counts", &done.counts)?;
    let pairs = done.latency.len();
    if pairs > MOST_BUCKETS {
        return Err(too_large(&format!(
            "`done.latency` has {pairs} pairs: allowed are {MOST_BUCKETS}, the buckets that there are"
        )));
    }
    Ok(())
}

/// Holds the counts in `field` against what may be stored of them.
///
/// # Errors
///
/// Those of [`check_ready`].
pub(super) fn check_counts(field: &str, counts: &BTreeMap<String, u64>) -> Result<(), Failure> {
    check_names(field, counts)
}

fn check_names<V>(field: &str, entries: &BTreeMap<String, V>) -> Result<(), Failure> {
    let number = entries.len();
    if number > MOST_ENTRIES {
        return Err(too_large(&format!(
            "`{field}` has {number} entries: allowed are {MOST_ENTRIES}"
        )));
    }
    match entries.keys().find(|name| name.len() > LONGEST_NAME) {
        None => Ok(()),
        Some(name) => Err(too_large(&format!(
            "`{field}` has a name of {} bytes, {}: allowed are {LONGEST_NAME}",
            name.len(),
            quoted(name)
        ))),
    }
}

fn check_text(field: &str, text: &str) -> Result<(), Failure> {
    let bytes = text.len();
    if bytes > LONGEST_TEXT {
        return Err(too_large(&format!(
            "`{field}` has {bytes} bytes: allowed are {LONGEST_TEXT}"
        )));
    }
    Ok(())
}

fn too_large(what: &str) -> Failure {
    Failure::new(Kind::Garbage, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(knobs: impl IntoIterator<Item = (String, String)>) -> Ready {
        Ready {
            protocol: protocol::VERSION,
            version: "mine 1".to_owned(),
            in_flight: 1,
            start_ns: 0,
            connect_ns: 0,
            warm_up_ns: 0,
            knobs: knobs.into_iter().collect(),
            listens: None,
            elsewhere: None,
        }
    }

    fn done() -> Done {
        let text = "{\"tasks\":4,\"digest\":\"00\",\"elapsed_ns\":1,\"latency\":[[1,4]],\"cpu_ns\":5,\
            \"switches\":{\"voluntary\":0,\"involuntary\":0},\"vm_hwm_bytes\":null,\"threads\":1,\
            \"processes\":1,\"alive_at_once\":null,\"shut_down_ns\":0}";
        serde_json::from_str(text).unwrap()
    }

    fn problem(checked: Result<(), Failure>) -> String {
        let failure = checked.unwrap_err();
        assert_eq!(failure.kind, Kind::Garbage);
        failure.message
    }

    #[test]
    fn knobs_are_bounded_in_number_and_in_length() {
        let knobs = |number: usize, name: usize, value: usize| {
            ready((0..number).map(|n| (format!("{n:0name$}"), "x".repeat(value))))
        };
        assert!(check_ready(&knobs(100, 100, 1000)).is_ok());
        assert_eq!(
            problem(check_ready(&knobs(101, 3, 1))),
            "`ready.knobs` has 101 entries: allowed are 100"
        );
        let long_name = problem(check_ready(&knobs(1, 101, 1)));
        assert!(long_name.starts_with("`ready.knobs` has a name of 101 bytes, `000"));
        assert!(long_name.ends_with("`: allowed are 100"), "{long_name}");
        assert_eq!(
            problem(check_ready(&knobs(1, 1, 1001))),
            "`ready.knobs.0` has 1001 bytes: allowed are 1000"
        );
        let ready = Ready {
            version: "v".repeat(1001),
            ..ready([])
        };
        assert!(problem(check_ready(&ready)).starts_with("`ready.version` has 1001 bytes"));
    }

    #[test]
    fn counts_and_latencies_are_bounded_too() {
        assert!(check_done(&done()).is_ok());
        let many = Done {
            counts: (0..101).map(|n| (n.to_string(), 1)).collect(),
            ..done()
        };
        assert_eq!(
            problem(check_done(&many)),
            "`done.counts` has 101 entries: allowed are 100"
        );
        let long = Done {
            latency: vec![(1, 1); MOST_BUCKETS + 1],
            ..done()
        };
        assert!(problem(check_done(&long)).contains("has 56321 pairs: allowed are 56320"));
        let digest = Done {
            digest: "0".repeat(1001),
            ..done()
        };
        assert!(problem(check_done(&digest)).contains("`done.digest` has 1001 bytes"));
    }
}
