//! Drawings as inline SVG: scales, axes, marks and the look of a variant. Colours are CSS variables, and
//! equal figures give equal bytes.

mod axis;
mod canvas;
mod look;
mod scale;
mod ticks;

pub(crate) use axis::{bottom_axis, left_axis, named_axis};
pub(crate) use canvas::{Anchor, Canvas, escaped};
pub(crate) use look::Look;
pub(crate) use scale::{Kind, Scale};
