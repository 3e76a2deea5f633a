//! The real program, and a client that says exactly the bytes it is told to.
#![allow(dead_code, reason = "every test program uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use protocol::{Failure, ServiceMessage, ServiceReady, ServiceRequest};

/// After this long a test fails instead of hanging; nothing passes or fails by being faster.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

/// A running service.
pub(crate) struct Service {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
}

/// The program. In a copy of a built checkout the path that is compiled in is that of the original.
pub(crate) fn program_path() -> PathBuf {
    ["CARGO_BIN_EXE_services", "NEXTEST_BIN_EXE_services"]
        .iter()
        .find_map(std::env::var_os)
        .map_or_else(|| env!("CARGO_BIN_EXE_services").into(), PathBuf::from)
}

pub(crate) fn program() -> Command {
    Command::new(program_path())
}

impl Service {
    /// Starts the program and gives it one line.
    pub(crate) fn start(line: &str) -> Self {
        Self::start_as(program(), line)
    }

    pub(crate) fn start_as(mut command: Command, line: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut input = child.stdin.take().expect("its input");
        // A program that refuses may end before it has read.
        let _ = input.write_all(format!("{line}\n").as_bytes());
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Self {
            child,
            input: Some(input),
            output: Some(output),
        }
    }

    pub(crate) fn answer(&mut self) -> ServiceMessage {
        let mut line = String::new();
        let output = self.output.as_mut().expect("its output");
        output.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Writes one more line to it.
    pub(crate) fn send(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input");
        input
            .write_all(format!("{line}\n").as_bytes())
            .expect("room");
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Listens no more.
    pub(crate) fn close_output(&mut self) {
        self.output = None;
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        let latest = Instant::now() + FAR_TOO_LONG;
        while Instant::now() < latest {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("the program does not end");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn json(request: &ServiceRequest) -> String {
    serde_json::to_string(request).expect("JSON")
}

pub(crate) fn origin_line(port: u16) -> String {
    json(&ServiceRequest::Origin {
        port,
        parent: std::process::id(),
    })
}

/// An origin that is up.
pub(crate) fn origin() -> (Service, SocketAddr) {
    let mut service = Service::start(&origin_line(0));
    match service.answer() {
        ServiceMessage::Ready(ServiceReady::Origin(address)) => (service, address),
        other => panic!("{other:?}"),
    }
}

/// One request to a program that is expected to answer it and end well.
pub(crate) fn ready(request: &ServiceRequest) -> ServiceReady {
    let mut service = Service::start(&json(request));
    let answer = service.answer();
    let status = service.end();
    match answer {
        ServiceMessage::Ready(ready) if status.success() => ready,
        other => panic!("{status}: {other:?}"),
    }
}

/// One line to a program that is expected to refuse it, with this exit code.
pub(crate) fn failure(line: &str, code: i32) -> Failure {
    failure_of(Service::start(line), code)
}

pub(crate) fn failure_of(mut service: Service, code: i32) -> Failure {
    let answer = service.answer();
    let status = service.end();
    match answer {
        ServiceMessage::Error(failure) if status.code() == Some(code) => failure,
        other => panic!("{status}: {other:?}"),
    }
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A whole response.
#[derive(Debug, PartialEq)]
pub(crate) struct Response {
    pub status: u16,
    pub body: Vec<u8>,
    pub closes: bool,
}

/// One connection to an origin.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).expect("a connection");
        stream.set_read_timeout(Some(FAR_TOO_LONG)).unwrap();
        stream.set_write_timeout(Some(FAR_TOO_LONG)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .get_mut()
            .write_all(bytes.as_ref())
            .expect("room to send");
    }

    /// Has little room for what it does not read.
    pub(crate) fn take_little(&mut self) {
        rustix::net::sockopt::set_socket_recv_buffer_size(self.stream.get_ref(), 1 << 17).unwrap();
    }

    /// Sends this and no more, with the end in the same segment.
    pub(crate) fn send_and_end(&mut self, bytes: impl AsRef<[u8]>) {
        use rustix::net::{SendFlags, Shutdown, send, shutdown};
        let stream = self.stream.get_ref();
        let all = bytes.as_ref();
        assert_eq!(send(stream, all, SendFlags::MORE), Ok(all.len()));
        shutdown(stream, Shutdown::Write).expect("a connection");
    }

    /// Sends no more.
    pub(crate) fn end(&mut self) {
        rustix::net::shutdown(self.stream.get_ref(), rustix::net::Shutdown::Write)
            .expect("a connection");
    }

    /// Its own port.
    pub(crate) fn port(&self) -> u16 {
        self.stream.get_ref().local_addr().unwrap().port()
    }

    pub(crate) fn receive(&mut self) -> Response {
        let status = self.line();
        let status = status
            .split(' ')
            .nth(1)
            .expect("a status")
            .parse()
            .expect("a number");
        let (mut length, mut closes) = (0, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                Some((name, value)) => closes |= (name, value) == ("connection", "close"),
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        Response {
            status,
            body,
            closes,
        }
    }

    /// Sends a GET for a path and receives the response.
    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.send(request(path));
        self.receive()
    }

    /// Whether the other side has closed in good order: nothing comes but the end.
    pub(crate) fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

pub(crate) fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: origin\r\n\r\n")
}

pub(crate) fn path(bytes: usize, latency: Duration, key: u64) -> String {
    format!("/body/{bytes}/{}/{key:016x}", latency.as_nanos())
}

/// What must come for such a path.
pub(crate) fn body(bytes: usize, key: u64) -> Response {
    let mut body = vec![0; bytes];
    workloads::content::fill(key, &mut body);
    Response {
        status: 200,
        body,
        closes: false,
    }
}
