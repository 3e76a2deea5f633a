//! One connection: its line, and then pulses until they are over or the client is gone.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use workloads::monotonic_ns;

use super::ask::Ask;
use super::sleep::{be_punctual, sleep_until};

/// A line is two words and two numbers; more than this is none.
const LONGEST_LINE: u64 = 100;
/// A client that does not ask is not waited for for ever.
const TIME_TO_ASK: Duration = Duration::from_secs(60);

/// Serves one client to the end.
pub(super) fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    be_punctual();
    match Ask::parse(&line(stream)?) {
        Ok(Ask::Heartbeat { period, count }) => heartbeats(stream, period, count),
        Ok(Ask::Echo { think, count }) => echoes(stream, think, count),
        Err(why) => (&*stream).write_all(format!("error: {why}\n").as_bytes()),
    }
}

/// The client's line without its end; what is too long or no text is as good as an empty one.
fn line(stream: &TcpStream) -> io::Result<String> {
    stream.set_read_timeout(Some(TIME_TO_ASK))?;
    let mut bytes = Vec::new();
    // The client sends nothing more before it has been sent something: no byte is lost here.
    BufReader::new(stream.take(LONGEST_LINE)).read_until(b'\n', &mut bytes)?;
    stream.set_read_timeout(None)?;
    let whole = bytes.strip_suffix(b"\n").unwrap_or_default();
    Ok(String::from_utf8_lossy(whole).into_owned())
}

/// Each says when it was due, so that the delay of this thread is part of what is measured, and the
/// same for all.
fn heartbeats(mut stream: &TcpStream, period: Duration, count: u64) -> io::Result<()> {
    let period_ns = period.as_nanos() as u64;
    let mut due_ns = monotonic_ns();
    for _ in 0..count {
        due_ns += period_ns;
        sleep_until(due_ns);
        stream.write_all(&due_ns.to_le_bytes())?;
    }
    Ok(())
}

fn echoes(mut stream: &TcpStream, think: Duration, count: u64) -> io::Result<()> {
    let think_ns = think.as_nanos() as u64;
    let mut took = Vec::new();
    for number in 0..count {
        sleep_until(monotonic_ns() + think_ns);
        let (sent, mut byte) = ([number as u8], [0]);
        let start = Instant::now();
        stream.write_all(&sent)?;
        stream.read_exact(&mut byte)?;
        took.extend((start.elapsed().as_nanos() as u64).to_le_bytes());
        if byte != sent {
            return stream.write_all(b"error: another byte came back\n");
        }
    }
    stream.write_all(&took)
}
