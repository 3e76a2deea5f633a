#!/bin/sh
# Runs a command with an MPI job over two network namespaces, which stand for two hosts of one machine:
# `namespaces.sh COMMAND…`. Each has a name of its own and one end of a cable; ranks meet over TCP.
# The command runs in the first. Where namespaces are not allowed it says so and ends with 77.
set -eu
if [ "${1:-}" = --agent ]; then
    # What Open MPI calls in the place of ssh: HOST COMMAND….
    shift
    host=$1
    shift
    exec nsenter --net="/run/netns/$host" unshare --uts sh -c 'hostname "$0"; eval "exec $*"' "$host" "$@"
fi
if [ $# -eq 0 ]; then
    echo "namespaces.sh COMMAND…: what to run, such as target/release/xtask conformance mpi/farm" >&2
    exit 2
fi

first=mpi-a-$$
second=mpi-b-$$
end() {
    ip netns del "$first" 2>/dev/null || true
    ip netns del "$second" 2>/dev/null || true
    rm -f "/tmp/$first.agent"
}
trap end EXIT
trap 'exit 130' INT TERM

if ! ip netns add "$first" 2>/dev/null || ! ip netns add "$second" 2>/dev/null; then
    echo "unavailable: network namespaces are not allowed here (they need root, and iproute2)" >&2
    exit 77
fi
ip link add "va$$" netns "$first" type veth peer name "va$$" netns "$second"
number=1
for name in "$first" "$second"; do
    ip -n "$name" address add "10.99.77.$number/24" dev "va$$"
    ip -n "$name" link set "va$$" up
    ip -n "$name" link set lo up
    number=$((number + 1))
done
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
printf '#!/bin/sh\nexec "%s" --agent "$@"\n' "$self" > "/tmp/$first.agent"
chmod +x "/tmp/$first.agent"

export OMPI_MCA_plm_rsh_agent="/tmp/$first.agent"
export OMPI_MCA_orte_default_dash_host="$first:1,$second:64"
export OMPI_MCA_oob_tcp_if_include="va$$" OMPI_MCA_btl_tcp_if_include="va$$"
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader,tcp
export MANYWAYS_LISTEN=10.99.77.1
status=0
nsenter --net="/run/netns/$first" unshare --uts sh -c 'hostname "$0"; exec "$@"' "$first" "$@" || status=$?
exit "$status"
