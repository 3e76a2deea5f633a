//! What rank 0 cannot know of the whole program, put into its messages: the time before it was started and after it
//! has ended, and the processes around the ranks.

use std::time::Duration;

use runner::protocol::{Done, Ready};
use runner::vm_hwm_bytes;

/// This program itself, and `mpirun`.
const PROCESSES: u64 = 2;
/// What each further host has besides ranks: what starts the daemon there, and the daemon.
const PROCESSES_OF_HOST: u64 = 2;
/// Threads of this program: one that decides, and three that read.
const THREADS: u64 = 4;

/// Everything before lanes are opened is start-up, the start of the job included. `until_ready` is the time from the
/// start of this program to the message.
pub(crate) fn ready(ready: &mut Ready, until_ready: Duration) {
    let rest = nanos(until_ready).saturating_sub(ready.connect_ns);
    ready.start_ns = rest.saturating_sub(ready.warm_up_ns);
}

/// Adds the processes around the ranks; of `mpirun` its threads are known. The program's own memory is that of this
/// process; that of the ranks is among the counts.
pub(crate) fn done(done: &mut Done, hosts_elsewhere: u64, threads_of_mpirun: u64) {
    let daemons = PROCESSES_OF_HOST * hosts_elsewhere;
    done.vm_hwm_bytes = vm_hwm_bytes();
    done.processes += PROCESSES + daemons;
    done.threads += THREADS + threads_of_mpirun.max(1) + daemons;
}

/// Adds the time from the message to the end of the job.
pub(crate) fn shut_down(done: &mut Done, since_done: Duration) {
    done.shut_down_ns = done.shut_down_ns.saturating_add(nanos(since_done));
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_the_job_is_part_of_the_start() {
        let mut message = Ready {
            protocol: 1,
            version: String::new(),
            in_flight: 1,
            start_ns: 5,
            connect_ns: 10,
            warm_up_ns: 20,
            knobs: Default::default(),
            listens: None,
            elsewhere: None,
        };
        ready(&mut message, Duration::from_nanos(100));
        assert_eq!(message.start_ns, 70);
        ready(&mut message, Duration::ZERO);
        assert_eq!(message.start_ns, 0);
    }
}
