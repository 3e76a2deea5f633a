# A model in another language: answers as docs/FORMAT.md describes, or fails in the way that its
# variant is named after. What a real one would measure is made up here, so that no test depends
# on a clock.
if [ "$1" = --version ]; then
    echo "foreign 1.0"
    exit 0
fi
if [ "$1" = --stay ]; then
    echo $$ >>"$2/pids"
    sleep 1000
    exit
fi
folder=$(dirname "$0")
echo $$ >>"$folder/pids"
read -r request
# Left behind on purpose: the tool removes the folder.
mkdir "$TMPDIR/of-foreign"
variant=$(printf '%s' "$request" | sed 's/.*"variant":"\([^"]*\)".*/\1/')
ready='{"ready":{"protocol":1,"version":"foreign 1.0","in_flight":LANES,"start_ns":1000,"connect_ns":10,"warm_up_ns":10,"knobs":{"language":"sh"}}}'
# Sets a field of `done`: its name, and its value.
say() { done=$(printf '%s' "$done" | sed "s/\"$1\":[^,}]*/\"$1\":$2/"); }
done='{"done":{"tasks":TASKS,"digest":"DIGEST","elapsed_ns":4000000,"latency":[[1000000,TASKS]],"cpu_ns":2000000,"switches":{"voluntary":3,"involuntary":1},"vm_hwm_bytes":null,"threads":1,"processes":1,"alive_at_once":null,"shut_down_ns":5}}'

case $variant in
exit-1) echo "out of luck" >&2; exit 1 ;;
abort) kill -ABRT $$ ;;
garbage) echo "hello, world" ;;
silent) sleep 1000 ;;
not-json) echo "{\"ready\" {}}" ;;
uninvited) echo '{"held":{}}' ;;
calm-error) echo '{"error":{"kind":"unsupported","message":"not today"}}'; exit 0 ;;
other-version) ready=$(printf '%s' "$ready" | sed 's/foreign 1.0/foreign 2.0/') ;;
slow-start) ready=$(printf '%s' "$ready" | sed 's/"start_ns":1000/"start_ns":60000000000/') ;;
no-lanes) ready=$(printf '%s' "$ready" | sed 's/"in_flight":LANES/"in_flight":99/') ;;
says-error) echo '{"error":{"kind":"failed","message":"the tasks are on strike"}}'; exit 1 ;;
unavailable) echo '{"error":{"kind":"unavailable","message":"no such hardware"}}'; exit 1 ;;
stubborn*) trap '' TERM INT HUP ;;
flood-first) exec yes '' ;;
knobs) ready=$(printf '%s' "$ready" | sed "s/\"sh\"/\"$(printf '%01001d' 0)\"/") ;;
esac
# What leaves its process group, before the run ends in one way or another.
case $variant in
*-daemon) (setsid sh "$0" --stay "$folder" >/dev/null 2>&1 </dev/null &) ;;
esac

echo "$ready"
read -r go
# No shorter than what `done` says of it.
sleep 0.005
case $variant in
hang) sleep 1000 ;;
crash) exit 7 ;;
lie)
    done=$(printf '%s' "$done" | sed 's/"digest":"[^"]*"/"digest":"00000000000000ff"/')
    file=$(printf '%s' "$request" | sed -n 's/.*"digests":"\([^"]*\)".*/\1/p')
    if [ -n "$file" ]; then
        printf '0000000000000000\n0000000000000000\n00000000000000ff\n0000000000000000\n' >"$file"
    fi
    ;;
traces-nonsense)
    file=$(printf '%s' "$request" | sed -n 's/.*"trace":"\([^"]*\)".*/\1/p')
    echo nonsense >"$file"
    ;;
slow) say elapsed_ns 60000000000 ;;
busy) say cpu_ns 60000000000 ;;
switching) say voluntary 1000000000 ;;
no-process) say processes 0 ;;
opened) say shut_down_ns '5,"open":{"late_starts":0,"completed_in_time":4,"generator_late":0,"pacing_cpu_ns":0}' ;;
negative) say cpu_ns -5 ;;
impatient) echo '{"held":{}}' ;;
left-child) sh "$0" --stay "$folder" & ;;
crash-daemon) exit 7 ;;
no-ledger)
    # Once, the tool cannot record what it starts any more.
    if mkdir "$folder/once" 2>/dev/null; then rm -rf "$folder/../../results/live"; fi
    ;;
garbage-daemon) echo "hello, world" ;;
hang-daemon) sleep 1000 ;;
error-daemon) echo '{"error":{"kind":"unsupported","message":"not today"}}'; exit 1 ;;
flood-errors) yes >&2 ;;
flood-held) exec yes '{"held":{}}' ;;
too-fast) done=$(printf '%s' "$done" | sed 's/"latency":\[\[1000000/"latency":[[9000000/') ;;
stubborn*)
    echo waiting >>"$folder/stubborn"
    while :; do sleep 1; done
    ;;
esac
case $request in
*'"hold":true'*)
    if [ "$variant" != no-barrier ]; then
        if [ "$variant" = alone ]; then sleep 1000 & fi
        echo '{"held":{}}'
        read -r go
        if [ "$variant" = alone ]; then kill $!; wait; fi 2>/dev/null
    fi
    ;;
esac
echo "$done"
if [ "$variant" = bad-end ]; then exit 3; fi
if [ "$variant" = chatty ]; then echo "and another thing"; fi
if [ "$variant" = no-end ]; then sleep 1000; fi
if [ "$variant" = flood-end ]; then exec yes; fi
