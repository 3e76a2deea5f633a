//! How much slower is too much slower, as it is typed. Which figures are held against it is left to
//! `baseline` and `ab`.

use verdict::Margin;

/// What is allowed unless told otherwise.
pub const DEFAULT: &str = "5%";

/// A percentage, such as `5%`.
pub fn limit(text: &str) -> Result<Margin, String> {
    let percent = text.strip_suffix('%').and_then(|n| n.trim().parse().ok());
    let within = percent.filter(|percent: &f64| (0.01..=1000.0).contains(percent));
    let margin = within.and_then(|percent| Margin::new(percent / 100.0).ok());
    margin.ok_or_else(|| "a percentage from 0.01% to 1000%, such as `5%`".to_owned())
}

/// `5 %`, as it is shown.
pub fn shown(limit: Margin) -> String {
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
