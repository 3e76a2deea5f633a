//! The limit of a regression: how much slower is too much slower, as it is typed and shown.

use verdict::Margin;

/// The limit that is allowed unless another is typed.
pub const DEFAULT: &str = "5%";

/// Reads a limit, such as `5%`.
///
/// # Errors
/// A sentence for the user, where the text is no percentage from 0.01 % to 1000 %.
pub fn limit(text: &str) -> Result<Margin, String> {
    // The sign is required, because `5` might be meant as a factor.
    text.strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok())
        .filter(|percent| (0.01..=1000.0).contains(percent))
        .and_then(|percent| Margin::new(percent / 100.0).ok())
        .ok_or_else(|| "a percentage from 0.01% to 1000%, such as `5%`".to_owned())
}

/// A limit as it is shown, such as `5 %`.
pub fn shown(limit: Margin) -> String {
    // Rounded to what can be typed: 0.07 × 100 is not exactly 7 in floating point.
    let hundredths = (limit.relative() * 10_000.0).round();
    format!("{} %", hundredths / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_percentages() {
        assert_eq!(limit("5%").map(Margin::relative), Ok(0.05));
        assert_eq!(limit("0.5 %").map(shown).as_deref(), Ok("0.5 %"));
        for bad in ["", "5", "0%", "-5%", "NaN%", "five%", "2000%"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }
}
