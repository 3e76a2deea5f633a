//! Figures, plans and settings that tests change a little.

use std::time::Duration;

use crate::figures::Figures;
use crate::limit::Setting;
use crate::plan::Plan;

const MS: u64 = 1_000_000;

/// 100 tasks, of which 99 take 10 ms and one takes 20 ms; 2 % end late, and 4 % start late.
pub(crate) fn figures(rate: u64) -> Figures {
    Figures {
        rate,
        tasks: 100,
        elapsed_ns: 100 * 1_000_000_000 / rate.max(1),
        latency: vec![(10 * MS, 99), (20 * MS, 1)],
        completed_in_time: 0.98,
        late_starts: 0.04,
        generator_late: 0.0,
        lanes: 100,
        model_cores: 0.5,
        service_cores: None,
        other_cores: Some(0.0),
    }
}

/// A search from this rate on.
pub(crate) fn plan(first: u64) -> Plan {
    Plan {
        first,
        most: 1_000_000,
        probe: Duration::from_secs(2),
        confirm: Duration::from_secs(10),
        seed: 7,
        fewest_tasks: 1,
    }
}

/// Two processors, and 100 lanes.
pub(crate) fn setting() -> Setting {
    Setting {
        processors: 2,
        model_processors: 2,
        threads: None,
        wanted_lanes: 100,
        serves: false,
    }
}
