//! The pictures of claims that have one: speed-ups over a setting, latencies as the part of what is served within a
//! time, or ratios beside their thresholds. Pure: the same rows give the same pictures.

mod latencies;
mod ratios;
mod speed_ups;

use report::export::{CurvePlot, Part, RatioPlot};

use crate::book::{Book, Picture};
use crate::evidence::Evidence;
use crate::judge::JudgedClaim;

/// What is drawn of a claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) curves: Option<CurvePlot>,
    pub(crate) ratios: Option<RatioPlot>,
}

/// A picture of a claim as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PictureFile {
    /// The numbers of the claim, as its heading has them.
    pub(crate) claim: String,
    /// The name of the file.
    pub(crate) name: String,
    /// What it shows.
    pub(crate) title: String,
    /// The drawing; `None` where no figure of it was measured.
    pub(crate) svg: Option<String>,
}

/// What the book asks to be drawn of a claim.
pub(crate) fn drawn(book: &Book, judged: &JudgedClaim<'_>, evidence: &Evidence) -> Drawn {
    match &judged.claim.picture {
        None => Drawn::default(),
        Some(Picture::SpeedUps(key)) => Drawn {
            curves: speed_ups::speed_ups(book, judged, evidence, key),
            ratios: None,
        },
        Some(Picture::Latencies) => Drawn {
            curves: latencies::latencies(book, judged, evidence),
            ratios: None,
        },
        Some(Picture::Ratios) => Drawn {
            curves: None,
            ratios: ratios::ratios(judged),
        },
    }
}

/// The picture of a claim as a file; `None` where the book asks for none. `draw` makes the file of a section.
pub(crate) fn file(
    book: &Book,
    judged: &JudgedClaim<'_>,
    evidence: &Evidence,
    draw: fn(&Part) -> Option<String>,
) -> Option<PictureFile> {
    judged.claim.picture.as_ref()?;
    let id = judged.claim.ids.first()?;
    let Drawn { curves, ratios } = drawn(book, judged, evidence);
    let titles = [
        curves.as_ref().map(|plot| plot.title.clone()),
        ratios.as_ref().map(|plot| plot.title.clone()),
    ];
    Some(PictureFile {
        claim: judged.claim.label(),
        name: format!("claim-{}.svg", id.to_lowercase()),
        title: titles.into_iter().flatten().next().unwrap_or_default(),
        svg: draw(&Part {
            curves,
            ratios,
            ..Part::default()
        }),
    })
}

#[cfg(test)]
#[path = "pictures_test.rs"]
mod tests;
