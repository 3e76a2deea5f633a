//! Threads with an epoll instance each, without a runtime: the least that a client can cost. One thread is what a
//! runtime with one thread is held against, one for each worker what a runtime for each worker is.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use runner::{Knobs, Model, Recorder, Result, Running};
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use workloads::{Task, TaskQueue, Tasks, Work};

use crate::request::{BUFFER_BYTES, Get, failed};

/// How many event loops share the connections.
pub(crate) enum Epoll {
    One,
    PerWorker,
}

impl Model for Epoll {
    fn name(&self) -> &'static str {
        match self {
            Self::One => "epoll",
            Self::PerWorker => "epoll-per-core",
        }
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        let get = Get::of(&work.setup)?;
        let threads = match self {
            Self::One => 1,
            Self::PerWorker => work.setup.workers.clamp(1, work.lanes),
        };
        let loops = (0..threads).map(|_| Loop::with(get.clone()));
        Ok(Box::new(Loops {
            loops: loops.collect::<std::io::Result<_>>().map_err(failed)?,
            lanes: work.lanes,
        }))
    }
}

/// The running model: event loops that do nothing but GETs, each on a thread of its own while tasks are carried out.
struct Loops {
    loops: Vec<Loop>,
    lanes: u64,
}

impl Running for Loops {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn connect(&mut self) -> Result<()> {
        let dealt = (0..self.loops.len()).cycle();
        for (_, number) in (0..self.lanes).zip(dealt) {
            self.loops[number].open().map_err(failed)?;
        }
        Ok(())
    }

    fn run(&mut self, tasks: Tasks, record: &Recorder) -> Result<()> {
        let queue = &tasks.queue();
        match self.loops.as_mut_slice() {
            // On the calling thread, as a runtime with one thread.
            [only] => only.exchange(queue, record).map_err(failed),
            several => std::thread::scope(|scope| {
                let threads: Vec<_> = several
                    .iter_mut()
                    .map(|one| scope.spawn(|| one.exchange(queue, record)))
                    .collect();
                threads
                    .into_iter()
                    .try_for_each(|thread| joined(thread).map_err(failed))
            }),
        }
    }
}

/// What a thread came to; a panic is an error like others.
fn joined(thread: ScopedJoinHandle<'_, std::io::Result<()>>) -> std::io::Result<()> {
    let ended = thread.join();
    ended.unwrap_or_else(|_| Err(std::io::Error::other("a thread panicked")))
}

/// An event loop with its connections.
struct Loop {
    poll: OwnedFd,
    get: Get,
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

impl Loop {
    fn with(get: Get) -> std::io::Result<Self> {
        Ok(Self {
            poll: epoll::create(CreateFlags::CLOEXEC)?,
            get,
            connections: Vec::new(),
        })
    }

    fn open(&mut self) -> std::io::Result<()> {
        let stream = TcpStream::connect(self.get.origin)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        // Edge-triggered, so that a connection is registered once and never again: every read goes
        // on until the socket is empty or the response is complete.
        let interest = EventFlags::IN | EventFlags::ET;
        let number = EventData::new_u64(self.connections.len() as u64);
        epoll::add(&self.poll, &stream, number, interest)?;
        self.connections.push(Connection {
            stream,
            task: None,
            start: Instant::now(),
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
        });
        Ok(())
    }

    /// Carries out tasks until the queue has none and all that this loop took are done.
    fn exchange(&mut self, queue: &TaskQueue, record: &Recorder) -> std::io::Result<()> {
        let mut request = Vec::new();
        let mut under_way = 0_usize;
        for connection in &mut self.connections {
            connection.start = Instant::now();
            let sent = connection.send(queue.take(), &self.get, &mut request)?;
            under_way += usize::from(sent);
        }
        let mut events = Vec::with_capacity(256);
        while under_way > 0 {
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
                    let sent = connection.send(queue.take(), &self.get, &mut request)?;
                    under_way -= usize::from(!sent);
                }
            }
        }
        Ok(())
    }
}

impl Connection {
    /// Sends the request of a task; whether there was one.
    fn send(
        &mut self,
        task: Option<Task>,
        get: &Get,
        request: &mut Vec<u8>,
    ) -> std::io::Result<bool> {
        self.task = task;
        self.filled = 0;
        if let Some(task) = &task {
            get.write(task, request);
            // The socket does not block, but its buffer is empty between two exchanges and always
            // has room for the hundred bytes of a request.
            self.stream.write_all(request)?;
        }
        Ok(self.task.is_some())
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
