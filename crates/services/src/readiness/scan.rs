//! Readiness where there is no epoll: sleeps a little, then says of everything that something may
//! be done. Correct, because events may tell of nothing; too slow to measure anything against.

#![cfg_attr(
    target_os = "linux",
    expect(unreachable_pub, reason = "exported where there is no epoll")
)]

use std::collections::BTreeSet;
use std::io;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use super::{Event, Patience};

/// The longest sleep between two looks: short enough for tests, long enough not to spin.
const PAUSE: Duration = Duration::from_micros(500);

/// Sockets that are waited for.
#[derive(Debug)]
pub struct Readiness {
    keys: BTreeSet<usize>,
}

// Shaped as its counterpart for Linux.
#[cfg_attr(
    target_os = "linux",
    expect(clippy::unnecessary_wraps, reason = "as on Linux")
)]
impl Readiness {
    /// A set of no sockets.
    ///
    /// # Errors
    /// None.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            keys: BTreeSet::new(),
        })
    }

    /// Registers a socket until [`forget`](Self::forget).
    ///
    /// # Errors
    /// None.
    pub fn add(&mut self, _socket: impl AsFd, key: usize) -> io::Result<()> {
        self.keys.insert(key);
        Ok(())
    }

    /// Call this when a socket is closed.
    pub fn forget(&mut self, key: usize) {
        self.keys.remove(&key);
    }

    /// Waits, and replaces `events` with what may have happened.
    ///
    /// # Errors
    /// None.
    pub fn wait(&mut self, patience: Patience, events: &mut Vec<Event>) -> io::Result<()> {
        thread::sleep(match patience {
            Patience::None => Duration::ZERO,
            Patience::Until(moment) => moment.saturating_duration_since(Instant::now()).min(PAUSE),
            Patience::Unlimited => PAUSE,
        });
        events.clear();
        events.extend(self.keys.iter().map(|&key| Event {
            key,
            readable: true,
            ended: true,
        }));
        Ok(())
    }
}
