//! How many processors the processes of a model have while they are measured.

use host::machine;
use launch::on_processors;
use results::Placement;
use terminal::{Usage, counted};

/// A number of processors that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cores {
    pub(crate) count: u64,
    all: u64,
}

impl Cores {
    /// All processors of the machine.
    pub(crate) fn all() -> Cores {
        let all = machine::processors();
        Cores { count: all, all }
    }

    /// The numbers that were typed; all processors where none was.
    ///
    /// # Errors
    /// A number that this machine does not have.
    pub(crate) fn typed(counts: &[u64]) -> anyhow::Result<Vec<Cores>> {
        Cores::of(counts, machine::processors()).map_err(Usage::error)
    }

    fn of(counts: &[u64], all: u64) -> Result<Vec<Cores>, String> {
        if counts.is_empty() {
            return Ok(vec![Cores { count: all, all }]);
        }
        let each = counts.iter().map(|count| match *count {
            count if (1..=all).contains(&count) => Ok(Cores { count, all }),
            count => Err(format!(
                "--cores {count}: allowed are 1 to {all}, since this machine has {}",
                counted(all, "processor")
            )),
        });
        each.collect()
    }

    /// The number, where it is not the machine's.
    pub(crate) fn fewer(self) -> Option<u64> {
        (self.count != self.all).then_some(self.count)
    }

    /// One processor is what `compare` can give to the processes of a model, while services have all.
    pub(crate) fn placement(self) -> Placement {
        match self.count {
            1 if self.all > 1 => Placement::OneCpu,
            _ => Placement::Free,
        }
    }

    /// Calls what runs programs, with these processors for all of them; the placement sees to a single one.
    pub(crate) fn within<T>(self, run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        if self.count == 1 || self.count == self.all {
            return run();
        }
        on_processors(self.count, run).map_err(anyhow::Error::msg)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_the_machine_has_and_all_where_none_is_typed() {
        let counts = |typed: &[u64]| -> Vec<u64> {
            let found = Cores::of(typed, 4).unwrap();
            found.into_iter().map(|cores| cores.count).collect()
        };
        assert_eq!(counts(&[]), [4]);
        assert_eq!(counts(&[1, 3]), [1, 3]);
        for count in [0, 5] {
            let words = Cores::of(&[count], 4).unwrap_err();
            assert!(
                words.contains("1 to 4") && words.contains("4 processors"),
                "{words}"
            );
        }
    }

    #[test]
    fn one_of_several_processors_is_a_placement_and_the_only_one_is_none() {
        let one = Cores { count: 1, all: 2 };
        assert_eq!((one.placement(), one.fewer()), (Placement::OneCpu, Some(1)));
        let only = Cores { count: 1, all: 1 };
        assert_eq!((only.placement(), only.fewer()), (Placement::Free, None));
    }
}
