'use strict';
// Increments of a counter in memory that threads share.

// `synchronised` means atomic increments; otherwise each is a load and then a store, which can lose others'.
function count(cell, increments, synchronised) {
  if (synchronised) {
    for (let n = 0; n < increments; n++) Atomics.add(cell, 0, 1);
    return;
  }
  for (let n = 0; n < increments; n++) Atomics.store(cell, 0, Atomics.load(cell, 0) + 1);
}

module.exports = { count };
