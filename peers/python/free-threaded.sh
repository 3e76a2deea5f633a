#!/bin/sh
# Builds a CPython without its interpreter lock from Debian's source package of Python 3.13, into
# `free-threaded` below cargo's target folder. Nothing is installed elsewhere and nobody need be root; about 4 minutes
# on 4 processors. Where it was interrupted it goes on.
#
#   peers/python/free-threaded.sh              builds it, unless it is there
#   peers/python/free-threaded.sh --twin       and the same with its lock, from the same source with the same options
#   JOBS=1 peers/python/free-threaded.sh       with one compiler at a time
#
# Its last line is the PATH with which `cargo xtask` finds the model `python-3.13t`, and `python-3.13` with the twin.
set -eu

PACKAGE=python3.13
RELEASE=trixie
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
    echo "free-threaded.sh: $1" >&2
    exit 1
}

case $# in
    0) wants_twin=no ;;
    *)
        [ "$*" = --twin ] || fail "unknown arguments: $*; allowed is --twin"
        wants_twin=yes
        ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-target}
case $target in
    /*) ;;
    *) target=$root/$target ;;
esac
folder=$target/free-threaded
bin=$folder/bin

# True only where the interpreter runs without its lock; a name that ends in `t` would not tell.
is_free_threaded() {
    "$1" -c 'import sys, sysconfig
sys.exit(not sysconfig.get_config_var("Py_GIL_DISABLED") or sys._is_gil_enabled())' 2>/dev/null
}

tell_path() {
    echo "PATH=$bin:\$PATH cargo xtask conformance python-3.13t/threading"
}
is_there() {
    [ -x "$bin/python3.13t" ] && is_free_threaded "$bin/python3.13t"
}
twin_is_there() {
    [ -x "$bin/python3.13" ] && ! is_free_threaded "$bin/python3.13"
}
if is_there && { [ $wants_twin = no ] || twin_is_there; }; then
    echo "it is there already; to build it anew, delete $folder" >&2
    tell_path
    exit 0
fi

# Headers are looked for by the compiler, so that a library from elsewhere than Debian counts as well.
has_header() {
    echo "#include <$1>" | cc -E - >/dev/null 2>&1
}

missing=""
need() {
    if ! "$1" "$2" >/dev/null 2>&1; then
        missing="$missing $3"
    fi
}
has_program() {
    command -v "$1"
}
has_file() {
    test -r "$1"
}
need has_program apt-get apt
need has_program dpkg-source dpkg-dev
need has_program make make
need has_program pkg-config pkg-config
need has_program xz xz-utils
need has_file "$KEYRING" debian-archive-keyring
if has_program cc >/dev/null; then
    need has_header ffi.h libffi-dev
    need has_header openssl/ssl.h libssl-dev
    need has_header sqlite3.h libsqlite3-dev
    need has_header zlib.h zlib1g-dev
else
    # Without a compiler nothing is known of the headers.
    missing="$missing gcc libc6-dev libffi-dev libssl-dev libsqlite3-dev zlib1g-dev"
fi
if [ -n "$missing" ]; then
    fail "these packages are missing:$missing
(as root: apt-get install$missing)"
fi

# The unpacked source, where an earlier call got as far as that. One that was cut short while it unpacked lacks the
# mark, and is unpacked anew: apt would take the half of it for the whole.
unpacked_source() {
    find "$folder/source" -maxdepth 1 -type d -name "$PACKAGE-*" 2>/dev/null | while read -r found; do
        if [ -e "$found/.unpacked" ]; then
            echo "$found"
        else
            rm -rf "$found"
        fi
    done | sort | tail -n 1
}

fetch_source() {
    # The mirror that this machine uses for its packages has the sources too.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 'Created-By: Packages' | grep -v security | head -n 1)
    if [ -z "$mirror" ]; then
        fail "apt knows no mirror of Debian (apt-get indextargets lists none labelled Debian); run apt-get update as root first,
or build CPython 3.13 or newer with ./configure --disable-gil yourself, and put its folder on the PATH"
    fi

    # Lists, settings and downloads of this apt lie below the target folder: the system's own are only read.
    apt=$folder/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/none" "$folder/source"
    cat >"$apt/debian.sources" <<SOURCES
Types: deb-src
URIs: $mirror
Suites: $RELEASE
Components: main
Signed-By: $KEYRING
SOURCES
    own_apt() {
        apt-get -q -o Dir::Etc::sourcelist="$apt/debian.sources" -o Dir::Etc::sourceparts="$apt/none" \
            -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User= "$@"
    }
    echo "fetching the source of $PACKAGE ($RELEASE) ..." >&2
    own_apt update >"$folder/apt.log" 2>&1 || fail "apt-get update failed, see $folder/apt.log"
    (cd "$folder/source" && own_apt --only-source source "$PACKAGE") >>"$folder/apt.log" 2>&1 ||
        fail "apt-get source $PACKAGE failed, see $folder/apt.log"
    fetched=$(find "$folder/source" -maxdepth 1 -type d -name "$PACKAGE-*" | head -n 1)
    [ -n "$fetched" ] || fail "apt-get source left no folder $PACKAGE-* in $folder/source, see $folder/apt.log"
    touch "$fetched/.unpacked"
}

source=$(unpacked_source)
if [ -z "$source" ]; then
    fetch_source
    source=$(unpacked_source)
fi

jobs=${JOBS:-$(nproc)}
# Builds and installs one interpreter, in a folder of its own beside the source: its name, and how it is configured.
build() {
    mkdir -p "$folder/build/$1" && cd "$folder/build/$1" || return
    # One that was cut short while it configured lacks the mark. What was compiled before is not compiled again.
    if [ ! -e .configured ]; then
        "$source/configure" --prefix="$folder/$1" --disable-test-modules --with-ensurepip=no "$2" &&
            touch .configured || return
    fi
    make -j "$jobs" && make altinstall
}
install_interpreter() {
    log=$folder/$1.log
    echo "building $1 from $source with $jobs at a time, log in $log ..." >&2
    (build "$1" "$2") >"$log" 2>&1 || fail "the build failed, see the end of $log; called again, this goes on from there"
    interpreter=$folder/$1/bin/$1
    for module in ctypes hashlib sqlite3 ssl zlib; do
        "$interpreter" -c "import $module" || fail "$interpreter was built without the module $module, see $log"
    done
    # On the PATH is only the name that tells what it is: `python3` would hide another interpreter.
    mkdir -p "$bin"
    ln -sf "$interpreter" "$bin/$1"
}

is_there || install_interpreter python3.13t --disable-gil
is_there || fail "$bin/python3.13t was built, and it has an interpreter lock"
if [ $wants_twin = yes ] && ! twin_is_there; then
    install_interpreter python3.13 --enable-gil
    twin_is_there || fail "$bin/python3.13 was built, and it has no interpreter lock"
fi
rm -rf "$folder/source" "$folder/build" "$folder/apt"
tell_path
