//! Data sets through the real program: made once, repaired when damaged, refused in clear words
//! where they cannot be made, and whole when two services make them at the same time.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Service, failure, failure_of, json, names, ready};
use protocol::{Cache, FailureKind, ServiceMessage, ServiceReady, ServiceRequest};
use workloads::{content, file_path};

fn sqlite_request(folder: &Path, rows: u64) -> ServiceRequest {
    ServiceRequest::Sqlite {
        folder: folder.to_owned(),
        rows,
    }
}

fn files_request(folder: &Path, files: u64, bytes: u64) -> ServiceRequest {
    ServiceRequest::Files {
        folder: folder.to_owned(),
        files,
        bytes,
        cache: Cache::Cached,
    }
}

fn provide_sqlite(folder: &Path, rows: u64) -> (PathBuf, bool) {
    match ready(&sqlite_request(folder, rows)) {
        ServiceReady::Sqlite { path, made } => (path, made),
        other => panic!("{other:?}"),
    }
}

fn provide_files(folder: &Path, files: u64, bytes: u64) -> (PathBuf, u64) {
    match ready(&files_request(folder, files, bytes)) {
        ServiceReady::Files { path, made } => (path, made),
        other => panic!("{other:?}"),
    }
}

fn assert_rows(path: &Path, rows: u64) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut select = connection
        .prepare("SELECT id, body FROM rows ORDER BY id")
        .unwrap();
    let found = select.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let found: Vec<_> = found.unwrap().map(Result::unwrap).collect();
    let expected: Vec<_> = (1..=rows)
        .map(|id| (id.cast_signed(), content::row(id).to_vec()))
        .collect();
    assert!(found == expected);
}

#[test]
fn a_database_is_made_once_and_again_whenever_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("not/yet/there");
    let (path, made) = provide_sqlite(&folder, 300);
    assert!(made);
    let manifest = folder.join("rows-300.sqlite.manifest");
    let damages: [(&str, &dyn Fn()); 7] = [
        ("a bit", &|| {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&path, bytes).unwrap();
        }),
        ("the end", &|| {
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 4096]).unwrap();
        }),
        ("emptied", &|| fs::write(&path, "").unwrap()),
        ("missing", &|| fs::remove_file(&path).unwrap()),
        ("manifest missing", &|| fs::remove_file(&manifest).unwrap()),
        ("manifest not text", &|| {
            fs::write(&manifest, [0xff; 40]).unwrap();
        }),
        ("manifest of another", &|| {
            fs::write(&manifest, "12288 0badcafe\n").unwrap();
        }),
    ];
    for (name, damage) in damages {
        assert!(!provide_sqlite(&folder, 300).1, "before {name}");
        damage();
        assert!(provide_sqlite(&folder, 300).1, "{name}");
        assert_rows(&path, 300);
    }
}

#[test]
fn only_damaged_files_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, made) = provide_files(folder.path(), 9, 100_000);
    assert_eq!((names(&path).len(), made), (9, 9));
    fs::write(file_path(&path, 4), vec![0; 100_000]).unwrap();
    fs::remove_file(file_path(&path, 8)).unwrap();
    assert_eq!(provide_files(folder.path(), 9, 100_000).1, 2);
    assert_eq!(provide_files(folder.path(), 9, 100_000).1, 0);
    for index in 0..9 {
        let mut expected = vec![0; 100_000];
        content::fill(content::file_key(index), &mut expected);
        assert!(
            fs::read(file_path(&path, index)).unwrap() == expected,
            "file {index}"
        );
    }
}

#[test]
fn services_at_the_same_time_make_one_whole_set() {
    let folder = tempfile::tempdir().unwrap();
    let requests = [
        sqlite_request(folder.path(), 2000),
        files_request(folder.path(), 40, 5000),
    ];
    let lines: Vec<_> = requests.iter().cycle().take(8).map(json).collect();
    let services: Vec<_> = lines.iter().map(|line| Service::start(line)).collect();
    let (mut databases, mut files) = (0, 0);
    for mut service in services {
        match service.answer() {
            ServiceMessage::Ready(ServiceReady::Sqlite { made, .. }) => {
                databases += u64::from(made);
            }
            ServiceMessage::Ready(ServiceReady::Files { made, .. }) => files += made,
            other => panic!("{other:?}"),
        }
        assert!(service.end().success());
    }
    assert_eq!((databases, files), (1, 40), "each is made by one of them");
    assert_rows(&folder.path().join("rows-2000.sqlite"), 2000);
    assert_eq!(provide_files(folder.path(), 40, 5000).1, 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    // Nobody can make a folder there, the superuser included.
    let folder = Path::new("/sys/kernel/manyways");
    for request in [sqlite_request(folder, 10), files_request(folder, 1, 1)] {
        let failure = failure(&json(&request), 1);
        assert_eq!(failure.kind, FailureKind::Failed);
        assert!(
            failure.message.contains("/sys/kernel/manyways"),
            "{}",
            failure.message
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let failure = failure(&json(&sqlite_request(&file, 10)), 1);
    assert!(failure.message.contains("a file"), "{}", failure.message);
}

/// Runs the program where no file may grow beyond 16 KiB, which is how a full disk looks to it.
fn with_little_room(line: &str) -> Service {
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 32; exec \"$0\"";
    shell.arg("-c").arg(script).arg(common::program_path());
    Service::start_as(shell, line)
}

#[test]
fn a_full_folder_is_told_and_no_half_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let failure = failure_of(
        with_little_room(&json(&sqlite_request(folder.path(), 5000))),
        1,
    );
    assert!(
        failure.message.contains("rows-5000.sqlite"),
        "{}",
        failure.message
    );
    assert_eq!(names(folder.path()), ["rows-5000.sqlite.lock"]);

    let failure = failure_of(
        with_little_room(&json(&files_request(folder.path(), 9, 99_999))),
        1,
    );
    assert_eq!(failure.kind, FailureKind::Failed);
    assert!(failure.message.contains(".bin"), "{}", failure.message);
    assert!(names(&folder.path().join("files-9x99999-cached")).is_empty());
    assert_eq!(
        provide_files(folder.path(), 9, 99_999).1,
        9,
        "with room it goes on"
    );
}

#[test]
fn absurd_sizes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("untouched");
    let requests = [
        sqlite_request(&folder, 0),
        sqlite_request(&folder, u64::MAX),
        files_request(&folder, 0, 1),
        files_request(&folder, 65_537, 1),
        files_request(&folder, 1, 0),
        files_request(&folder, 1, u64::MAX),
    ];
    for request in requests {
        let failure = failure(&json(&request), 2);
        assert_eq!(failure.kind, FailureKind::Usage);
        assert!(
            failure.message.contains("out of bounds"),
            "{}",
            failure.message
        );
    }
    assert!(!folder.exists());
}
