'use strict';
// The work of one run: its lanes, and the steps of a task, which is the same code for all variants.

const { r, nth, mix } = require('./digest.cjs');
const { KERNELS } = require('./kernels.cjs');
const files = require('./files.cjs');
const http = require('./http.cjs');
const { sleep } = require('./timer.cjs');

const CAPACITY = { sequential: 1 };

const immediately = () => new Promise((resolve) => { setImmediate(resolve); });

class Work {
  constructor(request, pool) {
    this.request = request;
    this.setup = request.setup;
    this.workload = request.setup.workload;
    this.pool = pool;
    this.width = Math.min(this.setup.in_flight, CAPACITY[request.variant] ?? Infinity, request.tasks);
    this.isSequential = request.variant === 'sequential';
    this.lanes = [];
    // The latch of the phase that runs, where its tasks wait for each other.
    this.latch = null;
    for (const step of this.workload.steps) {
      if (step.kind === 'read-file') step.first = files.firstFile(this.workload, step.files);
    }
  }

  // Opens the lanes, each with the connection that it keeps.
  async connect() {
    const keeps = this.workload.steps.some((step) => step.kind === 'http-get' && step.connection !== 'new');
    for (let n = 0; n < this.width; n++) {
      const connection = keeps ? new http.Connection(this.setup.endpoints.origin) : null;
      this.lanes.push({ connection, startNs: 0, high: 0, low: 0 });
    }
    if (keeps) await Promise.all(this.lanes.map((lane) => lane.connection.opened));
  }

  close() { for (const lane of this.lanes) lane.connection?.close(); }

  get waits() { return this.workload.steps.some((step) => step.kind === 'wait'); }

  // Nanoseconds that a task waits at least.
  get waitNs() {
    const of = (step) => (step.kind === 'http-get' ? step.latency ?? 0 : step.duration ?? 0);
    return this.workload.steps.reduce((sum, step) => sum + of(step), 0);
  }

  // Carries out a task and leaves its digest in the lane.
  async perform(index, lane) {
    const { workload } = this;
    nth(workload.seedHigh, workload.seedLow, index);
    const taskHigh = r.h, taskLow = r.l;
    let high = 0, low = 0;
    for (let n = 0; n < workload.steps.length; n++) {
      nth(taskHigh, taskLow, n);
      const value = await this.step(workload.steps[n], index, lane, r.h, r.l);
      // Values of 32 bits are numbers, those of 64 bits pairs: most steps then make no garbage.
      if (typeof value === 'number') mix(high, low, 0, value);
      else mix(high, low, value[0], value[1]);
      high = r.h;
      low = r.l;
    }
    lane.high = high;
    lane.low = low;
  }

  // The value of one step whose seed is (high, low), or a promise of it.
  step(step, index, lane, high, low) {
    switch (step.kind) {
      case 'http-get': {
        const path = http.bodyPath(step, high, low);
        if (step.connection === 'new') return http.getOnce(this.setup.endpoints.origin, path, step.bytes);
        return lane.connection.get(path, step.bytes);
      }
      case 'read-file': {
        const path = files.pathOf(this.setup.endpoints.files, (step.first + (index % step.files)) % step.files);
        return this.isSequential ? files.readNow(path) : files.read(path);
      }
      case 'wait': return this.wait(step, high, low);
      default: return this.compute(step, high, low);
    }
  }

  async wait(step, high, low) {
    const sleeping = sleep(step.duration);
    await (this.latch ? this.latch.wait(sleeping) : sleeping);
    return [high, low];
  }

  async compute(step, high, low) {
    if (this.pool) return this.pool.run(['kernel', step.kernel, step.size, high, low]);
    KERNELS[step.kernel](step.size, high, low);
    const value = [r.h, r.l];
    // A turn of the loop after each kernel: promises alone would never let it look at sockets and timers.
    await immediately();
    return value;
  }

  // Reads every file of a workload once, so that the page cache has it.
  readAllFiles() {
    for (const step of this.workload.steps) {
      if (step.kind !== 'read-file') continue;
      for (let file = 0; file < step.files; file++) files.readNow(files.pathOf(this.setup.endpoints.files, file));
    }
  }
}

module.exports = { Work };
