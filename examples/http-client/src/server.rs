//! A server whose bodies follow from the path, with a thread for each connection: enough for this example to
//! need no other program. It shares the processors with the model, alike under every variant.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Starts a server on a free port; its address. It ends with the process.
pub(crate) fn start(bytes: usize) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::Builder::new().spawn(move || {
        for stream in listener.incoming().flatten() {
            // A connection without a thread is closed, which its client reports.
            let _ = thread::Builder::new().spawn(move || serve(stream, bytes));
        }
    })?;
    Ok(address)
}

/// Answers requests until the connection ends.
fn serve(stream: TcpStream, bytes: usize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut to = stream.try_clone()?;
    let mut from = BufReader::new(stream);
    while let Some(path) = request(&mut from)? {
        let body: Vec<u8> = path.bytes().cycle().take(bytes).collect();
        let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n").into_bytes();
        answer.extend(&body);
        to.write_all(&answer)?;
    }
    Ok(())
}

/// Reads the head of a request; its path, or nothing where the connection has ended.
fn request(from: &mut impl BufRead) -> Result<Option<String>> {
    let mut path = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let text = line.trim_end();
        if text.is_empty() {
            return Ok(path);
        }
        if path.is_none() {
            path = text.split(' ').nth(1).map(str::to_owned);
        }
    }
}
