//! A connection of a thread under an interpreter lock. Every call on it is made without the lock.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::io::{AsyncRead, AsyncWrite};

use crate::interpreter::Interpreter;

/// The blocking connection `S` of a thread under an interpreter lock.
#[derive(Debug)]
pub struct GilStream<S> {
    /// The connection; `None` only while this is being dropped.
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
            // The lock is released even if data is ready, because no thread can know that before it
            // has made the call. CPython does the same.
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

impl<S> Drop for GilStream<S> {
    fn drop(&mut self) {
        // Closing a socket is a system call like the others, and made without the lock.
        let inner = self.inner.take();
        self.interpreter.detach(|| drop(inner));
    }
}
