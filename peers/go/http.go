// The HTTP client: a connection and a parser of just what is needed.

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"strconv"
)

const (
	mostHead = 8192
	// Room for a head and the beginning of a body.
	bufferBytes = 16384
)

var endOfLine, endOfHead = []byte("\r\n"), []byte("\r\n\r\n")

// dialer leaves out what a connection of a moment has no use for: to be asked whether it is still there.
var dialer = net.Dialer{KeepAlive: -1}

// httpConnection carries one request at a time.
type httpConnection struct {
	conn    net.Conn
	address string
	request []byte
	buffer  []byte
}

func openHTTP(origin string) (*httpConnection, error) {
	if origin == "" {
		return nil, failureOf(usageError, "the request has no origin, which http-get needs")
	}
	// Without Nagle's algorithm, as Go has it by default.
	conn, err := dialer.Dial("tcp", origin)
	if err != nil {
		return nil, err
	}
	return &httpConnection{conn: conn, address: origin, buffer: make([]byte, bufferBytes)}, nil
}

func (c *httpConnection) close() { c.conn.Close() }

// get gives the CRC-32 of the body.
func (c *httpConnection) get(step *step, seed uint64) (uint32, error) {
	if _, err := c.conn.Write(c.requestFor(step, seed)); err != nil {
		return 0, err
	}
	head, filled, err := c.readHead()
	if err != nil {
		return 0, err
	}
	if err := checkHead(c.buffer[:head], step.bytes); err != nil {
		return 0, err
	}
	return c.readBody(c.buffer[head+len(endOfHead):filled], step.bytes)
}

func (c *httpConnection) requestFor(step *step, seed uint64) []byte {
	var key [8]byte
	var digits [16]byte
	binary.BigEndian.PutUint64(key[:], seed)
	hex.Encode(digits[:], key[:])
	request := append(c.request[:0], "GET /body/"...)
	request = strconv.AppendUint(request, step.bytes, 10)
	request = append(request, '/')
	request = strconv.AppendInt(request, step.latency, 10)
	request = append(request, '/')
	request = append(request, digits[:]...)
	request = append(request, " HTTP/1.1\r\nHost: "...)
	request = append(request, c.address...)
	request = append(request, endOfHead...)
	c.request = request
	return request
}

// readHead reads until the head is whole: where it ends, and how much there is in the buffer.
func (c *httpConnection) readHead() (head, filled int, err error) {
	for {
		count, err := c.conn.Read(c.buffer[filled:])
		filled += count
		head := bytes.Index(c.buffer[:filled], endOfHead)
		if head+len(endOfHead) > mostHead || (head < 0 && filled >= mostHead) {
			return 0, 0, fmt.Errorf("the head of an answer is longer than %d bytes", mostHead)
		}
		if head >= 0 {
			return head, filled, nil
		}
		if err != nil {
			return 0, 0, early(err)
		}
	}
}

// readBody takes the body, of which there is a part already.
func (c *httpConnection) readBody(part []byte, length uint64) (uint32, error) {
	var crc uint32
	for left := length; ; {
		if uint64(len(part)) > left {
			return 0, errors.New("the origin sent more than a body")
		}
		crc = crc32.Update(crc, crc32.IEEETable, part)
		left -= uint64(len(part))
		if left == 0 {
			return crc, nil
		}
		count, err := c.conn.Read(c.buffer)
		if count == 0 && err != nil {
			return 0, early(err)
		}
		part = c.buffer[:count]
	}
}

func early(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the origin closed the connection within an answer")
	}
	return err
}

// checkHead refuses all answers but those of 200 with a body of so many bytes.
func checkHead(head []byte, length uint64) error {
	status, rest, _ := bytes.Cut(head, endOfLine)
	if !bytes.Equal(status, []byte("HTTP/1.1 200")) && !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("the origin answered %.100q", status)
	}
	stated, isStated := uint64(0), false
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, endOfLine)
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			return fmt.Errorf("the answer has the framing %.100q and no plain length", value)
		case bytes.EqualFold(name, []byte("Content-Length")):
			number, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 64)
			if err != nil || isStated {
				return fmt.Errorf("the length of the body is %.100q", value)
			}
			stated, isStated = number, true
		}
	}
	if !isStated || stated != length {
		return fmt.Errorf("a body of %d bytes (stated: %t) instead of %d", stated, isStated, length)
	}
	return nil
}
