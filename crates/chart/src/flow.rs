//! Entries of a key, one after the other on as many lines as they take.

/// The space between two entries.
const GAP: &str = "   ";

/// Lines of at most `width` characters that have these entries, none of which is broken unless it is longer
/// than a line: then it is cut.
pub(crate) fn flow(entries: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for entry in entries {
        let short = terminal::shown_within(entry, width);
        let length = short.chars().count() + GAP.len();
        match lines.last_mut() {
            Some(line) if line.chars().count() + length <= width => {
                line.push_str(GAP);
                line.push_str(&short);
            }
            _ => lines.push(short),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::flow;

    #[test]
    fn entries_stay_whole_where_they_can() {
        let entries = ["A one", "B two", "C three"].map(str::to_owned);
        assert_eq!(flow(&entries, 13), ["A one   B two", "C three"]);
        assert_eq!(flow(&entries, 4), ["A o…", "B t…", "C t…"]);
        assert!(flow(&[], 4).is_empty());
    }
}
