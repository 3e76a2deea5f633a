//! Long lines of text, broken between words.

use crate::foreign::shown;

/// Breaks a text into lines of at most `width` characters, the second and later ones with `indent`
/// spaces in front. A word that is longer than that has a line of its own. The text is made safe to
/// print: no line begins where it has a line break.
pub fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let margin = " ".repeat(indent);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in shown(text).split(' ') {
        let length = word.chars().count();
        let is_full = used > 0 && used + 1 + length > width;
        if is_full {
            let full = std::mem::replace(&mut line, margin.clone());
            lines.push(full.trim_end().to_owned());
            used = indent;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_hang() {
        let lines = wrap("one two three four", 9, 2);
        assert_eq!(lines, ["one two", "  three", "  four"]);
        assert_eq!(wrap("one two", 7, 2), ["one two"]);
        assert_eq!(wrap("one  two", 7, 2), ["one", "  two"]);
    }

    #[test]
    fn a_long_word_stays_whole() {
        assert_eq!(
            wrap("a incomprehensible b", 6, 1),
            ["a", " incomprehensible", " b"]
        );
        assert_eq!(wrap("", 6, 1), [""]);
    }
}
