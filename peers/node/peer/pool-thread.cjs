'use strict';
// A thread of the pool: it carries out one job after the other.

const { parentPort, workerData } = require('node:worker_threads');
const { r } = require('./digest.cjs');
const { KERNELS, computeFor } = require('./kernels.cjs');
const { count } = require('./counter.cjs');

const marks = new Int32Array(workerData.marks);

const JOBS = {
  kernel(kernel, size, high, low) {
    KERNELS[kernel](size, high, low);
    return [r.h, r.l];
  },
  spawn(high, low) {
    Atomics.add(marks, 0, 1);
    return [high, low];
  },
  counter(shared, increments, synchronised, high, low) {
    count(new Int32Array(shared), increments, synchronised);
    return [high, low];
  },
  hog(nanoseconds) {
    computeFor(nanoseconds);
    return [0, 0];
  },
};

parentPort.on('message', ([kind, ...data]) => {
  if (kind === 'mirror') {
    // Sends back whatever comes over the port, until it is closed.
    const [port] = data;
    port.on('message', (buffer) => port.postMessage(buffer, [buffer]));
    port.once('close', () => parentPort.postMessage([0, 0]));
    return;
  }
  parentPort.postMessage(JOBS[kind](...data));
});
parentPort.postMessage('ready');
