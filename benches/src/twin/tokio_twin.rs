//! tokio's current-thread runtime with a task per request: as in the model, one that ends spawns
//! the next and hands its connection on.

use std::sync::Arc;
use std::time::Instant;

use runner::{Error, Knobs, Model, Recorder, Result, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use workloads::{Task, TaskQueue, Tasks, Work};

use crate::request::{Get, failed};

pub(crate) struct Tokio;

impl Model for Tokio {
    fn name(&self) -> &'static str {
        "tokio"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let get = Get::of(&work.setup)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        Ok(Box::new(CurrentThread {
            runtime,
            get,
            lanes: work.lanes,
            connections: Vec::new(),
        }))
    }
}

struct CurrentThread {
    runtime: Runtime,
    get: Get,
    lanes: u64,
    connections: Vec<Connection>,
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Running for CurrentThread {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        for _ in 0..self.lanes {
            let connecting = TcpStream::connect(self.get.origin);
            let stream = self.runtime.block_on(connecting).map_err(failed)?;
            stream.set_nodelay(true).map_err(failed)?;
            let (request, buffer) = (Vec::new(), vec![0; 16 * 1024]);
            self.connections.push(Connection {
                stream,
                request,
                buffer,
            });
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let connections = std::mem::take(&mut self.connections);
        let count = connections.len();
        let (sender, mut ended) = unbounded_channel();
        let (get, queue, record) = (self.get.clone(), tasks.queue(), record.clone());
        let shared = Arc::new(Shared {
            get,
            queue,
            record,
            ended: sender,
        });
        self.connections = self.runtime.block_on(async move {
            for connection in connections {
                next(Arc::clone(&shared), connection, Instant::now());
            }
            drop(shared);
            collect(&mut ended, count).await
        })?;
        Ok(())
    }
}

struct Shared {
    get: Get,
    queue: TaskQueue,
    record: Recorder,
    ended: UnboundedSender<std::io::Result<Connection>>,
}

fn next(shared: Arc<Shared>, mut connection: Connection, start: Instant) {
    let Some(task) = shared.queue.take() else {
        let _ = shared.ended.send(Ok(connection));
        return;
    };
    tokio::spawn(async move {
        match exchange(&mut connection, &shared.get, &task).await {
            Ok(digest) => {
                let end = Instant::now();
                shared.record.record(&task, end - start, digest);
                next(shared, connection, end);
            }
            Err(error) => drop(shared.ended.send(Err(error))),
        }
    });
}

async fn exchange(connection: &mut Connection, get: &Get, task: &Task) -> std::io::Result<u64> {
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
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
        if let Some(digest) = get.read(&buffer[..filled])? {
            return Ok(digest);
        }
    }
}

async fn collect(
    ended: &mut UnboundedReceiver<std::io::Result<Connection>>,
    count: usize,
) -> Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(count);
    while connections.len() < count {
        let lost = || Error::io("the twin", std::io::Error::other("a task panicked"));
        connections.push(ended.recv().await.ok_or_else(lost)?.map_err(failed)?);
    }
    Ok(connections)
}
