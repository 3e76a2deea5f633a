'use strict';
// The HTTP client: a socket and a parser of just what is needed, since http.Agent costs several times more.

const net = require('node:net');
const { crc32 } = require('./crc32.cjs');
const { hex } = require('./digest.cjs');

const MOST_HEAD = 8192;

// One connection, which carries one request at a time.
class Connection {
  constructor(address) {
    const colon = address.lastIndexOf(':');
    this.address = address;
    this.ended = null;
    this.head = '';
    this.left = -1;
    this.crc = 0;
    this.expected = 0;
    this.resolve = this.reject = null;
    // One buffer for all reads of this connection: each is looked at before the next begins.
    const buffer = Buffer.allocUnsafe(65536);
    const callback = (length) => { this.read(buffer.subarray(0, length)); return true; };
    this.socket = net.connect({
      host: address.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(address.slice(colon + 1)),
      noDelay: true,
      onread: { buffer, callback },
    });
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('end', () => this.fail(new Error('the origin closed the connection')));
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.reject = reject;
    });
    // Who waits for it sees the error; nobody has to.
    this.opened.catch(() => {});
  }

  fail(error) {
    this.ended ??= error;
    const { reject } = this;
    this.resolve = this.reject = null;
    if (reject) reject(this.ended);
  }

  // The CRC-32 of the body of so many bytes.
  get(path, bytes) {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(this.ended);
        return;
      }
      this.resolve = resolve;
      this.reject = reject;
      this.head = '';
      this.left = -1;
      this.crc = 0;
      this.expected = bytes;
      this.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.address}\r\n\r\n`, 'latin1');
    });
  }

  read(chunk) {
    if (!this.resolve) this.fail(new Error('the origin sent what nobody asked for'));
    else if (this.left < 0) this.readHead(chunk);
    else this.readBody(chunk);
  }

  // The head nearly always comes whole; where it does not, what is there is kept.
  readHead(chunk) {
    const before = this.head.length;
    this.head += chunk.latin1Slice(0, Math.min(chunk.length, MOST_HEAD));
    const end = this.head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.head.length >= MOST_HEAD) this.fail(new Error('the head of an answer is too long'));
      return;
    }
    if (end + 4 > MOST_HEAD) {
      this.fail(new Error('the head of an answer is too long'));
      return;
    }
    const status = this.head.slice(0, this.head.indexOf('\r\n'));
    if (!/^HTTP\/1\.1 200( |$)/.test(status)) {
      this.fail(new Error(`the origin answered ${JSON.stringify(status)}`));
      return;
    }
    const head = this.head.slice(0, end + 2);
    // Beside a length, or with two of them, it is ambiguous where the answer ends.
    if (/\r\ntransfer-encoding[ \t]*:/i.test(head) || /\r\ncontent-length:[^]*\r\ncontent-length:/i.test(head)) {
      this.fail(new Error('an answer with another framing than one plain length'));
      return;
    }
    const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head);
    if (!length || Number(length[1]) !== this.expected) {
      this.fail(new Error(`a body of ${length ? length[1] : 'unknown'} bytes instead of ${this.expected}`));
      return;
    }
    this.left = this.expected;
    this.readBody(chunk.subarray(end + 4 - before));
  }

  readBody(chunk) {
    if (chunk.length > this.left) {
      this.fail(new Error('the origin sent more than a body'));
      return;
    }
    this.crc = crc32(chunk, this.crc);
    this.left -= chunk.length;
    if (this.left > 0) return;
    const { resolve } = this;
    this.resolve = this.reject = null;
    resolve(this.crc | 0);
  }

  close() {
    this.resolve = this.reject = null;
    this.ended ??= new Error('the connection is closed');
    this.socket.destroy();
  }
}

// One GET over a connection of its own.
async function getOnce(address, path, bytes) {
  const connection = new Connection(address);
  try {
    await connection.opened;
    return await connection.get(path, bytes);
  } finally {
    connection.close();
  }
}

const bodyPath = (step, high, low) => `/body/${step.bytes}/${step.latency ?? 0}/${hex(high, low)}`;

module.exports = { Connection, getOnce, bodyPath };
