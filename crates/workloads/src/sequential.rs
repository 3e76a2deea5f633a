//! Right answers of code that nobody here knows: all tasks are done twice by it in a plain loop, in another
//! order and on other lanes the second time, and what the two loops disagree on is refused.

use protocol::Workload;

use crate::answers::Digests;
use crate::digest::nth;

/// What a task answered: its digest, or its error in words.
pub type Answer = Result<u64, String>;

/// The indices of tasks, and what each answered.
pub type Answers = Vec<(u64, Answer)>;

/// Lanes of the second loop.
const FRESH_LANES: u64 = 4;
/// What the order of the second loop is drawn from.
const SHUFFLE: u64 = 0x6F77_6E20_776F_726B;

/// The digests of the first tasks of a workload, each of which two loops agree on. `values` does the tasks
/// with these indices in this order, on so many new lanes.
///
/// # Errors
/// Those of `values`, and the first task with two answers.
pub fn twice(
    values: impl Fn(&Workload, &[u64], u64) -> Result<Answers, String>,
    workload: &Workload,
    count: u64,
) -> Result<Digests, String> {
    let in_order: Vec<u64> = (0..count).collect();
    let first = values(workload, &in_order, 1)?;
    let mut second = values(workload, &shuffled(count), FRESH_LANES)?;
    second.sort_unstable_by_key(|(index, _)| *index);
    for ((index, one), (_, other)) in first.iter().zip(&second) {
        if one != other {
            return Err(two_answers(*index, one, other));
        }
    }
    let failed = first.iter().find_map(|(_, value)| value.as_ref().err());
    Ok(Digests {
        failed: failed.cloned(),
        tasks: first
            .into_iter()
            .map(|(_, value)| value.unwrap_or(0))
            .collect(),
    })
}

/// All indices below `count` in another order, by Fisher and Yates.
fn shuffled(count: u64) -> Vec<u64> {
    let mut order: Vec<u64> = (0..count).collect();
    for last in (1..order.len()).rev() {
        let other = nth(SHUFFLE, last as u64) % (last as u64 + 1);
        order.swap(last, usize::try_from(other).unwrap_or(last));
    }
    order
}

fn two_answers(index: u64, one: &Answer, other: &Answer) -> String {
    let [one, other] = [one, other].map(|answer| match answer {
        Ok(digest) => format!("{digest:016x}"),
        Err(error) => format!("\"{error}\""),
    });
    format!(
        "task {index} gave two answers, {one} in order and {other} in another order: it depends on the order \
         of tasks, a clock or shared state, so that no model's answer can be checked"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_order_has_every_task_once_and_is_another() {
        let mut order = shuffled(100);
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
        assert_eq!(shuffled(0), Vec::<u64>::new());
    }
}
