//! The statistics of stored rows: medians, ratios, verdicts, sweeps, what to advise, and what two
//! comparisons have in common. Everything is a pure function of its arguments, and the results are
//! data; the sentences that people read are in the crate `report`.

mod advice;
mod advise;
mod candidate;
mod conditions;
mod disturbed;
mod family;
mod figures;
mod hosts;
mod lost;
mod predicted;
mod punctuality;
mod ratios;
mod reach;
mod same_work;
mod samples;
mod summary;
mod sweep;
mod workload_rows;

pub use advice::{Advice, Choice, Costs, Lead, NoAdvice, Ranking};
pub use advise::advise;
pub use disturbed::{disturbed_blocks, disturbed_blocks_of_each};
pub use family::judge_report;
pub use figures::{FigurePair, Figures, LeftOut, Side, figures};
pub use lost::{LossReason, Lost, can_be_compared};
pub use predicted::{BothFigures, Figure, all_both_figures, both_figures};
pub use punctuality::{is_generator_late, keeps_up};
pub use ratios::{PairedRatios, WorkloadRatios};
pub use reach::{reached, round_ms, stopped};
pub use same_work::is_same_work;
pub use samples::{Series, failure, wrong_digest};
pub use schedule::Thresholds;
pub use summary::{Summing, summarise};
pub use sweep::sweeps;
