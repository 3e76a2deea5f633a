//! One connection: its line, and then pulses until they are over or the client is gone.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use workloads::{monotonic_ns, sleep_until};

use super::ask::Ask;
use crate::answered::Answered;

/// A line is two words and two numbers; more than this is none.
const LONGEST_LINE: u64 = 100;
/// A client that does not ask, answer or read is not waited for for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Serves one client to the end.
pub(super) fn serve(stream: &TcpStream, answered: &Answered) -> io::Result<()> {
    stream.set_nodelay(true)?;
    be_punctual();
    serve_patiently(stream, answered, PATIENCE)
}

fn serve_patiently(stream: &TcpStream, answered: &Answered, patience: Duration) -> io::Result<()> {
    stream.set_write_timeout(Some(patience))?;
    stream.set_read_timeout(Some(patience))?;
    let ask = Ask::parse(&line(stream)?);
    if let Ok(Ask::Heartbeat { count, .. } | Ask::Echo { count, .. }) = &ask {
        answered.add(*count);
    }
    match ask {
        Ok(Ask::Heartbeat { period, count }) => heartbeats(stream, period, count),
        Ok(Ask::Echo { think, count }) => echoes(stream, think, count),
        Err(why) => (&*stream).write_all(format!("error: {why}\n").as_bytes()),
    }
}

/// Takes the slack of 50 µs from this thread's timer, where the system has such a thing.
fn be_punctual() {
    // Refused, pulses are a little later, for all models alike.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

/// The client's line without its end; what is too late, too long or no text is as good as an empty one.
fn line(stream: &TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    // The client sends nothing more before it has been sent something: no byte is lost here.
    let read = BufReader::new(stream.take(LONGEST_LINE)).read_until(b'\n', &mut bytes);
    match read {
        Err(error) if is_timeout(&error) => bytes.clear(),
        other => drop(other?),
    }
    let whole = bytes.strip_suffix(b"\n").unwrap_or_default();
    Ok(String::from_utf8_lossy(whole).into_owned())
}

/// Systems call it by either name.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// Each says when it was due, so that the delay of this thread is part of what is measured, and the
/// same for all.
fn heartbeats(mut stream: &TcpStream, period: Duration, count: u64) -> io::Result<()> {
    let period_ns = period.as_nanos() as u64;
    let mut due_ns = monotonic_ns();
    for _ in 0..count {
        // Added to the moment that was due, not to the one that came: lateness does not add up.
        due_ns += period_ns;
        sleep_until(due_ns);
        stream.write_all(&due_ns.to_le_bytes())?;
    }
    Ok(())
}

fn echoes(mut stream: &TcpStream, think: Duration, count: u64) -> io::Result<()> {
    let think_ns = think.as_nanos() as u64;
    // The times are sent once all echoes are over: a report in between would wake the client.
    let mut took = Vec::new();
    for number in 0..count {
        sleep_until(monotonic_ns() + think_ns);
        // Bytes differ from one pulse to the next, so that a late echo is not taken for the next.
        let (sent, mut byte) = ([number as u8], [0]);
        let start = Instant::now();
        stream.write_all(&sent)?;
        match stream.read_exact(&mut byte) {
            Err(error) if is_timeout(&error) => {
                return stream.write_all(b"error: no byte came back in time\n");
            }
            read => read?,
        }
        took.extend((start.elapsed().as_nanos() as u64).to_le_bytes());
        if byte != sent {
            return stream.write_all(b"error: another byte came back\n");
        }
    }
    stream.write_all(&took)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client gets that sends this and then nothing, and how it ended.
    fn served(line: &[u8], answers: bool) -> (String, io::Result<()>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        // Little is on its way until writing waits for the client to read.
        rustix::net::sockopt::set_socket_send_buffer_size(&stream, 4096).unwrap();
        rustix::net::sockopt::set_socket_recv_buffer_size(&client, 4096).unwrap();
        client.write_all(line).unwrap();
        let patience = Duration::from_millis(1);
        let ended = serve_patiently(&stream, &Answered::default(), patience);
        drop(stream);
        let mut got = Vec::new();
        if answers {
            client.read_to_end(&mut got).unwrap();
        }
        (String::from_utf8_lossy(&got).into_owned(), ended)
    }

    #[test]
    fn who_asks_too_late_has_asked_for_nothing() {
        let (got, _) = served(b"heartbeat", true);
        assert!(got.starts_with("error: a line is"), "{got}");
    }

    #[test]
    fn who_sends_no_byte_back_is_told() {
        let (got, _) = served(b"echo 1000000 5\n", true);
        assert_eq!(got, "\0error: no byte came back in time\n");
    }

    #[test]
    fn who_never_reads_holds_no_thread() {
        let (_, ended) = served(b"heartbeat 100000 10000000\n", false);
        assert!(is_timeout(&ended.unwrap_err()));
    }
}
