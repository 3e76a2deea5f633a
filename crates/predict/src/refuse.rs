//! What is not predicted, from a workload and what was calibrated.

use protocol::{
    Cache, Compute, Connection, PostgresSelect, Step, Workload, format_duration, format_size,
};
use std::collections::BTreeSet;
use std::time::Duration;

use crate::amounts::{
    largest_answer, largest_file, longest_latency, longest_sleep, longest_wait, most_selects,
    queried_rows,
};
use crate::calibration::{Calibration, On};
use crate::kind::{Calls, Executors, Kind, Lanes, Language};
use crate::model::Model;
use crate::points::{
    FILES, GETS, KERNEL_VARIANTS, NEW_CONNECTIONS, POOL, QUERIES, QUERIES_OF_POOL, SELECTS, TIMERS,
};
use crate::refusal::Refusal;
use crate::sim::BLOCKING_THREADS;

/// How far beyond what was calibrated a prediction may go, as a factor.
pub(crate) const REACH: f64 = 1.3;
/// The same for sizes of kernels, whose cost goes on as a power law beyond those that were measured.
pub(crate) const KERNEL_REACH: f64 = 5.0;

/// The rules of a variant, unless a prediction of this workload under it must be refused.
pub(crate) fn refuse(
    model: &Model,
    workload: &Workload,
    variant: &str,
    on: On,
) -> Result<Kind, Refusal> {
    let calibration = &model.calibration;
    refuse_cores(calibration.cores(), on)?;
    refuse_kind_of_work(workload)?;
    let kind = Kind::of(variant).ok_or_else(|| Refusal::NoRules {
        variant: variant.to_owned(),
    })?;
    if !calibration.variants().contains(&variant) {
        return Err(Refusal::Variant {
            variant: variant.to_owned(),
        });
    }
    let extent = Extent {
        calibration,
        variant,
        kind,
        lanes: kind.lanes_of(workload.in_flight.lanes(on.workers), on.workers),
    };
    if matches!(kind.lanes, Lanes::InFlight | Lanes::AtMost(_)) {
        extent.check_lanes()?;
    }
    for step in &workload.steps {
        extent.check_step(step)?;
    }
    Ok(kind)
}

fn refuse_cores(calibrated: u64, on: On) -> Result<(), Refusal> {
    if on.processors != calibrated {
        return Err(Refusal::OtherCores {
            calibrated: calibrated.to_string(),
            asked: on.processors,
        });
    }
    if on.workers != calibrated {
        return Err(Refusal::OtherWorkers {
            workers: on.workers,
            processors: on.processors,
        });
    }
    Ok(())
}

fn refuse_kind_of_work(workload: &Workload) -> Result<(), Refusal> {
    let what = if workload.coordination.is_some() {
        "coordination"
    } else if workload.serve.is_some() {
        "serving"
    } else if workload.work.is_some() {
        "own work"
    } else {
        return Ok(());
    };
    Err(Refusal::NoSteps { what })
}

/// What was calibrated of a variant.
struct Extent<'a> {
    calibration: &'a Calibration,
    variant: &'a str,
    kind: Kind,
    /// The lanes that are asked for.
    lanes: u64,
}

impl Extent<'_> {
    /// The most of something that any point of the variant has.
    fn most(&self, amount: fn(&Workload) -> u64) -> u64 {
        let points = self.calibration.points.iter();
        let own = points.filter(|point| point.variant == self.variant);
        own.map(|point| amount(&point.workload)).max().unwrap_or(0)
    }

    fn has(&self, points: &[&str]) -> bool {
        points
            .iter()
            .all(|name| self.calibration.point(name, self.variant).is_some())
    }

    fn check_lanes(&self) -> Result<(), Refusal> {
        let most = self.most(|workload| workload.in_flight.lanes(1));
        within("lanes", self.lanes, most, REACH, u64::to_string)
    }

    fn check_step(&self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::HttpGet(get) => {
                self.check_points(&[GETS], "`http-get`")?;
                if get.connection == Connection::New {
                    self.check_points(&[NEW_CONNECTIONS], "`http-get` with a new connection")?;
                }
                self.check_duration("of latency", get.latency, longest_latency)?;
                within(
                    "of an answer",
                    get.bytes,
                    self.most(largest_answer),
                    REACH,
                    |bytes| format_size(*bytes),
                )
            }
            Step::SqliteSelect(select) => {
                self.check_points(&SELECTS, "`sqlite-select`")?;
                self.check_table(select.rows, select.transaction)?;
                within(
                    "selects a task",
                    select.count,
                    self.most(most_selects),
                    REACH,
                    u64::to_string,
                )
            }
            Step::ReadFile(read) => {
                if read.cache == Cache::Cold {
                    return Err(Refusal::Cold {
                        what: "a file that is not in the page cache",
                    });
                }
                self.check_points(&FILES, "`read-file`")?;
                within(
                    "of a file",
                    read.bytes,
                    self.most(largest_file),
                    REACH,
                    |bytes| format_size(*bytes),
                )
            }
            Step::Compute(compute) => self.check_kernel(compute),
            Step::Wait(wait) => {
                self.check_points(&TIMERS[..1], "`wait`")?;
                self.check_duration("of a wait", wait.duration, longest_wait)
            }
            Step::Block(block) => {
                self.check_stops()?;
                self.check_duration("of a call that blocks", block.duration, longest_wait)
            }
            Step::PostgresSelect(select) => self.check_query(select),
            other => Err(uncalibrated(word(other))),
        }
    }

    /// Each lane has a connection, for which the server has a process: what these do, the pool alone was measured at.
    fn check_query(&self, select: &PostgresSelect) -> Result<(), Refusal> {
        if select.connection == Connection::New {
            return Err(Refusal::Cold {
                what: "a query on a new connection",
            });
        }
        let of_pool = QUERIES_OF_POOL.map(|name| self.calibration.point(name, POOL));
        let [Some(few), Some(many), Some(sleeping)] = of_pool else {
            return Err(Refusal::NoServer);
        };
        self.check_points(&[QUERIES], "`postgres-select`")?;
        if queried_rows(&few.workload) != Some(select.rows) {
            return Err(uncalibrated(&format!(
                "`postgres-select` from {} rows",
                select.rows
            )));
        }
        within(
            "connections to PostgreSQL",
            self.lanes,
            many.lanes,
            REACH,
            u64::to_string,
        )?;
        let ns = select.wait.as_nanos() as u64;
        let longest = longest_sleep(&sleeping.workload);
        within("of a query's wait", ns, longest, REACH, shown_ns)
    }

    /// What a kernel costs is a curve through the sizes that one variant was measured at: two at the least.
    fn check_kernel(&self, compute: &Compute) -> Result<(), Refusal> {
        let measured = match self.kind.language {
            Language::Rust => KERNEL_VARIANTS[0],
            Language::Python | Language::PythonInTurns => self.variant,
        };
        let points = self.calibration.points.iter();
        let own = points.filter(|point| point.variant == measured);
        let steps = own.flat_map(|point| &point.workload.steps);
        let sizes: BTreeSet<u64> = steps
            .filter_map(|step| match step {
                Step::Compute(other) if other.kernel == compute.kernel => Some(other.size),
                _ => None,
            })
            .collect();
        let on_curve = sizes.last().filter(|_| sizes.len() > 1);
        let most = on_curve.ok_or(Refusal::Kernel {
            kernel: compute.kernel.name(),
        })?;
        within(
            "as the size of a kernel",
            compute.size,
            *most,
            KERNEL_REACH,
            u64::to_string,
        )
    }

    fn check_duration(
        &self,
        what: &'static str,
        asked: Duration,
        longest: fn(&Workload) -> u64,
    ) -> Result<(), Refusal> {
        let ns = asked.as_nanos() as u64;
        within(what, ns, self.most(longest), REACH, shown_ns)
    }

    /// What stops a thread ends as late as the timers of its variant, which are sleeps of threads; where it is handed over, as late as those of
    /// the pool, and its hand-over costs what that of a file does.
    fn check_stops(&self) -> Result<(), Refusal> {
        let sleeps = if self.kind.hands_over() {
            self.calibration.point(TIMERS[0], POOL).is_some()
        } else {
            self.has(&TIMERS[..1])
        };
        // A call on an executor's thread would stop all lanes of its queue, for which there is no rule.
        let stops_others =
            self.kind.calls == Calls::Here && self.kind.executors != Executors::Lanes;
        let is_known = sleeps
            && !stops_others
            && self.kind.language == Language::Rust
            && (!self.kind.hands_over() || self.has(&FILES));
        match self.kind.calls {
            Calls::Slow => Err(Refusal::SlowPool),
            _ if !is_known => Err(uncalibrated("`block`")),
            Calls::Here => Ok(()),
            Calls::Ready => within(
                "lanes with a call that blocks",
                self.lanes,
                BLOCKING_THREADS as u64,
                1.0,
                u64::to_string,
            ),
        }
    }

    fn check_points(&self, points: &[&str], step: &str) -> Result<(), Refusal> {
        if self.has(points) {
            return Ok(());
        }
        Err(uncalibrated(step))
    }

    /// Another table, or a transaction a select, is other work.
    fn check_table(&self, rows: u64, transaction: bool) -> Result<(), Refusal> {
        let point = self.calibration.point(SELECTS[0], self.variant);
        let calibrated = point.and_then(|point| point.workload.steps.first());
        match calibrated {
            Some(Step::SqliteSelect(known))
                if (known.rows, known.transaction) != (rows, transaction) =>
            {
                let shared = if transaction {
                    "in one transaction"
                } else {
                    "each in a transaction of its own"
                };
                Err(uncalibrated(&format!(
                    "`sqlite-select` from {rows} rows, {shared},"
                )))
            }
            _ => Ok(()),
        }
    }
}

fn within(
    what: &'static str,
    asked: u64,
    most: u64,
    reach: f64,
    shown: fn(&u64) -> String,
) -> Result<(), Refusal> {
    if asked as f64 <= most as f64 * reach {
        return Ok(());
    }
    Err(Refusal::Beyond {
        what,
        asked: shown(&asked),
        most: shown(&most),
    })
}

/// What is said of a step that is not calibrated.
fn uncalibrated(words: &str) -> Refusal {
    Refusal::Step {
        step: words.to_owned(),
    }
}

fn shown_ns(ns: &u64) -> String {
    format_duration(Duration::from_nanos(*ns))
}

/// The step as a file names it.
fn word(step: &Step) -> &'static str {
    match step {
        Step::HttpGet(_) => "`http-get`",
        Step::SqliteSelect(_) => "`sqlite-select`",
        Step::PostgresSelect(_) => "`postgres-select`",
        Step::ReadFile(_) => "`read-file`",
        Step::Wait(_) => "`wait`",
        Step::Compute(_) => "`compute`",
        Step::Block(_) => "`block`",
        Step::Only(_) => "`only`",
        Step::Call(_) => "`call`",
    }
}

#[cfg(test)]
#[path = "refuse_test.rs"]
mod tests;
