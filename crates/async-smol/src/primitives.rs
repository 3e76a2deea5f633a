//! What smol's tasks join by and send over: `Task` and `async-channel`, the same for both executors.

use std::future::Future;

use runner::{Message, Primitives};
use smol::Task;
use smol::channel::{Receiver, Sender, bounded};

use crate::executor::{Multi, Single};

macro_rules! primitives_of {
    ($executor:ty) => {
        impl Primitives for $executor {
            type Handle = Task<u64>;
            type Sender = Sender<Message>;
            type Receiver = Receiver<Message>;

            fn start(
                &self,
                unit: impl Future<Output = u64> + Send + 'static,
            ) -> std::io::Result<Self::Handle> {
                Ok(self.task(unit))
            }

            async fn join(&self, handle: Self::Handle) -> Option<u64> {
                handle.fallible().await
            }

            fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
                Ok(bounded(1))
            }

            async fn send(&self, to: &Self::Sender, message: Message) -> bool {
                to.send(message).await.is_ok()
            }

            async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
                from.recv().await.ok()
            }
        }
    };
}

primitives_of!(Single);
primitives_of!(Multi);
