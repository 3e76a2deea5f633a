'use strict';
// The kernels of docs/FORMAT.md in plain JavaScript. Each takes a size and the step seed (sh, sl), and leaves its
// value in `r`.

const { createHash } = require('node:crypto');
const { now } = require('./meters.cjs');
const { r, add, nth, mix, fill, split } = require('./digest.cjs');

const TWO32 = 4294967296;

// Adds a whole double below 2^53 to (h, l).
function addDouble(h, l, x) { add(h, l, Math.floor(x / TWO32) | 0, x | 0); }

// From `from` to below `to`; squares are exact doubles below 2^26, beyond that BigInt.
function sumSquaresBetween(from, to, h, l) {
  let i = from;
  while (i < to && i < 67108864) {
    let sum = 0;
    const end = Math.min(to, 67108864);
    while (i < end && sum < 4503599627370496) { sum += i * i; i++; }
    addDouble(h, l, sum); h = r.h; l = r.l;
  }
  while (i < to) { const b = BigInt(i); split(b * b); add(h, l, r.h, r.l); h = r.h; l = r.l; i++; }
  r.h = h; r.l = l;
}

function sumSquares(size, sh, sl) { sumSquaresBetween(0, size + (sl & 1023), 0, 0); }

function primes(size, sh, sl) {
  const start = 2 + 2 * ((sl & 0xffffff) >>> 1), end = start + size;
  let count = 0, sum = 0, h = 0, l = 0;
  if (start === 2 && size > 0) { count = 1; sum = 2; }
  const root = Math.floor(Math.sqrt(end)) + 1;
  const small = new Uint8Array((root >>> 1) + 1);           // odd numbers: index i is 2i + 1
  const base = [];
  for (let i = 1; 2 * i + 1 <= root; i++) {
    if (small[i]) continue;
    const p = 2 * i + 1;
    base.push(p);
    for (let j = (p * p - 1) / 2; j < small.length; j += p) small[j] = 1;
  }
  const SEGMENT = 32768;                                    // bytes, an odd number each
  const sieve = new Uint8Array(SEGMENT);
  for (let low = start + 1; low < end; low += 2 * SEGMENT) { // start is even, low is odd
    const width = Math.min(SEGMENT, Math.ceil((end - low) / 2));
    sieve.fill(0);
    for (let b = 0; b < base.length; b++) {
      const p = base[b];
      let first = p * p;
      if (first >= low + 2 * width) break;
      if (first < low) { first = Math.ceil(low / p) * p; if (first % 2 === 0) first += p; }
      for (let j = (first - low) / 2; j < width; j += p) sieve[j] = 1;
    }
    for (let j = 0; j < width; j++) if (!sieve[j]) { count++; sum += low + 2 * j; }
    addDouble(h, l, sum); h = r.h; l = r.l; sum = 0;
  }
  addDouble(h, l, sum);
  mix(Math.floor(count / TWO32), count | 0, r.h, r.l);
}

let pattern = null;
const seedBytes = Buffer.alloc(8);
function sha256(size, sh, sl) {
  pattern ??= fill(0x7368, 0x61323536, 16384);
  seedBytes.writeInt32LE(sl, 0); seedBytes.writeInt32LE(sh, 4);
  const hash = createHash('sha256').update(seedBytes);
  let left = size;
  for (; left >= 16384; left -= 16384) hash.update(pattern);
  if (left > 0) hash.update(pattern.subarray(0, left));
  const digest = hash.digest();
  r.l = digest.readInt32LE(0); r.h = digest.readInt32LE(4);
}

function mandelbrot(size, sh, sl) {
  const step = Math.floor(2147483648 / size), tiny = 2 ** -40;
  const x0 = (sl & 1023) * 16777216, y0 = ((sl >>> 10) & 1023) * 16777216;
  let sum = 0;
  for (let y = 0; y < size; y++) {
    const ci = (y0 + y * step) * tiny + 0.09;
    for (let x = 0; x < size; x++) {
      const cr = (x0 + x * step) * tiny - 0.75;
      let re = 0, im = 0, n = 0;
      while (n < 256) {
        const two = 2 * re * im;
        re = re * re - im * im + cr;
        im = two + ci;
        n++;
        if (re * re + im * im > 4) break;
      }
      sum += n;
    }
  }
  r.h = Math.floor(sum / TWO32) | 0; r.l = sum | 0;
}

// 64-bit products as sums of products of limbs of 22, 22 and 20 bits in doubles, which are exact for 128 terms at
// a time.
function matmul(size, sh, sl) {
  const cells = size * size, limbs = [];
  for (let m = 0; m < 2; m++) {
    const a0 = new Float64Array(cells), a1 = new Float64Array(cells), a2 = new Float64Array(cells);
    for (let n = 0; n < cells; n++) {
      nth(sh, sl, m * cells + n);
      // B is stored column by column
      const at = m === 0 ? n : (n % size) * size + Math.floor(n / size);
      a0[at] = r.l & 0x3fffff;
      a1[at] = (r.l >>> 22) | ((r.h & 0xfff) << 10);
      a2[at] = r.h >>> 12;
    }
    limbs.push(a0, a1, a2);
  }
  const [a0, a1, a2, b0, b1, b2] = limbs;
  let vh = 0, vl = 0;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j < size; j++) {
      const column = j * size;
      let h = 0, l = 0;
      for (let from = 0; from < size; from += 128) {
        const to = Math.min(size, from + 128);
        let s0 = 0, s1 = 0, s2 = 0;
        for (let k = from; k < to; k++) {
          const p0 = a0[row + k], p1 = a1[row + k], q0 = b0[column + k], q1 = b1[column + k];
          s0 += p0 * q0;
          s1 += p0 * q1 + p1 * q0;
          s2 += p0 * b2[column + k] + p1 * q1 + a2[row + k] * q0;
        }
        addDouble(h, l, s0); h = r.h; l = r.l;
        // s1 × 2^22 and s2 × 2^44, modulo 2^64
        const l1 = s1 | 0, h1 = Math.floor(s1 / TWO32) | 0;
        add(h, l, (h1 << 22) | (l1 >>> 10), l1 << 22); h = r.h; l = r.l;
        h = (h + ((s2 % 1048576) << 12)) | 0;
      }
      mix(vh, vl, h, l); vh = r.h; vl = r.l;
    }
  }
  r.h = vh; r.l = vl;
}

// Computes for so many nanoseconds, in slices of about a microsecond.
function computeFor(nanoseconds) {
  const until = now() + nanoseconds;
  do sumSquaresBetween(0, 1024, 0, 0); while (now() < until);
}

const KERNELS = { 'sum-squares': sumSquares, primes, sha256, mandelbrot, matmul };

module.exports = { KERNELS, computeFor };
