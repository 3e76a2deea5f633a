//! A library that brings its own sockets and needs one runtime: `models` in `work.toml` says so, and the work
//! is compared among the variants of that runtime.

mod server;

use manyways::serde::Deserialize;
use manyways::{Io, OwnError, OwnWork, Task};

/// What `work.toml` says.
#[derive(Deserialize)]
#[serde(crate = "manyways::serde", deny_unknown_fields)]
pub struct Params {
    /// Bytes of a body.
    bytes: usize,
}

/// The client, which all lanes share: it has a pool of connections.
pub struct HttpClient {
    client: reqwest::Client,
    origin: String,
}

impl OwnWork for HttpClient {
    type Params = Params;
    type Lane<I: Io> = ();

    fn new(params: Params) -> Result<Self, OwnError> {
        let address = server::start(params.bytes)?;
        Ok(Self {
            client: reqwest::Client::builder().build()?,
            origin: format!("http://{address}"),
        })
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Ok(())
    }

    async fn task<I: Io>(&self, io: &I, (): &mut (), task: Task) -> Result<u64, OwnError> {
        let url = format!("{}/{}", self.origin, task.seed);
        let response = self.client.get(url).send().await?.error_for_status()?;
        let body = response.bytes().await?;
        Ok(io.run(move || checksum(&body)).await)
    }
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
