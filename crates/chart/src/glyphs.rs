//! The characters that pictures are made of, in Unicode and in ASCII.

use terminal::Charset;

/// What each part of a forest is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForestGlyphs {
    pub(crate) estimate: char,
    /// The estimate of the A/A control.
    pub(crate) control: char,
    /// An estimate that has no interval.
    pub(crate) lone: char,
    pub(crate) line: char,
    pub(crate) lower: char,
    pub(crate) upper: char,
    /// What lies below the axis.
    pub(crate) below: char,
    /// What lies above the axis.
    pub(crate) above: char,
    pub(crate) band: char,
    /// The ratio 1.
    pub(crate) one: char,
}

impl ForestGlyphs {
    pub(crate) fn of(charset: Charset) -> ForestGlyphs {
        match charset {
            Charset::Unicode => ForestGlyphs {
                estimate: '●',
                control: '◇',
                lone: '○',
                line: '─',
                lower: '├',
                upper: '┤',
                below: '◀',
                above: '▶',
                band: '░',
                one: '┊',
            },
            Charset::Ascii => ForestGlyphs {
                estimate: 'o',
                control: 'x',
                lone: '?',
                line: '-',
                lower: '|',
                upper: '|',
                below: '<',
                above: '>',
                band: '.',
                one: ':',
            },
        }
    }
}

/// What the frame and the background of a plot are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlotGlyphs {
    pub(crate) left: char,
    pub(crate) left_tick: char,
    pub(crate) corner: char,
    pub(crate) bottom: char,
    pub(crate) bottom_tick: char,
    /// A part of the line between two points of one variant.
    pub(crate) dot: char,
    pub(crate) band: char,
    pub(crate) rule: char,
}

impl PlotGlyphs {
    pub(crate) fn of(charset: Charset) -> PlotGlyphs {
        match charset {
            Charset::Unicode => PlotGlyphs {
                left: '│',
                left_tick: '┤',
                corner: '└',
                bottom: '─',
                bottom_tick: '┬',
                dot: '·',
                band: '░',
                rule: '┊',
            },
            Charset::Ascii => PlotGlyphs {
                left: '|',
                left_tick: '+',
                corner: '+',
                bottom: '-',
                bottom_tick: '+',
                dot: '.',
                band: ':',
                rule: '|',
            },
        }
    }
}
