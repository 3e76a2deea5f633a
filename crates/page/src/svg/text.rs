//! Numbers and texts as a drawing has them.

use terminal::shown;

/// A number of tenths with at most one decimal.
pub(super) fn tenths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = (number.unsigned_abs() / 10, number.unsigned_abs() % 10);
    match (whole, rest) {
        (_, 0) => format!("{sign}{whole}"),
        (0, _) => format!("{sign}.{rest}"),
        _ => format!("{sign}{whole}.{rest}"),
    }
}

/// A length in pixels, to one decimal.
pub(crate) fn px(length: f64) -> String {
    tenths((length * 10.0).round() as i64)
}

/// A text within an element or an attribute: it is shown, and nothing in it acts.
pub fn escaped(text: &str) -> String {
    shown(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_one_decimal_at_most() {
        assert_eq!([1.0, 1.25, -0.01, 0.96].map(px), ["1", "1.3", "0", "1"]);
    }

    #[test]
    fn a_text_cannot_act() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&\u{1b}"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\\u{1b}"
        );
    }
}
