//! The formulas of `docs/FORMAT.md`, "Digests", that bodies and their keys are computed by. They are written
//! here once more, because the tool links nothing of what models compute with.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix64(z: u64) -> u64 {
    let once = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    twice ^ (twice >> 31)
}

fn nth(seed: u64, n: u64) -> u64 {
    mix64(seed.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// The seed of a step, counted from 0, of the task with this index.
pub(crate) fn step_seed(workload_seed: u64, task: u64, step: u64) -> u64 {
    nth(nth(workload_seed, task), step)
}

fn mix(a: u64, b: u64) -> u64 {
    mix64(mix64(a.wrapping_add(GOLDEN)) ^ b)
}

/// The body of the answer to a request for a task whose steps have these values.
pub(crate) fn body_of_task(workload_seed: u64, task: u64, values: &[u64], bytes: usize) -> Vec<u8> {
    let digest = values.iter().fold(0, |digest, value| mix(digest, *value));
    fill(mix(nth(workload_seed, task), digest), bytes)
}

/// The first bytes of a key's pattern.
pub(super) fn fill(key: u64, bytes: usize) -> Vec<u8> {
    let words = (0..).map(|n| nth(key, n).to_le_bytes());
    words.flatten().take(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_vectors_of_the_format_hold() {
        assert_eq!(nth(1_234_567, 0), 6_457_827_717_110_365_317);
        assert_eq!(nth(1_234_567, 1), 3_203_168_211_198_807_973);
        assert_eq!(step_seed(1, 0, 0), 0x5e41_ab08_7439_611e);
        assert_eq!(mix(1, 2), 0x081a_5c13_7785_6b73);
        let digest = 0x8790_4800_cc86_80b4;
        assert_eq!(
            body_of_task(1, 7, &[1, 2], 9),
            fill(mix(nth(1, 7), digest), 9)
        );
        assert_eq!(fill(5, 11)[..8], nth(5, 0).to_le_bytes());
        assert_eq!(fill(5, 11)[8..], nth(5, 1).to_le_bytes()[..3]);
    }
}
