//! A sleeping task of a model asks the allocator for little more than one that is nothing but a
//! sleep. Bytes are counted and no time is taken, so that the bound is exact.

#[expect(dead_code, reason = "only tokio's tasks are counted here")]
#[path = "../benches/memory/sleepers.rs"]
mod sleepers;

use std::alloc::System;

use sleepers::{Kind, bare, of_model};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Between these, containers double as often with ours as with bare tasks.
const COUNTS: [u64; 2] = [1_024, 4_096];

// The only test of this binary: another one at the same time would allocate, too.
#[test]
fn a_sleeping_task_takes_at_most_64_bytes_beyond_a_bare_one() {
    // Not the others: smol's reactor keeps its timers in a tree that grows otherwise each time, and
    // threads start by and by. Their tasks are the same futures, whose size `runner` tests.
    let [ours, theirs] = [of_model, bare].map(|sleep| {
        let [few, many] = COUNTS.map(|count| sleep(Kind::Tokio, count, asked) as f64);
        (many - few) / (COUNTS[1] - COUNTS[0]) as f64
    });
    // A waker of the run itself may be there at one look and not at another.
    assert!(ours - theirs < 64.5, "{ours} B, bare {theirs} B");
    assert!(theirs > 100.0, "bare tasks of {theirs} B were not counted");
}

/// Bytes that are allocated now.
fn asked() -> u64 {
    let stats = ALLOCATOR.stats();
    (stats.bytes_allocated - stats.bytes_deallocated) as u64
}
