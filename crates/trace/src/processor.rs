//! The processor time of a run: what the threads of its processes say that they used, and what each process used
//! beside them.

use std::collections::BTreeMap;

use crate::timeline::Process;

/// What is less is no rest, and lies between the readings of the clocks of a process and of its threads.
const READING_NS: u64 = 2_000;

/// The processor time of all processes of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Processor {
    /// What threads say that they used.
    pub(crate) threads_ns: u64,
    /// What each process used beside them, the most first; those that used nothing beside them are left out.
    pub(crate) rests: Vec<Rest>,
}

/// What a process used that is in no figure of its threads: beginning and ending threads, and what threads used that
/// ended unseen. Where no thread has a figure it is all that the process used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) process: u32,
    pub(crate) ns: u64,
    /// Whether no thread of the process has a figure.
    pub(crate) is_all: bool,
}

/// What the traces of one process say; an interpreter of it may have one of its own.
#[derive(Default)]
struct Said {
    whole_ns: Option<u64>,
    threads_ns: u64,
    /// How many threads have a figure.
    known: usize,
    /// How many ran something and have none.
    unknown: usize,
}

impl Processor {
    /// The processor time of these processes; `None` where one of them says neither what it used nor what each of its
    /// threads did, so that the sum would lack it.
    pub(crate) fn of(processes: &[Process]) -> Option<Processor> {
        let mut by_id: BTreeMap<u32, Said> = BTreeMap::new();
        for process in processes {
            by_id.entry(process.id).or_default().add(process);
        }
        let each: Option<Vec<Rest>> = by_id.iter().map(|(id, said)| said.rest(*id)).collect();
        let mut rests = each?;
        rests.retain(|rest| rest.ns > READING_NS);
        rests.sort_by_key(|rest| std::cmp::Reverse(rest.ns));
        Some(Processor {
            threads_ns: by_id.values().map(|said| said.threads_ns).sum(),
            rests,
        })
    }

    /// What processes used beside their threads.
    pub(crate) fn rest_ns(&self) -> u64 {
        self.rests.iter().map(|rest| rest.ns).sum()
    }

    /// All of it.
    pub(crate) fn total_ns(&self) -> u64 {
        self.threads_ns.saturating_add(self.rest_ns())
    }
}

impl Said {
    fn add(&mut self, process: &Process) {
        if let Some(ns) = process.cpu_ns {
            self.whole_ns = Some(self.whole_ns.unwrap_or(0).saturating_add(ns));
        }
        let silent = process.silent.iter().map(|thread| Some(thread.cpu_ns));
        let ran = process.threads.iter().map(|thread| thread.cpu_ns);
        for used in ran.chain(silent) {
            self.threads_ns = self.threads_ns.saturating_add(used.unwrap_or(0));
            self.known += usize::from(used.is_some());
            self.unknown += usize::from(used.is_none());
        }
    }

    fn rest(&self, process: u32) -> Option<Rest> {
        let is_sum_whole = self.known > 0 && self.unknown == 0;
        let whole_ns = self
            .whole_ns
            .or_else(|| is_sum_whole.then_some(self.threads_ns))?;
        Some(Rest {
            process,
            ns: whole_ns.saturating_sub(self.threads_ns),
            is_all: self.known == 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixtures::timeline;
    use crate::timeline::Silent;

    /// A process of which two threads ran something, with what it and each of them used.
    fn process(id: u32, whole_ns: Option<u64>, threads_ns: [Option<u64>; 2]) -> Process {
        let mut process = timeline().processes.remove(0);
        process.id = id;
        process.cpu_ns = whole_ns;
        for (thread, ns) in process.threads.iter_mut().zip(threads_ns) {
            thread.cpu_ns = ns;
        }
        process
    }

    fn rest(process: u32, ns: u64, is_all: bool) -> Rest {
        Rest {
            process,
            ns,
            is_all,
        }
    }

    #[test]
    fn what_threads_do_not_say_is_the_rest_of_their_process() {
        let mut first = process(7, Some(100_000), [Some(30_000), Some(20_000)]);
        first.silent.push(Silent {
            name: "reactor".to_owned(),
            cpu_ns: 5_000,
        });
        let second = process(8, Some(70_000), [None, None]);
        let third = process(9, Some(5_500), [Some(5_000), None]);
        let found = Processor::of(&[first, second, third]).unwrap();
        assert_eq!(found.threads_ns, 60_000);
        assert_eq!(found.rests, [rest(8, 70_000, true), rest(7, 45_000, false)]);
        assert_eq!((found.rest_ns(), found.total_ns()), (115_000, 175_000));
    }

    #[test]
    fn interpreters_of_one_process_have_one_rest() {
        let first = process(7, Some(100_000), [None, None]);
        let interpreter = process(7, None, [Some(60_000), None]);
        let found = Processor::of(&[first, interpreter]).unwrap();
        assert_eq!(found.rests, [rest(7, 40_000, false)]);
    }

    #[test]
    fn where_a_process_says_nothing_its_threads_are_the_sum_if_all_of_them_say_it() {
        let found = Processor::of(&[process(7, None, [Some(30_000), Some(20_000)])]).unwrap();
        assert_eq!((found.total_ns(), found.rests.len()), (50_000, 0));
        assert_eq!(
            Processor::of(&[process(7, None, [Some(30_000), None])]),
            None
        );
        assert_eq!(Processor::of(&[process(7, None, [None, None])]), None);
    }
}
