//! A client of a small protocol, written once over `Io`: every model brings its own sockets. Each task sets a
//! key to a value and reads it back.

mod server;

use std::net::SocketAddr;

use manyways::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use manyways::serde::Deserialize;
use manyways::{Address, Io, OwnError, OwnWork, Task};

/// What `work.toml` says.
#[derive(Deserialize)]
#[serde(crate = "manyways::serde", deny_unknown_fields)]
pub struct Params {
    /// Where a server of the Redis protocol listens.
    address: Option<SocketAddr>,
    /// Bytes of a value.
    value_bytes: usize,
}

/// The client.
pub struct KeyValue {
    server: Address,
    value_bytes: usize,
}

/// A connection, and what was read and not yet used.
pub struct Connection<S> {
    stream: S,
    received: Vec<u8>,
}

impl OwnWork for KeyValue {
    type Params = Params;
    type Lane<I: Io> = Connection<I::Stream>;

    fn new(params: Params) -> Result<Self, OwnError> {
        let address = match params.address {
            Some(address) => address,
            None => server::start()?,
        };
        Ok(Self {
            server: Address::Tcp(address),
            value_bytes: params.value_bytes,
        })
    }

    async fn open<I: Io>(&self, io: &I) -> Result<Self::Lane<I>, OwnError> {
        Ok(Connection {
            stream: io.connect(&self.server).await?,
            received: Vec::new(),
        })
    }

    async fn task<I: Io>(
        &self,
        _: &I,
        connection: &mut Self::Lane<I>,
        task: Task,
    ) -> Result<u64, OwnError> {
        let key = format!("manyways:{}", task.index);
        let value = value_of(task.seed, self.value_bytes);
        connection.send(&[b"SET", key.as_bytes(), &value]).await?;
        let stored = connection.line().await?;
        if stored != b"+OK" {
            return Err(answered(&stored));
        }
        connection.send(&[b"GET", key.as_bytes()]).await?;
        let header = connection.line().await?;
        if header != format!("${}", value.len()).as_bytes() {
            return Err(answered(&header));
        }
        let read = connection.bytes(value.len()).await?;
        // The two bytes that end a value.
        connection.bytes(2).await?;
        if read != value {
            return Err(OwnError::new(format!(
                "{key} has another value than it was set to"
            )));
        }
        Ok(checksum(&read))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Sends a command as an array of byte strings.
    async fn send(&mut self, words: &[&[u8]]) -> Result<(), OwnError> {
        let mut command = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            command.extend(format!("${}\r\n", word.len()).as_bytes());
            command.extend(*word);
            command.extend(b"\r\n");
        }
        Ok(self.stream.write_all(&command).await?)
    }

    /// Receives a line, without its end.
    async fn line(&mut self) -> Result<Vec<u8>, OwnError> {
        loop {
            if let Some(end) = self.received.windows(2).position(|two| two == b"\r\n") {
                let line = self.received.drain(..end).collect();
                self.received.drain(..2);
                return Ok(line);
            }
            self.receive().await?;
        }
    }

    /// Receives so many bytes.
    async fn bytes(&mut self, count: usize) -> Result<Vec<u8>, OwnError> {
        while self.received.len() < count {
            self.receive().await?;
        }
        Ok(self.received.drain(..count).collect())
    }

    async fn receive(&mut self) -> Result<(), OwnError> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer).await? {
            0 => Err(OwnError::new("the server has closed the connection")),
            count => {
                self.received.extend(&buffer[..count]);
                Ok(())
            }
        }
    }
}

fn answered(line: &[u8]) -> OwnError {
    OwnError::new(format!(
        "the server answered {:?}",
        String::from_utf8_lossy(line)
    ))
}

/// A value from a seed, without line ends.
fn value_of(seed: u64, count: usize) -> Vec<u8> {
    let letters = seed.to_le_bytes().map(|byte| b'a' + byte % 26);
    letters.iter().copied().cycle().take(count).collect()
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
