//! Standard output: one JSON message a line.

use std::io::Write;

use protocol::{Message, RunnerExit};

use crate::error::Error;

/// Writes one message to standard output and flushes it.
pub fn say(message: &Message) {
    if let Ok(mut line) = serde_json::to_string(message) {
        line.push('\n');
        let mut out = std::io::stdout().lock();
        // An error means that nobody reads the output any more. The reader's end also closes our
        // standard input, which ends this program, so there is nothing to do about it here.
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

/// Reports an error and ends the program at once: for a thread whose end nobody else would notice.
pub(crate) fn end_with(error: &Error) -> ! {
    say(&Message::Error(error.failure()));
    std::process::exit(RunnerExit::Failed as i32)
}
