//! A server of SET and GET in the Redis protocol, with a thread for each connection: enough for this example
//! to need no other program. It shares the processors with the model, alike under every one.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What is stored.
type Store = Arc<Mutex<HashMap<Vec<u8>, Vec<u8>>>>;

/// Starts a server on a free port; its address. It ends with the process.
pub(crate) fn start() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let store = Store::default();
    thread::Builder::new().spawn(move || {
        for stream in listener.incoming().flatten() {
            let store = Arc::clone(&store);
            // A connection without a thread is closed, which its client reports.
            let _ = thread::Builder::new().spawn(move || serve(stream, &store));
        }
    })?;
    Ok(address)
}

/// Answers commands until the connection ends.
fn serve(stream: TcpStream, store: &Store) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut to = stream.try_clone()?;
    let mut from = BufReader::new(stream);
    while let Some(words) = command(&mut from)? {
        let mut stored = store.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = match words.as_slice() {
            [set, key, value] if set == b"SET" => {
                stored.insert(key.clone(), value.clone());
                b"+OK\r\n".to_vec()
            }
            [get, key] if get == b"GET" => match stored.get(key) {
                None => b"$-1\r\n".to_vec(),
                Some(value) => {
                    let mut answer = format!("${}\r\n", value.len()).into_bytes();
                    answer.extend(value);
                    answer.extend(b"\r\n");
                    answer
                }
            },
            _ => b"-ERR unknown command\r\n".to_vec(),
        };
        drop(stored);
        to.write_all(&answer)?;
    }
    Ok(())
}

/// Reads a command; nothing where the connection has ended.
fn command(from: &mut impl BufRead) -> Result<Option<Vec<Vec<u8>>>> {
    let Some(count) = number(from, '*')? else {
        return Ok(None);
    };
    let mut words = Vec::new();
    for _ in 0..count {
        let Some(length) = number(from, '$')? else {
            return Ok(None);
        };
        let mut word = vec![0; length + 2];
        from.read_exact(&mut word)?;
        word.truncate(length);
        words.push(word);
    }
    Ok(Some(words))
}

/// Reads a line with a sign and a number; nothing where there is no line.
fn number(from: &mut impl BufRead, sign: char) -> Result<Option<usize>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let number = line.trim_end().strip_prefix(sign);
    let count = number.and_then(|digits| digits.parse::<usize>().ok());
    count
        .filter(|count| *count <= 1 << 20)
        .map(Some)
        .ok_or_else(|| Error::other(format!("no number after {sign}: {line:?}")))
}
