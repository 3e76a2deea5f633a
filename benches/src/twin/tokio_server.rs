//! tokio's current-thread runtime with a task for each connection, which answers requests.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Arc;

use runner::{Knobs, Model, NextLine, Result, Running, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener as Listener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use workloads::Work;

use crate::answers::{Answers, REQUEST_BYTES, only_answers, task};
use crate::request::failed;

pub(crate) struct TokioServer;

impl Model for TokioServer {
    fn name(&self) -> &'static str {
        "tokio-server"
    }

    fn start(&self, _: &Arc<Work>) -> Result<Box<dyn Running>> {
        Err(only_answers())
    }

    fn start_server(&self, work: &Arc<Work>) -> Result<Box<dyn Server>> {
        let answers = Answers::of(work)?;
        let runtime = Builder::new_current_thread().enable_io().build();
        Ok(Box::new(Serving {
            runtime: runtime.map_err(failed)?,
            answers,
        }))
    }
}

struct Serving {
    runtime: Runtime,
    answers: Answers,
}

impl Server for Serving {
    fn knobs(&self) -> Knobs {
        Knobs::new()
    }

    fn listen(&mut self, sockets: Vec<TcpListener>) -> Result<()> {
        let _entered = self.runtime.enter();
        for socket in sockets {
            socket.set_nonblocking(true).map_err(failed)?;
            let listener = Listener::from_std(socket).map_err(failed)?;
            self.runtime.spawn(accept(listener, self.answers.clone()));
        }
        Ok(())
    }

    fn answer(&mut self, order: NextLine) -> Result<String> {
        Ok(self.runtime.block_on(order.arrive()))
    }
}

/// Accepts connections, each of which is answered by a task.
async fn accept(listener: Listener, answers: Answers) {
    // A client finds out by itself that nobody accepts any more.
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, answers.clone()));
    }
}

/// Answers the requests of a connection until its client ends it.
async fn answer(mut stream: TcpStream, mut answers: Answers) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; REQUEST_BYTES];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]).await {
            Ok(0) => return Ok(()),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(()),
            Err(error) => return Err(error),
        }
        if let Some(index) = task(&buffer[..filled])? {
            filled = 0;
            answers.write(index);
            stream.write_all(answers.output()).await?;
        }
    }
}
