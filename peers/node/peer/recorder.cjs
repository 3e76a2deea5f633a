'use strict';
// The record of a phase: a latency a task, the digest of the run, and where it is asked for that of every task.

const fs = require('node:fs');
const { r, add, mix, hex } = require('./digest.cjs');

class Recorder {
  constructor(first, count, keepDigests) {
    this.first = first;
    this.latencies = new Float64Array(count);
    this.digests = keepDigests ? new Array(count) : null;
    this.high = 0;
    this.low = 0;
    this.recorded = 0;
  }

  // Task `index` took so long, and its digest is (high, low).
  record(index, latencyNs, high, low) {
    const position = index - this.first;
    if (this.digests) this.digests[position] = hex(high, low);
    mix(Math.floor(index / 2 ** 32) | 0, index | 0, high, low);
    add(this.high, this.low, r.h, r.l);
    this.high = r.h;
    this.low = r.l;
    this.latencies[position] = latencyNs;
    this.recorded++;
  }

  // The same for a task whose only value is (high, low).
  recordValue(index, latencyNs, high, low) {
    mix(0, 0, high, low);
    this.record(index, latencyNs, r.h, r.l);
  }

  digest() { return hex(this.high, this.low); }

  writeDigests(path) { fs.writeFileSync(path, `${this.digests.join('\n')}\n`); }

  // [[upper edge, count], …], ascending: three significant digits need 2048 buckets a doubling.
  histogram() {
    const counts = new Map();
    for (const latency of this.latencies) {
      let value = Math.max(1, Math.round(latency));
      let width = 1;
      while (value >= 2048) {
        value = Math.floor(value / 2);
        width *= 2;
      }
      const edge = (value + 1) * width - 1;
      counts.set(edge, (counts.get(edge) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => a[0] - b[0]);
  }
}

module.exports = { Recorder };
