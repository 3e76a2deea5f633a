//! Curves that a command besides `compare` found, as a page shows them: points with their intervals, and the
//! thresholds that they are held against.

/// Curves of one figure over another.
#[derive(Clone, Debug)]
pub struct CurvePlot {
    /// What is plotted over what.
    pub title: String,
    /// The finding.
    pub caption: String,
    /// How it is read: what lines, markers and dotted lines are.
    pub reading: String,
    /// The axis at the bottom.
    pub across: CurveAxis,
    /// The axis at the left.
    pub up: CurveAxis,
    /// The curves, in the order of the key.
    pub curves: Vec<Curve>,
    /// Dotted lines, such as thresholds, each through these places.
    pub limits: Vec<Vec<(f64, f64)>>,
}

/// An axis of curves.
#[derive(Clone, Debug)]
pub struct CurveAxis {
    /// What it shows.
    pub name: String,
    /// Whether equal factors take equal room, and not equal differences.
    pub is_log: bool,
    /// A value with its unit.
    pub label: fn(f64) -> String,
    /// The values that have a label, each with its own; round values are chosen where there are none.
    pub levels: Vec<(f64, String)>,
}

/// A curve.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// Its name in the key.
    pub name: String,
    /// The points that a line joins, in the order of the axis.
    pub points: Vec<CurvePoint>,
    /// Single places on it, such as where it passes a threshold, with their intervals where there are any.
    pub marks: Vec<CurvePoint>,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CurvePoint {
    /// The value across.
    pub x: f64,
    /// The value upwards.
    pub y: f64,
    /// The 95 % interval across.
    pub across: Option<(f64, f64)>,
    /// The 95 % interval upwards.
    pub up: Option<(f64, f64)>,
}
