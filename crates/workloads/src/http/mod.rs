//! HTTP/1.1 for GETs: codecs of both sides that touch no socket, and the few lines that move a client's
//! bytes. One codec for all models, so that models are compared and not HTTP libraries.

mod client;
mod codec;
mod server;

pub use client::HttpClient;
pub use codec::{HttpError, Reply, Response, target, write_request};
pub use server::{MAX_REQUEST_HEAD, Refusal, RequestHead, read_request_head, write_answer_head};
