//! The style of printed text: its width and colours.

/// How printed text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Characters per line.
    pub width: usize,
    /// Whether signs may be coloured.
    pub colour: bool,
    /// Whether the settings of every model are shown too.
    pub knobs: bool,
    /// Whether everything is shown at every table, with the columns that few readers need.
    pub verbose: bool,
}
