//! What the tool says to people, and how: standard output and error, progress, the width and colours of a
//! terminal, whether it gets pictures, numbers with units, tables, text from elsewhere made safe, a request to stop, and the error
//! for wrong usage.
//!
//! Models, workloads and results are unknown here, so that every other crate of the tool can use it.
//!
//! ```
//! assert_eq!(terminal::duration(1_234_000.0), "1.23 ms");
//! ```

mod foreign;
pub mod interrupt;
mod markdown;
mod number;
pub mod output;
mod pictures;
pub mod progress;
mod style;
mod table;
mod usage;
mod wrap;

pub use foreign::{hanging, is_visible, json, shown, shown_lines, shown_within};
pub use markdown::markdown;
pub use number::{
    bytes, bytes_with_interval, bytes_with_range, count, counted, duration, duration_of,
    duration_with, factor, percent, plural, ratio, waiting,
};
pub use pictures::{Charset, Pictures, When, charset, draw_pictures};
pub use style::Style;
pub use table::{Column, Table, fitting, lay_out, width_of_all};
pub use usage::Usage;
pub use wrap::wrap;
