//! tokio's current-thread runtime with a task per request.

use std::io::ErrorKind;
use std::sync::Arc;

use runner::{Model, Result, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use workloads::{Task, Work};

use crate::request::{BUFFER_BYTES, Get, failed};
use crate::tasks::{CurrentThread, Exchange};

pub(crate) struct Tokio;

impl Model for Tokio {
    fn name(&self) -> &'static str {
        "tokio"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        CurrentThread::start(Get::of(&work.setup)?, work)
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Exchange for Get {
    type Connection = Connection;

    async fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(self.origin).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Connection {
            stream,
            request: Vec::new(),
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    async fn exchange(&self, connection: &mut Connection, task: &Task) -> Result<u64> {
        get(self, connection, task).await.map_err(failed)
    }
}

/// Writes the request of a task and reads its response; the task's digest.
async fn get(get: &Get, connection: &mut Connection, task: &Task) -> std::io::Result<u64> {
    let Connection {
        stream,
        request,
        buffer,
    } = connection;
    get.write(task, request);
    stream.write_all(request).await?;
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]).await? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
        if let Some(digest) = get.read(&buffer[..filled])? {
            return Ok(digest);
        }
    }
}
