'use strict';
// The two ways of driving lanes: a closed loop, in which a task that ends starts the next, and an open loop, in
// which tasks arrive by the clock.

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { r, nth } = require('./digest.cjs');
const { now } = require('./meters.cjs');

const LATE_NS = 1e6;
// Between `go` and the first arrival.
const LEAD_NS = 2e6;

// Does the tasks from `first` on; `recorder` is null in the warm-up.
function closedLoop(work, first, count, recorder) {
  return new Promise((resolve, reject) => {
    let next = 0, done = 0;
    const start = (lane) => {
      if (next >= count) return;
      const index = first + next++;
      work.perform(index, lane).then(() => {
        // The end of a task is the start of the next on its lane.
        const at = now();
        if (recorder) recorder.record(index, at - lane.startNs, lane.high, lane.low);
        lane.startNs = at;
        if (++done === count) resolve();
        else start(lane);
      }).catch(reject);
    };
    const at = now();
    for (const lane of work.lanes) {
      lane.startNs = at;
      start(lane);
    }
  });
}

// When each task is due, in nanoseconds after the first could start.
function dueTimes(workload, tasks) {
  const rate = Number(/^(\d+)\/s$/.exec(workload.rate)[1]);
  const times = new Float64Array(new SharedArrayBuffer(8 * tasks));
  if (workload.arrivals !== 'poisson') {
    for (let n = 0; n < tasks; n++) times[n] = (n / rate) * 1e9;
    return times;
  }
  nth(workload.seedHigh, workload.seedLow, 0x617272697665);
  const high = r.h, low = r.l;
  let sum = 0;
  for (let n = 0; n < tasks; n++) {
    nth(high, low, n);
    const u = ((r.h >>> 0) * 2 ** 21 + (r.l >>> 11)) * 2 ** -53;
    sum += (-Math.log(1 - u) / rate) * 1e9;
    times[n] = sum;
  }
  return times;
}

// An open loop, whose pacing thread is started and waits.
class OpenLoop {
  static async prepare(work, tasks) {
    const loop = new OpenLoop();
    loop.work = work;
    loop.times = dueTimes(work.workload, tasks);
    loop.pacer = new Worker(path.join(__dirname, 'pacer.cjs'), { workerData: { times: loop.times } });
    await new Promise((resolve, reject) => {
      loop.pacer.once('message', resolve);
      loop.pacer.once('error', reject);
    });
    return loop;
  }

  // Does all tasks; resolves to `open` of `done`, and the time at which the last task ended.
  run(recorder) {
    const { work, times } = this;
    const tasks = times.length;
    const open = { late_starts: 0, completed_in_time: 0, generator_late: 0, pacing_cpu_ns: 0 };
    return new Promise((resolve, reject) => {
      const free = work.lanes.slice().reverse();
      const waiting = [];
      let taken = 0, done = 0, endedNs = 0, isPaced = false;
      const firstNs = now() + LEAD_NS;
      const inTimeNs = firstNs + times[tasks - 1] + work.waitNs + LATE_NS;
      const endIfOver = () => { if (isPaced && done === tasks) resolve({ open, endedNs }); };
      const start = (index, lane) => {
        const dueNs = firstNs + times[index];
        if (now() - dueNs > LATE_NS) open.late_starts++;
        work.perform(index, lane).then(() => {
          endedNs = now();
          recorder.record(index, endedNs - dueNs, lane.high, lane.low);
          if (endedNs <= inTimeNs) open.completed_in_time++;
          done++;
          if (taken < waiting.length) start(waiting[taken++], lane);
          else free.push(lane);
          endIfOver();
        }).catch(reject);
      };
      this.pacer.on('message', (message) => {
        if (typeof message === 'number') {
          const lane = free.pop();
          if (lane) start(message, lane);
          else waiting.push(message);
          return;
        }
        open.generator_late = message.late;
        open.pacing_cpu_ns = message.cpuNs;
        isPaced = true;
        endIfOver();
      });
      this.pacer.on('error', reject);
      this.pacer.postMessage(firstNs);
    });
  }

  close() { return this.pacer.terminate(); }
}

module.exports = { closedLoop, dueTimes, LATE_NS, LEAD_NS, OpenLoop };
