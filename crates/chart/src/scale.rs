//! Scales: from the values of a figure to places in a drawing.

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Equal differences take equal room.
    Linear,
    /// Equal factors take equal room; values are above 0.
    Log,
    /// The same for bytes, whose round values are powers of two.
    Bytes,
    /// Fractions p, placed at 1 ÷ (1 − p) on a log scale, so that each further nine takes equal room.
    Tail,
}

/// Values beyond this have no finite difference, and stand at the edge.
const LARGEST: f64 = 1e300;
/// The room that a lone value has on either side, as a fraction of it.
const ALONE: f64 = 0.05;

/// A scale over a range of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub(crate) kind: Kind,
    /// The smallest and the largest value, transformed.
    low: f64,
    high: f64,
    /// The places of the two.
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale that all these values fit on, from one place to another; `None` where no value can be
    /// placed.
    pub fn over(
        kind: Kind,
        values: impl IntoIterator<Item = f64>,
        places: (f64, f64),
    ) -> Option<Scale> {
        let known: Vec<f64> = values
            .into_iter()
            .filter_map(|value| transformed(kind, value))
            .collect();
        let least = known.iter().copied().reduce(f64::min)?;
        let most = known.iter().copied().reduce(f64::max)?;
        let alone = match kind {
            Kind::Linear if least == 0.0 => 1.0,
            Kind::Linear => least.abs() * ALONE,
            Kind::Log | Kind::Bytes | Kind::Tail => ALONE,
        };
        let room = if most - least > least.abs() * 1e-9 {
            0.0
        } else {
            alone
        };
        Some(Scale {
            kind,
            low: least - room,
            high: most + room,
            from: places.0,
            to: places.1,
        })
    }

    /// The same scale with so much room beyond both ends, as a fraction of its length.
    pub fn padded(self, fraction: f64) -> Scale {
        let room = (self.high - self.low) * fraction;
        Scale {
            low: self.low - room,
            high: self.high + room,
            ..self
        }
    }

    /// The place of a value; beyond an end it is the place of the end. `None` where the value cannot be
    /// placed, such as NaN or, on a log scale, 0.
    pub fn place(&self, value: f64) -> Option<f64> {
        let at = transformed(self.kind, value)?.clamp(self.low, self.high);
        let share = (at - self.low) / (self.high - self.low);
        Some(self.from + share * (self.to - self.from))
    }

    /// Whether a value lies between the ends, or at one.
    pub fn contains(&self, value: f64) -> bool {
        let slack = (self.high - self.low) * 1e-9;
        transformed(self.kind, value)
            .is_some_and(|at| (self.low - slack..=self.high + slack).contains(&at))
    }

    /// The values at the two ends.
    pub fn ends(&self) -> (f64, f64) {
        [self.low, self.high]
            .map(|at| match self.kind {
                Kind::Linear => at,
                Kind::Log | Kind::Bytes => 10_f64.powf(at),
                Kind::Tail => 1.0 - 10_f64.powf(-at),
            })
            .into()
    }

    /// The length between the two ends.
    pub fn length(&self) -> f64 {
        (self.to - self.from).abs()
    }
}

fn transformed(kind: Kind, value: f64) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    match kind {
        Kind::Linear => Some(value.clamp(-LARGEST, LARGEST)),
        Kind::Log | Kind::Bytes => (value > 0.0).then(|| value.log10()),
        Kind::Tail => (0.0..1.0).contains(&value).then(|| -(1.0 - value).log10()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACES: (f64, f64) = (10.0, 110.0);

    #[test]
    fn the_ends_stand_at_the_ends() {
        let linear = Scale::over(Kind::Linear, [0.0, 10.0], PLACES).unwrap();
        assert_eq!(linear.place(5.0), Some(60.0));
        let log = Scale::over(Kind::Log, [1.0, 100.0], PLACES).unwrap();
        assert_eq!(log.place(10.0), Some(60.0));
        assert_eq!(log.place(0.0), None);
        let tail = Scale::over(Kind::Tail, [0.0, 0.99], PLACES).unwrap();
        assert!((tail.place(0.9).unwrap() - 60.0).abs() < 1e-9);
        assert_eq!(tail.place(1.0), None);
    }

    #[test]
    fn nothing_to_place_gives_no_scale() {
        assert_eq!(Scale::over(Kind::Log, [0.0, f64::NAN], PLACES), None);
        assert_eq!(Scale::over(Kind::Linear, [], PLACES), None);
    }

    proptest! {
        #[test]
        fn every_place_is_between_the_ends(values in prop::collection::vec(any::<f64>(), 0..9)) {
            for kind in [Kind::Linear, Kind::Log, Kind::Bytes, Kind::Tail] {
                let Some(scale) = Scale::over(kind, values.iter().copied(), PLACES) else {
                    continue;
                };
                for place in values.iter().filter_map(|value| scale.place(*value)) {
                    prop_assert!((PLACES.0..=PLACES.1).contains(&place), "{place}");
                }
            }
        }
    }
}
