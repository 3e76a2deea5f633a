//! How many requests a second the origin answers, over 64 connections of the epoll twin's kind.
//! It needs the service's program: `cargo xtask bench` builds it first.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CONNECTIONS: usize = 64;
const REQUEST: &[u8] = b"GET /body/256/0/0000000000000001 HTTP/1.1\r\nHost: origin\r\n\r\n";

/// The origin as a process; it ends with its standard input.
struct Origin {
    process: Child,
    address: SocketAddr,
}

impl Origin {
    fn start() -> Result<Self, String> {
        let program = program().ok_or("no target folder above this program")?;
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!(
                    "{}: {error} (cargo build --release -p services)",
                    program.display()
                )
            })?;
        let order = format!(
            "{{\"origin\":{{\"port\":0,\"parent\":{}}}}}\n",
            std::process::id()
        );
        let stdin = process.stdin.as_mut().ok_or("no standard input")?;
        stdin
            .write_all(order.as_bytes())
            .map_err(|error| error.to_string())?;
        let mut answer = String::new();
        let stdout = process.stdout.take().ok_or("no standard output")?;
        BufReader::new(stdout)
            .read_line(&mut answer)
            .map_err(|error| error.to_string())?;
        let ready: serde_json::Value = serde_json::from_str(&answer).map_err(|e| e.to_string())?;
        let address = ready["ready"]["origin"]
            .as_str()
            .unwrap_or_default()
            .parse()
            .map_err(|_| format!("no address in {ready}"))?;
        Ok(Self { process, address })
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn program() -> Option<std::path::PathBuf> {
    let this = std::env::current_exe().ok()?;
    Some(this.ancestors().nth(2)?.join("services"))
}

fn origin(criterion: &mut Criterion) {
    let origin = match Origin::start() {
        Ok(origin) => origin,
        Err(problem) => return eprintln!("origin: not measured: {problem}"),
    };
    let mut connections: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|_| TcpStream::connect(origin.address).expect("the origin listens"))
        .collect();
    let mut group = criterion.benchmark_group("origin");
    group.throughput(Throughput::Elements(CONNECTIONS as u64));
    let mut buffer = vec![0; 1024];
    group.bench_function("64 requests at once", |bencher| {
        bencher.iter(|| {
            for connection in &mut connections {
                connection.write_all(REQUEST).expect("the origin reads");
            }
            for connection in &mut connections {
                let read = connection.read(&mut buffer).expect("the origin answers");
                assert!(read > 256, "a short response comes in one piece");
            }
        });
    });
    group.finish();
}

criterion_group!(benches, origin);
criterion_main!(benches);
