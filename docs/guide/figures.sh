#!/usr/bin/env bash
# Makes the pictures of docs/guide and of the README, by the commands that they show. They are measurements: run it on a
# machine that does nothing else (`cargo xtask doctor` says whether it is one), and look at each page afterwards,
# since its text says what its pictures show.
#
#   docs/guide/figures.sh         all pages
#   docs/guide/figures.sh 3 5     the pages with these numbers; the README has the number 0
#
# Pictures go to docs/guide/figures. The comparisons and what was printed stay in `guide` in cargo's target
# folder: names of files and of comparisons begin with the number of their page. PostgreSQL is not needed; CPython
# is (`python3`), for pages 3 to 6 and 8.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

pictures=docs/guide/figures
results=${CARGO_TARGET_DIR:-target}/guide
mkdir -p "$pictures" "$results"

# compare NAME ARGUMENT…: measures and stores a comparison under this name. Rounds and seed are the same for all, so
# that all runs come in the same order again.
compare() {
    local name=$1
    shift
    echo "== compare $*"
    cargo xtask compare "$@" --runs 12 --seed 1 --results "$results/$name" | tee "$results/$name.txt"
}

# figure NAME PLOT PICTURE: writes one plot of a stored comparison; a comparison of several workloads has
# PLOT:WORKLOAD.
figure() {
    cargo xtask report latest --results "$results/$1" --figure "$2" "$pictures/$3.svg" >/dev/null
}

# trace PICTURE ARGUMENT…: records one run and writes its timelines as one picture.
trace() {
    local picture=$1
    shift
    echo "== trace $*"
    cargo xtask trace "$@" --svg "$pictures/$picture.svg" | tee "$results/$picture.txt"
}

# The README: what requests that wait cost under each model.
page_0() {
    compare 0-http http
    figure 0-http cost 0-http
}

# What is concurrency? Eight tasks in flight on one thread and on two; then waiting and computing where there is one
# processor.
page_1() {
    trace 1-one-thread async-tokio/current-thread ./docs/guide/handler.toml --tasks 40
    trace 1-two-threads async-tokio/multi-thread ./docs/guide/handler.toml --tasks 40 --workers 2
    compare 1-one-cpu http sum-squares --placement one-cpu --model threads/sequential \
        --model threads/pool --model multiproc/event-loop --reference threads/sequential
    figure 1-one-cpu forest:http 1-waiting-one-cpu
    figure 1-one-cpu forest:sum-squares 1-computing-one-cpu
}

# Threads: a thread a lane; then how far more of them help.
page_2() {
    trace 2-pool threads/pool ./docs/guide/handler.toml --tasks 40
    compare 2-in-flight http -L in_flight=1,4,16,64,256 --model threads/pool --model threads/spawn
    figure 2-in-flight sweep 2-in-flight
}

# Event loops: one thread that waits for eight sockets; then a heartbeat beside somebody who computes.
page_3() {
    trace 3-asyncio python/asyncio http --tasks 80 --in-flight 8
    trace 3-stall async-tokio/current-thread stall --tasks 60
    compare 3-lateness stall --model 'async-tokio/current-thread*' --model python/asyncio \
        --model threads/spawn --reference threads/spawn
    figure 3-lateness lateness 3-lateness
}

# Processes: two that compute; then what starting one costs.
page_4() {
    trace 4-processes multiproc/pool sum-squares --tasks 40 --workers 2
    compare 4-starting 'spawn[tasks=200]' --model threads/spawn --model async-tokio/current-thread \
        --model multiproc/pool --model python/threading --model python/multiprocessing \
        --reference threads/spawn
    figure 4-starting forest 4-starting
}

# The GIL: a lock that changes hands; then computing in Python, and answering beside a thread that computes.
page_5() {
    trace 5-lock threads/pool+gil sum-squares --tasks 40 --workers 2
    compare 5-computing sum-squares --model python/sequential --model python/threading \
        --model python/multiprocessing --reference python/sequential
    figure 5-computing forest 5-computing
    compare 5-answering echo-1 --model threads/spawn --model threads/spawn+gil \
        --model python/threading --reference threads/spawn
    figure 5-answering lateness 5-answering
}

# I/O-bound or CPU-bound: the share of computing in one thread; then how slow the outside has to be.
page_6() {
    trace 6-sequential threads/sequential ./docs/guide/handler.toml --tasks 10
    compare 6-latency http -L latency=1ms,2ms,5ms,10ms,20ms,50ms --in-flight 16 \
        --model threads/sequential --model threads/pool --model python/asyncio \
        --reference threads/sequential
    figure 6-latency sweep 6-latency
}

# Mixed work: under a lock, and with computing moved to a pool; then which models have both.
page_7() {
    trace 7-gil threads/pool+gil ./docs/guide/handler.toml --tasks 40
    trace 7-offload async-tokio/current-thread+offload ./docs/guide/handler.toml --tasks 40 --workers 2
    compare 7-mixed notes-mixed --model threads/pool --model threads/pool+gil \
        --model async-tokio/current-thread --model async-tokio/current-thread+offload \
        --model async-tokio/multi-thread --model multiproc/event-loop --model multiproc/pool
    figure 7-mixed forest 7-mixed
}

# Choosing: processes with a loop each; then what speed costs.
page_8() {
    trace 8-event-loops multiproc/event-loop ./docs/guide/handler.toml --tasks 40 --workers 2
    compare 8-cost api
    figure 8-cost cost 8-cost
}

if [ "$#" -eq 0 ]; then
    set -- 0 1 2 3 4 5 6 7 8
fi
for page in "$@"; do
    case $page in
    [0-8]) ;;
    *)
        echo "error: there is no page $page: pages are 1 to 8, and 0 is the README" >&2
        exit 2
        ;;
    esac
done
for page in "$@"; do
    "page_$page"
done
echo "== pictures: $pictures; printed tables: $results"
echo "== now compare the text of each page with its pictures"
