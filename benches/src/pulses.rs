//! A service of pulses for tests, in this process, and no more punctual than it happens to be. Real
//! runs meet the real one of `services`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use workloads::monotonic_ns;

/// How the service misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// It is gone after so many pulses.
    DiesAfter(u64),
    /// It says that heartbeats are due when they are not yet.
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
            // A client that goes away ends its connection; the others go on.
            std::thread::spawn(move || serve(&connection, fault));
        }
    })?;
    Ok(address)
}

fn serve(mut stream: &TcpStream, fault: Fault) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| {
        words
            .get(at)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    };
    if fault == Fault::Refuses {
        return stream.write_all(b"error: not today\n");
    }
    let (every, count) = (Duration::from_nanos(number(1)), number(2));
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
