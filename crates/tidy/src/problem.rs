//! One broken promise, with its place.

use std::fmt;

/// What is wrong, and where: printed as `file:line: text`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn new(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// The line, from 1, of the first line that fits; 1 where none does, so that a problem has a place
/// even when its cause is what is absent.
pub(crate) fn line_where(text: &str, fits: impl Fn(&str) -> bool) -> usize {
    text.lines()
        .position(|line| fits(line.trim()))
        .map_or(1, |index| index + 1)
}

/// Whether the text has this name standing alone: `threads/pool` is not in `threads/pool-x`.
pub(crate) fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let end = start + name.len();
        !text[..start].ends_with(is_part_of_name) && !text[end..].starts_with(is_part_of_name)
    })
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || "-_+/".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_printed_with_its_place() {
        let problem = Problem::new("docs/MODELS.md", 3, "something");
        assert_eq!(problem.to_string(), "docs/MODELS.md:3: something");
    }

    #[test]
    fn a_line_is_found_or_the_first_is_blamed() {
        assert_eq!(line_where("a\n  b\n", |line| line == "b"), 2);
        assert_eq!(line_where("a\n", |line| line == "c"), 1);
    }

    #[test]
    fn a_name_counts_only_where_it_stands_alone() {
        assert!(names("see `threads/pool`.", "threads/pool"));
        assert!(!names("multi+offload", "multi"));
        assert!(!names("many-threads/pool", "threads/pool"));
        assert!(names("multi+offload, multi", "multi"));
    }
}
