//! Drawings as inline SVG: axes, marks and the look of a variant. Colours are CSS variables, and equal
//! figures give equal bytes.

mod axis;
mod canvas;
mod drawing;
mod look;
mod text;

pub(crate) use chart::{Kind, Scale};

pub(crate) use axis::{bottom_axis, left_axis, named_axis};
pub(crate) use canvas::{Anchor, Canvas};
pub(crate) use drawing::{Drawing, STYLE};
pub(crate) use look::Look;
pub use text::escaped;
