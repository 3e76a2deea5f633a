// The program of the model `go`: one run as docs/FORMAT.md describes it, or `--version`.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

var version = "go " + strings.TrimPrefix(runtime.Version(), "go")

// isOver is set before the last line, whose reader may close our input at once.
var isOver atomic.Bool

func main() {
	arguments := os.Args[1:]
	switch {
	case len(arguments) == 0:
		lines := make(chan string, 64)
		go readInput(lines)
		if err := (&session{lines: lines}).run(); err != nil {
			endWith(err)
		}
	case len(arguments) == 1 && arguments[0] == "--version":
		fmt.Println(version)
	default:
		fmt.Fprintf(os.Stderr, "unknown argument %s: a request is read from standard input, see docs/FORMAT.md\n", arguments[0])
		os.Exit(exitUsage)
	}
}

// readInput hands on the lines of standard input. Their end ends the program, whatever it is doing: the
// runtime interrupts goroutines that compute.
func readInput(lines chan<- string) {
	reader := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break
		}
		lines <- line
	}
	if !isOver.Load() {
		os.Exit(exitClosed)
	}
}

// say prints one message.
func say(message any) {
	line, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
		// Nobody reads what we say.
		os.Exit(exitClosed)
	}
}

// endWithParent ends the program within a second after its parent. The end of standard input nearly always
// comes first.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	os.Exit(exitClosed)
}
