//! The look of a variant: a colour and the shape of its marker, the same in every plot of a page.

use super::canvas::{Canvas, Place};

/// The colours of the style sheet, `--v0` and on.
const COLOURS: usize = 8;
/// The shapes of markers. Their number and that of the colours have no common divisor, so that 56 variants
/// look different.
const SHAPES: usize = 7;
/// Half the width of a marker, in pixels.
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
    pub(crate) fn marker(self, canvas: &mut Canvas, (x, y): Place, is_hollow: bool) {
        let class = if is_hollow { "hollow" } else { "fill" };
        let r = RADIUS;
        let (wide, thin) = (r + 1.0, 1.5);
        match self.number % SHAPES {
            0 => canvas.circle((x, y), r, class),
            1 => canvas.outline(
                &[
                    (x - r, y - r),
                    (x + r, y - r),
                    (x + r, y + r),
                    (x - r, y + r),
                ],
                class,
            ),
            2 => canvas.outline(
                &[(x, y - wide), (x + wide, y + r), (x - wide, y + r)],
                class,
            ),
            3 => canvas.outline(
                &[(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)],
                class,
            ),
            4 => canvas.outline(
                &[(x, y + wide), (x + wide, y - r), (x - wide, y - r)],
                class,
            ),
            5 => canvas.outline(&cross(x, y, wide, thin), class),
            _ => canvas.outline(
                &[
                    (x - wide, y - thin),
                    (x + wide, y - thin),
                    (x + wide, y + thin),
                    (x - wide, y + thin),
                ],
                class,
            ),
        }
    }
}

/// The outline of a plus sign with arms of this length and half thickness.
fn cross(x: f64, y: f64, arm: f64, thin: f64) -> [Place; 12] {
    [
        (-thin, -arm),
        (thin, -arm),
        (thin, -thin),
        (arm, -thin),
        (arm, thin),
        (thin, thin),
        (thin, arm),
        (-thin, arm),
        (-thin, thin),
        (-arm, thin),
        (-arm, -thin),
        (-thin, -thin),
    ]
    .map(|(right, down)| (x + right, y + down))
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
                look.class() + &canvas.svg("x", "", "")
            })
            .collect();
        assert_eq!(looks.len(), 40);
    }
}
