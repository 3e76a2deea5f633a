//! An HTTP/1.1 client for GETs: a codec that touches no socket, and the few lines that move its
//! bytes. One codec for all models, so that models are compared and not HTTP libraries.

mod client;
mod codec;

pub use client::HttpClient;
pub use codec::{HttpError, Reply, Response, target, write_request};
