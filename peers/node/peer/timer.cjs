'use strict';
// Waiting on the event loop's own timer, and for all lanes.

const { now } = require('./meters.cjs');

// Waits for at least so many nanoseconds. The loop's clock is in whole milliseconds, so that a timer may end up
// to one too early, and is set again then.
function sleep(nanoseconds) {
  return new Promise((resolve) => {
    const until = now() + nanoseconds;
    const check = () => {
      const left = until - now();
      if (left <= 0) resolve();
      else setTimeout(check, Math.max(1, Math.ceil(left / 1e6)));
    };
    setTimeout(check, Math.ceil(nanoseconds / 1e6));
  });
}

// Lets the first tasks of a phase go when as many wait as there are lanes, and then everybody.
class Latch {
  constructor(lanes, onFull) {
    this.lanes = lanes;
    this.arrived = 0;
    this.alive = null;
    this.onFull = onFull;
    this.opened = new Promise((resolve) => { this.open = resolve; });
  }

  // Waits for the others; `sleeping` is the task's own wait, which goes on meanwhile.
  async wait(sleeping) {
    this.arrived++;
    if (this.arrived === this.lanes) {
      this.alive = this.lanes;
      if (this.onFull) await this.onFull();
      this.open();
    }
    if (this.arrived <= this.lanes) await this.opened;
    await sleeping;
  }
}

module.exports = { sleep, Latch };
