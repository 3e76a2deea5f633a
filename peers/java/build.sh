#!/bin/sh
# Compiles the program of the model `java`: `build.sh JAVA FOLDER` makes FOLDER/classes with the compiler that JAVA has.
set -eu
java=$1
folder=$2
mkdir -p "$folder/classes/peer"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")"

# Options that a shell sets for every Java program would decide what is measured.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH

# Starting a compiler takes seconds, and there is one set of classes for all versions of Java.
sum=$(cat build.sh peer/*.java | cksum)
if [ -f "$folder/classes/sum" ] && [ "$sum" = "$(cat "$folder/classes/sum")" ]; then
    exit 0
fi

if ! "$java" --list-modules 2>/dev/null | grep -q '^jdk\.compiler@'; then
    echo "$java has no compiler, or is older than Java 17: apt-get install openjdk-17-jdk-headless" >&2
    exit 1
fi
rm -rf "$folder/new.$$"
mkdir "$folder/new.$$"
# Without bootstrap methods for concatenation, each of which costs time at its first use.
"$java" --module jdk.compiler/com.sun.tools.javac.Main --release 17 -Xlint:all -XDstringConcat=inline \
    -encoding UTF-8 -d "$folder/new.$$" peer/*.java
# Renamed file by file, because another command may be running those that are there.
mv -f "$folder/new.$$"/peer/*.class "$folder/classes/peer/"
rm -rf "$folder/new.$$"
echo "$sum" > "$folder/classes/sum"
