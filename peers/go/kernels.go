// The kernels of docs/FORMAT.md. Each takes a size and the step seed, and gives its value.

package main

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"runtime"
)

type kernel func(size, seed uint64) uint64

var kernels = map[string]kernel{
	"sum-squares": sumSquares,
	"primes":      primes,
	"sha256":      sha256Of,
	"mandelbrot":  mandelbrot,
	"matmul":      matmul,
}

func sumSquares(size, seed uint64) uint64 { return sumSquaresBelow(size + seed%1024) }

func sumSquaresBelow(end uint64) (sum uint64) {
	for i := uint64(0); i < end; i++ {
		sum += i * i
	}
	return sum
}

// computeFor computes for so many nanoseconds, in slices of about a microsecond.
func computeFor(durationNs int64) {
	var sum uint64
	for until := now() + durationNs; now() < until; {
		sum += sumSquaresBelow(1024)
	}
	runtime.KeepAlive(sum)
}

const patternBytes = 16384

var pattern = fill(0x736861323536, patternBytes)

func sha256Of(size, seed uint64) uint64 {
	var first [8]byte
	binary.LittleEndian.PutUint64(first[:], seed)
	hash := sha256.New()
	hash.Write(first[:])
	for ; size >= patternBytes; size -= patternBytes {
		hash.Write(pattern)
	}
	hash.Write(pattern[:size])
	var sum [sha256.Size]byte
	return binary.LittleEndian.Uint64(hash.Sum(sum[:0]))
}

func mandelbrot(size, seed uint64) (sum uint64) {
	const tiny = 1.0 / (1 << 40)
	step := (1 << 31) / size
	left, low := (seed%1024)<<24, (seed/1024%1024)<<24
	for y := uint64(0); y < size; y++ {
		ci := float64(float64(low+y*step)*tiny) + 0.09
		for x := uint64(0); x < size; x++ {
			sum += escapeTime(float64(float64(left+x*step)*tiny)-0.75, ci)
		}
	}
	return sum
}

// escapeTime counts the iterations until |z|² > 4. A conversion to float64 keeps the compiler from joining a
// product and a sum into one instruction, which rounds once.
func escapeTime(cr, ci float64) uint64 {
	re, im := 0.0, 0.0
	for n := uint64(1); n <= 256; n++ {
		twice := float64((2 * re) * im)
		re = float64(re*re) - float64(im*im) + cr
		im = twice + ci
		if float64(re*re)+float64(im*im) > 4 {
			return n
		}
	}
	return 256
}

func matmul(size, seed uint64) (value uint64) {
	cells := size * size
	// B column by column, so that both are read in order.
	a, b := make([]uint64, cells), make([]uint64, cells)
	for n := range a {
		a[n] = nth(seed, uint64(n))
	}
	for row := uint64(0); row < size; row++ {
		for column := uint64(0); column < size; column++ {
			b[column*size+row] = nth(seed, cells+row*size+column)
		}
	}
	for row := uint64(0); row < size; row++ {
		of := a[row*size : (row+1)*size]
		for column := uint64(0); column < size; column++ {
			with := b[column*size : (column+1)*size]
			with = with[:len(of)]
			var sum uint64
			for k, factor := range of {
				sum += factor * with[k]
			}
			value = mix(value, sum)
		}
	}
	return value
}

// segment is how many odd numbers are sieved at a time, a byte each: they fit into a first-level cache.
const segment = 32768

func primes(size, seed uint64) uint64 {
	start := 2 + 2*(seed%(1<<24)/2)
	end := start + size
	var count, sum uint64
	if start == 2 && size > 0 {
		count, sum = 1, 2
	}
	factors := oddPrimesTo(uint64(math.Sqrt(float64(end))) + 1)
	composite := make([]bool, segment)
	// The start is even, and 2 is done.
	for low := start + 1; low < end; low += 2 * segment {
		width := (end - low + 1) / 2
		if width > segment {
			width = segment
		}
		sieve := composite[:width]
		for n := range sieve {
			sieve[n] = false
		}
		strike(sieve, low, factors)
		for n, isComposite := range sieve {
			if !isComposite {
				count++
				sum += low + 2*uint64(n)
			}
		}
	}
	return mix(count, sum)
}

// strike marks the multiples of factors among the odd numbers from `low` on.
func strike(sieve []bool, low uint64, factors []uint64) {
	width := uint64(len(sieve))
	for _, p := range factors {
		first := p * p
		if first >= low+2*width {
			return
		}
		if first < low {
			first = (low + p - 1) / p * p
			if first%2 == 0 {
				first += p
			}
		}
		for n := (first - low) / 2; n < width; n += p {
			sieve[n] = true
		}
	}
}

// oddPrimesTo has the odd primes up to a number, ascending.
func oddPrimesTo(most uint64) (primes []uint64) {
	// The number of index n is 2 n + 1.
	composite := make([]bool, most/2+1)
	for n := uint64(1); 2*n+1 <= most; n++ {
		if composite[n] {
			continue
		}
		p := 2*n + 1
		primes = append(primes, p)
		for multiple := (p*p - 1) / 2; multiple < uint64(len(composite)); multiple += p {
			composite[multiple] = true
		}
	}
	return primes
}
