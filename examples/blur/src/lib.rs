//! A box blur, as a function of the task: models carry it out inline, in a pool, or in other processes.

use manyways::serde::Deserialize;
use manyways::{OwnError, OwnFunction};

/// What `work.toml` says.
#[derive(Deserialize)]
#[serde(crate = "manyways::serde", deny_unknown_fields)]
pub struct Params {
    /// Width and height of the image.
    pixels: usize,
    /// How far a pixel's neighbours are that it is the mean of.
    radius: usize,
}

/// The blur.
pub struct Blur(Params);

impl OwnFunction for Blur {
    type Params = Params;

    fn new(params: Params) -> Result<Self, OwnError> {
        if params.pixels == 0 || params.pixels > 4096 {
            let pixels = params.pixels;
            return Err(OwnError::new(format!(
                "pixels is {pixels}: allowed are 1 to 4096"
            )));
        }
        Ok(Self(params))
    }

    fn call(&self, seed: u64, _index: u64) -> Result<u64, OwnError> {
        let Params { pixels, radius } = self.0;
        let image = noise(seed, pixels * pixels);
        // A box blur is one along the rows and then one along the columns.
        let rows = blurred(&image, pixels, radius);
        let both = blurred(&transposed(&rows, pixels), pixels, radius);
        Ok(checksum(&both))
    }
}

/// Grey values from a seed (xorshift64).
fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        values.push((state >> 32) as u8);
    }
    values
}

/// Every row with each pixel as the mean of its neighbours in that row.
fn blurred(image: &[u8], width: usize, radius: usize) -> Vec<u8> {
    let mut result = Vec::with_capacity(image.len());
    for row in image.chunks(width) {
        for x in 0..row.len() {
            let near = &row[x.saturating_sub(radius)..(x + radius + 1).min(row.len())];
            let sum: u32 = near.iter().map(|value| u32::from(*value)).sum();
            result.push((sum / near.len() as u32) as u8);
        }
    }
    result
}

fn transposed(image: &[u8], width: usize) -> Vec<u8> {
    let columns = (0..width).flat_map(|x| image.iter().skip(x).step_by(width));
    columns.copied().collect()
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
