//! Finds the messages in what a program wrote to standard error: of panics in Rust, of exceptions in Python,
//! JavaScript and Java, and else of errors.

/// The most lines of one message.
const MOST_LINES: usize = 3;

/// The numbers of the lines with the first and the last message. The first is often the cause, and the last is
/// what ended the program. Errors count where there is no panic and no exception, because programs also
/// log errors with which they go on.
pub(super) fn messages(lines: &[&str]) -> Vec<usize> {
    let ends = found(lines, |number| {
        panic(lines, number).or_else(|| exception(lines, number))
    });
    if ends.is_empty() {
        return found(lines, |number| {
            is_error(lines[number]).then(|| vec![number])
        });
    }
    ends
}

/// What is found first and last, without repetitions.
fn found(lines: &[&str], at: impl Fn(usize) -> Option<Vec<usize>>) -> Vec<usize> {
    let mut all = (0..lines.len()).filter_map(at);
    let first = all.next().unwrap_or_default();
    let last = all.next_back().unwrap_or_default();
    first.into_iter().chain(last).collect()
}

/// `thread 'main' panicked at src/main.rs:1:2:` with the message behind it.
fn panic(lines: &[&str], number: usize) -> Option<Vec<usize>> {
    let line = lines[number];
    let is_panic = line.starts_with("thread '") && line.contains(" panicked at ");
    let length = lines[number + 1..]
        .iter()
        .take(MOST_LINES - 1)
        .take_while(|line| !line.is_empty() && !line.starts_with("stack backtrace:"))
        .take_while(|line| !line.starts_with("note: "))
        .count();
    is_panic.then(|| (number..=number + length).collect())
}

/// The message of an exception, and the place where it was raised: Python prints the places before the
/// message, JavaScript and Java after it.
fn exception(lines: &[&str], number: usize) -> Option<Vec<usize>> {
    if lines[number].trim_start() == "Traceback (most recent call last):" {
        let behind = lines[number + 1..].iter();
        let message = number + 1 + behind.take_while(|line| line.starts_with(' ')).count();
        let place = (number..message).rfind(|line| is_place_in_python(lines[*line]));
        return (message < lines.len()).then(|| [message].into_iter().chain(place).collect());
    }
    let next = lines.get(number + 1)?;
    let is_message = !lines[number].starts_with([' ', '\t']) && !lines[number].is_empty();
    (is_message && next.trim_start().starts_with("at ") && next.starts_with([' ', '\t']))
        .then(|| vec![number, number + 1])
}

fn is_place_in_python(line: &str) -> bool {
    line.trim_start().starts_with("File \"")
}

/// Whether a line says an error: `error: …`, `error[E0425]: …`, `main.c:3:5: error: …`, `panic: …`.
fn is_error(line: &str) -> bool {
    let mut parts: Vec<&str> = line.split(": ").collect();
    parts.pop();
    parts.into_iter().any(|part| {
        let without_code = part.split('[').next().unwrap_or_default();
        let last = without_code.split_whitespace().last();
        let word = last.unwrap_or_default().to_lowercase();
        ["error", "exception", "panic", "fatal"]
            .iter()
            .any(|end| word.ends_with(end))
    })
}
