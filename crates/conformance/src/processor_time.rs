//! What a program may state of its processor time: a part of rule 8.

use host::machine;
use protocol::{Done, Step};

use crate::outcome::{Fault, Problem};
use crate::subject::EndedRun;

/// Processor time that a program may take between the end of its warm-up and `go`, to say that it is
/// ready, and after its last task, to read its meters: 20 ms.
const CPU_ERROR_NS: u64 = 20_000_000;

/// No run takes more processor time than its processors give.
pub(crate) fn problem(done: &Done) -> Problem {
    let pacing = done.open.map_or(0, |open| open.pacing_cpu_ns);
    let stated = done.cpu_ns.saturating_add(pacing);
    let processors = machine::processors();
    let most = done
        .elapsed_ns
        .saturating_mul(processors)
        .saturating_add(CPU_ERROR_NS);
    (stated > most).then(|| {
        let seen = format!("`cpu_ns` and `pacing_cpu_ns` {stated}");
        let due = format!("at most {most}: `elapsed_ns` on {processors} processors, and 20 ms");
        (seen, due)
    })
}

/// The fault of a program none of whose runs that computed states any processor time.
pub(crate) fn none_at_all(runs: &[EndedRun]) -> Option<Fault> {
    let longest = computing(runs).max_by_key(|run| run.finished.done.elapsed_ns)?;
    states_no_cpu(computing(runs).map(|run| &run.finished.done)).then(|| Fault {
        case: longest.case.clone(),
        seen: format!(
            "`cpu_ns` 0 in every run that computed; this one took {} ns",
            longest.finished.done.elapsed_ns
        ),
        due: "the processor time since the end of the warm-up".to_owned(),
        request: Some(longest.request.clone()),
    })
}

fn computing(runs: &[EndedRun]) -> impl Iterator<Item = &EndedRun> {
    runs.iter()
        .filter(|run| run.workload.steps.iter().any(is_computation))
}

/// Whether runs that computed claim to have taken no processor time. A short run alone may truly state none: what the
/// reading of the meters costs is subtracted, and on a busy machine it may be more than the run took.
fn states_no_cpu<'a>(runs: impl Iterator<Item = &'a Done>) -> bool {
    let (mut stated, mut longest) = (0_u64, 0);
    for done in runs {
        stated = stated.saturating_add(done.cpu_ns);
        longest = longest.max(done.elapsed_ns);
    }
    stated == 0 && longest > CPU_ERROR_NS / 4
}

fn is_computation(step: &Step) -> bool {
    matches!(step, Step::Compute(_))
}

#[cfg(test)]
pub(crate) mod tests {
    use protocol::ContextSwitches;

    use super::*;

    /// A run of four tasks with nothing to find fault with.
    pub(crate) fn done() -> Done {
        Done {
            tasks: 4,
            digest: "00000000000000aa".to_owned(),
            elapsed_ns: 1000,
            latency: vec![(200, 3), (300, 1)],
            cpu_ns: 1,
            switches: ContextSwitches::default(),
            vm_hwm_bytes: None,
            threads: 1,
            processes: 1,
            alive_at_once: None,
            run_queue_wait_ns: None,
            counts: Default::default(),
            open: None,
            shut_down_ns: 0,
        }
    }

    #[test]
    fn processor_time_is_bounded() {
        let run = Done {
            elapsed_ns: 100_000_000,
            cpu_ns: 90_000_000,
            ..done()
        };
        assert_eq!(problem(&run), None);
        let since_start = Done {
            cpu_ns: u64::MAX,
            ..run
        };
        assert!(problem(&since_start).is_some());
    }

    #[test]
    fn no_processor_time_in_any_run_is_no_computation() {
        let run = |elapsed_ns, cpu_ns| Done {
            elapsed_ns,
            cpu_ns,
            ..done()
        };
        let long = [run(1_000_000, 0), run(100_000_000, 0)];
        assert!(states_no_cpu(long.iter()));
        // Short runs may take less than the reading of the meters.
        let one_has_some = [run(9_000_000, 0), run(100_000_000, 90_000_000)];
        assert!(!states_no_cpu(one_has_some.iter()));
        assert!(!states_no_cpu([run(4_000_000, 0)].iter()));
        assert!(!states_no_cpu(std::iter::empty()));
    }
}
