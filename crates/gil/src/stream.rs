//! A connection of a thread under the lock: every call on it is made without the lock, also where
//! data is ready, because a thread cannot know that before.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::io::{AsyncRead, AsyncWrite};

use crate::interpreter::Interpreter;

/// `S`, whose calls block.
#[derive(Debug)]
pub struct GilStream<S> {
    /// `None` only while it is dropped.
    inner: Option<S>,
    interpreter: Interpreter,
}

impl<S: Unpin> GilStream<S> {
    pub(crate) fn new(inner: S, interpreter: Interpreter) -> Self {
        Self {
            inner: Some(inner),
            interpreter,
        }
    }

    fn call<T>(mut self: Pin<&mut Self>, call: impl FnOnce(Pin<&mut S>) -> Poll<T>) -> Poll<T> {
        let Self { inner, interpreter } = &mut *self;
        match inner {
            Some(inner) => interpreter.detach(|| call(Pin::new(inner))),
            None => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for GilStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<std::io::Result<usize>> {
        self.call(|inner| inner.poll_read(context, buffer))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for GilStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.call(|inner| inner.poll_write(context, buffer))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.call(|inner| inner.poll_flush(context))
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.call(|inner| inner.poll_close(context))
    }
}

/// Closing a connection is a call like the others.
impl<S> Drop for GilStream<S> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.interpreter.detach(|| drop(inner));
    }
}
