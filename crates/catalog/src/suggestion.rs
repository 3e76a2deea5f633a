//! What may have been meant by a name that is none.

/// `: did you mean …?` with the most similar names, or where none is similar a list of all.
pub fn did_you_mean(typed: &str, names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let mut scored: Vec<(f64, &String)> = all
        .iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let similar = scored.iter().filter(|(score, _)| *score > 0.8).take(3);
    let similar: Vec<String> = similar.map(|(_, name)| format!("`{name}`")).collect();
    match (similar.is_empty(), all.is_empty()) {
        (false, _) => format!(": did you mean {}?", similar.join(" or ")),
        (true, false) => format!(": there are {}", all.join(", ")),
        (true, true) => ": there is none".to_owned(),
    }
}
