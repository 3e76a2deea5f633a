//! One phase of a workload with coordination: what every kind works with, and the start and join of
//! a unit per lane.

use std::future::Future;
use std::net::SocketAddr;

use workloads::{Error as WorkError, Tasks};

use super::primitives::Primitives;
use crate::recorder::Recorder;

/// What every kind of coordination works with.
pub(super) struct Phase<I, E> {
    pub(super) io: I,
    pub(super) units: E,
    pub(super) lanes: u64,
    /// The service that sends pulses, where the request names one.
    pub(super) pulses: Option<SocketAddr>,
    pub(super) tasks: Tasks,
    pub(super) record: Recorder,
}

impl<I, E: Primitives> Phase<I, E> {
    /// Starts as many units as there are lanes, and joins all of them.
    pub(super) async fn on_every_lane<F>(
        &self,
        mut unit: impl FnMut(u64) -> F,
    ) -> workloads::Result<()>
    where
        F: Future<Output = u64> + Send + 'static,
    {
        let mut started = Vec::new();
        for lane in 0..self.lanes {
            started.push(self.units.start(unit(lane)).map_err(WorkError::Spawn)?);
        }
        for handle in started {
            self.units.join(handle).await.ok_or_else(panicked)?;
        }
        Ok(())
    }
}

/// The error of a unit that could not be joined.
pub(super) fn panicked() -> WorkError {
    WorkError::Model("a unit ended without a result: it panicked".to_owned())
}
