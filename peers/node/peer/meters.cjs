'use strict';
// What the program measures of itself: its clock, processor time, context switches, memory, threads.

const fs = require('node:fs');

// CLOCK_MONOTONIC in nanoseconds; a double holds it exactly for the first hundred days of a machine's uptime.
function now() {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e9 + nanos;
}

// Of all threads of this process, since it began.
function usage() {
  const used = process.resourceUsage();
  return {
    cpuNs: (used.userCPUTime + used.systemCPUTime) * 1000,
    voluntary: used.voluntaryContextSwitches,
    involuntary: used.involuntaryContextSwitches,
  };
}

// Nanoseconds that living threads have waited for a processor; null where the system does not tell.
function runQueueWait() {
  try {
    let sum = 0;
    for (const thread of fs.readdirSync('/proc/self/task')) {
      try {
        sum += Number(fs.readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]);
      } catch { /* the thread has ended */ }
    }
    return sum;
  } catch {
    return null;
  }
}

function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return null;
  }
}

function liveThreads() {
  try {
    return fs.readdirSync('/proc/self/task').length;
  } catch {
    return 1;
  }
}

module.exports = { now, usage, runQueueWait, peakMemory, liveThreads };
