//! A thread per connection with blocking reads and writes.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use runner::{Model, Result, Running};
use workloads::{Task, Work};

use crate::request::{BUFFER_BYTES, Get, failed};
use crate::threads::{Exchange, Threads};

pub(crate) struct Blocking;

impl Model for Blocking {
    fn name(&self) -> &'static str {
        "blocking"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        Ok(Threads::start(Get::of(&work.setup)?, work))
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Exchange for Get {
    type Connection = Connection;

    fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(self.origin).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Connection {
            stream,
            request: Vec::new(),
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    fn exchange(&self, connection: &mut Connection, task: &Task) -> Result<u64> {
        get(self, connection, task).map_err(failed)
    }
}

/// Writes the request of a task and reads its response; the task's digest.
fn get(get: &Get, connection: &mut Connection, task: &Task) -> std::io::Result<u64> {
    let Connection {
        stream,
        request,
        buffer,
    } = connection;
    get.write(task, request);
    stream.write_all(request)?;
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..])? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
        if let Some(digest) = get.read(&buffer[..filled])? {
            return Ok(digest);
        }
    }
}
