//! The stored form of a comparison: the rows of `samples.jsonl`, `run.json` with its schema, and the
//! folder that holds both.
//!
//! These are plain types and the code that reads and writes them. `analysis` computes summaries from
//! the rows, and `report` puts them into words.

mod asked_cpu;
mod conditions;
mod estimate;
mod failure;
mod folder;
mod host_record;
mod judged;
mod memory;
mod memory_summary;
mod merged;
mod metric;
mod others;
mod percentile;
mod placement;
mod predicted;
mod profile;
mod punctuality;
mod reach;
mod rewrite;
mod rows;
mod run_file;
mod run_length;
pub mod schema;
mod share;
mod stopped;
mod stored;
mod summary;
pub mod sweep;
pub mod time;
mod verdict_kind;

pub use asked_cpu::AskedCpu;
pub use conditions::{Disturbance, DisturbedRounds, Drifting, DriftingSeries};
pub use estimate::{Estimate, Ratio, Ratios};
pub use failure::{Failure, Kind};
pub use folder::{Folder, free_name, point_latest};
pub use host_record::HostRecord;
pub use judged::Judged;
pub use memory::Memory;
pub use memory_summary::{MemoryEstimate, MemorySummary};
pub use merged::{LikeThese, Merged, MergedUnit, OnHost, OverHosts, ShardRecord};
pub use metric::Metric;
pub use others::Others;
pub use percentile::{TASKS_FOR_P999, merged, percentile};
pub use placement::Placement;
pub use predicted::{Predicted, PredictedFigure};
pub use profile::Profile;
pub use punctuality::Punctuality;
pub use reach::Reach;
pub use rewrite::Rewrite;
pub use rows::{Arm, Block, Failed, Measured, Outcome, Pass, Row, Run};
pub use run_file::{
    DisturbedBlocks, FORMAT, Options, RunFile, SeenDigest, VariantRecord, WorkloadRecord,
};
pub use run_length::{RunLength, TriedLength};
pub use share::Share;
pub use stopped::{StopReason, Stopped};
pub use stored::{Stored, read_run};
pub use summary::{VariantSummary, WorkloadSummary};
pub use sweep::{Crossing, Indifference, Pair, Scaling, SweepLevel, SweepSummary, Unfitted};
pub use verdict_kind::VerdictKind;
