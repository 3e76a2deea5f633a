//! Spans of time made of events: what each lane did, what each thread ran, and who held an interpreter lock. All
//! times are nanoseconds since the measured phase began.

mod lanes;
mod locks;
mod threads;
mod window;

use protocol::{Event, Happened};

use crate::file::Recorded;

pub(crate) use lanes::{Lane, Span, State, name_of};
pub(crate) use locks::Hold;
pub(crate) use threads::{Silent, Thread};
use window::Window;

/// What the processes of a run did.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    /// How long the measured phase took.
    pub(crate) length_ns: u64,
    /// Events that there was no room for. Where there are any, the timeline ends with the last that was recorded.
    pub(crate) lost: u64,
    /// How many events it is made of.
    pub(crate) events: u64,
    pub(crate) processes: Vec<Process>,
}

/// What one process did.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) threads: Vec<Thread>,
    /// Threads that ran nothing and used processor time.
    pub(crate) silent: Vec<Silent>,
    /// Who held its interpreter lock.
    pub(crate) holds: Vec<Hold>,
    /// The processor time that it used in the measured phase, by its own clock.
    pub(crate) cpu_ns: Option<u64>,
}

impl Timeline {
    /// The timeline of a run, from what its processes recorded.
    ///
    /// # Errors
    /// Where the first process did not record when the measured phase began or ended.
    pub(crate) fn of(all: &[Recorded]) -> Result<Timeline, String> {
        let first = all.first().ok_or("nothing was recorded")?;
        let lost = all.iter().map(|one| one.header.lost).sum();
        let begin_ns =
            time_of(&first.events, Happened::Begin).ok_or("it does not say when the run began")?;
        let end_ns = match time_of(&first.events, Happened::End) {
            Some(end_ns) => end_ns,
            // The end is the event that comes last and is lost first.
            None if lost > 0 => last_of(all),
            None => return Err("it does not say when the run ended".to_owned()),
        };
        if end_ns <= begin_ns {
            return Err("the run ended before it began".to_owned());
        }
        let window = Window { begin_ns, end_ns };
        Ok(Timeline {
            length_ns: end_ns - begin_ns,
            lost,
            events: all.iter().map(|one| one.events.len() as u64).sum(),
            processes: all.iter().map(|one| process(one, window)).collect(),
        })
    }
}

fn time_of(events: &[Event], what: Happened) -> Option<u64> {
    let found = events.iter().find(|event| event.what == what);
    found.map(|event| event.at_ns)
}

fn last_of(all: &[Recorded]) -> u64 {
    let events = all.iter().filter_map(|one| one.events.last());
    events.map(|event| event.at_ns).max().unwrap_or(0)
}

fn process(recorded: &Recorded, window: Window) -> Process {
    let header = &recorded.header;
    let seen = threads::threads(&recorded.events, header, window);
    Process {
        id: header.process,
        name: header.name.clone(),
        lanes: lanes::lanes(&recorded.events, window),
        silent: threads::silent(header, &seen),
        threads: seen,
        holds: locks::holds(&recorded.events, window),
        cpu_ns: header.process_cpu_ns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fixtures::{of_task, of_thread, recorded};

    #[test]
    fn the_first_process_says_when_the_run_began_and_ended() {
        let first = recorded(
            1,
            &[
                of_thread(100, 1, Happened::Begin),
                of_thread(900, 1, Happened::End),
            ],
        );
        let worker = recorded(
            2,
            &[
                of_task(50, 1, (0, 3), Happened::Run),
                of_task(150, 1, (0, 3), Happened::Done),
                of_task(800, 1, (0, 4), Happened::Run),
                of_task(950, 1, (0, 4), Happened::Done),
            ],
        );
        let timeline = Timeline::of(&[first, worker]).unwrap();
        assert_eq!((timeline.length_ns, timeline.events), (800, 6));
        let spans = &timeline.processes[1].lanes[0].spans;
        let times: Vec<_> = spans.iter().map(|span| (span.from, span.until)).collect();
        assert_eq!(times, [(0, 50), (700, 800)]);
    }

    #[test]
    fn a_trace_that_is_cut_ends_with_its_last_event() {
        let mut cut = recorded(
            1,
            &[
                of_thread(100, 1, Happened::Begin),
                of_task(250, 1, (0, 0), Happened::Run),
            ],
        );
        let error = Timeline::of(std::slice::from_ref(&cut)).unwrap_err();
        assert_eq!(error, "it does not say when the run ended");
        cut.header.lost = 7;
        let timeline = Timeline::of(&[cut]).unwrap();
        assert_eq!((timeline.length_ns, timeline.lost), (150, 7));
    }

    #[test]
    fn what_is_no_run_is_refused() {
        let error = |events: &[Event]| Timeline::of(&[recorded(1, events)]).unwrap_err();
        assert_eq!(error(&[]), "it does not say when the run began");
        let backwards = [
            of_thread(5, 1, Happened::End),
            of_thread(5, 1, Happened::Begin),
        ];
        assert_eq!(error(&backwards), "the run ended before it began");
        assert_eq!(Timeline::of(&[]).unwrap_err(), "nothing was recorded");
    }
}
