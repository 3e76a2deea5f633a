//! The generator against servers that do exactly what a test says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::{Crc, Load, LoadRequest, Question};
use workloads::digest::{of_run, of_task};

use super::*;

const TASKS: u64 = 20;
const BODY: &[u8] = b"twelve bytes";

/// What was asked, in the order in which it came.
type Asked = Arc<Mutex<Vec<String>>>;

/// A server that answers each request with what `answer` gives for its path, in those pieces.
fn server<A: Fn(&str) -> Vec<Vec<u8>> + Clone + Send + 'static>(answer: A) -> (SocketAddr, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Asked::default();
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(std::result::Result::ok) {
            let (own_answer, own_heard) = (answer.clone(), Arc::clone(&heard));
            std::thread::spawn(move || connection(stream, &own_answer, &own_heard));
        }
    });
    (address, asked)
}

fn connection(mut stream: TcpStream, answer: &impl Fn(&str) -> Vec<Vec<u8>>, asked: &Asked) {
    stream.set_nodelay(true).unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        received.extend_from_slice(&buffer[..read]);
        if received.ends_with(b"\r\n\r\n") {
            let text = String::from_utf8(std::mem::take(&mut received)).unwrap();
            let path = text.split(' ').nth(1).unwrap().to_owned();
            asked.lock().unwrap().push(path.clone());
            let pieces = answer(&path);
            if pieces.iter().any(|piece| stream.write_all(piece).is_err()) || pieces.is_empty() {
                return;
            }
        }
    }
}

fn answer(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn request(server: SocketAddr, rate: &str, connections: u64) -> LoadRequest {
    let text = format!(
        "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = {TASKS}\nin_flight = 4\nseed = 1\n{rate}\n\
         [serve]\nbytes = 12\n"
    );
    LoadRequest {
        server,
        workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
        tasks: TASKS,
        connections,
        asks: None,
        digests: None,
        parent: 0,
    }
}

fn load(request: &LoadRequest) -> Result<Load> {
    let asking = Asking::of(request)?;
    let mut generator = Generator::connect(asking, request.server, request.connections)?;
    generator.warm_up(request)?;
    Ok(generator.measure(request)?.0)
}

fn problem(request: &LoadRequest) -> String {
    load(request).unwrap_err().to_string()
}

/// What the generator says of a server that answers everything with these bytes.
fn problem_of(bytes: &'static [u8]) -> String {
    let (address, _) = server(move |_| vec![bytes.to_vec()]);
    problem(&request(address, "", 1))
}

#[test]
fn every_task_is_asked_for_once_after_a_warm_up_of_every_connection() {
    for rate in ["", "rate = \"20000/s\""] {
        // In pieces, of which the first ends within the head.
        let (address, asked) = server(|_| {
            let whole = answer(BODY);
            vec![whole[..9].to_vec(), whole[9..].to_vec()]
        });
        let load = load(&request(address, rate, 4)).unwrap();
        let value = of_task([u64::from(crc32fast::hash(BODY))]);
        let digest = of_run((0..TASKS).map(|index| (index, value)));
        assert_eq!(load.digest, format!("{digest:016x}"));
        let counts = load.latency.iter().map(|(_, count)| *count);
        assert_eq!(counts.sum::<u64>(), TASKS);
        assert_eq!(load.open.is_some(), !rate.is_empty());
        let mut paths = asked.lock().unwrap().clone();
        let mut warm_up = paths.drain(..4).collect::<Vec<_>>();
        warm_up.sort();
        assert_eq!(warm_up, ["/task/20", "/task/21", "/task/22", "/task/23"]);
        paths.sort_by_key(|path| path["/task/".len()..].parse::<u64>().unwrap());
        let all: Vec<String> = (0..TASKS).map(|index| format!("/task/{index}")).collect();
        assert_eq!(paths, all);
    }
}

#[test]
fn a_request_that_waits_for_a_busy_connection_is_late_from_when_it_was_due() {
    let pause = Duration::from_millis(60);
    let (address, _) = server(move |path| {
        if path == "/task/0" {
            std::thread::sleep(pause);
        }
        vec![answer(BODY)]
    });
    let load = load(&request(address, "rate = \"1000/s\"", 1)).unwrap();
    // The last of them is due 19 ms after the first.
    let least = u64::try_from((pause - Duration::from_millis(TASKS)).as_nanos()).unwrap();
    let shortest = load.latency[0].0;
    assert!(shortest >= least, "{shortest} of {least}");
    let open = load.open.unwrap();
    assert_eq!(open.late_starts, TASKS - 1);
    assert_eq!(open.completed_in_time, 0);
    assert!(load.elapsed_ns >= u64::try_from(pause.as_nanos()).unwrap());
}

#[test]
fn an_answer_that_is_wrong_names_the_request_and_what_is_wrong() {
    let cases: [(&[u8], &str); 6] = [
        (
            b"HTTP/1.1 500 x\r\nContent-Length: 6\r\n\r\nno row",
            "request 20: status 500: no row",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "request 20: a body of 5 bytes instead of 12",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\ntwelve bytes!",
            "request 20: 1 bytes after the response",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\ntwelve bytes",
            "request 20: the server closes the connection after a response",
        ),
        (b"SSH-2.0-x\r\n\r\n", "request 20: malformed response head"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "request 20: malformed response head: it has a Transfer-Encoding",
        ),
    ];
    for (bytes, expected) in cases {
        let problem = problem_of(bytes);
        assert!(problem.starts_with(expected), "{problem}");
    }
}

#[test]
fn a_connection_that_ends_is_an_error_whenever_it_does() {
    let (address, _) = server(|_| Vec::new());
    let unanswered = problem(&request(address, "", 1));
    let expected = "request 20: the connection ended after 0 bytes of the head";
    assert_eq!(unanswered, expected);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = nobody.local_addr().unwrap();
    drop(nobody);
    let refused = problem(&request(gone, "", 1));
    assert!(
        refused.starts_with("cannot open connection 1 to"),
        "{refused}"
    );
}

#[test]
fn a_server_that_is_no_model_is_asked_what_its_file_says() {
    let (address, asked) = server(|_| vec![answer(b"hello")]);
    let crc = Some(Crc(crc32fast::hash(b"hello")));
    let path = "/hello".to_owned();
    let right = LoadRequest {
        asks: Some(Question { path, crc }),
        ..request(address, "", 2)
    };
    assert!(load(&right).is_ok());
    assert!(asked.lock().unwrap().iter().all(|path| path == "/hello"));
    let wrong = LoadRequest {
        asks: Some(Question {
            path: "/".to_owned(),
            crc: Some(Crc(1)),
        }),
        ..right
    };
    let problem = problem(&wrong);
    assert!(problem.contains("where 00000001 is right"), "{problem}");
}
