//! Pictures of figures: the scales and ticks that every plot needs, and pictures made of characters for a
//! terminal. Pure: equal figures give equal characters.
//!
//! Models, workloads and results are unknown here.

mod beside;
mod canvas;
mod flow;
mod forest;
mod glyphs;
mod key;
mod labels;
mod plot;
mod scale;
mod sparkline;
mod ticks;

pub use beside::{Forest, Pictured, lay_out_with, left_is_better, place_beside};
pub use forest::Mark;
pub use key::key;
pub use plot::{Axis, Plot, Point, Series};
pub use scale::{Kind, Scale};
pub use sparkline::{Sparklines, sparklines};
pub use ticks::ticks;
