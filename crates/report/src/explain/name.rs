//! Names as they are typed: capitals, plurals, and what joins two words do not matter.

/// A name in the form in which it is looked up: `In_Flight`, `in-flight` and `IN FLIGHT` are the same.
pub(super) fn key(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let words: Vec<&str> = lower
        .split(['_', '-', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    // A sign such as `--` is a name, too.
    if words.is_empty() {
        lower
    } else {
        singular(&words.join(" "))
    }
}

/// English plurals, as far as the names here have them.
fn singular(word: &str) -> String {
    let endings = [("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("xes", "x")];
    if let Some((stem, ending)) = endings
        .iter()
        .find_map(|(plural, ending)| Some((word.strip_suffix(plural)?, ending)))
    {
        return format!("{stem}{ending}");
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_many_spellings() {
        for typed in ["in flight", "In_Flight", "IN-FLIGHT", " in flight "] {
            assert_eq!(key(typed), "in flight");
        }
        let plurals = ["rounds", "latencies", "switches", "context switches"];
        let singulars = ["round", "latency", "switch", "context switch"];
        assert_eq!(plurals.map(key), singulars.map(key));
    }

    #[test]
    fn signs_and_words_that_only_look_like_plurals_stay() {
        assert_eq!(["--", "-", "++", "κ"].map(key), ["--", "-", "++", "κ"]);
        assert_eq!([key("s"), key("class")], ["s", "class"]);
    }
}
