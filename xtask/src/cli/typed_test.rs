//! Commands of this tool as documents and scripts show them, taken apart into what would be typed.

/// How a command of this tool begins.
const CALL: &str = "cargo xtask ";

/// A command that a document shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// The line in which it begins.
    pub(super) line: usize,
    /// What is typed after `cargo xtask`.
    pub(super) words: Vec<String>,
}

/// Lines of a document with their numbers and their beginnings as offsets, and whether each is in a fenced block.
pub(super) fn lines(text: &str) -> Vec<(usize, usize, &str, bool)> {
    let (mut lines, mut offset, mut is_fenced) = (Vec::new(), 0, false);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        if !is_fence {
            lines.push((number, offset, line, is_fenced));
        }
        offset += line.len();
    }
    lines
}

/// The commands in a document: those in fenced blocks, and those in code within a sentence.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    // In a sentence code stands between backticks, and may go on in the next line of a paragraph.
    let mut ticks = 0;
    for (number, offset, line, is_fenced) in lines(text) {
        if is_fenced || line.trim().is_empty() {
            ticks = 0;
        }
        for (at, _) in line.match_indices(CALL) {
            let rest = &text[offset + at + CALL.len()..];
            let is_in_code = (ticks + backticks(&line[..at])) % 2 == 1;
            if is_fenced || is_in_code {
                found.push(Command {
                    line: number,
                    words: if is_fenced {
                        words(rest)
                    } else {
                        let end = rest.find('`').unwrap_or(rest.len());
                        words(&rest[..end].replace('\n', " "))
                    },
                });
            }
        }
        ticks += backticks(line);
    }
    found
}

/// How many backticks begin or end code: one behind a backslash is a character like any other.
fn backticks(text: &str) -> usize {
    text.matches('`').count() - text.matches("\\`").count()
}

/// The words of a command, as a shell splits them, up to the end of its line, an operator or a comment. Nothing
/// is expanded.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c == '\\' && characters.next_if_eq(&'\n').is_some() => {
                words.extend(word.take());
            }
            None if "\n|>;&)".contains(c) || (c == '#' && word.is_none()) => break,
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn words_are_split_as_a_shell_does() {
    let text = "ab 'a *' \"b'c\" -L x=1 \\\n  d || e";
    assert_eq!(words(text), ["ab", "a *", "b'c", "-L", "x=1", "d"]);
    assert_eq!(words("list   # all of them"), ["list"]);
    assert_eq!(words("diff a#b ''\nrun"), ["diff", "a#b", ""]);
    assert_eq!(words("completions bash)"), ["completions", "bash"]);
}

#[test]
fn commands_are_found_in_blocks_and_in_sentences() {
    let text = "See `cargo xtask list` and `PATH=x cargo xtask run\na b`, not cargo xtask tidy\n\
                or \\`cargo xtask ci\\`.\n\
                ```console\n$ cargo xtask doctor    # it says\n```\n";
    let found: Vec<(usize, String)> = commands(text)
        .into_iter()
        .map(|command| (command.line, command.words.join(" ")))
        .collect();
    let expected = [(1, "list"), (1, "run a b"), (5, "doctor")];
    assert_eq!(
        found,
        expected.map(|(line, words)| (line, words.to_owned()))
    );
}
