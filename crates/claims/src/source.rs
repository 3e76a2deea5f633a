//! Lines of the code that a variant has of its own, counted in the checkout: blank lines, comments
//! and tests apart. Whether lines say anything is left to the claim.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// By variant; one whose files are not there has none.
pub(super) fn lines(root: &Path, sources: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, u64> {
    let of = |globs: &Vec<String>| -> u64 {
        let files = globs.iter().flat_map(|glob| matching(root, glob));
        let texts = files.filter_map(|path| fs::read_to_string(path).ok());
        texts.map(|text| code_lines(&text)).sum()
    };
    sources
        .iter()
        .map(|(variant, globs)| (variant.clone(), of(globs)))
        .collect()
}

/// Files whose name begins and ends as the glob says; it has one star, or none.
fn matching(root: &Path, glob: &str) -> Vec<PathBuf> {
    let path = root.join(glob);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Vec::new();
    };
    let name = name.to_string_lossy().into_owned();
    let Some((start, end)) = name.split_once('*') else {
        return vec![path];
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    };
    entries.map(|entry| entry.path()).filter(fits).collect()
}

fn code_lines(text: &str) -> u64 {
    let code = text
        .lines()
        .map(str::trim)
        .take_while(|line| *line != "#[cfg(test)]");
    let mut lines = 0;
    let mut in_string = false;
    for line in code {
        // A docstring of Python is a comment that takes several lines.
        let quotes = line.matches("\"\"\"").count();
        let is_comment = in_string || quotes > 0 || is_comment(line);
        in_string ^= quotes % 2 == 1;
        lines += u64::from(!line.is_empty() && !is_comment);
    }
    lines
}

fn is_comment(line: &str) -> bool {
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
