//! A paragraph of an explanation: indented, broken into lines, with an optional title in front.

use terminal::wrap;

/// Characters per line.
const WIDTH: usize = 100;
/// The characters that titles take, unless one is longer.
const TITLES: usize = 9;

/// The lines of a paragraph, which hang behind its title.
pub(super) fn paragraph(title: &str, text: &str) -> String {
    let (head, indent) = if title.is_empty() {
        (String::new(), 0)
    } else {
        let named = format!("{title}:");
        let head = format!("{named:<TITLES$} ");
        let indent = head.chars().count();
        (head, indent)
    };
    wrap(&format!("{head}{text}"), WIDTH - 2, indent)
        .iter()
        .map(|line| format!("  {line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_hangs_behind_its_title() {
        let long = "word ".repeat(30);
        let text = paragraph("source", long.trim());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("  source:   word word"), "{text}");
        assert!(lines[1].starts_with("            word"), "{text}");
        assert_eq!(paragraph("", "one two"), "  one two\n");
    }
}
