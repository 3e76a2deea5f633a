//! Steps that ask no server: waits, calls that stop their thread, SQLite, files, computation, and functions in
//! libraries.

use std::time::Duration;

use protocol::{Call, CallKind, Compute, Only, ReadFile, SqliteSelect};

use super::Carrier;
use crate::clock::monotonic_ns;
use crate::error::{Error, Result};
use crate::files;
use crate::io::Io;
use crate::kernel::Slices;
use crate::library::Called;
use crate::sqlite::Sqlite;
use crate::task::Task;
use crate::trace;

impl<I: Io> Carrier<'_, '_, '_, I> {
    /// Waits, and notes how late that ended.
    pub(super) async fn only(&mut self, only: &Only, task: &Task) {
        let began_ns = monotonic_ns();
        self.io.sleep(only.after).await;
        self.shared
            .note_lateness(task.index, monotonic_ns() - began_ns, only.after);
    }

    /// A call that stops its thread.
    pub(super) async fn block(&mut self, duration: Duration) {
        self.io
            .unblock(trace::part(move || std::thread::sleep(duration)))
            .await;
    }

    pub(super) async fn open_sqlite(&mut self) -> Result<()> {
        if self.kept().sqlite.is_some() {
            return Ok(());
        }
        let endpoints = &self.shared.setup.endpoints;
        let path = endpoints
            .sqlite
            .clone()
            .ok_or(Error::NoEndpoint("a SQLite data set"))?;
        let sqlite = self.io.unblock(move || Sqlite::open(&path)).await?;
        self.kept().sqlite = Some(Box::new(sqlite));
        Ok(())
    }

    pub(super) async fn select(&mut self, select: &SqliteSelect, seed: u64) -> Result<u64> {
        let sqlite = self
            .kept()
            .sqlite
            .take()
            .ok_or(Error::NoEndpoint("a SQLite data set"))?;
        // The call may run on another thread and outlive this borrow, so it owns what it uses: the
        // connection moves into it and comes back, which needs no lock.
        let owned_select = select.clone();
        let (returned, value) = self
            .io
            .unblock(trace::part(move || {
                let value = sqlite.select(&owned_select, seed);
                (sqlite, value)
            }))
            .await;
        self.kept().sqlite = Some(returned);
        value
    }

    pub(super) async fn read_file(&mut self, read: &ReadFile, task: &Task) -> Result<u64> {
        let setup = &self.shared.setup;
        let folder = setup
            .endpoints
            .files
            .as_ref()
            .ok_or(Error::NoEndpoint("a file data set"))?;
        let index = files::file_index(setup.workload.seed, task.index, read.files);
        let path = files::file_path(folder, index);
        let scratch = &mut self.kept.get_or_insert_default().scratch;
        let (owned_read, mut buffer) = (read.clone(), std::mem::take(&mut scratch.bytes));
        let (returned, value) = self
            .io
            .unblock(trace::part(move || {
                let value = files::read(path, &owned_read, &mut buffer);
                (buffer, value)
            }))
            .await;
        self.kept().scratch.bytes = returned;
        value
    }

    pub(super) async fn compute(&mut self, compute: &Compute, seed: u64) -> u64 {
        let scratch = &mut self.kept.get_or_insert_default().scratch;
        self.io.compute(Slices::new(compute, seed), scratch).await
    }

    pub(super) async fn open_library(&mut self, call: &Call, number: usize) -> Result<()> {
        let owned_call = call.clone();
        let opened = self.io.unblock(move || Called::open(&owned_call)).await;
        let called = &mut self.kept().called;
        called.resize_with(number + 1, || None);
        called[number] = Some(opened.map_err(Error::Library)?);
        Ok(())
    }

    pub(super) async fn call(&mut self, call: &Call, number: usize, task: &Task) -> Result<u64> {
        let kept = self.kept().called.get_mut(number);
        let called = kept
            .and_then(Option::take)
            .ok_or_else(|| Error::Library("a call on a lane that was not opened".to_owned()))?;
        let (seed, index) = (task.step_seed(number), task.index);
        // As with SQLite: what the lane keeps moves into the call and comes back.
        let (returned, value) = match call.kind {
            CallKind::Compute => self.io.run(move || answer(called, seed, index)).await,
            CallKind::Blocking => {
                self.io
                    .unblock(trace::part(move || answer(called, seed, index)))
                    .await
            }
        };
        self.kept().called[number] = Some(returned);
        value.map_err(Error::Library)
    }
}

/// Calls the function of a library, and gives it back beside its answer.
fn answer(mut called: Called, seed: u64, index: u64) -> (Called, std::result::Result<u64, String>) {
    let value = called.call(seed, index);
    (called, value)
}
