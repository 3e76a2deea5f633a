//! The recording of this process: whether there is one, its events, and the file that they end in.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use protocol::{Event, Happened, TRACE_VERSION, TraceHeader};

use super::buffer::{Buffer, Piece};
use super::processor::{self, ProcessorTime, ThreadId};
use crate::clock::monotonic_ns;

/// Whether events are recorded now. It is all that a run without a trace looks at.
static ON: AtomicBool = AtomicBool::new(false);
static RECORDING: OnceLock<Recording> = OnceLock::new();

thread_local! {
    static PIECE: Cell<Piece> = const { Cell::new(Piece::EMPTY) };
    /// This thread's number; 0 until it has recorded something.
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static LEAVING: Leaving = const { Leaving };
}

/// Says what a thread has used when it ends, since nobody can ask it afterwards.
struct Leaving;

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(recording) = RECORDING.get() {
            let used_ns = processor::of_this_thread();
            let mut threads = recording.threads();
            if let Some(thread) = index_of(NUMBER.get()).and_then(|index| threads.get_mut(index)) {
                thread.used_ns = Some(used_ns);
            }
        }
    }
}

/// Where the thread of this number stands in the list; numbers begin with 1.
fn index_of(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

/// A lane, and the index of its task; a unit of a workload with coordination may have none.
pub(super) type Of = (u32, Option<u64>);

struct Recording {
    buffer: Buffer,
    /// The threads that have recorded something; their numbers begin with 1.
    threads: Mutex<Vec<Thread>>,
    processor: Mutex<ProcessorTime>,
    lanes: AtomicU32,
}

/// A thread that has recorded something.
struct Thread {
    name: String,
    id: ThreadId,
    /// The processor time that it had used when it ended.
    used_ns: Option<u64>,
}

impl Recording {
    fn threads(&self) -> MutexGuard<'_, Vec<Thread>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn processor(&self) -> MutexGuard<'_, ProcessorTime> {
        self.processor
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the calling thread.
    fn thread(&self) -> u32 {
        match NUMBER.get() {
            0 => self.count_thread(),
            number => number,
        }
    }

    /// Once in the life of a thread.
    #[cold]
    fn count_thread(&self) -> u32 {
        let name = std::thread::current().name().map(str::to_owned);
        let mut threads = self.threads();
        threads.push(Thread {
            name: name.unwrap_or_default(),
            id: processor::this_thread(),
            used_ns: None,
        });
        let number = u32::try_from(threads.len()).unwrap_or(u32::MAX);
        NUMBER.set(number);
        // Its destructor runs from now on.
        LEAVING.with(|_| ());
        number
    }

    /// The names of the threads, by number: those that recorded something, and after them those that did not and
    /// used processor time in the measured phase. Beside them what each used, where that is known.
    fn threads_and_their_time(&self) -> (BTreeMap<u32, String>, BTreeMap<u32, u64>) {
        let processor = self.processor();
        let recorded = self.threads();
        let mut names = BTreeMap::new();
        let mut used = BTreeMap::new();
        for (number, thread) in (1..).zip(recorded.iter()) {
            names.insert(number, thread.name.clone());
            let ns = processor.used(thread.id, thread.used_ns);
            used.extend(ns.map(|ns| (number, ns)));
        }
        let silent = processor
            .after
            .threads()
            .filter(|id| !recorded.iter().any(|thread| thread.id == *id));
        let busy =
            silent.filter_map(|id| Some((id, processor.used(id, None).filter(|ns| *ns > 0)?)));
        for (number, (id, ns)) in (names.len() as u32 + 1..).zip(busy) {
            names.insert(number, processor::name_of(id));
            used.insert(number, ns);
        }
        if processor.after.is_empty() {
            used.clear();
        }
        (names, used)
    }
}

/// Takes the room for so many events. Lanes that are opened from now on are numbered, and tasks go the way on
/// which they are recorded; nothing is recorded before [`begin`] or [`record_from_now`].
pub fn prepare(events: u64) {
    let events = usize::try_from(events).unwrap_or(usize::MAX);
    let _ = RECORDING.set(Recording {
        buffer: Buffer::new(events),
        threads: Mutex::default(),
        processor: Mutex::default(),
        lanes: AtomicU32::new(0),
    });
}

/// Whether this run is to be recorded.
#[must_use]
pub fn is_prepared() -> bool {
    RECORDING.get().is_some()
}

/// Whether events are recorded now.
#[inline]
#[must_use]
pub fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Looks at the processor time of all threads, before the measured phase. It takes a file a thread.
pub fn look_before() {
    if let Some(recording) = RECORDING.get() {
        recording.processor().before.look();
    }
}

/// Looks at the processor time of all threads, after the measured phase.
pub fn look_after() {
    if let Some(recording) = RECORDING.get() {
        recording.processor().after.look();
    }
}

/// The measured phase begins at this time of [`monotonic_ns`]: records that, and everything that follows. It does
/// nothing where the run is not to be recorded.
pub fn begin(at_ns: u64) {
    if let Some(recording) = RECORDING.get() {
        recording.processor().before.look_at_this_thread();
        record_from_now();
        record_at(at_ns, None, Happened::Begin);
    }
}

/// The measured phase has ended at this time of [`monotonic_ns`]: nothing more is recorded.
pub fn end(at_ns: u64) {
    if let Some(recording) = RECORDING.get().filter(|_| is_on()) {
        record_at(at_ns, None, Happened::End);
        stop();
        recording.processor().after.look_at_this_thread();
    }
}

/// Records from now on, in a process that knows no measured phase.
pub fn record_from_now() {
    ON.store(true, Relaxed);
}

/// Records no more.
fn stop() {
    ON.store(false, Relaxed);
}

/// The number of a lane that is opened now; 0 where the run is not recorded.
pub(crate) fn number_lane() -> u32 {
    RECORDING
        .get()
        .map_or(0, |recording| recording.lanes.fetch_add(1, Relaxed))
}

/// Records what happens now to a lane and its task.
pub(super) fn record(of: Option<Of>, what: Happened) {
    record_at(monotonic_ns(), of, what);
}

/// Records what happened to a lane and its task.
// Not inlined, for the reason that `exchange` is not.
#[inline(never)]
pub(super) fn record_at(at_ns: u64, of: Option<Of>, what: Happened) {
    if let Some(recording) = RECORDING.get() {
        let event = Event {
            at_ns,
            thread: recording.thread(),
            lane: of.map(|(lane, _)| lane),
            task: of.and_then(|(_, task)| task),
            what,
        };
        PIECE.with(|piece| recording.buffer.put(piece, &event));
    }
}

/// Ends the recording and writes it to a file; nothing where the run was not to be recorded. `name` says what
/// this process is.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, name: &str) -> std::io::Result<()> {
    stop();
    let Some(recording) = RECORDING.get() else {
        return Ok(());
    };
    let events = recording.buffer.events();
    let (threads, cpu_ns) = recording.threads_and_their_time();
    let header = TraceHeader {
        trace: TRACE_VERSION,
        process: std::process::id(),
        name: name.to_owned(),
        threads,
        cpu_ns,
        events: events.len() as u64,
        lost: recording.buffer.lost(),
    };
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    serde_json::to_writer(&mut file, &header)?;
    file.write_all(b"\n")?;
    for word in events.iter().flatten() {
        file.write_all(&word.to_le_bytes())?;
    }
    // Dropping the writer would also flush it, but would hide a full disk.
    file.flush()
}
