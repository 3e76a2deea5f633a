//! Text from elsewhere, made safe to print: what a model, a file, a host or a user wrote can neither
//! move the cursor, nor reorder a line, nor hide in it, nor begin a line of its own.

/// Characters that are left out of sight, or that change how their neighbours are shown: Unicode's
/// category Cf, its line and paragraph separators, and `Default_Ignorable_Code_Point`
/// (`DerivedCoreProperties.txt`, Unicode 16).
const INVISIBLE: [(u32, u32); 29] = [
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1_10BD, 0x1_10BD),
    (0x1_10CD, 0x1_10CD),
    (0x1_3430, 0x1_343F),
    (0x1_BCA0, 0x1_BCA3),
    (0x1_D173, 0x1_D17A),
    (0xE_0000, 0xE_0FFF),
    // Noncharacters, which no text has a use for.
    (0xFDD0, 0xFDEF),
    (0xFFFE, 0xFFFF),
    (0xF_FFFE, 0xF_FFFF),
    (0x10_FFFE, 0x10_FFFF),
];

/// A text on one line: control characters, line breaks and [invisible](is_visible) characters stand as
/// `\n` or `\u{202e}`.
///
/// ```
/// assert_eq!(terminal::shown("a\u{1b}[31m b\nc\u{202e}"), r"a\u{1b}[31m b\nc\u{202e}");
/// ```
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut safe, character);
    }
    safe
}

/// A text of several lines, each of them like [`shown`].
pub fn shown_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(shown).collect();
    lines.join("\n")
}

/// A text of several lines in a message: every line but the first is indented, so that none of them
/// looks like a line of the tool's own.
pub fn hanging(text: &str) -> String {
    shown_lines(text.trim_end()).replace('\n', "\n  ")
}

/// A text on one line, like [`shown`], of at most `most` characters; `…` stands for the rest.
pub fn shown_within(text: &str, most: usize) -> String {
    // What is cut off anyway is not escaped first: a text may have any length.
    let start: String = text.chars().take(most.saturating_add(1)).collect();
    let safe = shown(&start);
    if safe.chars().count() <= most {
        return safe;
    }
    let kept = safe.chars().take(most.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// A JSON text with every control and invisible character as a `\u` sequence: a terminal shows it
/// harmlessly, and every reader of JSON gets the same strings.
///
/// ```
/// let text = "{\"a\":\"\u{202e}\"}".to_owned();
/// assert_eq!(terminal::json(text), r#"{"a":"\u202e"}"#);
/// ```
pub fn json(text: String) -> String {
    // Nearly every row of a result is plain ASCII, which many bytes at once tell sooner than characters.
    if text.as_bytes().chunks(64).all(are_plain) {
        return text;
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        // Outside of strings JSON has ASCII alone, so that all others may be written like this.
        if character == '\n' || is_visible(character) {
            safe.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe
}

/// Whether every byte is a visible ASCII character, a space or a line feed.
fn are_plain(bytes: &[u8]) -> bool {
    // All bytes are looked at, also behind one that is not plain: the processor then takes several in one step.
    bytes.iter().fold(true, |plain, byte| {
        plain & matches!(byte, b'\n' | b' '..=b'~')
    })
}

/// Whether a character shows itself and nothing else: it is no control character and not invisible.
pub fn is_visible(character: char) -> bool {
    let code = u32::from(character);
    !character.is_control()
        && !INVISIBLE
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&code))
}

fn push(safe: &mut String, character: char) {
    match character {
        '\n' => safe.push_str("\\n"),
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        _ if is_visible(character) => safe.push(character),
        _ => safe.extend(character.escape_unicode()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        let hostile = "a\u{1b}]0;t\u{7}\u{9b}31m\u{7f}\u{200b}\u{202e}\u{2066}\u{feff}\u{e0041}\u{2028}\u{ad}b";
        let safe = shown(hostile);
        assert!(safe.chars().all(is_visible), "{safe:?}");
        assert!(safe.starts_with("a\\u{1b}]0;t\\u{7}\\u{9b}31m"), "{safe}");
        assert_eq!(shown(&safe), safe, "what is safe stays as it is");
        assert_eq!(shown("é ± 測 → a b"), "é ± 測 → a b");
    }

    #[test]
    fn lines_break_only_where_several_are_meant() {
        assert_eq!(shown("a\r\nb\tc"), "a\\r\\nb\\tc");
        assert_eq!(shown_lines("a\u{1b}\nb"), "a\\u{1b}\nb");
        assert_eq!(hanging("a\nerror: b\n"), "a\n  error: b");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(shown_within("abcdef", 6), "abcdef");
        assert_eq!(shown_within("abcdefg", 6), "abcde…");
        assert_eq!(shown_within("\n\n\n\n", 6), "\\n\\n\\…");
        assert_eq!(shown_within(&"x".repeat(1_000_000), 4), "xxx…");
    }

    #[test]
    fn json_keeps_its_strings() {
        let text = "{\n  \"a\": \"é\u{9b}\u{7f}\u{202e}\u{e0041}\"\n}";
        let expected = "{\n  \"a\": \"é\\u009b\\u007f\\u202e\\udb40\\udc41\"\n}";
        assert_eq!(json(text.to_owned()), expected);
    }
}
