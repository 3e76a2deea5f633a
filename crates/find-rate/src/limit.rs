//! What limits a variant at a rate that does not hold, judged by the figures of a run at such a rate.

use results::{Failure, Kind};
use terminal::{duration_of, percent};

use crate::figures::Figures;

/// The part of a resource in use from which it counts as used up: the rest is lost to waiting and scheduling.
const USED_UP: f64 = 0.9;
/// The same for lanes, of which some are idle between bursts of tasks.
const LANES_USED_UP: f64 = 0.8;
/// The part of the processors from which on unrelated processes are the reason that all are busy.
const OTHERS_COUNT: f64 = 0.25;

/// Words of a failure for want of a descriptor, in the languages of the models.
const NO_DESCRIPTOR: [&str; 4] = ["open files", "os error 24", "EMFILE", "Errno 24"];
/// Words of a failure for want of a port.
const NO_PORT: [&str; 4] = [
    "os error 99",
    "EADDRNOTAVAIL",
    "Errno 99",
    "assign requested address",
];

/// What the variant has, and what the machine has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Processors of the machine.
    pub(crate) processors: u64,
    /// Those of them that the model's processes may use.
    pub(crate) model_processors: u64,
    /// Threads that the variant computes on, where that does not depend on the number of workers.
    pub(crate) threads: Option<u64>,
    /// Tasks in flight that were asked for.
    pub(crate) wanted_lanes: u64,
    /// Whether the model is a server, which a load generator asks.
    pub(crate) serves: bool,
}

/// What limits a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Limit {
    /// Whoever hands over the tasks was late or had no processor time left: the variant can do at least so much.
    LoadGenerator,
    /// The services that the tasks ask have no processor time left.
    Service,
    /// All processors are busy.
    Cores,
    /// All processors are busy, and would not be without unrelated processes: the variant can do at least so much.
    Others,
    /// The variant computes on fewer threads than there are processors, and these are busy.
    Threads,
    /// As many tasks are in flight as may be.
    Lanes,
    /// The same, and the variant has fewer lanes than were asked for.
    Pool,
    /// A process has as many files open as it may.
    Descriptors,
    /// No port is left for a new connection.
    Ports,
    /// The model failed.
    Failure,
    /// A task alone takes longer than the condition allows.
    OneTask,
    /// The highest rate that can be asked for.
    HighestRate,
    /// The figures show none of these.
    Unknown,
}

impl Limit {
    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LoadGenerator => "load generator",
            Self::Service => "service",
            Self::Cores => "cores",
            Self::Others => "others",
            Self::Threads => "threads",
            Self::Lanes => "lanes",
            Self::Pool => "pool",
            Self::Descriptors => "descriptors",
            Self::Ports => "ports",
            Self::Failure => "failure",
            Self::OneTask => "one task",
            Self::HighestRate => "highest rate",
            Self::Unknown => "not known",
        }
    }

    /// Whether the variant itself might do more.
    pub(crate) fn is_of_others(self) -> bool {
        matches!(
            self,
            Self::LoadGenerator | Self::Service | Self::Others | Self::HighestRate
        )
    }
}

/// What limited a run that failed altogether, and the words for it.
pub(crate) fn limit_of_failure(failure: &Failure) -> (Limit, String) {
    let text = format!("{failure} {}", failure.stderr);
    let limit = if NO_DESCRIPTOR.iter().any(|word| text.contains(word)) {
        Limit::Descriptors
    } else if NO_PORT.iter().any(|word| text.contains(word)) {
        Limit::Ports
    } else {
        Limit::Failure
    };
    let kind = match failure.kind {
        Kind::Failed => String::new(),
        other => format!("{}: ", other.word()),
    };
    (limit, format!("{kind}{failure}"))
}

/// What limited a run that did not keep the condition, and the figures that show it. `alone_ns` is the lowest median
/// latency of all runs: about that of a task that has the machine to itself.
pub(crate) fn limit_of_run(
    run: &Figures,
    alone_ns: Option<u64>,
    setting: &Setting,
) -> (Limit, String) {
    let busy = busy_words(run, setting);
    if run.is_generator_late() {
        let late = percent(run.generator_late);
        let words = format!("{late} of the tasks were handed over more than 1 ms late; {busy}");
        return (Limit::LoadGenerator, words);
    }
    // The services and the load generator have one thread each.
    if run.service_cores.is_some_and(|cores| cores >= USED_UP) {
        let limit = if setting.serves {
            Limit::LoadGenerator
        } else {
            Limit::Service
        };
        return (limit, format!("it is one thread, and busy: {busy}"));
    }
    let others = run.other_cores.unwrap_or(0.0);
    let ours = run.model_cores + run.service_cores.unwrap_or(0.0);
    let all = ours + others;
    let are_others_many = others >= OTHERS_COUNT * setting.processors as f64;
    if is_full(all, setting.processors) && !is_full(ours, setting.processors) && are_others_many {
        return (
            Limit::Others,
            format!("other processes take what is missing: {busy}"),
        );
    }
    if is_full(all, setting.processors) || is_full(run.model_cores, setting.model_processors) {
        return (Limit::Cores, busy);
    }
    let threads = setting.threads.unwrap_or(u64::MAX);
    if is_full(run.model_cores, threads) {
        return (
            Limit::Threads,
            format!("the variant computes on {threads}: {busy}"),
        );
    }
    if let Some(alone) = alone_ns
        && in_flight(run, alone) >= LANES_USED_UP * run.lanes as f64
    {
        let words = format!(
            "{:.0} of {} tasks are in flight where {:.0} a second take {} each; {busy}",
            in_flight(run, alone),
            run.lanes,
            run.throughput(),
            duration_of(alone)
        );
        return if run.lanes < setting.wanted_lanes {
            let wanted = setting.wanted_lanes;
            (
                Limit::Pool,
                format!("it has {} of {wanted} lanes: {words}", run.lanes),
            )
        } else {
            (Limit::Lanes, words)
        };
    }
    let closest = nearest(run, alone_ns, setting, all);
    (
        Limit::Unknown,
        format!("closest to its limit {closest}; {busy}"),
    )
}

/// The resource of which the largest part is used, where none is used up.
fn nearest(run: &Figures, alone_ns: Option<u64>, setting: &Setting, all_cores: f64) -> String {
    let service = if setting.serves {
        "is the load generator"
    } else {
        "is the service"
    };
    let shares = [
        ("are the cores", Some(all_cores / setting.processors as f64)),
        (
            "are the processors of the model",
            Some(run.model_cores / setting.model_processors as f64),
        ),
        (
            "are the threads of the variant",
            setting
                .threads
                .map(|threads| run.model_cores / threads as f64),
        ),
        (service, run.service_cores),
        (
            "are the lanes",
            alone_ns.map(|alone| in_flight(run, alone) / run.lanes as f64),
        ),
    ];
    let known = shares
        .into_iter()
        .filter_map(|(what, share)| Some((what, share.filter(|share| share.is_finite())?)));
    let (what, share) = known
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .unwrap_or(("are the cores", 0.0));
    format!("{what}, {} used", percent(share))
}

/// Tasks in flight on average, by Little's law: the throughput times the time that each task takes.
fn in_flight(run: &Figures, alone_ns: u64) -> f64 {
    run.throughput() * alone_ns as f64 / 1e9
}

/// Whether so many busy processors are all that there are.
fn is_full(cores: f64, there_are: u64) -> bool {
    cores >= USED_UP * there_are as f64
}

/// Who was busy on how many processors.
pub(crate) fn busy_words(run: &Figures, setting: &Setting) -> String {
    let service = if setting.serves {
        "load generator"
    } else {
        "services"
    };
    let parts = [
        ("model", Some(run.model_cores)),
        (service, run.service_cores),
        ("others", run.other_cores),
    ];
    let known: Vec<String> = parts
        .iter()
        .filter_map(|(name, cores)| Some(format!("{name} {:.2}", (*cores)?)))
        .collect();
    format!("busy of {} cores: {}", setting.processors, known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{figures, setting};

    const MS: u64 = 1_000_000;

    fn limit(run: &Figures, alone_ns: u64) -> Limit {
        limit_of_run(run, Some(alone_ns), &setting()).0
    }

    #[test]
    fn a_limit_is_named_by_what_is_used_up() {
        let calm = Figures {
            model_cores: 0.4,
            service_cores: Some(0.3),
            other_cores: Some(0.1),
            lanes: 100,
            ..figures(1000)
        };
        assert_eq!(limit(&calm, MS), Limit::Unknown);
        let late = Figures {
            generator_late: 0.02,
            model_cores: 1.9,
            ..calm.clone()
        };
        assert_eq!(limit(&late, MS), Limit::LoadGenerator);
        let service = Figures {
            service_cores: Some(0.95),
            ..calm.clone()
        };
        assert_eq!(limit(&service, MS), Limit::Service);
        let served = Setting {
            serves: true,
            ..setting()
        };
        let (of_served, words) = limit_of_run(&service, None, &served);
        assert_eq!(of_served, Limit::LoadGenerator);
        assert!(words.contains("load generator 0.95"), "{words}");
        let cores = Figures {
            model_cores: 1.45,
            ..calm.clone()
        };
        assert_eq!(limit(&cores, MS), Limit::Cores);
        let one = Figures {
            model_cores: 0.95,
            ..calm.clone()
        };
        assert_eq!(limit(&one, MS), Limit::Unknown);
        let words = limit_of_run(&calm, Some(MS), &setting()).1;
        assert!(
            words.starts_with("closest to its limit are the cores, 40 % used"),
            "{words}"
        );
        let waiting_for_service = Figures {
            service_cores: Some(0.7),
            ..calm.clone()
        };
        let words = limit_of_run(&waiting_for_service, Some(MS), &setting()).1;
        assert!(words.contains("is the service, 70 % used"), "{words}");
        let crowded = Figures {
            other_cores: Some(1.3),
            ..calm.clone()
        };
        assert_eq!(limit(&crowded, MS), Limit::Others);
        let pinned = Setting {
            model_processors: 1,
            ..setting()
        };
        assert_eq!(limit_of_run(&one, Some(MS), &pinned).0, Limit::Cores);
        let single = Setting {
            threads: Some(1),
            ..setting()
        };
        assert_eq!(limit_of_run(&one, Some(MS), &single).0, Limit::Threads);
    }

    #[test]
    fn lanes_are_used_up_where_throughput_times_latency_says_so() {
        // 1000 a second for 1 s, each of which takes 90 ms alone: 90 are in flight.
        let run = Figures {
            lanes: 100,
            tasks: 1000,
            elapsed_ns: 1_000_000_000,
            ..figures(1200)
        };
        let (limit, words) = limit_of_run(&run, Some(90 * MS), &setting());
        assert_eq!(limit, Limit::Lanes);
        assert!(
            words.starts_with("90 of 100 tasks are in flight"),
            "{words}"
        );
        assert_eq!(
            limit_of_run(&run, Some(70 * MS), &setting()).0,
            Limit::Unknown
        );
        let few = Figures { lanes: 50, ..run };
        let (of_few, words_of_few) = limit_of_run(&few, Some(45 * MS), &setting());
        assert_eq!(of_few, Limit::Pool);
        assert!(
            words_of_few.starts_with("it has 50 of 100 lanes"),
            "{words_of_few}"
        );
    }

    #[test]
    fn failures_of_the_system_have_names() {
        let named = |kind, text: &str| limit_of_failure(&Failure::new(kind, text));
        let files = "task 7: Too many open files (os error 24)";
        assert_eq!(
            named(Kind::Failed, files),
            (Limit::Descriptors, files.to_owned())
        );
        let needs = named(
            Kind::Unavailable,
            "needs about 1100 open files, 1024 allowed",
        );
        assert_eq!(needs.0, Limit::Descriptors);
        assert!(needs.1.starts_with("unavailable: needs"), "{}", needs.1);
        let ports = named(
            Kind::Failed,
            "Cannot assign requested address (os error 99)",
        );
        assert_eq!(ports.0, Limit::Ports);
        assert_eq!(named(Kind::Crashed, "by SIGSEGV").0, Limit::Failure);
    }
}
