//! Notes about own work: what its answers were held against, and which variants have nothing to yield in.

use protocol::Workload;

/// The end of the names of variants that yield between slices of computation.
const YIELDING: &str = "+yield";

/// The notes of a workload; none where it consists of steps. `variants` are the names of those that took part.
pub(crate) fn notes<'v>(
    workload: &Workload,
    variants: impl Iterator<Item = &'v str>,
) -> Vec<String> {
    if workload.work.is_none() {
        return Vec::new();
    }
    let answers = "right answers are those of a sequential run, done twice in two orders";
    let yielding: Vec<&str> = variants.filter(|name| name.ends_with(YIELDING)).collect();
    let unsliced = (!yielding.is_empty()).then(|| {
        format!(
            "{}: what own work computes is not cut into slices, so that only its tasks yield",
            yielding.join(", ")
        )
    });
    [answers.to_owned()].into_iter().chain(unsliced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_work_says_what_its_answers_are_and_who_cannot_yield() {
        let text =
            "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n";
        let read =
            |more: &str| protocol::parse(format!("{text}{more}").as_bytes(), "w.toml").unwrap();
        let names = ["t/pool", "t/pool+yield"];
        assert_eq!(notes(&read(""), names.into_iter()), Vec::<String>::new());
        let own = read("[work]\npackage = \".\"\n");
        let [answers, unsliced] = &notes(&own, names.into_iter())[..] else {
            panic!("two notes");
        };
        assert!(answers.contains("a sequential run"), "{answers}");
        assert!(unsliced.starts_with("t/pool+yield: "), "{unsliced}");
        assert_eq!(notes(&own, names[..1].iter().copied()).len(), 1);
    }
}
