'use strict';
// A worker thread with an event loop of its own and its part of the lanes. It obeys orders of `loop-threads.cjs`,
// and answers each when it is done.

const { parentPort, workerData } = require('node:worker_threads');
const { LATE_NS } = require('./loops.cjs');
const { now } = require('./meters.cjs');
const { Work } = require('./work.cjs');

const { number, firstLane, lanes, width } = workerData;
// What all threads share: the next task that nobody has taken, tasks that have arrived at the latch, tasks of an
// open loop that have ended, and for each thread how many of those it has.
const next = new Int32Array(workerData.next);
const arrived = new Int32Array(workerData.arrived);
const ended = new Int32Array(workerData.ended);
const busy = new Int32Array(workerData.busy);
const latencies = new Float64Array(workerData.latencies);
const digests = new Int32Array(workerData.digests);

const work = new Work(workerData.request, null);
work.width = lanes;

// The latch of all threads: the last to arrive has the session open it in each of them.
class SharedLatch {
  constructor() { this.opened = new Promise((resolve) => { this.open = resolve; }); }

  async wait(sleeping) {
    const place = Atomics.add(arrived, 0, 1) + 1;
    if (place === width) parentPort.postMessage({ full: true });
    if (place <= width) await this.opened;
    await sleeping;
  }
}

function record(index, latencyNs, lane) {
  latencies[index] = Math.max(1, latencyNs);
  digests[2 * index] = lane.high;
  digests[2 * index + 1] = lane.low;
}

// Does tasks until there are no more. Each lane begins with one of its own, so that a warm-up of as many tasks as
// lanes gives each exactly one.
function closed({ first, count, isRecorded }) {
  work.latch = work.waits ? new SharedLatch() : null;
  return new Promise((resolve, reject) => {
    let running = work.lanes.length;
    const start = (lane, task) => {
      if (task >= count) {
        running--;
        if (running === 0) resolve(now());
        return;
      }
      work.perform(first + task, lane).then(() => {
        const at = now();
        if (isRecorded) record(task, at - lane.startNs, lane);
        lane.startNs = at;
        start(lane, Atomics.add(next, 0, 1));
      }).catch(reject);
    };
    const at = now();
    work.lanes.forEach((lane, n) => {
      lane.startNs = at;
      start(lane, firstLane + n);
    });
  });
}

// The tasks of an open loop that arrive at this thread.
class Arrivals {
  constructor({ port, times, begin, tasks }) {
    this.times = new Float64Array(times);
    this.begin = new Float64Array(begin);
    this.tasks = tasks;
    this.free = work.lanes.slice().reverse();
    this.waiting = [];
    this.taken = 0;
    this.tally = { late: 0, inTime: 0, endedNs: 0 };
    work.latch = null;
    port.on('message', (index) => this.arrive(index));
  }

  arrive(index) {
    const lane = this.free.pop();
    if (lane) this.start(index, lane);
    else this.waiting.push(index);
  }

  start(index, lane) {
    const [firstNs, inTimeNs] = this.begin;
    const dueNs = firstNs + this.times[index];
    if (now() - dueNs > LATE_NS) this.tally.late++;
    work.perform(index, lane).then(() => {
      const endedNs = now();
      record(index, endedNs - dueNs, lane);
      this.tally.endedNs = endedNs;
      if (endedNs <= inTimeNs) this.tally.inTime++;
      Atomics.sub(busy, number, 1);
      if (this.taken < this.waiting.length) this.start(this.waiting[this.taken++], lane);
      else this.free.push(lane);
      if (Atomics.add(ended, 0, 1) + 1 === this.tasks) parentPort.postMessage({ allEnded: true });
    }).catch(fail);
  }
}

let arrivals = null;

const ORDERS = {
  connect: () => work.connect(),
  closed,
  serve(order) { arrivals = new Arrivals(order); },
  tally: () => arrivals.tally,
  close: () => work.close(),
};

function fail(error) {
  parentPort.postMessage({ error: { kind: error.kind ?? 'failed', message: String(error.message ?? error) } });
}

parentPort.on('message', async (order) => {
  if (order.name === 'open') {
    work.latch.open();
    return;
  }
  try {
    parentPort.postMessage({ answer: await ORDERS[order.name](order) });
  } catch (error) {
    fail(error);
  }
});
parentPort.postMessage({ answer: 'ready' });
