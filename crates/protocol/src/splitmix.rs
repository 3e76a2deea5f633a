//! `splitmix64`, from which tasks, contents and arrivals draw their numbers: Steele, Lea, Flood: "Fast splittable pseudorandom
//! number generators" (2014), with the constants of Vigna's public-domain version.

/// The odd number nearest to 2⁶⁴ ÷ φ, by which `splitmix64` steps.
pub const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of `splitmix64`: a bijection that spreads every bit.
#[must_use]
pub const fn mix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Output number `n` (from 0) of the `splitmix64` stream that starts at `seed`.
#[must_use]
pub const fn nth(seed: u64, n: u64) -> u64 {
    mix64(seed.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN)))
}
