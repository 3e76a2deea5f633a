'use strict';
// One run, from the request to the last line of output: the handshake that docs/FORMAT.md describes. It has a
// thread of its own; the main thread hands it the lines of standard input.

const fs = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { PROTOCOL, readRequest } = require('./request.cjs');
const { usage } = require('./errors.cjs');
const { closedLoop, OpenLoop } = require('./loops.cjs');
const { LoopThreads } = require('./loop-threads.cjs');
const { coordinate } = require('./coordination.cjs');
const { crc32By } = require('./crc32.cjs');
const { Latch } = require('./timer.cjs');
const { Pool } = require('./pool.cjs');
const { Recorder } = require('./recorder.cjs');
const { Work } = require('./work.cjs');
const meters = require('./meters.cjs');

const { now } = meters;

function say(message) { fs.writeSync(1, `${JSON.stringify(message)}\n`); }

// The lines of standard input.
const lines = { ready: [], wanted: null };
parentPort.on('message', (line) => {
  const { wanted } = lines;
  lines.wanted = null;
  if (wanted) wanted(line);
  else lines.ready.push(line);
});

function nextLine() {
  if (lines.ready.length) return Promise.resolve(lines.ready.shift());
  return new Promise((resolve) => { lines.wanted = resolve; });
}

async function awaitGo() {
  const line = (await nextLine()).trim();
  if (line !== 'go') throw usage(`expected the line "go", got ${JSON.stringify(line)}`);
}

async function barrier() {
  say({ held: {} });
  await awaitGo();
}

// Ends the program: from now on the end of standard input is nothing to it.
function end(message, code) {
  Atomics.store(workerData.isOver, 0, 1);
  say(message);
  process.exit(code);
}

function fail(error) {
  if (!error.kind) fs.writeSync(2, `${error.stack ?? error}\n`);
  end({ error: { kind: error.kind ?? 'failed', message: String(error.message ?? error) } }, error.exitCode ?? 1);
}

// Every lane does one task behind the workload's last; then files are read into the page cache.
async function warmUp(work) {
  const { tasks, coordination } = work.workload;
  if (coordination) await coordinate(work, tasks, work.width, null);
  else if (work.threads) await work.threads.closedLoop(tasks, work.width, null, null);
  else {
    work.latch = work.waits ? new Latch(work.width, null) : null;
    await closedLoop(work, tasks, work.width, null);
  }
  work.readAllFiles();
}

// The measured tasks: {counts, open, endedNs, used, alive}.
async function drive(work, openLoop, recorder) {
  const { tasks, hold } = work.request;
  if (work.workload.coordination) return coordinate(work, 0, tasks, recorder);
  if (work.threads && !openLoop) return work.threads.closedLoop(0, tasks, recorder, hold ? barrier : null);
  // Tasks of an open loop come when they are due, and wait for nobody.
  work.latch = work.waits && !openLoop ? new Latch(work.width, hold ? barrier : null) : null;
  if (openLoop) return openLoop.run(recorder);
  await closedLoop(work, 0, tasks, recorder);
  return { alive: work.latch?.alive };
}

async function measure(work, openLoop) {
  const { request } = work;
  const recorder = new Recorder(0, request.tasks, request.digests !== null);
  const waitedBefore = meters.runQueueWait();
  const before = meters.usage();
  const startNs = now();
  const { counts, open, endedNs, used, alive } = await drive(work, openLoop, recorder);
  const elapsedNs = (endedNs ?? now()) - startNs;
  const after = used ?? meters.usage();
  const waited = meters.runQueueWait();
  if (request.hold) await barrier();
  if (recorder.recorded !== request.tasks) throw new Error(`${recorder.recorded} tasks were done`);
  if (request.digests) recorder.writeDigests(request.digests);
  return {
    tasks: request.tasks,
    digest: recorder.digest(),
    elapsed_ns: Math.max(1, Math.round(elapsedNs)),
    latency: recorder.histogram(),
    cpu_ns: Math.max(0, Math.round(after.cpuNs - before.cpuNs - (open?.pacing_cpu_ns ?? 0))),
    switches: {
      voluntary: after.voluntary - before.voluntary,
      involuntary: after.involuntary - before.involuntary,
    },
    vm_hwm_bytes: meters.peakMemory(),
    threads: meters.liveThreads(),
    processes: 1,
    alive_at_once: alive ?? null,
    run_queue_wait_ns: waited === null || waitedBefore === null ? null : Math.max(0, waited - waitedBefore),
    counts: counts ?? {},
    open: open ?? null,
  };
}

function knobs(work) {
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    libuv: process.versions.uv,
    uv_threadpool_size: process.env.UV_THREADPOOL_SIZE ?? '4',
    tcp_nodelay: 'true',
    crc32: crc32By,
    http: 'net.Socket and a parser of our own',
    files: work.isSequential ? 'fs.readFileSync' : 'fs.readFile',
    event_loops: String(work.threads?.threads.length ?? 1),
    kernels: work.pool ? `${work.pool.size} worker threads` : 'on the event loop, with a turn of it after each',
  };
}

function prepareOpenLoop(work) {
  const { tasks } = work.request;
  return work.threads ? work.threads.prepareOpen(tasks) : OpenLoop.prepare(work, tasks);
}

async function run() {
  const request = readRequest(await nextLine());
  if (request.parent) parentPort.postMessage({ parent: request.parent });
  const marks = new SharedArrayBuffer(4);
  const pool = request.variant === 'workers' ? await Pool.start(request.setup.workers, marks) : null;
  const work = new Work(request, pool);
  work.marks = marks;
  work.threads = request.variant === 'async+threads' ? await LoopThreads.start(work) : null;
  const started = now();
  await (work.threads ?? work).connect();
  const connected = now();
  await warmUp(work);
  // Its thread starts here, so that it is no part of the measured region.
  const openLoop = work.workload.rate ? await prepareOpenLoop(work) : null;
  say({
    ready: {
      protocol: PROTOCOL,
      version: workerData.version,
      in_flight: work.width,
      start_ns: Math.round(started - workerData.beganNs),
      connect_ns: Math.round(connected - started),
      warm_up_ns: Math.round(now() - connected),
      knobs: knobs(work),
    },
  });
  await awaitGo();
  const done = await measure(work, openLoop);
  const shuttingNs = now();
  await (work.threads ?? work).close();
  await openLoop?.close();
  await pool?.stop();
  await work.threads?.stop();
  done.shut_down_ns = Math.round(now() - shuttingNs);
  end({ done }, 0);
}

process.on('uncaughtException', fail);
run().catch(fail);
