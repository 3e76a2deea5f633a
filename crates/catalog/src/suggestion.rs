//! Suggestions for names that do not exist.

/// Names are suggested above this Jaro–Winkler similarity: one or two typing errors in a word stay above
/// it, and another word does not.
const SIMILAR: f64 = 0.8;

/// The end of an error message about a name that does not exist: `: did you mean …?` with at most three
/// similar names, or a list of all names where none is similar.
pub fn did_you_mean(typed: &str, names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let similar: Vec<String> = similar(typed, all.iter().cloned())
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if !similar.is_empty() {
        format!(": did you mean {}?", similar.join(" or "))
    } else if all.is_empty() {
        ": there is none".to_owned()
    } else {
        format!(": there are {}", all.join(", "))
    }
}

/// The most similar of the names, three at most and the best first; none where none is similar enough.
pub fn similar(typed: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut scored: Vec<(f64, String)> = names
        .map(|name| (strsim::jaro_winkler(typed, &name), name))
        .filter(|(score, _)| *score > SIMILAR)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().map(|(_, name)| name).take(3).collect()
}
