//! The lines of a program's standard error that are shown where it failed: all of a short text, and of a long
//! one the message of the panic or exception that ended it.

mod told;

use terminal::{counted, shown_within};

use self::told::messages;

/// The most lines that are shown of the beginning, and of the end.
const MOST_LINES: usize = 3;
/// The most characters of each of these lines.
const LONGEST_LINE: usize = 400;

/// The lines that say best why a program ended. Of a long text these are the first and the last message of a
/// panic, exception or error, before the last lines; where there is none, the first and the last lines,
/// for some programs say first why they end, and others say it last.
pub(crate) fn excerpt(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    // A line that says how many are missing takes as much room as one of them.
    if lines.len() <= 2 * MOST_LINES + 1 {
        return lines.into_iter().map(visible).collect();
    }
    let last = lines.len() - MOST_LINES..lines.len();
    let told = messages(&lines);
    let (first, last): (Vec<usize>, Vec<usize>) = if told.is_empty() {
        ((0..MOST_LINES).collect(), last.collect())
    } else {
        let rest = last.filter(|number| !told.contains(number) && !is_of_a_trace(lines[*number]));
        (told.clone(), rest.collect())
    };
    let left_out = lines.len() - first.len() - last.len();
    let missing = format!("[{} left out]", counted(left_out as u64, "line"));
    numbered(&lines, first)
        .chain([missing])
        .chain(numbered(&lines, last))
        .collect()
}

/// The lines of these numbers, as they are shown.
fn numbered<'a>(lines: &'a [&str], numbers: Vec<usize>) -> impl Iterator<Item = String> + 'a {
    numbers.into_iter().map(|number| visible(lines[number]))
}

/// Whether a line is part of a trace, or says how to get one: where a program was, and not why it ended.
fn is_of_a_trace(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with([' ', '\t']) || line.starts_with("note: ")
}

fn visible(line: &str) -> String {
    // Java indents its traces with tabs, which would be shown as escapes.
    let spaced = line.trim_start_matches('\t').replace('\t', "    ");
    shown_within(&spaced, LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_first_and_the_last_lines_are_shown() {
        let short = "1\n2\n3\n4\n5\n6\n7";
        assert_eq!(excerpt(short).join("\n"), short);
        let long = excerpt("why\n2\n3\n4\n5\n6\n7\nover");
        let expected = ["why", "2", "3", "[2 lines left out]", "6", "7", "over"];
        assert_eq!(long, expected);
        assert!(excerpt("").is_empty());
    }

    #[test]
    fn a_panic_is_shown_and_not_its_backtrace() {
        let shown = excerpt(include_str!("texts/rust.txt"));
        let [first, message, detail, last, why, left_out] = &shown[..] else {
            panic!("{shown:#?}");
        };
        assert!(first.ends_with("panicked at t.rs:1:31:"), "{shown:#?}");
        assert_eq!([message, detail], ["lane 3 has no connection:", " refused"]);
        assert!(last.ends_with("panicked at t.rs:2:97:"), "{shown:#?}");
        assert!(why.starts_with("called `Result::unwrap()`"), "{shown:#?}");
        assert_eq!(left_out, "[36 lines left out]");
    }

    #[test]
    fn an_exception_is_shown_with_the_place_where_it_was_raised() {
        let python = excerpt(include_str!("texts/python.txt"));
        let expected = [
            "ValueError: no task of this index: 7",
            "  File \"/models/one/t.py\", line 4, in work",
            "RuntimeError: the run failed",
            "  File \"/models/one/t.py\", line 12, in main",
            "[27 lines left out]",
        ];
        assert_eq!(python, expected);
        let node = excerpt(include_str!("texts/node.txt"));
        let expected = [
            "TypeError: lane 3 has no connection",
            "    at task (/models/one/t.js:2:39)",
            "[20 lines left out]",
            "Node.js v20.20.2",
        ];
        assert_eq!(node, expected);
        let java = excerpt(include_str!("texts/java.txt"));
        assert!(
            java[0].ends_with("java.lang.RuntimeException: the run failed"),
            "{java:#?}"
        );
        assert!(java[1].starts_with("at T.main"), "{java:#?}");
        assert!(
            java[2].starts_with("Caused by: java.lang.IllegalStateException: lane 3"),
            "{java:#?}"
        );
    }

    #[test]
    fn an_error_is_shown_where_there_is_no_exception() {
        let compiler = "   Compiling one v0.1.0\nerror[E0425]: cannot find value `x` in this scope\n \
            --> src/main.rs:1:13\n  |\n1 | fn main() { x }\n  |             ^ not found in this scope\n\n\
            For more information about this error, try `rustc --explain E0425`.\n\
            error: could not compile `one` (bin \"one\") due to 1 previous error";
        let shown = excerpt(compiler);
        assert!(shown[0].starts_with("error[E0425]: "), "{shown:#?}");
        assert!(shown[1].starts_with("error: could not"), "{shown:#?}");
        let logged = "error: 1\n2\n3\n4\n5\n6\n7\n8\n9\ngiving up";
        let expected = ["error: 1", "[6 lines left out]", "8", "9", "giving up"];
        assert_eq!(excerpt(logged), expected);
    }
}
