//! What the twins that serve answer: a request of `serve` without steps is read, and its answer written, as one would
//! by hand.

use std::io::Write;

use runner::{Error, Result};
use workloads::serve::{TASK_PATH, body_key};
use workloads::{Task, Work, content, digest};

/// Room for a request, of which a client sends one at a time.
pub(crate) const REQUEST_BYTES: usize = 1024;

/// What answers are made of.
#[derive(Clone)]
pub(crate) struct Answers {
    seed: u64,
    body: Vec<u8>,
    output: Vec<u8>,
}

impl Answers {
    /// The answers to a workload that serves requests without steps.
    pub(crate) fn of(work: &Work) -> Result<Answers> {
        let workload = &work.setup.workload;
        let serve = workload.serve.as_ref();
        let Some(serve) = serve.filter(|_| workload.steps.is_empty()) else {
            let why = "this twin answers only requests without steps";
            return Err(Error::Unsupported(why.to_owned()));
        };
        Ok(Answers {
            seed: workload.seed,
            body: vec![0; usize::try_from(serve.bytes).unwrap_or(0)],
            output: Vec::new(),
        })
    }

    /// Makes the answer to the request for a task.
    pub(crate) fn write(&mut self, index: u64) {
        let task = Task::new(self.seed, index);
        content::fill(body_key(&task, digest::of_task([])), &mut self.body);
        self.output.clear();
        let length = self.body.len();
        // Writing into memory cannot fail.
        let _ = write!(
            self.output,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
        );
        self.output.extend_from_slice(&self.body);
    }

    /// The answer that was made last.
    pub(crate) fn output(&self) -> &[u8] {
        &self.output
    }
}

/// The index of the task that a request asks for, if the whole request is there.
pub(crate) fn task(request: &[u8]) -> std::io::Result<Option<u64>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut head = httparse::Request::new(&mut headers);
    let parsed = head.parse(request).map_err(std::io::Error::other)?;
    if parsed.is_partial() {
        return Ok(None);
    }
    let index = head
        .path
        .and_then(|path| path.strip_prefix(TASK_PATH)?.parse().ok());
    index.map(Some).ok_or_else(|| {
        std::io::Error::other("not the request that a client of this workload sends")
    })
}

/// Why a twin that serves runs nothing else.
pub(crate) fn only_answers() -> Error {
    let why = "this twin only answers requests: see the workload serve";
    Error::Unsupported(why.to_owned())
}
