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

pub(in super::super) struct Readiness {
    epoll: OwnedFd,
    timer: OwnedFd,
    /// The moment for which the timer is set and has not yet fired.
    armed: Option<Instant>,
    found: Vec<epoll::Event>,
}

impl Readiness {
    pub(in super::super) fn new() -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // Edge-triggered, it need not be read: setting it again forgets that it has fired.
        epoll::add(
            &epoll,
            &timer,
            EventData::new_u64(TIMER),
            EventFlags::IN | EventFlags::ET,
        )?;
        Ok(Self {
            epoll,
            timer,
            armed: None,
            found: Vec::with_capacity(EVENTS),
        })
    }

    /// Registers a socket until it is closed.
    pub(in super::super) fn add(&mut self, socket: impl AsFd, key: usize) -> io::Result<()> {
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(&self.epoll, socket, EventData::new_u64(key as u64), flags)?;
        Ok(())
    }

    /// To be called when a socket is closed; the kernel forgets it by itself.
    pub(in super::super) fn forget(&mut self, _key: usize) {}

    /// Waits, and replaces `events` with what has happened.
    pub(in super::super) fn wait(
        &mut self,
        patience: Patience,
        events: &mut Vec<Event>,
    ) -> io::Result<()> {
        let limit = self.limit(patience)?;
        self.found.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.found), limit.as_ref()) {
            Err(rustix::io::Errno::INTR) => {}
            waited => drop(waited?),
        }
        events.clear();
        for event in &self.found {
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
        let at = match patience {
            Patience::None => return Ok(Some(ZERO)),
            Patience::Unlimited => return Ok(None),
            Patience::Until(at) => at,
        };
        if self.armed != Some(at) {
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Some(ZERO));
            }
            self.arm(left)?;
            self.armed = Some(at);
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
    let ended = flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR);
    // The key was a usize when it was registered.
    let key = event.data.u64() as usize;
    Event {
        key,
        readable: ended || flags.contains(EventFlags::IN),
        ended,
    }
}
