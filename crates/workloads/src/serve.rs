//! The other side of the work: a model is asked for tasks over HTTP, and answers each with a body that is computed
//! from what the steps of the task came to. Everything but accepting and moving bytes is written once, here.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;

use futures_util::io::{AsyncReadExt, AsyncWriteExt};

use crate::body::TaskBody;
use crate::content;
use crate::digest::mix;
use crate::http::{MAX_REQUEST_HEAD, Refusal, RequestHead, read_request_head, write_answer_head};
use crate::io::Io;
use crate::lane::Lane;
use crate::task::Task;
use crate::work::Work;

/// Room for what is read at first: a request of ours takes some 60 bytes.
const FIRST_READ: usize = 512;
/// Reads after the last answer of a connection.
const MOST_LINGERING: u32 = 64;
/// The beginning of the path that asks for a task, whose index follows.
pub const TASK_PATH: &str = "/task/";

/// What a model supplies besides its [`Io`] in order to serve.
pub trait ServeIo: Io {
    /// A socket that connections come from.
    type Listener: Send + Sync + 'static;

    /// Makes a listener of one that is bound, listens, and blocks. It is called where tasks of the model run.
    ///
    /// # Errors
    /// When the system refuses.
    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener>;

    /// Waits for the next connection, whose Nagle's algorithm is off.
    ///
    /// # Errors
    /// When the system refuses.
    fn accept(
        &self,
        listener: &Self::Listener,
    ) -> impl Future<Output = std::io::Result<Self::Stream>> + Send;
}

/// Answers the requests of one connection until the client ends it or sends what is no request.
///
/// # Errors
/// When what tasks need cannot be opened; a task that fails is an answer with status 500.
pub async fn answer_connection<I: Io, B: TaskBody>(
    io: I,
    stream: I::Stream,
    work: Arc<Work<B>>,
) -> crate::error::Result<()> {
    let lane = Lane::open(io, &work).await?;
    let bytes = work.setup.workload.serve.as_ref();
    let mut connection = Connection {
        stream,
        lane,
        seed: work.setup.workload.seed,
        bytes: bytes.map_or(0, |serve| serve.bytes),
        input: vec![0; FIRST_READ],
        filled: 0,
        output: Vec::new(),
    };
    // A client that is gone has no answer to be missed: that its connection failed tells it more.
    let _ = connection.answer_all().await;
    Ok(())
}

/// One connection, and the lane that carries out what is asked on it.
struct Connection<I: Io, B: TaskBody> {
    stream: I::Stream,
    lane: Lane<I, B>,
    seed: u64,
    bytes: u64,
    input: Vec<u8>,
    /// How much of `input` is filled.
    filled: usize,
    output: Vec<u8>,
}

/// What is asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The task with this index.
    Task(u64),
    /// What is not there.
    Unknown,
}

impl<I: Io, B: TaskBody> Connection<I, B> {
    async fn answer_all(&mut self) -> std::io::Result<()> {
        loop {
            match self.take_request() {
                Ok(Some((asked, keep_alive))) => {
                    self.answer(asked, keep_alive).await;
                    self.stream.write_all(&self.output).await?;
                    if !keep_alive {
                        return self.linger().await;
                    }
                }
                Ok(None) => {
                    if self.read_more().await? == 0 {
                        return Ok(());
                    }
                }
                Err(refusal) => return self.refuse(refusal).await,
            }
        }
    }

    /// Takes a request out of what was read, once all of it is there: what is asked, and whether the connection is
    /// kept.
    fn take_request(&mut self) -> Result<Option<(Asked, bool)>, Refusal> {
        let Some(head) = read_request_head(&self.input[..self.filled])? else {
            return Ok(None);
        };
        let RequestHead {
            length, keep_alive, ..
        } = head;
        let asked = parse_path(head.path);
        self.input.copy_within(length..self.filled, 0);
        self.filled -= length;
        Ok(Some((asked, keep_alive)))
    }

    /// Reads once, and says how much.
    async fn read_more(&mut self) -> std::io::Result<usize> {
        if self.filled == self.input.len() {
            // No longer than a head may be: beyond it the codec refuses.
            let length = (2 * self.filled).min(MAX_REQUEST_HEAD);
            self.input.resize(length, 0);
        }
        let read = self.stream.read(&mut self.input[self.filled..]).await?;
        self.filled += read;
        Ok(read)
    }

    /// Carries out what is asked, and writes the answer into `output`.
    async fn answer(&mut self, asked: Asked, keep_alive: bool) {
        self.output.clear();
        let Asked::Task(index) = asked else {
            return self.write_text("404 Not Found", "no such path\n", keep_alive);
        };
        let task = Task::new(self.seed, index);
        match self.lane.run(&task).await {
            Ok(digest) => self.write_body(body_key(&task, digest), keep_alive),
            Err(error) => {
                self.write_text(
                    "500 Internal Server Error",
                    &format!("{error}\n"),
                    keep_alive,
                );
            }
        }
    }

    fn write_body(&mut self, key: u64, keep_alive: bool) {
        write_answer_head(&mut self.output, "200 OK", self.bytes, keep_alive);
        let start = self.output.len();
        // At most a megabyte, which fits.
        self.output.resize(start + self.bytes as usize, 0);
        content::fill(key, &mut self.output[start..]);
    }

    fn write_text(&mut self, status: &str, text: &str, keep_alive: bool) {
        write_answer_head(&mut self.output, status, text.len() as u64, keep_alive);
        self.output.extend_from_slice(text.as_bytes());
    }

    async fn refuse(&mut self, refusal: Refusal) -> std::io::Result<()> {
        self.output.clear();
        self.write_text(refusal.status(), refusal.words(), false);
        self.stream.write_all(&self.output).await?;
        self.linger().await
    }

    /// Reads what the client still sends, as far as it is little, until it closes: to close before it would take the
    /// last answer back.
    async fn linger(&mut self) -> std::io::Result<()> {
        for _ in 0..MOST_LINGERING {
            if self.stream.read(&mut self.input).await? == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// What the body of the answer is filled from: the task, and what its steps came to.
#[must_use]
pub const fn body_key(task: &Task, digest: u64) -> u64 {
    // With the task, so that an answer to another request is a wrong one also where there are no steps.
    mix(task.seed, digest)
}

fn parse_path(path: &str) -> Asked {
    let digits = path.strip_prefix(TASK_PATH).filter(|rest| {
        // `parse` alone would take a sign too.
        rest.bytes().all(|byte| byte.is_ascii_digit())
    });
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(index) => Asked::Task(index),
        None => Asked::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use protocol::{Endpoints, Setup};

    use super::*;
    use crate::blocking::{BlockingIo, run_ready};
    use crate::digest::of_task;
    use crate::expected::Reference;
    use crate::steps::Steps;

    const FILE: &str = "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 9\nin_flight = 2\nseed = 1\n\
        [serve]\nbytes = 12\n[[step]]\ncompute = { kernel = \"sum-squares\", size = 9 }\n\
        [[step]]\nwait = { duration = \"1ms\" }\n";

    fn work() -> Arc<Work<Steps>> {
        let workload = protocol::parse(FILE.as_bytes(), "w.toml").unwrap();
        Arc::new(Work::new(
            Setup {
                workload,
                endpoints: Endpoints::default(),
                workers: 1,
                in_flight: 2,
                blocking: 1,
                switch_interval_us: 5000,
            },
            2,
        ))
    }

    /// What one connection answers to these bytes.
    fn answers(pieces: &[&str]) -> Vec<u8> {
        let bound = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(bound.local_addr().unwrap()).unwrap();
        let listener = BlockingIo.listener(bound).unwrap();
        let stream = run_ready(BlockingIo.accept(&listener)).unwrap();
        let server = std::thread::spawn(move || {
            run_ready(answer_connection(BlockingIo, stream, work())).unwrap();
        });
        client.set_nodelay(true).unwrap();
        for piece in pieces {
            client.write_all(piece.as_bytes()).unwrap();
        }
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        server.join().unwrap();
        answer
    }

    #[test]
    fn a_body_is_what_the_steps_of_its_task_come_to() {
        let answer = answers(&[
            "GET /task/3 HTTP/1.1\r\n",
            "Host: x\r\n\r\nGET /task/4 HT",
            "TP/1.1\r\n\r\n",
        ]);
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n";
        let (first, second) = answer.split_at(head.len() + 12);
        let mut reference = Reference::default();
        for (index, text) in [(3, first), (4, second)] {
            assert!(text.starts_with(head), "{text:?}");
            let crc = crc32fast::hash(&text[head.len()..]);
            let digest = reference.task(&work().setup.workload, index);
            assert_eq!(of_task([u64::from(crc)]), digest.unwrap(), "task {index}");
        }
    }

    #[test]
    fn what_is_not_there_and_what_is_no_request_are_answered_too() {
        let text = |pieces: &[&str]| String::from_utf8_lossy(&answers(pieces)).into_owned();
        for path in [
            "/",
            "/task/",
            "/task/+1",
            "/task/18446744073709551616",
            "/task/1/",
        ] {
            let request = format!("GET {path} HTTP/1.1\r\n\r\n");
            assert!(
                text(&[&request]).starts_with("HTTP/1.1 404 Not Found\r\n"),
                "{path}"
            );
        }
        let refused = text(&["POST /task/1 HTTP/1.1\r\n\r\nGET /task/1 HTTP/1.1\r\n\r\n"]);
        assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
        assert!(
            refused.ends_with("Connection: close\r\n\r\nonly GET"),
            "{refused}"
        );
        let long = format!(
            "GET / HTTP/1.1\r\nx: {}\r\n\r\n",
            "x".repeat(MAX_REQUEST_HEAD)
        );
        assert!(text(&[&long]).starts_with("HTTP/1.1 431"));
        let last = text(&[
            "GET /task/1 HTTP/1.1\r\nConnection: close\r\n\r\nGET /task/1 HTTP/1.1\r\n\r\n",
        ]);
        assert_eq!(last.matches("HTTP/1.1").count(), 1, "{last}");
    }
}
