//! The few primitives of a model that coordination is written over: joining a unit, and channels.

use std::future::Future;

use crate::executor::Executor;

/// A message between units. Sending it within a process changes its owner and copies no byte.
pub type Message = Vec<u8>;

/// A model's own way of joining a unit, and of sending messages between units. A model that does
/// not have one says so in words.
pub trait Primitives: Executor {
    /// The handle by which a started unit is joined.
    type Handle: Send + 'static;
    /// The sending end of a channel.
    type Sender: Send + 'static;
    /// The receiving end of a channel.
    type Receiver: Send + 'static;

    /// Starts a unit that can be joined.
    ///
    /// # Errors
    /// When the system refuses another one.
    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle>;

    /// Waits for the end of a unit; `None` where it panicked.
    fn join(&self, handle: Self::Handle) -> impl Future<Output = Option<u64>> + Send;

    /// A channel with room for one message.
    ///
    /// # Errors
    /// Why the model has none.
    fn channel(&self) -> std::result::Result<(Self::Sender, Self::Receiver), &'static str>;

    /// Sends a message; `false` where nobody can receive it any more.
    fn send(&self, to: &Self::Sender, message: Message) -> impl Future<Output = bool> + Send;

    /// The next message, or `None` after the last.
    fn receive(&self, from: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send;
}
