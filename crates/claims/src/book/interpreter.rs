//! The book with the models that stand for free-threaded CPython on this machine in their places.

use crate::book::Book;
use crate::free_threaded::FreeThreaded;

impl Book {
    /// The book with these models in the column of free-threaded CPython; without any it has no such column.
    pub(crate) fn with_interpreter(&self, found: Option<&FreeThreaded>) -> Book {
        let mut book = self.clone();
        book.free_threaded = found.cloned();
        let Some(found) = found else {
            return book;
        };
        for role in book.roles.values_mut() {
            for variant in [&mut role.cpython, &mut role.free_threaded] {
                *variant = variant.as_deref().map(|name| found.filled(name));
            }
        }
        book.sources = book
            .sources
            .into_iter()
            .map(|(variant, files)| (found.filled(&variant), files))
            .collect();
        book
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Column;
    use crate::free_threaded::is_unfilled;

    #[test]
    fn without_an_interpreter_the_book_has_no_column_for_it() {
        let book = Book::open().unwrap();
        assert!(!book.columns().contains(&Column::FreeThreaded));
        let found = FreeThreaded {
            model: "python-3.14t".to_owned(),
            locked: "python-3.14".to_owned(),
        };
        let filled = book.with_interpreter(Some(&found));
        assert_eq!(filled.columns(), Column::ALL);
        let unlocked = &filled.roles["unlocked"];
        for column in [Column::Cpython, Column::FreeThreaded] {
            let expected = "python-3.14t/sequential".to_owned();
            assert_eq!(unlocked.variant(column), Some(&expected));
        }
        let roles = filled.roles.values();
        let mut variants = roles.flat_map(|role| Column::ALL.map(|column| role.variant(column)));
        assert!(!variants.any(|variant| variant.is_some_and(|name| is_unfilled(name))));
        assert!(filled.sources.contains_key("python-3.14t/asyncio"));
    }
}
