//! The places in the commands and variables of a `model.toml`, such as `{folder}`, that are filled in before
//! a program is started.

use super::model::{FOLDER, PROGRAM, TARGET};

/// The places in `build` and `run`.
pub(super) const IN_COMMANDS: &[&str] = &[TARGET, FOLDER, PROGRAM];
/// The places in the variables of `env`.
pub(super) const IN_ENV: &[&str] = &["{workers}", "{blocking}", "{in_flight}"];

/// What is wrong with a text that has a place which there is not; `None` where all of them exist.
pub(super) fn problem(text: &str, known: &[&str]) -> Option<String> {
    let unknown = places(text).find(|place| !known.contains(place))?;
    let known: Vec<String> = known.iter().map(|place| format!("`{place}`")).collect();
    Some(format!(
        "`{unknown}` is filled in with nothing: allowed are {}",
        known.join(", ")
    ))
}

/// Every lower-case word in braces. `${word}` is a shell's, and other braces are anybody's.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(start, _)| {
        let end = start + text[start..].find('}')?;
        let word = &text[start + 1..end];
        let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (is_word && !text[..start].ends_with('$')).then(|| &text[start..=end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_there_is_not_is_named_with_those_that_there_are() {
        for good in [
            "{target}/release/x",
            "{folder}",
            "a{program}b",
            "${foldr}",
            "{ foldr }",
        ] {
            assert_eq!(problem(good, IN_COMMANDS), None, "{good}");
        }
        for good in ["", "{", "{}", "}{", "{\"a\": 1}", "{workers} {in_flight}"] {
            assert_eq!(problem(good, IN_ENV), None, "{good}");
        }
        let expected =
            "`{foldr}` is filled in with nothing: allowed are `{target}`, `{folder}`, `{program}`";
        assert_eq!(
            problem("{{foldr}/x {target}", IN_COMMANDS).unwrap(),
            expected
        );
        assert!(
            problem("{folder}", IN_ENV)
                .unwrap()
                .contains("allowed are `{workers}`, ")
        );
    }
}
