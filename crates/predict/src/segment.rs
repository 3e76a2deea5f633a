//! The parts that a task is made of, as far as a simulation tells them apart.

/// A part of a task. Costs are seconds of CPU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Segment {
    /// The variant's own thread computes.
    Compute(f64),
    /// The origin accepts the lane's new connection: those that wait for that come before any of their requests is read.
    Accept(f64),
    /// A request: a service reads it, waits, and answers.
    Request {
        to: Service,
        latency: f64,
        request: f64,
        answer: f64,
    },
    /// A call that a thread made for such calls carries out.
    Block(f64),
    /// A wait on the variant's own timer. It ends at the next multiple of the grain after its time, and then by so much later. In
    /// the first round it also lasts until every lane has come to it.
    Timer { time: f64, grain: f64, slack: f64 },
    /// A call that stops its thread and computes nothing.
    Stop { time: f64 },
}

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// The origin: one event loop for all lanes.
    Origin,
    /// A process for the lane's connection, as PostgreSQL has one for each.
    Backend,
}

impl Segment {
    /// The CPU that it costs the variant.
    pub(crate) fn cpu(&self) -> f64 {
        match self {
            Segment::Compute(cost) | Segment::Block(cost) => *cost,
            Segment::Accept(_)
            | Segment::Request { .. }
            | Segment::Timer { .. }
            | Segment::Stop { .. } => 0.0,
        }
    }

    pub(crate) fn blocks(&self) -> bool {
        matches!(self, Segment::Block(_))
    }

    /// Whether a process of the lane's own answers it.
    pub(crate) fn asks_backend(&self) -> bool {
        matches!(
            self,
            Segment::Request {
                to: Service::Backend,
                ..
            }
        )
    }
}
