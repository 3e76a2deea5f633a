'use strict';
// The files of a data set: which one a task reads, and reading it.

const fs = require('node:fs');
const { crc32 } = require('./crc32.cjs');
const { r, mix64, hex } = require('./digest.cjs');

// The number of the file that task 0 reads.
function firstFile(workload, files) {
  mix64(workload.seedHigh, workload.seedLow);
  return Number(BigInt(`0x${hex(r.h, r.l)}`) % BigInt(files));
}

const pathOf = (folder, file) => `${folder}/${String(file).padStart(5, '0')}.bin`;

const readNow = (path) => crc32(fs.readFileSync(path)) | 0;

// By libuv's thread pool.
function read(path) {
  return new Promise((resolve, reject) => {
    fs.readFile(path, (error, data) => (error ? reject(error) : resolve(crc32(data) | 0)));
  });
}

module.exports = { firstFile, pathOf, readNow, read };
