//! The look of a variant: a colour and the shape of its marker, the same in every plot of a page.

use super::canvas::{Canvas, Place};

/// The colours of the style sheet, `--v0` and on.
const COLOURS: usize = 8;
/// The shapes of markers as paths about their place; the first is a circle. Their number and that of the
/// colours have no common divisor, so that 56 variants look different.
const SHAPES: [&str; 7] = [
    "",
    "m-4-4h8v8h-8z",
    "m0-5l5 9h-10z",
    "m0-5l5 5-5 5-5-5z",
    "m0 5l5-9h-10z",
    "m-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
    "m-4.5-3l1.5-1.5 3 3 3-3 1.5 1.5-3 3 3 3-1.5 1.5-3-3-3 3-1.5-1.5 3-3z",
];
/// The radius of the circle, in pixels.
const RADIUS: f64 = 4.0;

/// The look of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The number of the variant in the order of the comparison.
    pub(crate) number: usize,
}

impl Look {
    /// The class that gives marks the variant's colour.
    pub(crate) fn class(self) -> String {
        format!("v{}", self.number % COLOURS)
    }

    /// Begins what belongs to the variant; [`Canvas::end`] ends it.
    pub(crate) fn begin(self, canvas: &mut Canvas) {
        canvas.begin_variant(self.number, &self.class());
    }

    /// The variant's marker, filled or hollow.
    pub(crate) fn marker(self, canvas: &mut Canvas, at: Place, is_hollow: bool) {
        self.markers(canvas, &[at], is_hollow);
    }

    /// The variant's marker at each of these places, filled or hollow.
    pub(crate) fn markers(self, canvas: &mut Canvas, places: &[Place], is_hollow: bool) {
        let class = if is_hollow { "hollow" } else { "fill" };
        match SHAPES[self.number % SHAPES.len()] {
            "" => {
                for at in places {
                    canvas.circle(*at, RADIUS, class);
                }
            }
            steps => canvas.shapes(places, steps, class),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn forty_variants_look_different() {
        let looks: BTreeSet<String> = (0..40)
            .map(|number| {
                let mut canvas = Canvas::new(20.0, 20.0);
                let look = Look { number };
                look.marker(&mut canvas, (10.0, 10.0), false);
                look.class() + &canvas.svg("x", "", "").to_string()
            })
            .collect();
        assert_eq!(looks.len(), 40);
    }
}
