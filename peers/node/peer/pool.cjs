'use strict';
// A pool of worker threads. A job is an array that begins with its kind, and its answer a pair of 32-bit halves.

const path = require('node:path');
const { Worker } = require('node:worker_threads');

class Pool {
  // Starts so many threads, which count the jobs of kind `spawn` in `marks`.
  static async start(size, marks) {
    const pool = new Pool();
    pool.size = size;
    pool.waiting = [];
    pool.taken = 0;
    pool.idle = [];
    const script = path.join(__dirname, 'pool-thread.cjs');
    pool.threads = Array.from({ length: size }, () => new Worker(script, { workerData: { marks } }));
    await Promise.all(pool.threads.map((thread) => new Promise((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    })));
    for (const thread of pool.threads) {
      thread.job = null;
      thread.on('message', (answer) => pool.answered(thread, answer));
      thread.on('error', (error) => pool.broken(thread, error));
      thread.on('exit', () => pool.broken(thread, new Error('a thread of the pool ended')));
      pool.idle.push(thread);
    }
    return pool;
  }

  run(message, transfer) {
    return new Promise((resolve, reject) => {
      const job = { message, transfer, resolve, reject };
      const thread = this.idle.pop();
      if (thread) this.give(thread, job);
      else this.waiting.push(job);
    });
  }

  give(thread, job) {
    thread.job = job;
    thread.postMessage(job.message, job.transfer);
  }

  answered(thread, answer) {
    const { job } = thread;
    thread.job = null;
    if (this.taken < this.waiting.length) this.give(thread, this.next());
    else this.idle.push(thread);
    job.resolve(answer);
  }

  // The job that has waited longest. Places are emptied rather than shifted, which would move all the others.
  next() {
    const job = this.waiting[this.taken];
    this.waiting[this.taken++] = undefined;
    if (this.taken === this.waiting.length) {
      this.waiting.length = 0;
      this.taken = 0;
    }
    return job;
  }

  broken(thread, error) {
    thread.job?.reject(error);
    thread.job = null;
  }

  async stop() {
    for (const thread of this.threads) thread.removeAllListeners('exit');
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }
}

module.exports = { Pool };
