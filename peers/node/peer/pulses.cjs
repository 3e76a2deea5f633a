'use strict';
// Coordination with the pulse service: heartbeats that are read, and bytes that are sent back, beside units that
// compute.

const net = require('node:net');
const { scheduler } = require('node:timers/promises');
const { r } = require('./digest.cjs');
const { computeFor } = require('./kernels.cjs');
const { now, usage } = require('./meters.cjs');

// Units that compute and yield, again and again, until `over` is set.
function startHogs(work) {
  const { hogs, hog } = work.workload.coordination;
  const state = { over: false };
  state.ended = Promise.all(Array.from({ length: hogs }, async () => {
    while (!state.over) {
      if (work.pool) {
        await work.pool.run(['hog', hog]);
      } else {
        computeFor(hog);
        await scheduler.yield();
      }
    }
  }));
  return state;
}

// Connects, starts what is to compute, asks with a line, and calls `take(chunk, socket)` with all that comes,
// until that gives true; resolves to the time of then and to what was used by then.
function listen(work, line, take) {
  return new Promise((resolve, reject) => {
    const address = work.setup.endpoints.pulses;
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    const socket = net.connect({ host, port: Number(address.slice(colon + 1)), noDelay: true });
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('the pulse service closed the connection')));
    socket.once('connect', () => {
      const hogs = startHogs(work);
      socket.on('data', (chunk) => {
        if (hogs.over || !take(chunk, socket)) return;
        const endedNs = now();
        // Read now: a unit that computes goes on to the end of its time.
        const used = usage();
        hogs.over = true;
        socket.destroy();
        hogs.ended.then(() => resolve({ endedNs, used }), reject);
      });
      socket.write(`${line}\n`);
    });
  });
}

// The words of 8 bytes in a stream of chunks.
class Words {
  constructor() { this.rest = Buffer.alloc(0); }

  // Calls `use(word)` for each that is whole.
  feed(chunk, use) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    for (; at + 8 <= this.rest.length; at += 8) {
      use(this.rest.readUInt32LE(at) + this.rest.readUInt32LE(at + 4) * 2 ** 32);
    }
    this.rest = this.rest.subarray(at);
  }
}

function stall(work, phase) {
  const words = new Words();
  let read = 0;
  return listen(work, `heartbeat ${work.workload.coordination.period} ${phase.count}`, (chunk) => {
    words.feed(chunk, (dueNs) => {
      const latencyNs = now() - dueNs;
      phase.valueOf(phase.first + read);
      phase.record(phase.first + read++, latencyNs, r.h, r.l);
    });
    return read === phase.count;
  });
}

function echo(work, phase) {
  const words = new Words();
  let echoed = 0, read = 0;
  return listen(work, `echo ${work.workload.coordination.think} ${phase.count}`, (chunk, socket) => {
    let rest = chunk;
    if (echoed < phase.count) {
      socket.write(chunk.subarray(0, 1));
      echoed++;
      rest = chunk.subarray(1);
    }
    words.feed(rest, (latencyNs) => {
      phase.valueOf(phase.first + read);
      phase.record(phase.first + read++, latencyNs, r.h, r.l);
    });
    return read === phase.count;
  });
}

module.exports = { stall, echo };
