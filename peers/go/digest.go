// The arithmetic of seeds, digests and contents.

package main

import "encoding/binary"

const golden = 0x9E3779B97F4A7C15

func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// nth is output n, from 0, of splitmix64 seeded with s.
func nth(s, n uint64) uint64 { return mix64(s + (n+1)*golden) }

func mix(a, b uint64) uint64 { return mix64(mix64(a+golden) ^ b) }

// fill makes contents of so many bytes.
func fill(key uint64, length int) []byte {
	bytes := make([]byte, 0, length+8)
	for n := uint64(0); len(bytes) < length; n++ {
		bytes = binary.LittleEndian.AppendUint64(bytes, nth(key, n))
	}
	return bytes[:length]
}
