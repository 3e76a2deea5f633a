#!/bin/sh
# Builds the program of the model `go`: `build.sh GO FOLDER` makes FOLDER/program with the compiler GO.
set -eu
go=$1
folder=$2
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")"

# What a shell or a configuration sets must not decide what is measured, and nothing is downloaded.
export GOENV=off GOFLAGS= GOWORK=off GO111MODULE=on GOPROXY=off GOTOOLCHAIN=local
unset GOOS GOARCH GOAMD64 GOEXPERIMENT
export GOCACHE="$folder/cache" GOPATH="$folder/path"
# Without C the program needs no compiler of it, and resolves and connects in Go alone.
export CGO_ENABLED=0

# Renamed into its place, because another command may be running the one that is there.
"$go" build -buildvcs=false -o "$folder/program.$$" .
mv "$folder/program.$$" "$folder/program"
