//! Messages as they are heard from a program, and what is said of them to people.

use std::time::Duration;

use host::{children, descendants_except, end_descendant};
use launch::{Conversation, Heard, RunError};
use protocol::{Failure, Message, Request};
use results::Kind;

use crate::cases::PATIENCE;

/// What came from a program.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Message(Message),
    /// A line that is no message.
    Text(String),
    /// The end of its output.
    End,
    /// Nothing, for as long as was waited.
    Silence,
}

impl Said {
    /// The same for people.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Message(Message::Error(failure)) => words_of(failure),
            Self::Message(message) => format!("`{}`", message.name()),
            Self::Text(text) => format!("a line that is no message: {}", shortened(text)),
            Self::End => "the end of its output".to_owned(),
            Self::Silence => "nothing".to_owned(),
        }
    }
}

fn words_of(failure: &Failure) -> String {
    let kind = serde_json::to_string(&failure.kind).unwrap_or_default();
    format!("`error` of kind {kind}: {}", shortened(&failure.message))
}

fn shortened(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = plain.take(160).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The next message of a program.
pub(crate) fn hear(program: &mut Conversation<'_>, within: Duration) -> Result<Said, RunError> {
    match program.line(within) {
        Ok(Heard::Line(line)) => Ok(match serde_json::from_str(&line) {
            Ok(message) => Said::Message(message),
            Err(_) => Said::Text(line),
        }),
        Ok(Heard::End) => Ok(Said::End),
        Ok(Heard::Silence) => Ok(Said::Silence),
        // A line without end is a fault of the program, and no reason to stop.
        Err(RunError::Failed(failure)) if failure.kind == Kind::Garbage => {
            Ok(Said::Text(failure.message))
        }
        Err(other) => Err(other),
    }
}

/// Sends a request.
pub(crate) fn ask(program: &mut Conversation<'_>, request: &Request) -> Result<(), RunError> {
    program.send(&serde_json::to_string(request).map_err(std::io::Error::other)?)
}

/// A request as it can be sent by hand, when this tool is gone.
pub(crate) fn by_hand(request: &Request) -> String {
    let untied = Request {
        parent: 0,
        ..request.clone()
    };
    serde_json::to_string(&untied).unwrap_or_default()
}

/// How a program ended, waiting for that as long as `within`.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// `ended with exit code 1`, and the last line that it wrote to standard error.
    pub(crate) words: String,
    pub(crate) code: Option<i32>,
    /// Whether it and all its processes were gone in time, by themselves.
    pub(crate) in_time: bool,
    /// Command lines of the processes that it left behind.
    pub(crate) left: Vec<String>,
}

/// The processes that were there before a program was started.
pub(crate) fn known() -> Vec<u32> {
    children()
}

/// Waits until a program and everything that it started is gone, and ends what is not.
pub(crate) fn await_end(
    program: &mut Conversation<'_>,
    known: &[u32],
    within: Duration,
) -> Result<Ended, RunError> {
    let id = program.id();
    let gone = program.wait_until(within, |program| {
        program.has_ended() && descendants_except(known, id).is_empty()
    })?;
    let has_ended = program.has_ended();
    let left = descendants_except(known, id);
    left.iter().for_each(end_descendant);
    let (how, code) = program.end();
    let mut words = if has_ended { how } else { "runs on".to_owned() };
    if let Some(line) = program.stderr().lines().last() {
        words.push_str(&format!(" | {}", shortened(line)));
    }
    Ok(Ended {
        words,
        code: code.filter(|_| has_ended),
        in_time: gone.is_some(),
        left: left.into_iter().map(|one| one.command).collect(),
    })
}

/// Waits for the end of a program that has nothing more to do.
pub(crate) fn finish(program: &mut Conversation<'_>, known: &[u32]) -> Result<Ended, RunError> {
    program.close_input();
    await_end(program, known, PATIENCE)
}
