/* A step of a workload in C: a random walk over a table that each lane keeps from task to task. */

#include <stdint.h>
#include <stdlib.h>

#define WORDS 4096
#define STEPS 20000

/* Opens what a lane keeps, before the clock starts. Anything but 0 is an error. */
int32_t mix_open(void **lane) {
    uint64_t *table = malloc(WORDS * sizeof *table);
    if (!table) {
        return 1;
    }
    *lane = table;
    return 0;
}

/* Does one task. The value follows from seed and index alone: the table is written before it is read. */
int32_t mix(void *lane, uint64_t seed, uint64_t index, uint64_t *value) {
    uint64_t *table = lane;
    uint64_t state = seed ^ index;
    for (int word = 0; word < WORDS; word++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        table[word] = state;
    }
    for (int step = 0; step < STEPS; step++) {
        state = (state ^ table[state >> 52]) * 0x9E3779B97F4A7C15u;
    }
    *value = state;
    return 0;
}

/* Closes it. */
void mix_close(void *lane) {
    free(lane);
}
