//! Lines of text, made safe to show.

use terminal::shown;

/// The lines, each safe to show.
pub(crate) fn all_shown(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| shown(line)).collect()
}
