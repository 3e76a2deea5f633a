//! Lines of code that belong to each variant alone, counted in the checkout without blank lines,
//! comments and tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The number of lines of each variant's sources; 0 where none of its files can be read.
pub(crate) fn lines(root: &Path, sources: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, u64> {
    sources
        .iter()
        .map(|(variant, globs)| (variant.clone(), lines_of(root, globs)))
        .collect()
}

fn lines_of(root: &Path, globs: &[String]) -> u64 {
    globs
        .iter()
        .flat_map(|glob| matching(root, glob))
        .filter_map(|path| fs::read_to_string(path).ok())
        .map(|text| code_lines(&text))
        .sum()
}

/// The files that a glob names: one star in the file's name stands for any text, and a name without
/// a star for itself.
fn matching(root: &Path, glob: &str) -> Vec<PathBuf> {
    let path = root.join(glob);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Vec::new();
    };
    let pattern = name.to_string_lossy().into_owned();
    let Some((start, end)) = pattern.split_once('*') else {
        return vec![path];
    };
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| has_name(path, start, end))
        .collect()
}

fn has_name(path: &Path, start: &str, end: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Start and end must not overlap: `ab*ba` does not stand for `aba`.
    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
}

fn code_lines(text: &str) -> u64 {
    let code = text
        .lines()
        .map(str::trim)
        .take_while(|line| *line != "#[cfg(test)]");
    let mut lines = 0;
    let mut in_string = false;
    for line in code {
        // A docstring of Python is a comment that may run over several lines, so a line can be one
        // without any sign of its own.
        let quotes = line.matches("\"\"\"").count();
        let is_uncounted = line.is_empty() || in_string || quotes > 0 || is_comment(line);
        in_string ^= quotes % 2 == 1;
        lines += u64::from(!is_uncounted);
    }
    lines
}

fn is_comment(line: &str) -> bool {
    // A `#` begins a comment in Python and an attribute in Rust; attributes are code.
    line.starts_with("//") || (line.starts_with('#') && !line.starts_with("#["))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_are_no_code() {
        let rust = "//! head\n\n#[inline]\nfn f() {} // g\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(code_lines(rust), 2);
        let python = "\"\"\"One line.\"\"\"\n# no\ndef f():\n    \"\"\"Two\n    lines.\"\"\"\n    return 1\n";
        assert_eq!(code_lines(python), 2);
    }

    #[test]
    fn files_are_found_by_the_ends_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a_one.py", "a_two.py", "b.py"] {
            fs::write(folder.path().join(name), "x = 1\n").unwrap();
        }
        let globs = |globs: &[&str]| {
            let globs = globs.iter().map(|glob| (*glob).to_owned()).collect();
            lines(folder.path(), &BTreeMap::from([("v".to_owned(), globs)]))["v"]
        };
        assert_eq!(
            (
                globs(&["a*.py"]),
                globs(&["b.py", "a*.py"]),
                globs(&["c.py"])
            ),
            (2, 3, 0)
        );
    }
}
