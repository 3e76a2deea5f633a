//! Ids of elements, made from names: no two are equal, and equal comparisons give equal ids.

use std::collections::BTreeMap;

/// The most characters of a name that its id has.
const LONGEST: usize = 40;

/// The ids that were given out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// An id that no other element has.
    pub(crate) fn take(&mut self, kind: &str, name: &str) -> String {
        let plain: String = name
            .chars()
            .take(LONGEST)
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        let base = format!("{kind}-{plain}");
        let times = self.0.entry(base.clone()).or_default();
        *times += 1;
        // Two underscores are in no name that became an id.
        if *times == 1 {
            base
        } else {
            format!("{base}__{times}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_ids_of_their_own() {
        let mut ids = Ids::default();
        let taken = ["a/b", "a-b", "A b", "<x>"].map(|name| ids.take("w", name));
        assert_eq!(taken, ["w-a-b", "w-a-b__2", "w-a-b__3", "w--x-"]);
    }
}
