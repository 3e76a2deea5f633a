//! Rule 8: what a program says of itself agrees with what the tool can see. It looks at the runs of rule 3.

use std::time::Duration;

use launch::RunError;
use protocol::{Coordination, Done, Ready, counts};
use terminal::counted;

use crate::outcome::{Cases, Fault, Outcome, Problem};
use crate::processor_time;
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::{EndedRun, Subject};

pub(crate) const RULE: Rule = Rule {
    number: 8,
    name: "figures",
    stated: "FORMAT \"`done`\"",
    of_program: false,
    check,
};

fn check(_: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let mut cases = Cases::default();
    for run in &subject.runs {
        let lanes = subject.lanes(run.tasks);
        let problem = problem_of(run, lanes).or_else(|| {
            let text = run.impossible.clone()?;
            Some((text, "figures that can be true".to_owned()))
        });
        match problem {
            None => cases.hold(),
            Some((seen, due)) => cases.fail(Fault {
                case: run.case.clone(),
                seen,
                due,
                request: Some(run.request.clone()),
            }),
        }
    }
    if let Some(fault) = processor_time::none_at_all(&subject.runs) {
        cases.fail(fault);
    }
    if subject.runs.is_empty() {
        cases.unsupported("no run of rule 3 ended");
    }
    Ok(cases.outcome("runs with figures that can be true"))
}

/// The first figure that cannot be true.
fn problem_of(run: &EndedRun, lanes: u64) -> Problem {
    let (ready, done) = (&run.finished.ready, &run.finished.done);
    let since_go = run.finished.wall.saturating_sub(run.finished.until_ready);
    lanes_problem(ready, lanes)
        .or_else(|| start_problem(ready, run.finished.until_ready))
        .or_else(|| digest_problem(done))
        .or_else(|| latency_problem(done, run.tasks))
        .or_else(|| edge_problem(done))
        .or_else(|| elapsed_problem(done, since_go))
        .or_else(|| processor_time::problem(done))
        .or_else(|| units_problem(done, lanes))
        .or_else(|| open_problem(done, run.workload.rate.is_some()))
        .or_else(|| counts_problem(done, run.workload.coordination.as_ref()))
}

fn lanes_problem(ready: &Ready, lanes: u64) -> Problem {
    let seen = ready.in_flight;
    (seen != lanes).then(|| (format!("`in_flight` {seen}"), counted(lanes, "lane")))
}

fn start_problem(ready: &Ready, until_ready: Duration) -> Problem {
    let parts = [ready.start_ns, ready.connect_ns, ready.warm_up_ns];
    let sum = parts.into_iter().fold(0, u64::saturating_add);
    let most = nanos(until_ready);
    (sum > most).then(|| {
        (
            format!("`start_ns` + `connect_ns` + `warm_up_ns` = {sum}"),
            format!("at most {most}, the time from the process's start to `ready`"),
        )
    })
}

fn digest_problem(done: &Done) -> Problem {
    let digest = &done.digest;
    let is_right = digest.len() == 16
        && digest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (!is_right).then(|| {
        (
            format!("`digest` {digest:?}"),
            "16 hexadecimal digits in lower case".to_owned(),
        )
    })
}

fn latency_problem(done: &Done, tasks: u64) -> Problem {
    let latency = &done.latency;
    if !latency.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        let seen = format!("`latency` {:?}", &latency[..latency.len().min(8)]);
        return Some((seen, "ascending times, each once".to_owned()));
    }
    if latency
        .iter()
        .any(|(nanos, count)| *nanos == 0 || *count == 0)
    {
        let seen = "`latency` with a time or a count of 0".to_owned();
        return Some((seen, "times and counts of at least 1".to_owned()));
    }
    let counted = latency
        .iter()
        .fold(0, |sum: u64, (_, count)| sum.saturating_add(*count));
    (counted != tasks || done.tasks != tasks).then(|| {
        (
            format!("{counted} latencies, and `tasks` {}", done.tasks),
            format!("{tasks} of both"),
        )
    })
}

/// Buckets of three significant digits: up to 2047 a bucket has a width of 1, up to 4095 of 2, and so on.
fn edge_problem(done: &Done) -> Problem {
    let (seen, _) = done.latency.iter().find(|(time, _)| !is_edge(*time))?;
    Some((
        format!("`latency` {seen}, which is no upper edge of a bucket"),
        "upper edges of buckets with three significant digits".to_owned(),
    ))
}

fn is_edge(time: u64) -> bool {
    let width = 1_u64 << time.max(1).ilog2().saturating_sub(10);
    time.checked_add(1)
        .is_none_or(|next| next.is_multiple_of(width))
}

fn elapsed_problem(done: &Done, since_go: Duration) -> Problem {
    let most = nanos(since_go);
    let sum = done.elapsed_ns.saturating_add(done.shut_down_ns);
    let due = format!(
        "at least 1, and at most {most} with `shut_down_ns`: the time from `go` to the process's end"
    );
    (done.elapsed_ns == 0 || sum > most).then(|| {
        let (elapsed, shut_down) = (done.elapsed_ns, done.shut_down_ns);
        (
            format!("`elapsed_ns` {elapsed}, `shut_down_ns` {shut_down}"),
            due,
        )
    })
}

fn units_problem(done: &Done, lanes: u64) -> Problem {
    if done.threads == 0 || done.processes == 0 {
        let seen = format!("`threads` {}, `processes` {}", done.threads, done.processes);
        return Some((seen, "at least 1 of both: the program itself".to_owned()));
    }
    let alive = done.alive_at_once?;
    (alive == 0 || alive > lanes).then(|| {
        (
            format!("`alive_at_once` {alive}"),
            format!("null, or 1 to {lanes}, the lanes"),
        )
    })
}

fn open_problem(done: &Done, has_rate: bool) -> Problem {
    let due = if has_rate {
        "an object, because the workload has a rate"
    } else {
        "null, because the workload has no rate"
    };
    if done.open.is_some() != has_rate {
        let seen = serde_json::to_string(&done.open).unwrap_or_default();
        return Some((format!("`open` {seen}"), due.to_owned()));
    }
    let open = done.open?;
    let most = open
        .late_starts
        .max(open.completed_in_time)
        .max(open.generator_late);
    (most > done.tasks).then(|| {
        let seen = serde_json::to_string(&open).unwrap_or_default();
        (
            format!("`open` {seen}"),
            format!("counts of at most {}", counted(done.tasks, "task")),
        )
    })
}

fn counts_problem(done: &Done, coordination: Option<&Coordination>) -> Problem {
    let name = match coordination? {
        Coordination::Spawn(_) => counts::SEEN,
        Coordination::Counter(_) => counts::LOST,
        Coordination::Order(_) => counts::OUT_OF_ORDER,
        Coordination::PingPong(_) | Coordination::Stall(_) | Coordination::Echo(_) => return None,
    };
    (!done.counts.contains_key(name)).then(|| {
        let there: Vec<&str> = done.counts.keys().map(String::as_str).collect();
        (
            format!("`counts` with {there:?}"),
            format!("`{name}` among them"),
        )
    })
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use protocol::{OpenLoop, Spawn};

    use super::*;
    use crate::processor_time::tests::done;

    #[test]
    fn latencies_ascend_and_are_as_many_as_tasks() {
        assert_eq!(latency_problem(&done(), 4), None);
        assert!(latency_problem(&done(), 5).is_some());
        for latency in [
            vec![(300, 1), (200, 3)],
            vec![(200, 3), (200, 1)],
            vec![(0, 4)],
        ] {
            let wrong = Done { latency, ..done() };
            assert!(latency_problem(&wrong, 4).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn latencies_are_upper_edges() {
        let with = |time| Done {
            latency: vec![(time, 4)],
            ..done()
        };
        for edge in [1, 2047, 2049, 4095, 4099, 5_095_423, u64::MAX] {
            assert_eq!(edge_problem(&with(edge)), None);
        }
        for within in [2048, 4096, 4098, 5_095_000] {
            assert!(edge_problem(&with(within)).is_some(), "{within}");
        }
    }

    #[test]
    fn no_time_is_longer_than_the_tools_own() {
        assert_eq!(elapsed_problem(&done(), Duration::from_nanos(1000)), None);
        assert!(elapsed_problem(&done(), Duration::from_nanos(999)).is_some());
        let no_time = Done {
            elapsed_ns: 0,
            ..done()
        };
        assert!(elapsed_problem(&no_time, Duration::from_secs(1)).is_some());
    }

    #[test]
    fn open_stands_exactly_where_there_is_a_rate() {
        let open = OpenLoop {
            late_starts: 0,
            completed_in_time: 4,
            generator_late: 0,
            pacing_cpu_ns: 0,
        };
        let with = |open| Done {
            open: Some(open),
            ..done()
        };
        assert_eq!(open_problem(&done(), false), None);
        assert!(open_problem(&done(), true).is_some());
        assert!(open_problem(&with(open), false).is_some());
        assert_eq!(open_problem(&with(open), true), None);
        let too_many = OpenLoop {
            completed_in_time: 5,
            ..open
        };
        assert!(open_problem(&with(too_many), true).is_some());
    }

    #[test]
    fn units_and_counts_are_told() {
        let nobody = Done {
            threads: 0,
            ..done()
        };
        assert!(units_problem(&nobody, 3).is_some());
        let crowd = Done {
            alive_at_once: Some(4),
            ..done()
        };
        assert!(units_problem(&crowd, 3).is_some());
        assert_eq!(units_problem(&crowd, 4), None);
        let spawn = Coordination::Spawn(Spawn {});
        assert!(counts_problem(&done(), Some(&spawn)).is_some());
        let shouted = Done {
            digest: "00000000000000AA".to_owned(),
            ..done()
        };
        assert!(digest_problem(&shouted).is_some());
    }
}
