//! How text is laid out: width and colours.

/// How the text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Characters a line.
    pub width: usize,
    pub colour: bool,
    /// Whether every model's settings are shown too.
    pub knobs: bool,
}
