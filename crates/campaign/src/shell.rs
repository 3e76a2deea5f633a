//! Words as a shell reads them. Pure.

use crate::words::SHARD;

/// A command of these words. The index of a shard comes from an expression of the shell, or of what writes the
/// script for it, which may stand in double quotes.
pub(crate) fn command(words: &[String], index: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| with_index(word, index)).collect();
    quoted.join(" ")
}

fn with_index(word: &str, index: &str) -> String {
    let parts: Vec<String> = word.split(SHARD).map(quoted).collect();
    if parts.len() == 1 {
        return quoted(word);
    }
    // An empty part would be `''` beside something that needs no quotes.
    let shown = parts.iter().map(|part| part.trim_start_matches("''"));
    shown.collect::<Vec<_>>().join(&format!("\"{index}\""))
}

/// One word, in quotes where a shell would take it for something else.
pub(crate) fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Whether a shell takes this character for nothing but itself.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./=,:@%+".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_program_as_they_are() {
        let words = [
            "a b",
            "threads/*",
            "it's",
            "",
            "{shard}/4",
            "x{shard}.toml",
            "plain",
        ];
        let words = words.map(str::to_owned);
        let text = command(&words, "$I");
        assert_eq!(
            text,
            r#"'a b' 'threads/*' 'it'\''s' '' "$I"/4 x"$I".toml plain"#
        );
        let printed = std::process::Command::new("sh")
            .args(["-c", &format!("I=3; printf '%s|' {text}")])
            .output()
            .unwrap();
        let seen = String::from_utf8(printed.stdout).unwrap();
        assert_eq!(seen, "a b|threads/*|it's||3/4|x3.toml|plain|");
    }
}
