//! Text that is written into Markdown, escaped.

/// Escapes text so that no cell, tag, link, mention or emphasis begins in it.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.chars() {
        match character {
            // A backslash before `@` would still notify somebody on GitHub; an entity never does.
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '@' => plain.push_str("&#64;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => plain.extend(['\\', character]),
            // A line feed would end a table's row.
            _ if character.is_control() => plain.push(' '),
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_begins_in_text() {
        let text = plain("<b> *x* | @me `y`\n");
        assert_eq!(text, "&lt;b> \\*x\\* \\| &#64;me \\`y\\` ");
    }
}
