'use strict';
// Coordination within the program (docs/FORMAT.md, "Coordination"): units that are started and joined, that send
// each other messages, count together, and take turns. Units are async functions, or jobs of the pool.

const { scheduler } = require('node:timers/promises');
const { MessageChannel } = require('node:worker_threads');
const { r, nth } = require('./digest.cjs');
const { count } = require('./counter.cjs');
const { now } = require('./meters.cjs');
const { echo, stall } = require('./pulses.cjs');

// Leaves the value of a task, its first step seed, in `r`.
function valueOf(work, index) {
  nth(work.workload.seedHigh, work.workload.seedLow, index);
  nth(r.h, r.l, 0);
}

// What async functions leave their marks in.
let marks = 0;

async function unit(high, low) {
  marks++;
  return [high, low];
}

async function spawn(work, phase) {
  const seen = () => (work.pool ? Atomics.load(new Int32Array(work.marks), 0) : marks);
  const before = seen();
  for (let started = 0; started < phase.count;) {
    const round = [];
    for (let n = 0; n < work.width && started < phase.count; n++, started++) {
      const index = phase.first + started;
      valueOf(work, index);
      const startNs = now();
      round.push({ index, startNs, joined: work.pool ? work.pool.run(['spawn', r.h, r.l]) : unit(r.h, r.l) });
    }
    for (const { index, startNs, joined } of round) {
      const [high, low] = await joined;
      phase.record(index, now() - startNs, high, low);
    }
  }
  return { counts: { seen: seen() - before } };
}

// A channel between two async functions, since Node.js has none.
class Channel {
  constructor() {
    this.items = [];
    this.wanted = null;
  }

  send(item) {
    const { wanted } = this;
    this.wanted = null;
    if (wanted) wanted(item);
    else this.items.push(item);
  }

  receive() {
    if (this.items.length) return Promise.resolve(this.items.shift());
    return new Promise((resolve) => { this.wanted = resolve; });
  }
}

// A unit that sends everything back: {send, receive, close}.
function mirror(work) {
  const answers = new Channel();
  if (work.pool) {
    const { port1, port2 } = new MessageChannel();
    const over = work.pool.run(['mirror', port2], [port2]);
    port1.on('message', (message) => answers.send(message));
    return {
      send: (message) => port1.postMessage(message, [message]),
      receive: () => answers.receive(),
      close: () => { port1.close(); return over; },
    };
  }
  const questions = new Channel();
  const over = (async () => {
    for (let message; (message = await questions.receive()) !== null;) answers.send(message);
  })();
  return {
    send: (message) => questions.send(message),
    receive: () => answers.receive(),
    close: () => { questions.send(null); return over; },
  };
}

async function pingPong(work, phase) {
  let next = 0, endedNs = 0;
  // A mirror keeps its thread of the pool for as long as it lives.
  const pairs = work.pool ? Math.min(work.width, work.pool.size) : work.width;
  await Promise.all(Array.from({ length: pairs }, async () => {
    const partner = mirror(work);
    let buffer = new ArrayBuffer(work.workload.coordination.bytes);
    while (next < phase.count) {
      const index = phase.first + next++;
      const startNs = now();
      valueOf(work, index);
      const sent = new DataView(buffer);
      sent.setInt32(0, r.l, true);
      sent.setInt32(4, r.h, true);
      partner.send(buffer);
      buffer = await partner.receive();
      const came = new DataView(buffer);
      endedNs = now();
      phase.record(index, endedNs - startNs, came.getInt32(4, true), came.getInt32(0, true));
    }
    await partner.close();
  }));
  return { endedNs };
}

async function counter(work, phase) {
  const { increments, synchronised } = work.workload.coordination;
  const shared = new SharedArrayBuffer(4);
  const cell = new Int32Array(shared);
  let next = 0;
  await Promise.all(Array.from({ length: work.width }, async () => {
    while (next < phase.count) {
      const index = phase.first + next++;
      const startNs = now();
      valueOf(work, index);
      let high = r.h, low = r.l;
      if (work.pool) {
        [high, low] = await work.pool.run(['counter', shared, increments, synchronised, high, low]);
      } else {
        count(cell, increments, synchronised);
        await scheduler.yield();
      }
      phase.record(index, now() - startNs, high, low);
    }
  }));
  const lost = increments * phase.count - cell[0];
  if (synchronised && lost !== 0) throw new Error(`${lost} increments were lost`);
  return { counts: { lost } };
}

async function order(work, phase) {
  let taken = 0, outOfOrder = 0, lastNs = now();
  await Promise.all(Array.from({ length: work.width }, async (_, number) => {
    for (let turn = number; turn < phase.count; turn += work.width) {
      if (taken++ !== turn) outOfOrder++;
      const at = now();
      valueOf(work, phase.first + turn);
      phase.record(phase.first + turn, at - lastNs, r.h, r.l);
      lastNs = at;
      await scheduler.yield();
    }
  }));
  return { counts: { 'out-of-order': outOfOrder } };
}

// Resolves to `counts`, and to the time at which the last task ended where winding up takes long.
async function coordinate(work, first, tasks, recorder) {
  const phase = {
    first,
    count: tasks,
    record: (index, latencyNs, high, low) => recorder?.recordValue(index, latencyNs, high, low),
    valueOf: (index) => valueOf(work, index),
  };
  const kinds = { spawn, 'ping-pong': pingPong, counter, order, stall, echo };
  return kinds[work.workload.coordination.kind](work, phase);
}

module.exports = { coordinate };
