//! One thread and epoll, without a runtime: the least that answering requests can cost.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use runner::{Knobs, Model, NextLine, Result, Running, Server};
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{EventfdFlags, eventfd};
use workloads::Work;

use crate::answers::{Answers, REQUEST_BYTES, only_answers, task};
use crate::request::failed;

/// The keys by which epoll names what is ready: the eventfd that tells of an order, and the listener. Connections
/// have the keys from [`FIRST_CONNECTION`] on.
const ORDER: u64 = 0;
const LISTENER: u64 = 1;
const FIRST_CONNECTION: u64 = 2;

pub(crate) struct EpollServer;

impl Model for EpollServer {
    fn name(&self) -> &'static str {
        "epoll-server"
    }

    fn start(&self, _: &Arc<Work>) -> Result<Box<dyn Running>> {
        Err(only_answers())
    }

    fn start_server(&self, work: &Arc<Work>) -> Result<Box<dyn Server>> {
        let answers = Answers::of(work)?;
        let poll = epoll::create(CreateFlags::CLOEXEC).map_err(|error| failed(error.into()))?;
        Ok(Box::new(Loop {
            poll,
            listener: None,
            connections: Vec::new(),
            answers,
        }))
    }
}

/// The running server: an event loop that does nothing but answer.
struct Loop {
    poll: OwnedFd,
    listener: Option<TcpListener>,
    /// The connections by their keys; `None` where one has ended.
    connections: Vec<Option<Connection>>,
    answers: Answers,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Server for Loop {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn listen(&mut self, sockets: Vec<TcpListener>) -> Result<()> {
        for socket in sockets {
            socket.set_nonblocking(true).map_err(failed)?;
            self.add(&socket, LISTENER, EventFlags::IN)
                .map_err(failed)?;
            self.listener = Some(socket);
        }
        Ok(())
    }

    fn answer(&mut self, order: NextLine) -> Result<String> {
        let order_event =
            eventfd(0, EventfdFlags::CLOEXEC).map_err(|error| failed(error.into()))?;
        self.add(&order_event, ORDER, EventFlags::IN)
            .map_err(failed)?;
        let signal = order_event.try_clone().map_err(failed)?;
        // Waits for the line while this thread waits for sockets: it takes no processor meanwhile.
        let waiting = std::thread::spawn(move || {
            let line = order.wait();
            let _ = rustix::io::write(&signal, &1_u64.to_ne_bytes());
            line
        });
        self.answer_until_order().map_err(failed)?;
        epoll::delete(&self.poll, &order_event).map_err(|error| failed(error.into()))?;
        waiting
            .join()
            .map_err(|_| failed(std::io::Error::other("no order came")))
    }
}

impl Loop {
    fn add(&self, socket: impl AsFd, key: u64, interest: EventFlags) -> std::io::Result<()> {
        epoll::add(&self.poll, socket, EventData::new_u64(key), interest)?;
        Ok(())
    }

    /// Answers until the descriptor of the order can be read.
    fn answer_until_order(&mut self) -> std::io::Result<()> {
        let mut events = Vec::with_capacity(256);
        let mut is_ordered = false;
        while !is_ordered {
            events.clear();
            let room = rustix::buffer::spare_capacity(&mut events);
            epoll::wait(&self.poll, room, None)?;
            for event in &events {
                match event.data.u64() {
                    ORDER => is_ordered = true,
                    LISTENER => self.accept()?,
                    key => self
                        .on_event(usize::try_from(key - FIRST_CONNECTION).unwrap_or(usize::MAX))?,
                }
            }
        }
        Ok(())
    }

    fn accept(&mut self) -> std::io::Result<()> {
        let Some(listener) = &self.listener else {
            return Ok(());
        };
        loop {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let key = FIRST_CONNECTION + self.connections.len() as u64;
            self.add(&stream, key, EventFlags::IN | EventFlags::ET)?;
            self.connections.push(Some(Connection {
                stream,
                buffer: vec![0; REQUEST_BYTES],
                filled: 0,
            }));
        }
    }

    fn on_event(&mut self, position: usize) -> std::io::Result<()> {
        let slot = &mut self.connections[position];
        if let Some(connection) = slot
            && !connection.answer(&mut self.answers)?
        {
            *slot = None;
        }
        Ok(())
    }
}

impl Connection {
    /// Answers what has arrived; `false` once the client has ended the connection.
    fn answer(&mut self, answers: &mut Answers) -> std::io::Result<bool> {
        loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Ok(false),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
                Err(error) => return Err(error),
            }
            if let Some(index) = task(&self.buffer[..self.filled])? {
                self.filled = 0;
                answers.write(index);
                // The client reads an answer before it asks again, so that there is room for it.
                self.stream.write_all(answers.output())?;
                return Ok(true);
            }
        }
    }
}
