//! The knobs by which rank 0 says where its ranks are, and what they mean to the program around the job.

use runner::Knobs;
use runner::protocol::Elsewhere;

/// The names of all hosts, with blanks between them.
pub(crate) const HOSTS: &str = "hosts";
/// How many processors ranks may use on each of these hosts, in their order.
pub(crate) const PROCESSORS: &str = "processors";

/// The hosts other than this one, whose name is `here`; `None` where there are none.
pub(crate) fn elsewhere(knobs: &Knobs, here: &str) -> Option<Elsewhere> {
    let (hosts, processors) = (knobs.get(HOSTS)?, knobs.get(PROCESSORS)?);
    let others = hosts
        .split(' ')
        .zip(processors.split(' '))
        .filter(|(host, _)| *host != here)
        .filter_map(|(_, processors)| processors.parse().ok());
    let counts: Vec<u64> = others.collect();
    (!counts.is_empty()).then(|| Elsewhere {
        hosts: counts.len() as u64,
        processors: counts.iter().sum(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_but_this_one_are_elsewhere() {
        let knobs = |hosts: &str, processors: &str| {
            Knobs::from([
                (HOSTS.to_owned(), hosts.to_owned()),
                (PROCESSORS.to_owned(), processors.to_owned()),
            ])
        };
        let three = knobs("a b c", "2 8 16");
        let found = |here| elsewhere(&three, here).map(|it| (it.hosts, it.processors));
        assert_eq!(found("b"), Some((2, 18)));
        assert_eq!(found("other"), Some((3, 26)), "no rank is here");
        assert_eq!(elsewhere(&knobs("a", "2"), "a"), None);
        assert_eq!(elsewhere(&Knobs::new(), "a"), None);
    }
}
