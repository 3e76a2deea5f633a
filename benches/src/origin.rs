//! An HTTP origin for tests, in this process, which misbehaves in exactly one way.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use workloads::content;

/// How an origin misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// It answers this many requests, and closes every later connection in mid-response.
    DiesAfter(u64),
    /// It answers with the body of another key.
    WrongBody,
    /// It answers with status 503.
    Busy,
}

/// Starts an origin that lives as long as this process.
pub(crate) fn start(fault: Fault) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let served = Arc::new(AtomicU64::new(0));
    std::thread::Builder::new().spawn(move || {
        for connection in listener.incoming().flatten() {
            let served = Arc::clone(&served);
            // A client that goes away is an error of its own thread only; the others go on.
            std::thread::spawn(move || serve(&connection, fault, &served));
        }
    })?;
    Ok(address)
}

fn serve(connection: &TcpStream, fault: Fault, served: &AtomicU64) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    loop {
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            if reader.read_line(&mut request)? == 0 {
                return Ok(());
            }
        }
        let response = respond(&request, fault);
        if let Fault::DiesAfter(count) = fault
            && served.fetch_add(1, Relaxed) >= count
        {
            return writer.write_all(&response[..response.len() - 1]);
        }
        writer.write_all(&response)?;
    }
}

/// The response to a `GET /body/<bytes>/<nanoseconds>/<key>`.
fn respond(request: &str, fault: Fault) -> Vec<u8> {
    let mut parts = request
        .split([' ', '/'])
        .skip_while(|part| *part != "body")
        .skip(1);
    let bytes = parts.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let key = parts
        .nth(1)
        .and_then(|text| u64::from_str_radix(text, 16).ok())
        .unwrap_or(0);
    if fault == Fault::Busy {
        return b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n".to_vec();
    }
    let mut body = vec![0; bytes];
    content::fill(key ^ u64::from(fault == Fault::WrongBody), &mut body);
    let mut response = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n").into_bytes();
    response.extend(body);
    response
}
