//! Readiness: waiting until a socket can be read or written, or until a deadline has come.
//!
//! Events are edge-triggered: a socket is reported once when bytes arrive or room to send appears,
//! and again only after it has been used until it would block. So a socket is registered once for
//! its whole life, and a request costs no call here beyond its share of a wait. An event may be
//! spurious.
//!
//! Linux has epoll and a timer descriptor, used directly: the timer is set only when the earliest
//! deadline changes, and both are safe calls, where portable pollers want `unsafe` or set their
//! timer in every wait. Other systems get a slow but correct stand-in that reports every socket.

#[cfg(target_os = "linux")]
mod epoll;
#[cfg(any(not(target_os = "linux"), test))]
mod scan;

use std::time::Instant;

#[cfg(target_os = "linux")]
pub use epoll::Readiness;
#[cfg(not(target_os = "linux"))]
pub use scan::Readiness;

/// Something may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What the socket was registered with.
    pub key: usize,
    /// Whether there may be something to read.
    pub readable: bool,
    /// Whether the other side has ended the connection, or half of it: then the bytes that are
    /// there are followed by an end of which no other event tells.
    pub ended: bool,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Only look.
    None,
    /// The wait ends then, and earlier only where there are events.
    Until(Instant),
    /// However long it takes until there are events.
    Unlimited,
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use super::*;

    /// What must hold of every kind of readiness.
    macro_rules! tests_of {
        ($kind:ident) => {
            mod $kind {
                use super::super::$kind::Readiness;
                use super::*;

                #[test]
                fn a_moment_is_not_missed() {
                    let (mut readiness, mut events) = (Readiness::new().unwrap(), Vec::new());
                    for micros in [0, 1, 80, 3000, 3000] {
                        let at = Instant::now() + Duration::from_micros(micros);
                        while Instant::now() < at {
                            readiness.wait(Patience::Until(at), &mut events).unwrap();
                        }
                        assert!(events.is_empty());
                    }
                }

                #[test]
                fn bytes_and_an_end_are_told_of() {
                    let (mut readiness, mut events) = (Readiness::new().unwrap(), Vec::new());
                    let (ours, mut theirs) = UnixStream::pair().unwrap();
                    readiness.add(&ours, 7).unwrap();
                    readiness.wait(Patience::None, &mut events).unwrap();
                    theirs.write_all(b"x").unwrap();
                    readiness.wait(Patience::Unlimited, &mut events).unwrap();
                    assert!(events.iter().any(|event| event.key == 7 && event.readable));
                    drop(theirs);
                    readiness.wait(Patience::Unlimited, &mut events).unwrap();
                    assert!(events.iter().any(|event| event.key == 7 && event.ended));
                    drop(ours);
                    readiness.forget(7);
                    readiness.wait(Patience::None, &mut events).unwrap();
                    assert!(events.is_empty());
                }
            }
        };
    }

    #[cfg(target_os = "linux")]
    tests_of!(epoll);
    tests_of!(scan);
}
