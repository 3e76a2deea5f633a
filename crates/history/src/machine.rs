//! Whether two nights were of one machine.

use std::collections::BTreeMap;

/// The facts that tell one machine from another. The host's name is none of them, since a hosted machine has another
/// one every night, nor is the kernel, whose updates would cut a history into pieces of a week.
const TOLD_APART: [&str; 4] = ["cpu", "processors", "os", "architecture"];
/// The fact that has the size of the memory.
const MEMORY: &str = "memory";
/// Sizes of memory that differ by less than this part are of one machine: the kernel keeps some of it for itself.
const SAME_MEMORY: f64 = 0.02;
/// The facts that are stored, and of which it is told when they change.
pub(crate) const STORED: [&str; 7] = [
    "cpu",
    "processors",
    "memory",
    "os",
    "architecture",
    "kernel",
    "rustc",
];

/// The facts of a machine, by name.
pub(crate) type Facts = BTreeMap<String, String>;

/// Whether figures of these two can be compared.
pub(crate) fn is_same(one: &Facts, other: &Facts) -> bool {
    TOLD_APART
        .iter()
        .all(|name| one.get(*name) == other.get(*name))
        && match [one, other].map(size) {
            [Some(was), Some(is)] => (is / was - 1.0).abs() <= SAME_MEMORY,
            _ => one.get(MEMORY) == other.get(MEMORY),
        }
}

/// The number in a size such as `16384 kB`.
fn size(facts: &Facts) -> Option<f64> {
    let number: f64 = facts.get(MEMORY)?.split_whitespace().next()?.parse().ok()?;
    (number > 0.0).then_some(number)
}

/// A machine in a few words.
pub(crate) fn words(facts: &Facts) -> String {
    let named: Vec<String> = ["cpu", "processors", "memory"]
        .into_iter()
        .filter_map(|name| Some((name, facts.get(name)?)))
        .map(|(name, fact)| match name {
            "processors" => format!("{fact} processors"),
            _ => fact.clone(),
        })
        .collect();
    if named.is_empty() {
        "an unknown machine".to_owned()
    } else {
        named.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(cpu: &str, memory: &str) -> Facts {
        [("cpu", cpu), ("memory", memory), ("kernel", "6.1")]
            .map(|(name, fact)| (name.to_owned(), fact.to_owned()))
            .into()
    }

    #[test]
    fn a_machine_is_its_processor_and_about_its_memory() {
        let one = facts("c", "16000000 kB");
        assert!(is_same(&one, &facts("c", "16100000 kB")));
        assert!(!is_same(&one, &facts("c", "32000000 kB")));
        assert!(!is_same(&one, &facts("d", "16000000 kB")));
        assert!(!is_same(&one, &Facts::new()) && is_same(&Facts::new(), &Facts::new()));
        let mut other = one.clone();
        other.insert("kernel".to_owned(), "6.2".to_owned());
        assert!(is_same(&one, &other));
        assert_eq!(words(&one), "c, 16000000 kB");
    }
}
