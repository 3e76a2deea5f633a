//! What holds for every Rust file: it opens by saying what it is for, and unsafe code stands only
//! where it was agreed on.

use crate::problem::Problem;
use crate::project::Source;

/// Every file opens with `//!`.
pub(crate) fn heads(sources: &[Source]) -> Vec<Problem> {
    let headless = sources.iter().filter(|source| !has_head(&source.text));
    let text = "does not open with `//!`: what it is for, and what it leaves to others";
    headless
        .map(|source| Problem::new(&source.path, 1, text))
        .collect()
}

fn has_head(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix("//!")
        .is_some_and(|head| !head.trim().is_empty())
}

/// `unsafe` stands only in the meters, in the primitives of the emulated lock and where libraries are called.
pub(crate) fn unsafe_code(sources: &[Source]) -> Vec<Problem> {
    sources
        .iter()
        .filter(|source| !may_be_unsafe(&source.path))
        .flat_map(unsafe_lines)
        .collect()
}

/// The files with unsafe code besides the meters.
const UNSAFE: [&str; 2] = [
    "crates/gil/src/primitives.rs",
    "crates/workloads/src/library.rs",
];

fn may_be_unsafe(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["crates", _, "src", meters, ..] if meters.starts_with("meters") => true,
        _ => UNSAFE.contains(&path),
    }
}

fn unsafe_lines(source: &Source) -> Vec<Problem> {
    let text = "unsafe code outside the meters, gil's primitives and the calls of libraries";
    source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| is_unsafe(line))
        .map(|(index, _)| Problem::new(&source.path, index + 1, text))
        .collect()
}

fn is_unsafe(line: &str) -> bool {
    // Whole words, because the name of the lint `unsafe_code` is no unsafe code.
    code_of(line)
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == "unsafe")
}

/// A line without comments and the contents of strings. Strings over several lines are taken for
/// code: such a line cannot be told apart by itself, and the compiler's own lint still holds.
fn code_of(line: &str) -> String {
    let mut code = String::new();
    let mut in_string = false;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        // An escaped quote does not end a string, and a quote as a character does not begin one.
        let whole = if in_string && c == '\\' {
            rest.chars().take(2).map(char::len_utf8).sum()
        } else if !in_string && rest.starts_with("'\"'") {
            3
        } else {
            c.len_utf8()
        };
        if !in_string && rest.starts_with("//") {
            break;
        }
        in_string ^= whole == 1 && c == '"';
        if !in_string {
            code.push(c);
        }
        rest = &rest[whole..];
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_file_without_a_head_is_found() {
        let found = heads(&[
            source("a.rs", "//! What it is for.\n"),
            source("b.rs", "use std::fmt;\n//! Too late.\n"),
            source("c.rs", "//!\n"),
            source("d.rs", ""),
        ]);
        let files: Vec<&str> = found.iter().map(|problem| problem.file.as_str()).collect();
        assert_eq!(files, ["b.rs", "c.rs", "d.rs"]);
    }

    #[test]
    fn unsafe_code_is_found_outside_its_places() {
        let text = "//! Head.\nfn f() {\n    unsafe { g() }\n}\n";
        let found = unsafe_code(&[
            source("crates/runner/src/meters.rs", text),
            source("crates/runner/src/meters/memory.rs", text),
            source("crates/gil/src/primitives.rs", text),
            source("crates/gil/src/lock.rs", text),
            source("xtask/src/meters.rs", text),
        ]);
        let places: Vec<_> = found
            .iter()
            .map(|found| (found.file.as_str(), found.line))
            .collect();
        assert_eq!(
            places,
            [("crates/gil/src/lock.rs", 3), ("xtask/src/meters.rs", 3)]
        );
    }

    #[test]
    fn the_word_alone_is_not_unsafe_code() {
        let lines = [
            "let text = \"unsafe { }\"; // unsafe",
            "let text = \"\\\"unsafe\";",
            "#![forbid(unsafe_code)]",
            "let quote = '\"'; // \"unsafe",
        ];
        assert_eq!(unsafe_code(&[source("a.rs", &lines.join("\n"))]), []);
        let hidden = "let quote = '\"'; unsafe { g() }";
        assert_eq!(unsafe_code(&[source("a.rs", hidden)]).len(), 1);
    }
}
