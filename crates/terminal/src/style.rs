//! The style of printed text: its width, colours and pictures.

use crate::pictures::Pictures;

/// How printed text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Characters per line.
    pub width: usize,
    /// Whether signs may be coloured.
    pub colour: bool,
    /// How figures have pictures beside them; `None` where they have none.
    pub pictures: Option<Pictures>,
    /// Whether the settings of every model are shown too.
    pub knobs: bool,
    /// Whether everything is shown at every table, with the columns that few readers need.
    pub verbose: bool,
}
