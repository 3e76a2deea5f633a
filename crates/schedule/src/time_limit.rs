//! Runs that cannot end within the time limit, however good a variant is.

use std::time::Duration;

use catalog::{Chosen, Selected};
use protocol::{Workload, format_duration};
use results::Share;

use crate::settings::Settings;
use crate::share::{Ability, Wanted, share};

/// The first workload and variant whose run is [`too_long`], in words.
pub fn first_too_long<'s>(
    workloads: &[Chosen],
    mut variants: impl Iterator<Item = &'s Selected>,
    wanted: &Wanted,
    settings: &Settings,
    limit: Duration,
) -> Option<String> {
    variants.find_map(|selected| {
        workloads.iter().find_map(|chosen| {
            let (workload, its_wanted) = (&chosen.workload, wanted.with_workers(chosen.workers()));
            let ability = Ability::of(selected, workload);
            let its_share = share(workload, ability, &its_wanted, settings);
            let problem = too_long(workload, its_share, limit)?;
            Some(format!("{}, {}: {problem}", workload.name, selected.name()))
        })
    })
}

/// The time that a run takes at least: what its tasks wait on the fullest lane, or what its arrivals take.
fn least_time(workload: &Workload, share: Share) -> Duration {
    let rounds = share.tasks.div_ceil(share.in_flight.max(1));
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
    let waits = workload.wait_per_task().saturating_mul(rounds);
    let arrivals = workload.rate.map_or(Duration::ZERO, |rate| {
        Duration::from_secs(share.tasks.saturating_sub(1) / rate.per_second().max(1))
    });
    waits.max(arrivals)
}

/// A sentence for people where even an ideal run takes as long as the limit of time, so that every variant
/// would be called hung; `None` where it does not.
pub fn too_long(workload: &Workload, share: Share, limit: Duration) -> Option<String> {
    let least = least_time(workload, share);
    (least >= limit).then(|| {
        let enough = Duration::from_secs(least.as_secs().saturating_mul(2).saturating_add(1));
        format!(
            "a run takes {} at least, by its waits and arrivals alone, and --time-limit ends it after {}: \
             allow more, such as --time-limit {}",
            format_duration(least),
            format_duration(limit),
            format_duration(enough)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(tasks: u64, in_flight: u64) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = {tasks}\nin_flight = {in_flight}\n\
             seed = 1\n[[step]]\nhttp-get = {{ bytes = 1, latency = \"20ms\" }}\n"
        );
        protocol::parse(text.as_bytes(), "w.toml").unwrap()
    }

    #[test]
    fn a_run_that_cannot_end_in_time_is_told_before_it_begins() {
        let share = |tasks, in_flight| Share { tasks, in_flight };
        let second = Duration::from_secs(1);
        let waits = workload(2000, 100);
        assert_eq!(
            least_time(&waits, share(101, 100)),
            Duration::from_millis(40)
        );
        assert_eq!(too_long(&waits, share(2000, 100), second), None);
        let told = too_long(&waits, share(2000, 2), second).unwrap();
        assert!(
            told.starts_with("a run takes 20s at least") && told.ends_with("--time-limit 41s"),
            "{told}"
        );
        let arrives = Workload {
            rate: protocol::Rate::new(10),
            ..waits
        };
        assert_eq!(least_time(&arrives, share(101, 100)), second * 10);
    }
}
