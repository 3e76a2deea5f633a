'use strict';
// Errors that are told to the tool, each with its kind and with the exit code that belongs to it.

class RunError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }

  get exitCode() { return this.kind === 'usage' ? 2 : 1; }
}

const usage = (message) => new RunError('usage', message);
const unsupported = (message) => new RunError('unsupported', message);

module.exports = { RunError, usage, unsupported };
