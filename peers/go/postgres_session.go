// Messages of PostgreSQL's protocol over one connection.

package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// mostMessage is the size of the largest message that is believed.
const mostMessage = 1 << 24

// postgresSession is a connection with prepared statements, by how long the server sleeps in each.
type postgresSession struct {
	conn       net.Conn
	statements map[int64]*statement
	out        []byte
	buffer     []byte
	// What has been received and not taken yet.
	from, to int
}

func dialPostgres(address string) (*postgresSession, error) {
	network := "tcp"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	}
	conn, err := dialer.Dial(network, address)
	if err != nil {
		return nil, postgresError("%v", err)
	}
	return &postgresSession{
		conn: conn, statements: make(map[int64]*statement), buffer: make([]byte, bufferBytes),
	}, nil
}

// close tells the server that the session ends.
func (s *postgresSession) close() {
	s.conn.Write(appendMessage(nil, 'X', nil))
	s.conn.Close()
}

func (s *postgresSession) send(out []byte) error {
	_, err := s.conn.Write(out)
	if err == nil {
		return nil
	}
	// A server sends its reason before it closes the connection.
	s.conn.SetReadDeadline(time.Now().Add(time.Second))
	for {
		_, _, reason := s.receive()
		if told := (*serverFailure)(nil); errors.As(reason, &told) {
			return reason
		}
		if reason != nil {
			return postgresError("connection: %v", err)
		}
	}
}

// expect gives the payload of a message of this kind.
func (s *postgresSession) expect(due byte) ([]byte, error) {
	kind, payload, err := s.receive()
	switch {
	case err != nil:
		return nil, err
	case kind == due:
		return payload, nil
	case kind == 'C' && due == 'D':
		return nil, postgresError("no row where one was looked for")
	default:
		return nil, postgresError("message %q where %q was due", kind, due)
	}
}

// receive gives the next message that is no notice, setting or notification; those may come at any time.
func (s *postgresSession) receive() (kind byte, payload []byte, err error) {
	for {
		kind, payload, err := s.message()
		switch {
		case err != nil:
			return 0, nil, err
		case kind == 'E':
			return 0, nil, &serverFailure{serverError(payload)}
		case kind != 'N' && kind != 'S' && kind != 'A':
			return kind, payload, nil
		}
	}
}

// serverFailure is an error that the server has sent.
type serverFailure struct{ error }

// message gives the next message; its payload is valid until the one behind it is asked for.
func (s *postgresSession) message() (kind byte, payload []byte, err error) {
	for {
		if there := s.buffer[s.from:s.to]; len(there) >= 5 {
			length := binary.BigEndian.Uint32(there[1:])
			if length < 4 || length > mostMessage {
				return 0, nil, postgresError("a message of %d bytes", length)
			}
			if end := 1 + int(length); end <= len(there) {
				s.from += end
				return there[0], there[5:end], nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, nil, err
		}
	}
}

// fill reads more, after what is left in the buffer.
func (s *postgresSession) fill() error {
	s.to = copy(s.buffer, s.buffer[s.from:s.to])
	s.from = 0
	if s.to == len(s.buffer) {
		// No message is longer than is believed, so that this ends.
		s.buffer = append(s.buffer, make([]byte, len(s.buffer))...)
	}
	count, err := s.conn.Read(s.buffer[s.to:])
	s.to += count
	switch {
	case count > 0:
		return nil
	case errors.Is(err, io.EOF):
		return postgresError("the connection ended early")
	default:
		return postgresError("connection: %v", err)
	}
}

func appendText(to []byte, text string) []byte { return append(append(to, text...), 0) }

func appendMessage(to []byte, kind byte, payload []byte) []byte {
	to = binary.BigEndian.AppendUint32(append(to, kind), uint32(4+len(payload)))
	return append(to, payload...)
}
