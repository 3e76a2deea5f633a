'use strict';
// CRC-32 as zlib computes it. Node.js has it from 20.15 and 22.2 on; before, a table does the same, several times
// slower.

const zlib = require('node:zlib');

const POLYNOMIAL = 0xedb88320;

const table = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  table[byte] = value;
}

// Continues a checksum with the bytes of a buffer.
function byTable(buffer, before = 0) {
  let crc = ~before;
  for (let n = 0; n < buffer.length; n++) crc = (crc >>> 8) ^ table[(crc ^ buffer[n]) & 0xff];
  return ~crc >>> 0;
}

module.exports = { crc32: zlib.crc32 ?? byTable, crc32By: zlib.crc32 ? 'node:zlib' : 'a table', byTable };
