"""Workloads that measure a variant's own primitives (docs/FORMAT.md, Coordination), one module per kind of unit:
threads, tasks of the event loop, processes."""
