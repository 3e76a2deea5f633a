//! A program that serves, from its request to the phases of a run.

use std::net::SocketAddr;
use std::time::Duration;

use launch::{Conversation, RunError};
use protocol::{Endpoints, FailureKind, Message, Request, Workload};
use serde_json::{Value, json};

use crate::cases::{LANES, PATIENCE, SEED, workload};
use crate::client::{Answer, Client};
use crate::origin::{body_of_task, step_seed};
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Ended, Said, ask, await_end, hear, known};

/// Bytes of every answer: no multiple of the words that a body consists of.
const BYTES: usize = 61;

/// A program that listens.
pub(crate) struct Served<'a> {
    pub(crate) program: Conversation<'a>,
    pub(crate) address: SocketAddr,
    /// Connections that it answers at once, as it says.
    pub(crate) lanes: u64,
    /// The processes that were there before it.
    before: Vec<u32>,
}

/// How far a program got that was to serve.
pub(crate) enum Begun<'a> {
    Listens(Box<Served<'a>>),
    Unsupported,
    /// What it did instead, in words.
    Other(String),
}

/// A workload of requests with these steps.
pub(crate) fn requests(name: &str, steps: &Value) -> Workload {
    let rest = json!({ "class": "serve", "serve": { "bytes": BYTES }, "step": steps });
    workload(name, &rest)
}

/// The request for a run in which the program serves.
pub(crate) fn request(setting: &Setting<'_>, subject: &Subject, work: &Workload) -> Request {
    setting.request(subject, work, LANES + 1, Endpoints::default())
}

/// Starts a program, and waits until it listens.
pub(crate) fn begin<'a>(
    setting: &Setting<'a>,
    subject: &Subject,
    request: &Request,
) -> Result<Begun<'a>, RunError> {
    let before = known();
    let mut program = setting.start(subject, request, &[])?;
    ask(&mut program, request)?;
    let said = hear(&mut program, PATIENCE)?;
    let not_done = [FailureKind::Unsupported, FailureKind::Unavailable];
    let other = match said {
        Said::Message(Message::Ready(ready)) => match ready.listens {
            Some(address) => {
                return Ok(Begun::Listens(Box::new(Served {
                    program,
                    address,
                    lanes: ready.in_flight,
                    before,
                })));
            }
            None => "`ready` without `listens`".to_owned(),
        },
        Said::Message(Message::Error(failure)) if not_done.contains(&failure.kind) => {
            program.close_input();
            await_end(&mut program, &before, PATIENCE)?;
            return Ok(Begun::Unsupported);
        }
        other => other.words(),
    };
    program.close_input();
    let ended = await_end(&mut program, &before, PATIENCE)?;
    Ok(Begun::Other(format!(
        "{other}, and the program {}",
        ended.words
    )))
}

impl Served<'_> {
    /// Opens a connection.
    ///
    /// # Errors
    /// What the system says, in words.
    pub(crate) fn connect(&self) -> Result<Client, String> {
        Client::connect(self.address)
    }

    /// Waits until it is gone, with all its processes, and ends what is not.
    pub(crate) fn await_end(&mut self, within: Duration) -> Result<Ended, RunError> {
        await_end(&mut self.program, &self.before, within)
    }
}

/// Holds an answer against the right one to the request for a task whose only step is a wait.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn check(task: u64, given: &Answer) -> Result<(), String> {
    if given.status != 200 {
        let text = String::from_utf8_lossy(&given.body).into_owned();
        return Err(format!("status {} for task {task}: {text:?}", given.status));
    }
    // The value of a wait is the seed of its step.
    let right = body_of_task(SEED, task, &[step_seed(SEED, task, 0)], BYTES);
    if given.body != right {
        return Err(format!("another body than that of task {task}"));
    }
    if given.closes {
        return Err("`Connection: close` where the client keeps its connection".to_owned());
    }
    Ok(())
}
