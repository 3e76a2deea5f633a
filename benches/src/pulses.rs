//! A service of pulses for tests, in this process, which misbehaves in exactly one way. Its pulses
//! are not punctual, because tests check values and not times.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use workloads::monotonic_ns;

/// How the service misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// It closes the connection after this many pulses.
    DiesAfter(u64),
    /// It sends heartbeats before the time at which it says they are due.
    Early,
    /// It refuses what it is asked for.
    Refuses,
}

/// Starts a service that lives as long as this process.
pub(crate) fn start(fault: Fault) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::Builder::new().spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that goes away is an error of its own thread only; the others go on.
            std::thread::spawn(move || serve(&connection, fault));
        }
    })?;
    Ok(address)
}

fn serve(mut stream: &TcpStream, fault: Fault) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    if fault == Fault::Refuses {
        return stream.write_all(b"error: not today\n");
    }
    let every = Duration::from_nanos(number(&words, 1));
    let count = number(&words, 2);
    let mut took = Vec::new();
    for pulse in 0..count {
        if matches!(fault, Fault::DiesAfter(most) if pulse >= most) {
            return Ok(());
        }
        std::thread::sleep(every);
        if words[0] == "echo" {
            let (start, mut byte) = (Instant::now(), [0]);
            stream.write_all(&[pulse as u8])?;
            stream.read_exact(&mut byte)?;
            took.extend((start.elapsed().as_nanos() as u64).to_le_bytes());
            continue;
        }
        let ahead_ns = if fault == Fault::Early { 1 << 40 } else { 0 };
        stream.write_all(&(monotonic_ns() + ahead_ns).to_le_bytes())?;
    }
    stream.write_all(&took)
}

fn number(words: &[&str], position: usize) -> u64 {
    words
        .get(position)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
