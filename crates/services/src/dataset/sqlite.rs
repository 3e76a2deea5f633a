//! The SQLite data set: a table `rows(id, body)` whose bodies are those of `workloads::content::row`.
//! The bytes of the file depend on SQLite's version, the answers do not.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use workloads::content;

use super::manifest::Manifest;
use super::{evict, lock, make_folder, remove_if_there, sync_folder, with_suffix};
use crate::error::{Error, Result};

/// What SQLite may keep beside a database. Ours has none: where one lies there, it was left by
/// someone else, and a reader would apply it.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Sees to it that the table with rows 1 to `rows` is in `folder`, whole; gives the database file,
/// and whether it had to be made.
///
/// # Errors
/// When the folder cannot be made, read or, if need be, written.
pub fn provide(folder: &Path, rows: u64) -> Result<(PathBuf, bool)> {
    let path = make_folder(folder)?.join(format!("rows-{rows}.sqlite"));
    let _lock = lock(&path)?;
    remove_companions(&path)?;
    let made = !is_whole(&path);
    if made {
        make(&path, rows)?;
        is_whole(&path);
    }
    Ok((path, made))
}

/// Whether the database is what its manifest says; it is read from the disk.
fn is_whole(path: &Path) -> bool {
    if let Ok(file) = File::open(path) {
        evict(&file);
    }
    Manifest::read(path).is_some_and(|manifest| {
        // A file that cannot be read is not whole; if it cannot be replaced, that error is told.
        Manifest::of(path).is_ok_and(|actual| actual == manifest)
    })
}

/// Makes the database under another name, then gives it its own.
fn make(path: &Path, rows: u64) -> Result<()> {
    let temporary = with_suffix(path, ".tmp");
    let made = make_at(&temporary, path, rows);
    if made.is_err() {
        // The error is what matters; the next start writes over the rest.
        let _ = fs::remove_file(&temporary);
    }
    made
}

fn make_at(temporary: &Path, path: &Path, rows: u64) -> Result<()> {
    remove_if_there(temporary)?;
    remove_companions(temporary)?;
    write_rows(temporary, rows).map_err(|source| Error::Database {
        path: temporary.to_owned(),
        source,
    })?;
    let synced = File::open(temporary).and_then(|file| file.sync_all());
    synced.map_err(Error::path("sync", temporary))?;
    // The manifest first: whatever happens in between, it does not fit the file that is there.
    Manifest::of(temporary)
        .map_err(Error::path("read back", temporary))?
        .write(path)?;
    fs::rename(temporary, path).map_err(Error::path("rename to", path))?;
    sync_folder(path.parent().unwrap_or(Path::new("/")))
}

fn write_rows(path: &Path, rows: u64) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    // A file that is thrown away when interrupted needs no journal, and is synced once, at the end.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    connection.execute_batch("CREATE TABLE rows(id INTEGER PRIMARY KEY, body BLOB NOT NULL)")?;
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare("INSERT INTO rows(id, body) VALUES (?1, ?2)")?;
    for id in 1..=rows {
        insert.execute((id.cast_signed(), content::row(id)))?;
    }
    drop(insert);
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

fn remove_companions(path: &Path) -> Result<()> {
    COMPANIONS
        .iter()
        .try_for_each(|suffix| remove_if_there(&with_suffix(path, suffix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(path: &Path, id: u64) -> Vec<u8> {
        let connection = Connection::open(path).unwrap();
        let select = "SELECT body FROM rows WHERE id = ?1";
        connection
            .query_row(select, [id.cast_signed()], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn every_row_is_there_and_the_second_time_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let (path, made) = provide(folder.path(), 500).unwrap();
        assert!(made);
        for id in [1, 2, 500] {
            assert_eq!(body(&path, id), content::row(id));
        }
        assert_eq!(provide(folder.path(), 500).unwrap(), (path, false));
    }

    #[test]
    fn nothing_is_left_beside_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = provide(folder.path(), 10).unwrap();
        fs::write(with_suffix(&path, "-journal"), "of someone else").unwrap();
        fs::write(with_suffix(&path, "-wal"), "of someone else").unwrap();
        provide(folder.path(), 10).unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "rows-10.sqlite",
                "rows-10.sqlite.lock",
                "rows-10.sqlite.manifest"
            ]
        );
    }

    #[test]
    fn what_a_killed_service_left_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rows-10.sqlite.tmp"), "half a database").unwrap();
        let (path, made) = provide(folder.path(), 10).unwrap();
        assert!(made);
        assert_eq!(body(&path, 10), content::row(10));
        assert!(!folder.path().join("rows-10.sqlite.tmp").exists());
    }
}
