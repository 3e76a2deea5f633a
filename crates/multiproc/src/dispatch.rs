//! The choice of a worker for each arrival of an open loop: the worker with the fewest tasks under
//! way whose window has room. An arrival that finds no room waits until a result makes some.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use ipc_channel::ipc::IpcSender;
use runner::Arrival;

use crate::message::Order;

/// The tasks under way, shared by the pacing thread and the thread that receives results.
#[derive(Clone)]
pub(crate) struct Dispatch {
    state: Arc<Mutex<State>>,
}

struct State {
    workers: Vec<Load>,
    waiting: VecDeque<Arrival>,
}

/// The load of one worker.
pub(crate) struct Load {
    pub(crate) orders: IpcSender<Order>,
    /// The most tasks that it may have been sent and not answered.
    pub(crate) window: u64,
    pub(crate) under_way: u64,
}

impl Dispatch {
    pub(crate) fn new(workers: Vec<Load>) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                workers,
                waiting: VecDeque::new(),
            })),
        }
    }

    /// Sends an arrival, or lets it wait.
    pub(crate) fn arrive(&self, arrival: Arrival) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.push_back(arrival);
        state.send_waiting();
    }

    /// A worker has answered this many tasks.
    pub(crate) fn answered(&self, worker: usize, tasks: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.workers[worker].under_way -= tasks;
        state.send_waiting();
    }
}

impl State {
    fn send_waiting(&mut self) {
        while let Some(arrival) = self.waiting.front() {
            let free = self
                .workers
                .iter_mut()
                .filter(|worker| worker.under_way < worker.window);
            let Some(worker) = free.min_by_key(|worker| worker.under_way) else {
                return;
            };
            let Arrival { task, intended_ns } = *arrival;
            // A worker that is gone is reported where results are received, with its exit status.
            let _ = worker.orders.send(Order::Arrival {
                index: task.index,
                intended_ns,
            });
            worker.under_way += 1;
            self.waiting.pop_front();
        }
    }
}
