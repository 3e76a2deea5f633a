#!/bin/sh
# Builds the program of the model `mpi`: `build.sh MPIRUN FOLDER` makes FOLDER/release/mpi-peer for the Open MPI of MPIRUN.
set -eu
mpirun=$1
folder=$2
packages="openmpi-bin libopenmpi-dev libclang-dev"

missing() {
    echo "unavailable: $1; on Debian: apt-get install $packages" >&2
    exit 1
}

# Another MPI has other options, and its own ways of waiting.
"$mpirun" --version 2>/dev/null </dev/null | grep -q 'Open MPI' || missing "$mpirun is not that of Open MPI"
mpicc --showme:version >/dev/null 2>&1 </dev/null || missing "no mpicc of Open MPI is on the PATH"
# The headers are read with libclang, which lies where its version says.
if [ -z "${LIBCLANG_PATH:-}" ] && ! ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib*/libclang*.so* \
    /usr/local/lib/libclang*.so* /opt/homebrew/opt/llvm/lib/libclang* 2>/dev/null | grep -q .; then
    missing "no libclang was found (LIBCLANG_PATH names its folder)"
fi

mkdir -p "$folder"
log="$folder/build.log"
cd "$(dirname "$0")"
if ! "${CARGO:-cargo}" build --release --locked --target-dir "$folder" >"$log" 2>&1 </dev/null; then
    grep -m 5 '^error' "$log" >&2 || true
    missing "peers/mpi does not build, $log says why"
fi
