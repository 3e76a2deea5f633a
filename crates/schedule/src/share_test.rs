//! Tests of shares: which variant runs how many tasks of a workload, by its lanes, its scale, a rate and the profile.

use super::*;
use results::Profile;

fn workload(tasks: u64, in_flight: u64) -> Workload {
    let text = format!(
        "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = {tasks}\nin_flight = {in_flight}\n\
         seed = 1\n[[step]]\nhttp-get = {{ bytes = 1, latency = \"20ms\" }}\n"
    );
    protocol::parse(text.as_bytes(), "w.toml").unwrap()
}

fn whole(capacity: Capacity) -> Ability {
    Ability { capacity, scale: 1 }
}

#[test]
fn who_states_a_scale_runs_so_many_times_fewer_and_two_rounds_at_least() {
    let wanted = Wanted {
        workers: 2,
        in_flight: Some(2),
        most_lanes: None,
        switch_interval_us: 5000,
    };
    let tasks = |scale: u64, profile: Profile| {
        let ability = Ability {
            capacity: Capacity::Workers,
            scale,
        };
        let no_wait = Workload {
            steps: Vec::new(),
            ..workload(400, 2)
        };
        share(&no_wait, ability, &wanted, &Settings::of(profile)).tasks
    };
    assert_eq!(
        [1, 20, 1000].map(|scale| tasks(scale, Profile::Standard)),
        [400, 20, 4]
    );
    assert_eq!([1, 20].map(|scale| tasks(scale, Profile::Smoke)), [4, 4]);
}

/// The tasks of a run at a rate, of tasks that wait 20 ms.
fn at_rate(rate: u64, lanes: u64, scale: u64, profile: Profile) -> u64 {
    let wanted = Wanted {
        workers: 2,
        in_flight: Some(lanes),
        most_lanes: None,
        switch_interval_us: 5000,
    };
    let ability = Ability {
        capacity: Capacity::InFlight,
        scale,
    };
    let rated = Workload {
        rate: Rate::new(rate),
        ..workload(400, lanes)
    };
    share(&rated, ability, &wanted, &Settings::of(profile)).tasks
}

#[test]
fn a_run_at_a_rate_has_a_quarter_of_a_second_of_arrivals_however_it_is_shortened() {
    for profile in [Profile::Standard, Profile::Quick, Profile::Smoke] {
        assert_eq!(at_rate(500, 10, 20, profile), 125, "{profile:?}");
        assert_eq!(at_rate(2000, 40, 20, profile), 400, "{profile:?}");
    }
    assert_eq!(at_rate(500, 10, 1, Profile::Smoke), 125);
    assert_eq!(at_rate(500, 10, 1, Profile::Standard), 400);
    // Nine lanes cannot keep up with it, and have two rounds of waits.
    assert_eq!(at_rate(500, 9, 1, Profile::Smoke), 18);
}

#[test]
fn what_serves_without_a_rate_is_not_shortened() {
    let wanted = Wanted {
        workers: 2,
        in_flight: None,
        most_lanes: Some(4),
        switch_interval_us: 5000,
    };
    let text = "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 400\nin_flight = 8\n\
                seed = 1\n[serve]\nbytes = \"256B\"\n";
    let serving = protocol::parse(text.as_bytes(), "w.toml").unwrap();
    let ability = Ability {
        capacity: Capacity::InFlight,
        scale: 20,
    };
    for profile in [Profile::Standard, Profile::Smoke] {
        let share = share(&serving, ability, &wanted, &Settings::of(profile));
        assert_eq!((share.tasks, share.in_flight), (400, 4), "{profile:?}");
    }
}

fn shared(capacity: Capacity, profile: Profile) -> (u64, u64) {
    let wanted = Wanted {
        workers: 2,
        in_flight: None,
        most_lanes: Settings::of(profile).most_lanes,
        switch_interval_us: 5000,
    };
    let share = share(
        &workload(2000, 100),
        whole(capacity),
        &wanted,
        &Settings::of(profile),
    );
    (share.tasks, share.in_flight)
}

#[test]
fn who_is_fast_enough_runs_everything() {
    assert_eq!(shared(Capacity::InFlight, Profile::Standard), (2000, 100));
    assert_eq!(shared(Capacity::Lanes(20), Profile::Standard), (2000, 20));
}

#[test]
fn who_is_not_runs_whole_rounds_of_a_prefix() {
    assert_eq!(shared(Capacity::Lanes(1), Profile::Standard), (100, 1));
    assert_eq!(shared(Capacity::Workers, Profile::Standard), (200, 2));
    assert_eq!(shared(Capacity::Lanes(19), Profile::Standard), (1900, 19));
}

#[test]
fn quick_runs_a_quarter_of_a_second_of_waits_and_the_same_tasks_for_as_many_lanes() {
    assert_eq!(shared(Capacity::InFlight, Profile::Quick), (1200, 100));
    assert_eq!(shared(Capacity::Lanes(100), Profile::Quick), (1200, 100));
    assert_eq!(shared(Capacity::Workers, Profile::Quick), (24, 2));
    assert_eq!(shared(Capacity::Lanes(1), Profile::Quick), (12, 1));
}

#[test]
fn smoke_runs_two_rounds_of_a_few_lanes_unless_more_are_asked_for() {
    assert_eq!(shared(Capacity::InFlight, Profile::Smoke), (8, 4));
    assert_eq!(shared(Capacity::Lanes(1), Profile::Smoke), (2, 1));
    let wanted = Wanted {
        workers: 2,
        in_flight: Some(1000),
        most_lanes: Some(8),
        switch_interval_us: 5000,
    };
    let settings = Settings::of(Profile::Smoke);
    let share = share(
        &workload(1500, 100),
        whole(Capacity::InFlight),
        &wanted,
        &settings,
    );
    assert_eq!((share.tasks, share.in_flight), (1500, 1000));
}

#[test]
fn a_wait_longer_than_the_limit_is_waited_for_once() {
    let mut slow = workload(50, 5);
    let wanted = Wanted {
        workers: 2,
        in_flight: None,
        most_lanes: None,
        switch_interval_us: 5000,
    };
    if let protocol::Step::HttpGet(get) = &mut slow.steps[0] {
        get.latency = Duration::from_secs(3);
    }
    let share = share(
        &slow,
        whole(Capacity::InFlight),
        &wanted,
        &Settings::of(Profile::Standard),
    );
    assert_eq!((share.tasks, share.in_flight), (5, 5));
}
