//! One thread and epoll, without a runtime: the least that a client can cost.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use runner::{Knobs, Model, Recorder, Result, Running};
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use workloads::{Task, Tasks, Work};

use crate::request::{BUFFER_BYTES, Get, failed};

pub(crate) struct Epoll;

impl Model for Epoll {
    fn name(&self) -> &'static str {
        "epoll"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let get = Get::of(&work.setup)?;
        let poll = epoll::create(CreateFlags::CLOEXEC).map_err(|error| failed(error.into()))?;
        Ok(Box::new(Loop {
            poll,
            get,
            lanes: work.lanes,
            connections: Vec::new(),
        }))
    }
}

/// The running model: an event loop that does nothing but GETs.
struct Loop {
    poll: OwnedFd,
    get: Get,
    lanes: u64,
    connections: Vec<Connection>,
}

/// A connection, with the task that is under way on it.
struct Connection {
    stream: TcpStream,
    task: Option<Task>,
    start: Instant,
    buffer: Vec<u8>,
    filled: usize,
}

impl Running for Loop {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        for number in 0..self.lanes {
            let stream = self.open(number).map_err(failed)?;
            let (buffer, start) = (vec![0; BUFFER_BYTES], Instant::now());
            self.connections.push(Connection {
                stream,
                task: None,
                start,
                buffer,
                filled: 0,
            });
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        self.exchange(tasks, record).map_err(failed)
    }
}

impl Loop {
    fn open(&self, number: u64) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(self.get.origin)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        // Edge-triggered, so that a connection is registered once and never again: every read goes
        // on until the socket is empty or the response is complete.
        let interest = EventFlags::IN | EventFlags::ET;
        epoll::add(&self.poll, &stream, EventData::new_u64(number), interest)?;
        Ok(stream)
    }

    fn exchange(&mut self, tasks: Tasks, record: &Recorder) -> std::io::Result<()> {
        let queue = tasks.queue();
        let mut request = Vec::new();
        let mut done = 0;
        for connection in &mut self.connections {
            connection.start = Instant::now();
            connection.send(queue.take(), &self.get, &mut request)?;
        }
        let mut events = Vec::with_capacity(256);
        while done < tasks.count {
            events.clear();
            epoll::wait(
                &self.poll,
                rustix::buffer::spare_capacity(&mut events),
                None,
            )?;
            for event in &events {
                let number = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                let connection = &mut self.connections[number];
                if let Some((task, digest)) = connection.receive(&self.get)? {
                    let end = Instant::now();
                    record.record(&task, end - connection.start, digest);
                    connection.start = end;
                    done += 1;
                    connection.send(queue.take(), &self.get, &mut request)?;
                }
            }
        }
        Ok(())
    }
}

impl Connection {
    fn send(
        &mut self,
        task: Option<Task>,
        get: &Get,
        request: &mut Vec<u8>,
    ) -> std::io::Result<()> {
        self.task = task;
        self.filled = 0;
        if let Some(task) = &task {
            get.write(task, request);
            // The socket does not block, but its buffer is empty between two exchanges and always
            // has room for the hundred bytes of a request.
            self.stream.write_all(request)?;
        }
        Ok(())
    }

    /// Reads what has arrived; the task and its digest once the whole response is there.
    fn receive(&mut self, get: &Get) -> std::io::Result<Option<(Task, u64)>> {
        loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
            if let (Some(task), Some(digest)) = (self.task, get.read(&self.buffer[..self.filled])?)
            {
                return Ok(Some((task, digest)));
            }
        }
    }
}
