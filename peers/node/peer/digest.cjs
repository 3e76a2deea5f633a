'use strict';
// The 64-bit arithmetic of docs/FORMAT.md, with pairs of 32-bit integers. A result lies in `r.h` and `r.l`, so that
// none is allocated. BigInt would cost half a microsecond a `mix64`, and this costs some ten nanoseconds.

const r = { h: 0, l: 0 };

// r = (ah, al) × (bh, bl)
function mul(ah, al, bh, bl) {
  const a0 = al & 0xffff, a1 = al >>> 16, b0 = bl & 0xffff, b1 = bl >>> 16;
  let t = a0 * b0;
  const w0 = t & 0xffff;
  t = a1 * b0 + (t >>> 16);
  const w2 = t >>> 16;
  t = a0 * b1 + (t & 0xffff);
  r.l = (t << 16) | w0;
  r.h = (a1 * b1 + w2 + (t >>> 16) + Math.imul(ah, bl) + Math.imul(al, bh)) | 0;
}

// r = (ah, al) + (bh, bl)
function add(ah, al, bh, bl) {
  const l = (al >>> 0) + (bl >>> 0);
  r.l = l | 0;
  r.h = (ah + bh + (l > 0xffffffff ? 1 : 0)) | 0;
}

function mix64(h, l) {
  let xl = l ^ ((l >>> 30) | (h << 2)), xh = h ^ (h >>> 30);
  mul(xh, xl, 0xbf58476d | 0, 0x1ce4e5b9);
  xl = r.l ^ ((r.l >>> 27) | (r.h << 5)); xh = r.h ^ (r.h >>> 27);
  mul(xh, xl, 0x94d049bb | 0, 0x133111eb);
  xl = r.l ^ ((r.l >>> 31) | (r.h << 1)); xh = r.h ^ (r.h >>> 31);
  r.h = xh; r.l = xl;
}

// r = output n, from 0, of splitmix64 seeded with (h, l); n is a whole number below 2^53
function nth(h, l, n) {
  const k = n + 1;
  mul(Math.floor(k / 4294967296) | 0, k | 0, 0x9e3779b9 | 0, 0x7f4a7c15);
  add(r.h, r.l, h, l);
  mix64(r.h, r.l);
}

// r = mix(a, b)
function mix(ah, al, bh, bl) {
  add(ah, al, 0x9e3779b9 | 0, 0x7f4a7c15);
  mix64(r.h, r.l);
  mix64(r.h ^ bh, r.l ^ bl);
}

const hex32 = (x) => (x >>> 0).toString(16).padStart(8, '0');
const hex = (h, l) => hex32(h) + hex32(l);

// splits a BigInt into r
function split(big) {
  const b = BigInt.asUintN(64, big);
  r.h = Number(b >> 32n) | 0;
  r.l = Number(b & 0xffffffffn) | 0;
}

// the first `length` bytes of nth(key, 0), nth(key, 1), … as little-endian words
function fill(h, l, length) {
  const out = Buffer.alloc(Math.ceil(length / 8) * 8);
  for (let n = 0, at = 0; at < length; n++, at += 8) {
    nth(h, l, n);
    out.writeInt32LE(r.l, at);
    out.writeInt32LE(r.h, at + 4);
  }
  return out.subarray(0, length);
}

module.exports = { r, mul, add, mix64, nth, mix, hex, split, fill };
