//! Reads the trace of one process. It was written by any program, so that everything in it is checked.

use protocol::{EVENT_BYTES, Event, Happened, TRACE_VERSION, TraceHeader, WaitsFor};

/// The most bytes of a first line: the names of a hundred thousand threads.
const LONGEST_HEADER: usize = 8 << 20;

/// What one process recorded.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) header: TraceHeader,
    /// The oldest first.
    pub(crate) events: Vec<Event>,
}

/// The trace that these bytes are.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn parse(bytes: &[u8]) -> Result<Recorded, String> {
    let begin = &bytes[..bytes.len().min(LONGEST_HEADER)];
    let end = begin
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or("it does not begin with a line of JSON")?;
    let header: TraceHeader = serde_json::from_slice(&bytes[..end])
        .map_err(|error| format!("its first line is not that of a trace: {error}"))?;
    if header.trace != TRACE_VERSION {
        let version = header.trace;
        return Err(format!(
            "it has version {version}: this tool reads {TRACE_VERSION}"
        ));
    }
    let records = &bytes[end + 1..];
    let due = header.events.checked_mul(EVENT_BYTES as u64);
    if due != Some(records.len() as u64) {
        return Err(format!(
            "its first line says {} events of {EVENT_BYTES} bytes, and {} bytes follow",
            header.events,
            records.len()
        ));
    }
    let mut events = Vec::with_capacity(records.len() / EVENT_BYTES);
    for (number, record) in records.chunks_exact(EVENT_BYTES).enumerate() {
        let read = event(record).map_err(|problem| format!("event {number}: {problem}"))?;
        events.push(read);
    }
    // Stable: what a thread recorded at one time stays in its order.
    events.sort_by_key(|event| event.at_ns);
    Ok(Recorded { header, events })
}

fn event(record: &[u8]) -> Result<Event, String> {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(record.chunks_exact(8)) {
        *word = bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    let event = Event::of_words(words)?;
    if is_of_a_lane(event.what) && event.lane.is_none() {
        return Err(format!("{:?} is about a lane, and names none", event.what));
    }
    Ok(event)
}

fn is_of_a_lane(what: Happened) -> bool {
    !matches!(
        what,
        Happened::Begin
            | Happened::End
            | Happened::LockTaken
            | Happened::LockReleased
            // Also threads without a task take the lock.
            | Happened::Wait(WaitsFor::Lock)
    )
}

#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// An event about a task of a lane.
    pub(crate) fn of_task(
        at_ns: u64,
        thread: u32,
        (lane, task): (u32, u64),
        what: Happened,
    ) -> Event {
        Event {
            at_ns,
            thread,
            lane: Some(lane),
            task: Some(task),
            what,
        }
    }

    /// An event of a thread.
    pub(crate) fn of_thread(at_ns: u64, thread: u32, what: Happened) -> Event {
        Event {
            at_ns,
            thread,
            lane: None,
            task: None,
            what,
        }
    }

    /// What a process with threads 1 and 2 recorded.
    pub(crate) fn recorded(process: u32, events: &[Event]) -> Recorded {
        let named = [(1, "main".to_owned()), (2, String::new())];
        Recorded {
            header: TraceHeader {
                trace: TRACE_VERSION,
                process,
                name: format!("program {process}"),
                threads: named.into(),
                cpu_ns: std::collections::BTreeMap::new(),
                events: events.len() as u64,
                lost: 0,
            },
            events: events.to_vec(),
        }
    }

    /// The file of a trace.
    pub(crate) fn written(recorded: &Recorded) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(&recorded.header).unwrap();
        bytes.push(b'\n');
        for event in &recorded.events {
            bytes.extend(event.words().iter().flat_map(|word| word.to_le_bytes()));
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fixtures::{of_task, of_thread, recorded, written};
    use super::*;

    fn trace() -> Recorded {
        let events = [
            of_thread(10, 1, Happened::Begin),
            of_task(30, 2, (0, 7), Happened::Done),
            of_task(20, 2, (0, 7), Happened::Run),
            of_thread(40, 1, Happened::End),
        ];
        recorded(5, &events)
    }

    fn problem(bytes: &[u8]) -> String {
        parse(bytes).unwrap_err()
    }

    #[test]
    fn events_are_read_and_sorted_by_time() {
        let read = parse(&written(&trace())).unwrap();
        assert_eq!(read.header, trace().header);
        let times: Vec<u64> = read.events.iter().map(|event| event.at_ns).collect();
        assert_eq!(times, [10, 20, 30, 40]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        assert!(problem(b"").contains("does not begin with a line of JSON"));
        assert!(problem(b"{}\n").contains("missing field `trace`"));
        let mut good = written(&trace());
        good.pop();
        let short = problem(&good);
        assert!(
            short.contains("4 events of 32 bytes, and 127 bytes follow"),
            "{short}"
        );
        let mut other = trace();
        other.header.trace = 2;
        assert_eq!(
            problem(&written(&other)),
            "it has version 2: this tool reads 1"
        );
        let mut without_lane = trace();
        without_lane.events[1].lane = None;
        let text = problem(&written(&without_lane));
        assert_eq!(text, "event 1: Done is about a lane, and names none");
        let mut endless = trace().header;
        endless.events = u64::MAX;
        let line = serde_json::to_string(&endless).unwrap() + "\n";
        assert!(problem(line.as_bytes()).contains("and 0 bytes follow"));
    }

    proptest! {
        #[test]
        fn no_bytes_bring_the_reader_down(tail in prop::collection::vec(any::<u8>(), 0..200), cut in 0..400_usize) {
            let mut bytes = written(&trace());
            bytes.truncate(cut);
            bytes.extend(tail);
            let _ = parse(&bytes);
        }
    }
}
