//! A thread per connection with blocking reads and writes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use runner::{Knobs, Model, Recorder, Result, Running};
use workloads::{TaskQueue, Tasks, Work};

use crate::request::{Get, failed};

pub(crate) struct Blocking;

impl Model for Blocking {
    fn name(&self) -> &'static str {
        "blocking"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let get = Get::of(&work.setup)?;
        Ok(Box::new(Threads {
            lanes: work.lanes,
            get,
            connections: Vec::new(),
        }))
    }
}

struct Threads {
    lanes: u64,
    get: Get,
    connections: Vec<TcpStream>,
}

impl Running for Threads {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        for _ in 0..self.lanes {
            let connection = TcpStream::connect(self.get.origin).map_err(failed)?;
            connection.set_nodelay(true).map_err(failed)?;
            self.connections.push(connection);
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let (get, queue) = (&self.get, &tasks.queue());
        std::thread::scope(|scope| {
            let drivers = self.connections.iter_mut();
            let drivers: Vec<_> = drivers
                .map(|connection| scope.spawn(|| drive(connection, get, queue, record)))
                .collect();
            drivers
                .into_iter()
                .try_for_each(|driver| driver.join().expect("no panic"))
        })
        .map_err(failed)
    }
}

fn drive(
    connection: &mut TcpStream,
    get: &Get,
    queue: &TaskQueue,
    record: &Recorder,
) -> std::io::Result<()> {
    let (mut request, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    let mut start = Instant::now();
    while let Some(task) = queue.take() {
        get.write(&task, &mut request);
        connection.write_all(&request)?;
        let mut filled = 0;
        let digest = loop {
            match connection.read(&mut buffer[filled..])? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
            if let Some(digest) = get.read(&buffer[..filled])? {
                break digest;
            }
        };
        let end = Instant::now();
        record.record(&task, end - start, digest);
        start = end;
    }
    Ok(())
}
