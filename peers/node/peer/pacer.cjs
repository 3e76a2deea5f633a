'use strict';
// The pacing thread of an open loop: it hands over index after index when each is due, by the monotonic clock.

const fs = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { now } = require('./meters.cjs');

const LATE_NS = 1e6;

// Processor time of this thread; handing over is part of it, because Node.js cannot time that apart.
function threadCpuNs() {
  try {
    return Number(fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

function sleepUntil(timeNs) {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let left = timeNs - now(); left > 0; left = timeNs - now()) Atomics.wait(nobody, 0, 0, left / 1e6);
}

// Hands a task to the session, or with several event loops to the one that has the fewest.
function handOver(index) {
  const { ports } = workerData;
  if (!ports) {
    parentPort.postMessage(index);
    return;
  }
  const busy = new Int32Array(workerData.busy);
  let least = 0;
  for (let loop = 1; loop < ports.length; loop++) {
    if (Atomics.load(busy, loop) < Atomics.load(busy, least)) least = loop;
  }
  Atomics.add(busy, least, 1);
  ports[least].postMessage(index);
}

parentPort.once('message', (firstNs) => {
  const beforeNs = threadCpuNs();
  let late = 0;
  for (let index = 0; index < workerData.times.length; index++) {
    const dueNs = firstNs + workerData.times[index];
    sleepUntil(dueNs);
    if (now() - dueNs > LATE_NS) late++;
    handOver(index);
  }
  parentPort.postMessage({ late, cpuNs: threadCpuNs() - beforeNs });
});
parentPort.postMessage('ready');
