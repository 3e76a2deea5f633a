//! Text from elsewhere that is written into Markdown, escaped.

use crate::foreign::shown;

/// Escapes text so that no cell, tag, link, mention, emphasis, list or line begins in it.
///
/// ```
/// assert_eq!(terminal::markdown("<b> *x* | @me"), r"&lt;b&gt; \*x\* \| &#64;me");
/// ```
pub fn markdown(text: &str) -> String {
    let mut plain = String::new();
    for character in shown(text).chars() {
        match character {
            // A backslash before `@` would still notify somebody on GitHub; an entity never does.
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '@' => plain.push_str("&#64;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => plain.extend(['\\', character]),
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn no_markup_begins_in_text() {
        let text = markdown("<b> *x* | @me `y`\n\u{202e}[z](u)");
        let expected = "&lt;b&gt; \\*x\\* \\| &#64;me \\`y\\`\\\\n\\\\u{202e}\\[z\\](u)";
        assert_eq!(text, expected);
    }
}
