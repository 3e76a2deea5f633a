'use strict';
// The request, checked: fields that there are not, numbers out of range, and work that Node does not do.

const { usage, unsupported } = require('./errors.cjs');
const { r, split } = require('./digest.cjs');
const { KERNELS } = require('./kernels.cjs');

const PROTOCOL = 1;
const MOST_UNITS = 100_000;
const MOST_IN_FLIGHT = 1_000_000;
const VARIANTS = ['sequential', 'async', 'async+threads', 'workers'];

// The fields that an object of the request may have.
const FIELDS = {
  request: ['protocol', 'variant', 'setup', 'tasks', 'hold', 'digests', 'parent'],
  setup: ['workload', 'endpoints', 'workers', 'in_flight', 'blocking', 'switch_interval_us'],
  workload: [
    'name', 'about', 'class', 'tasks', 'in_flight', 'rate', 'arrivals', 'seed', 'coordination', 'serve', 'step',
  ],
  endpoints: ['origin', 'sqlite', 'files', 'postgres', 'pulses'],
  // Of each kind of step and of coordination.
  'http-get': ['bytes', 'latency', 'connection'],
  'sqlite-select': ['rows', 'count', 'transaction'],
  'postgres-select': ['rows', 'wait', 'connection'],
  'read-file': ['files', 'bytes', 'cache'],
  wait: ['duration'],
  compute: ['kernel', 'size'],
  spawn: [],
  'ping-pong': ['bytes'],
  counter: ['increments', 'synchronised'],
  order: [],
  stall: ['period', 'hogs', 'hog'],
  echo: ['think', 'hogs', 'hog'],
};

function checkFields(what, object) {
  if (typeof object !== 'object' || object === null) throw usage(`${what} is no object`);
  for (const name of Object.keys(object)) {
    if (!FIELDS[what].includes(name)) throw usage(`${what} has no field ${JSON.stringify(name)}`);
  }
}

function checkCount(object, name, most) {
  const number = object[name];
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw usage(`${name} is ${JSON.stringify(number)}: allowed are 1 to ${most}`);
  }
}

const nanoseconds = (text) => {
  const found = /^(\d+)ns$/.exec(text);
  if (!found) throw usage(`a duration is a whole number of ns, not ${JSON.stringify(text)}`);
  return Number(found[1]);
};

const DURATIONS = ['latency', 'wait', 'duration', 'period', 'hog', 'think'];

// `{"wait": {"duration": "5ns"}}` as `{kind: "wait", duration: 5}`.
function flattened(object) {
  const [kind] = Object.keys(object);
  // A kind that there is not is refused with all others that Node does not do.
  if (kind in FIELDS) checkFields(kind, object[kind]);
  const flat = { ...object[kind], kind };
  for (const name of DURATIONS) if (name in flat) flat[name] = nanoseconds(flat[name]);
  return flat;
}

// The request that a line holds. Its workload gets `seedHigh` and `seedLow`, and steps and coordination in the
// flat form.
function readRequest(line) {
  let request;
  try {
    request = JSON.parse(line);
  } catch (error) {
    throw usage(`the request cannot be read: ${error.message}`);
  }
  checkFields('request', request);
  if (request.protocol !== PROTOCOL) throw usage(`protocol ${request.protocol}: this program speaks ${PROTOCOL}`);
  checkFields('setup', request.setup);
  checkFields('workload', request.setup.workload);
  checkFields('endpoints', request.setup.endpoints ?? {});
  for (const name of ['workers', 'blocking']) checkCount(request.setup, name, MOST_UNITS);
  checkCount(request.setup, 'in_flight', MOST_IN_FLIGHT);
  checkCount(request.setup.workload, 'tasks', 10_000_000);
  checkCount(request, 'tasks', request.setup.workload.tasks);
  if (!VARIANTS.includes(request.variant)) {
    throw usage(`no variant ${JSON.stringify(request.variant)}: there are ${VARIANTS.join(', ')}`);
  }
  if (request.parent && process.ppid !== request.parent) {
    throw usage(`process ${request.parent} is not the parent of this one`);
  }
  const { workload } = request.setup;
  readSeed(line, workload);
  workload.steps = (workload.step ?? []).map(flattened);
  if (workload.coordination) workload.coordination = flattened(workload.coordination);
  checkWork(request);
  return request;
}

// A seed has 64 bits, and a number of JavaScript 53: it is read from the text, before it is rounded. Within a
// string the quotes of `"seed"` would be escaped, so that this finds the field alone.
function readSeed(line, workload) {
  const found = /"seed"\s*:\s*(\d+)/.exec(line);
  if (!found || BigInt(found[1]) >= 1n << 64n) throw usage('seed is not a whole number below 2^64');
  split(BigInt(found[1]));
  workload.seedHigh = r.h;
  workload.seedLow = r.l;
}

// Refuses what Node.js, or the variant, does not do.
function checkWork({ variant, setup: { workload } }) {
  if (workload.serve) throw unsupported('this program answers no requests');
  const kind = workload.coordination?.kind;
  if (kind && variant === 'sequential') throw unsupported('one lane has nobody to coordinate with');
  if (kind && variant === 'async+threads') {
    throw unsupported('event loops in threads coordinate by messages alone, which `workers` shows');
  }
  if (kind === 'order' && variant === 'workers') throw unsupported('jobs of a pool are no units that take turns');
  if (kind === 'counter' && workload.coordination.increments * workload.tasks >= 2 ** 31) {
    throw unsupported('a counter that threads share has 32 bits');
  }
  for (const step of workload.steps) {
    switch (step.kind) {
      case 'http-get':
      case 'wait':
        break;
      case 'read-file':
        if (step.cache !== 'cached') throw unsupported('Node.js has no posix_fadvise to evict a file with');
        break;
      case 'compute':
        if (!(step.kernel in KERNELS)) throw unsupported(`no kernel ${step.kernel}`);
        break;
      case 'sqlite-select':
      case 'postgres-select':
        throw unsupported(`the standard library of Node.js has no client for ${step.kind}`);
      case 'call':
        throw unsupported('the standard library of Node.js calls no functions of C libraries');
      default:
        throw unsupported(`this program does not know steps of the kind ${step.kind}`);
    }
  }
}

module.exports = { PROTOCOL, readRequest };
