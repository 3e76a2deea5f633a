'use strict';
// The variant `async+threads`: worker threads that each have an event loop and a part of the lanes, seen from the
// session, which has a thread of its own.

const path = require('node:path');
const { MessageChannel, Worker } = require('node:worker_threads');
const { RunError } = require('./errors.cjs');
const { dueTimes, LATE_NS, LEAD_NS } = require('./loops.cjs');
const { now } = require('./meters.cjs');

class LoopThreads {
  // Starts as many threads as workers, and no more than lanes, which are dealt evenly.
  static async start(work) {
    const loops = new LoopThreads();
    const { request, width } = work;
    const size = Math.min(work.setup.workers, width);
    loops.work = work;
    loops.shared = {
      next: new SharedArrayBuffer(4),
      arrived: new SharedArrayBuffer(4),
      ended: new SharedArrayBuffer(4),
      busy: new SharedArrayBuffer(4 * size),
      latencies: new SharedArrayBuffer(8 * request.tasks),
      digests: new SharedArrayBuffer(8 * request.tasks),
    };
    loops.threads = [];
    loops.onFull = loops.onAllEnded = null;
    let firstLane = 0;
    const started = [];
    for (let number = 0; number < size; number++) {
      const lanes = Math.floor(width / size) + (number < width % size ? 1 : 0);
      const workerData = { ...loops.shared, request, number, firstLane, lanes, width };
      started.push(loops.add(new Worker(path.join(__dirname, 'loop-thread.cjs'), { workerData })));
      firstLane += lanes;
    }
    await Promise.all(started);
    return loops;
  }

  // Listens to a thread; resolves once that is ready.
  add(thread) {
    thread.pending = null;
    this.threads.push(thread);
    const broken = (error) => this.broken(thread, error);
    thread.on('message', ({ answer, error, full, allEnded }) => {
      if (error) broken(new RunError(error.kind, error.message));
      else if (full) this.onFull();
      else if (allEnded) this.onAllEnded();
      else thread.pending.resolve(answer);
    });
    thread.on('error', broken);
    return new Promise((resolve, reject) => { thread.pending = { resolve, reject }; });
  }

  // A thread that fails may do so between two orders, of an open loop.
  broken(thread, error) {
    if (this.onBroken) this.onBroken(error);
    else thread.pending.reject(error);
  }

  // Gives an order to every thread; resolves to their answers.
  all(order, transfers = []) {
    return Promise.all(this.threads.map((thread, number) => new Promise((resolve, reject) => {
      thread.pending = { resolve, reject };
      const port = transfers[number];
      thread.postMessage({ ...order, port }, port ? [port] : []);
    })));
  }

  connect() { return this.all({ name: 'connect' }); }

  // Does the tasks from `first` on; `recorder` is null in the warm-up.
  async closedLoop(first, count, recorder, barrier) {
    const { width, waits } = this.work;
    Atomics.store(new Int32Array(this.shared.next), 0, width);
    Atomics.store(new Int32Array(this.shared.arrived), 0, 0);
    let alive;
    const full = new Promise((resolve, reject) => {
      this.onFull = async () => {
        try {
          alive = width;
          if (barrier) await barrier();
          for (const thread of this.threads) thread.postMessage({ name: 'open' });
          resolve();
        } catch (error) {
          reject(error);
        }
      };
    });
    const ends = this.all({ name: 'closed', first, count, isRecorded: recorder !== null });
    if (waits) await Promise.race([full, ends]);
    const endedNs = Math.max(...await ends);
    if (recorder) this.record(recorder);
    return { endedNs, alive };
  }

  // Hands what the threads recorded to the recorder of the run.
  record(recorder) {
    const latencies = new Float64Array(this.shared.latencies);
    const digests = new Int32Array(this.shared.digests);
    latencies.forEach((latency, index) => {
      if (latency > 0) recorder.record(index, latency, digests[2 * index], digests[2 * index + 1]);
    });
  }

  // An open loop, whose pacing thread is started and waits: it hands each task to the thread with the fewest.
  async prepareOpen(tasks) {
    const times = dueTimes(this.work.workload, tasks);
    const begin = new SharedArrayBuffer(16);
    const channels = this.threads.map(() => new MessageChannel());
    await this.all({ name: 'serve', times: times.buffer, begin, tasks }, channels.map(({ port1 }) => port1));
    const ports = channels.map(({ port2 }) => port2);
    const workerData = { times, ports, busy: this.shared.busy };
    const pacer = new Worker(path.join(__dirname, 'pacer.cjs'), { workerData, transferList: ports });
    await new Promise((resolve, reject) => {
      pacer.once('message', resolve);
      pacer.once('error', reject);
    });
    return new ThreadedOpenLoop(this, times, begin, pacer);
  }

  close() { return this.all({ name: 'close' }); }

  stop() { return Promise.all(this.threads.map((thread) => thread.terminate())); }
}

class ThreadedOpenLoop {
  constructor(loops, times, begin, pacer) { Object.assign(this, { loops, times, begin, pacer }); }

  // Does all tasks; resolves to `open` of `done`, and the time at which the last task ended.
  async run(recorder) {
    const { loops, times, pacer } = this;
    const firstNs = now() + LEAD_NS;
    const inTimeNs = firstNs + times[times.length - 1] + loops.work.waitNs + LATE_NS;
    new Float64Array(this.begin).set([firstNs, inTimeNs]);
    const paced = new Promise((resolve, reject) => {
      pacer.once('message', resolve);
      pacer.once('error', reject);
    });
    const allEnded = new Promise((resolve, reject) => {
      loops.onAllEnded = resolve;
      loops.onBroken = reject;
    });
    pacer.postMessage(firstNs);
    const [{ late, cpuNs }] = await Promise.all([paced, allEnded]);
    const tallies = await loops.all({ name: 'tally' });
    loops.record(recorder);
    const sum = (of) => tallies.reduce((total, tally) => total + of(tally), 0);
    const open = {
      late_starts: sum((tally) => tally.late),
      completed_in_time: sum((tally) => tally.inTime),
      generator_late: late,
      pacing_cpu_ns: cpuNs,
    };
    return { open, endedNs: Math.max(...tallies.map((tally) => tally.endedNs)) };
  }

  close() { return this.pacer.terminate(); }
}

module.exports = { LoopThreads };
