//! The lines of a program's standard error that are shown where it failed.

use terminal::{counted, shown_within};

/// The most lines that are shown of the beginning, and of the end.
const MOST_LINES: usize = 3;
/// The most characters of each of these lines.
const LONGEST_LINE: usize = 400;

/// The first and the last lines: some programs say first why they end, others say it last.
pub(crate) fn excerpt(text: &str) -> Vec<String> {
    let lines: Vec<String> = text
        .lines()
        .map(|line| shown_within(line, LONGEST_LINE))
        .collect();
    let left_out = lines.len().saturating_sub(2 * MOST_LINES);
    // A line that says how many are missing takes as much room as one of them.
    if left_out <= 1 {
        return lines;
    }
    let mut shown = lines[..MOST_LINES].to_vec();
    shown.push(format!("[{} left out]", counted(left_out as u64, "line")));
    shown.extend_from_slice(&lines[lines.len() - MOST_LINES..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_first_and_the_last_lines_are_shown() {
        let short = "1\n2\n3\n4\n5\n6\n7";
        assert_eq!(excerpt(short).join("\n"), short);
        let long = excerpt("Error: why\n2\n3\n4\n5\n6\n7\nNode.js v22");
        let expected = [
            "Error: why",
            "2",
            "3",
            "[2 lines left out]",
            "6",
            "7",
            "Node.js v22",
        ];
        assert_eq!(long, expected);
        assert!(excerpt("").is_empty());
    }
}
