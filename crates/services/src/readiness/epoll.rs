//! Readiness on Linux: edge-triggered epoll, and a timer descriptor that fires within microseconds
//! of its moment, where epoll's own time-out is subject to the slack of 50 µs that the kernel grants
//! itself.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use super::{Event, Patience};

/// Most events taken in one wait.
const EVENTS: usize = 512;
/// The timer's key, which no socket has.
const TIMER: u64 = u64::MAX;
const ZERO: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// Sockets that are waited for.
pub struct Readiness {
    epoll: OwnedFd,
    timer: OwnedFd,
    /// The moment for which the timer is set and has not yet fired.
    armed: Option<Instant>,
    /// The kernel's events of the last wait; the buffer is kept, so that a wait allocates nothing.
    occurred: Vec<epoll::Event>,
}

impl Readiness {
    /// A set of no sockets.
    ///
    /// # Errors
    /// When the process has too many files open.
    pub fn new() -> io::Result<Self> {
        let set = epoll::create(CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // Edge-triggered, it need not be read: setting it again forgets that it has fired.
        epoll::add(
            &set,
            &timer,
            EventData::new_u64(TIMER),
            EventFlags::IN | EventFlags::ET,
        )?;
        Ok(Self {
            epoll: set,
            timer,
            armed: None,
            occurred: Vec::with_capacity(EVENTS),
        })
    }

    /// Registers a socket until it is closed. `key` is in its events.
    ///
    /// # Errors
    /// When the system has no room for another.
    pub fn add(&mut self, socket: impl AsFd, key: usize) -> io::Result<()> {
        // All four flags at once: with edges the interest in writing costs nothing while nobody
        // writes, and changing the registration later would be a system call for each answer.
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(&self.epoll, socket, EventData::new_u64(key as u64), flags)?;
        Ok(())
    }

    /// Call this when a socket is closed. The kernel forgets a closed socket by itself, so there is
    /// nothing to do; where epoll is missing there is.
    pub fn forget(&mut self, _key: usize) {}

    /// Waits, and replaces `events` with what has happened.
    ///
    /// # Errors
    /// When the system cannot wait.
    pub fn wait(&mut self, patience: Patience, events: &mut Vec<Event>) -> io::Result<()> {
        let limit = self.limit(patience)?;
        self.occurred.clear();
        let room = spare_capacity(&mut self.occurred);
        match epoll::wait(&self.epoll, room, limit.as_ref()) {
            // A signal has interrupted the wait. The caller's loop computes its patience anew, so
            // it is safe, and simpler, to report that nothing has happened.
            Err(rustix::io::Errno::INTR) => {}
            waited => drop(waited?),
        }
        events.clear();
        for event in &self.occurred {
            if event.data.u64() == TIMER {
                self.armed = None;
            } else {
                events.push(told(event));
            }
        }
        Ok(())
    }

    /// The time-out for epoll itself: none where the timer tells of the moment.
    fn limit(&mut self, patience: Patience) -> io::Result<Option<Timespec>> {
        let moment = match patience {
            Patience::None => return Ok(Some(ZERO)),
            Patience::Unlimited => return Ok(None),
            Patience::Until(moment) => moment,
        };
        if self.armed != Some(moment) {
            let left = moment.saturating_duration_since(Instant::now());
            // A timer that is set to zero is disarmed and would never fire.
            if left.is_zero() {
                return Ok(Some(ZERO));
            }
            self.arm(left)?;
            self.armed = Some(moment);
        }
        Ok(None)
    }

    fn arm(&self, left: Duration) -> io::Result<()> {
        // At most a minute and less than a second: both fit.
        let it_value = Timespec {
            tv_sec: left.as_secs().cast_signed(),
            tv_nsec: left.subsec_nanos().into(),
        };
        let once = Itimerspec {
            it_interval: ZERO,
            it_value,
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }
}

fn told(event: &epoll::Event) -> Event {
    let flags = event.flags;
    // An error is reported as an end: the read that follows returns the error itself.
    let ended = flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR);
    // The key was a usize when it was registered.
    let key = event.data.u64() as usize;
    Event {
        key,
        readable: ended || flags.contains(EventFlags::IN),
        ended,
    }
}
