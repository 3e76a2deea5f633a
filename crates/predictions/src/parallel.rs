//! The same for many things, on all processors at once.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

use host::machine;

/// What comes of each, in the order of the things. A thread takes the next one as soon as it is done with one, since some take longer
/// than others.
pub(crate) fn on_all_processors<T: Send, R: Send>(
    things: Vec<T>,
    of: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = usize::try_from(machine::processors())
        .unwrap_or(1)
        .min(things.len());
    let rest = Mutex::new(things.into_iter().enumerate());
    let mut found: Vec<(usize, R)> = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| taken(&rest, &of)))
            .collect();
        let ended = started.into_iter().map(|thread| thread.join());
        ended
            .flat_map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, result)| result).collect()
}

/// What one thread takes of the rest, until nothing is left.
fn taken<T, R>(
    rest: &Mutex<impl Iterator<Item = (usize, T)>>,
    of: &impl Fn(T) -> R,
) -> Vec<(usize, R)> {
    std::iter::from_fn(|| rest.lock().unwrap_or_else(PoisonError::into_inner).next())
        .map(|(place, thing)| (place, of(thing)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_done_once_and_stays_in_its_order() {
        let squares = on_all_processors((0..1000_u64).collect(), |number| number * number);
        assert!(
            squares
                .iter()
                .copied()
                .eq((0..1000).map(|number| number * number))
        );
        assert!(on_all_processors(Vec::<u64>::new(), |number| number).is_empty());
    }
}
