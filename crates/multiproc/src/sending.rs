//! Sending to the other end of a channel, which may be gone.

use std::io::ErrorKind;

use ipc_channel::IpcError;
use ipc_channel::ipc::IpcSender;
use serde::Serialize;

use crate::message::Reply;

/// Sends a message; `false` where the other end is gone.
///
/// # Errors
/// When the other end is there and the message cannot be sent: one of more than about 200 kB takes
/// descriptors and memory of the kernel, which may have run out.
pub(crate) fn send<T: Serialize>(to: &IpcSender<T>, message: T) -> Result<bool, IpcError> {
    match to.send(message) {
        Ok(()) => Ok(true),
        Err(error) if is_gone(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sends a reply to the parent; `false` where the parent is gone.
///
/// # Errors
/// As those of [`send`]: the parent waits for this reply, so whoever cannot send it ends the worker.
pub(crate) fn reply(to: &IpcSender<Reply>, message: Reply) -> workloads::Result<bool> {
    send(to, message).map_err(|error| {
        workloads::Error::Model(format!("a reply to the parent cannot be sent: {error}"))
    })
}

fn is_gone(error: &IpcError) -> bool {
    match error {
        IpcError::Disconnected => true,
        // A reset is the end of a process that had not read everything.
        IpcError::Io(error) => matches!(
            error.kind(),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
        ),
        IpcError::SerializationError(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use ipc_channel::ipc::channel;

    use super::*;

    /// What no format can write.
    #[derive(serde::Deserialize)]
    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("unwritable"))
        }
    }

    #[test]
    fn an_end_that_is_gone_is_told_from_what_cannot_be_sent() {
        let (sender, receiver) = channel::<u64>().unwrap();
        assert!(send(&sender, 1).unwrap());
        drop(receiver);
        assert!(!send(&sender, 2).unwrap());
        let (sender, _receiver) = channel::<Unwritable>().unwrap();
        assert!(send(&sender, Unwritable).is_err());
    }
}
