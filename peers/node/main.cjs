'use strict';
// The program of the model `node`: one run as docs/FORMAT.md describes it, or `--version`.
//
// The main thread only reads standard input. The run has an event loop of its own in a worker thread, because a
// loop that computes reads nothing: this way the end of standard input ends the program at once, whatever the
// run is doing.

const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const OLDEST = 18;
const CLOSED = 3;
const version = `node ${process.versions.node}`;

// Starts the run, hands it line after line, and ends with its exit code.
function run() {
  // The program began so long ago; both clocks are the monotonic one.
  // The age first, which takes time: read later, it would make the start seem earlier than it was.
  const ageNs = process.uptime() * 1e9;
  const beganNs = Number(process.hrtime.bigint()) - ageNs;
  // The run sets it before its last line, whose reader may close our input at once.
  const isOver = new Int32Array(new SharedArrayBuffer(4));
  const session = new Worker(path.join(__dirname, 'peer/session.cjs'), { workerData: { beganNs, isOver, version } });
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) session.postMessage(line);
  });
  process.stdin.on('end', () => {
    if (Atomics.load(isOver, 0) === 0) process.exit(CLOSED);
  });
  session.on('message', ({ parent }) => endWith(parent));
  session.on('error', (error) => {
    // What the run could not report itself, such as a full heap.
    fs.writeSync(1, `${JSON.stringify({ error: { kind: 'failed', message: String(error) } })}\n`);
    process.exit(1);
  });
  session.on('exit', (code) => process.exit(code));
}

// Ends this program within a second after its parent. The end of standard input nearly always comes first.
function endWith(parent) {
  setInterval(() => { if (process.ppid !== parent) process.exit(CLOSED); }, 1000);
}

const [argument] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  fs.writeSync(2, `this program needs Node.js ${OLDEST} or newer, and this is ${version}\n`);
  process.exitCode = 1;
} else if (argument === '--version') {
  fs.writeSync(1, `${version}\n`);
} else if (argument !== undefined) {
  fs.writeSync(2, `unknown argument ${argument}: a request is read from standard input, see docs/FORMAT.md\n`);
  process.exitCode = 2;
} else {
  run();
}
