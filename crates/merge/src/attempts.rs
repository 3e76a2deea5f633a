//! Which attempts count: of each shard the first that is complete. Pure.

use std::collections::BTreeMap;

use fleet::FoundAttempt;

/// The attempts that count, and what is said of the others.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// One of each shard that has a complete one, in the order of the shards.
    pub(crate) attempts: Vec<FoundAttempt>,
    /// How many shards the campaign has.
    pub(crate) shards: u64,
    /// Shards without a complete attempt.
    pub(crate) missing: Vec<u64>,
    /// The attempts that do not count, a line each.
    pub(crate) ignored: Vec<String>,
}

/// The attempts that count. After a host was lost from sight, two attempts at one shard may both end well: the one
/// with the lowest number counts, whichever ended first, so that merging again gives the same.
///
/// # Errors
/// Shards of two campaigns, or one attempt twice.
pub(crate) fn counted_attempts(mut found: Vec<FoundAttempt>) -> Result<Counted, String> {
    found.sort_by(|a, b| (a.name, &a.path).cmp(&(b.name, &b.path)));
    // The same folder may be named twice: alone, and with the campaign that it is in.
    found.dedup_by(|a, b| a.path == b.path);
    let Some(first) = found.first() else {
        return Err("no shard to merge".to_owned());
    };
    let shards = first.name.shard.count;
    if let Some(other) = found.iter().find(|its| its.name.shard.count != shards) {
        return Err(format!(
            "{} and {} are of two campaigns",
            first.path.display(),
            other.path.display()
        ));
    }
    if let Some(twice) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(format!(
            "{} and {} are the same attempt at the same shard",
            twice[0].path.display(),
            twice[1].path.display()
        ));
    }
    let mut counted = Counted {
        shards,
        ..Counted::default()
    };
    let mut complete: BTreeMap<u64, FoundAttempt> = BTreeMap::new();
    for attempt in found {
        let place = attempt.path.display();
        if attempt.done.is_none() {
            let line = format!("{place}: not complete, and left out");
            counted.ignored.push(line);
        } else if let Some(earlier) = complete.get(&attempt.name.shard.index) {
            let line = format!("{place}: left out, since {} counts", earlier.name);
            counted.ignored.push(line);
        } else {
            complete.insert(attempt.name.shard.index, attempt);
        }
    }
    counted.missing = (0..shards)
        .filter(|shard| !complete.contains_key(shard))
        .collect();
    counted.attempts = complete.into_values().collect();
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use fleet::{AttemptName, Done};

    use super::*;

    fn attempt(name: &str, is_complete: bool) -> FoundAttempt {
        FoundAttempt {
            path: PathBuf::from("c").join(name),
            name: AttemptName::parse(name).unwrap(),
            done: is_complete.then(Done::default),
            begun_units: 0,
        }
    }

    #[test]
    fn the_lowest_complete_attempt_counts_and_the_others_are_named() {
        let found = vec![
            attempt("shard-0-of-3.attempt-2", true),
            attempt("shard-0-of-3.attempt-0", false),
            attempt("shard-0-of-3.attempt-1", true),
            attempt("shard-2-of-3.attempt-0", false),
        ];
        let counted = counted_attempts(found).unwrap();
        let names: Vec<String> = counted
            .attempts
            .iter()
            .map(|its| its.name.to_string())
            .collect();
        assert_eq!(names, ["shard-0-of-3.attempt-1"]);
        assert_eq!(counted.missing, [1, 2]);
        assert_eq!(
            counted.ignored,
            [
                "c/shard-0-of-3.attempt-0: not complete, and left out",
                "c/shard-0-of-3.attempt-2: left out, since shard-0-of-3.attempt-1 counts",
                "c/shard-2-of-3.attempt-0: not complete, and left out",
            ]
        );
    }

    #[test]
    fn a_folder_that_is_named_twice_is_one_and_two_campaigns_are_refused() {
        let one = attempt("shard-0-of-1.attempt-0", true);
        let counted = counted_attempts(vec![one.clone(), one.clone()]).unwrap();
        assert_eq!(counted.attempts.len(), 1);
        let other = attempt("shard-0-of-2.attempt-0", true);
        let problem = counted_attempts(vec![one.clone(), other]).unwrap_err();
        assert!(problem.ends_with("are of two campaigns"), "{problem}");
        let elsewhere = FoundAttempt {
            path: PathBuf::from("d/shard-0-of-1.attempt-0"),
            ..one.clone()
        };
        let problem = counted_attempts(vec![one, elsewhere]).unwrap_err();
        assert!(
            problem.ends_with("are the same attempt at the same shard"),
            "{problem}"
        );
        assert!(counted_attempts(Vec::new()).is_err());
    }
}
