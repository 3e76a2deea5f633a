// PostgreSQL's protocol, version 3.0: a session with its statements prepared, and selects over it.

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	protocolVersion = 196608
	// Types of columns and parameters.
	typeInt8, typeBytea = 20, 17
	rowBytes            = 64
	// What is asked for in authentication.
	authTrust, authSASL, authContinue, authFinal = 0, 10, 11, 12
)

// postgresServer is the server of a request.
type postgresServer struct {
	address, user, database, table string
	// nil where the server trusts.
	password *string
}

func readPostgres(from object) *postgresServer {
	server := &postgresServer{
		address:  from.text("address"),
		user:     from.text("user"),
		database: from.text("database"),
		table:    from.text("table"),
	}
	from.optional("password", &server.password)
	return server
}

func postgresError(format string, values ...any) error {
	return fmt.Errorf("postgres: "+format, values...)
}

// openPostgres starts a session and prepares a statement for each time that the server is to sleep.
func openPostgres(r *request) (*postgresSession, error) {
	if r.postgres == nil {
		return nil, failureOf(usageError, "the request has no PostgreSQL server, which postgres-select needs")
	}
	session, err := dialPostgres(r.postgres.address)
	if err != nil {
		return nil, err
	}
	if err := session.start(r.postgres); err != nil {
		session.conn.Close()
		return nil, err
	}
	for _, step := range r.workload.steps {
		if step.kind == "postgres-select" && session.statements[step.wait] == nil {
			name := fmt.Sprintf("s%d", len(session.statements))
			session.statements[step.wait] = newStatement(name)
			if err := session.prepare(name, query(r.postgres.table, step.wait)); err != nil {
				session.conn.Close()
				return nil, err
			}
		}
	}
	return session, nil
}

// query is the text that all programs prepare: one row of nothing, after so long, before the table.
func query(table string, waitNs int64) string {
	asleep := ""
	if waitNs > 0 {
		asleep = fmt.Sprintf("pg_sleep(%d.%09d), ", waitNs/1e9, waitNs%1e9)
	}
	return fmt.Sprintf("SELECT body FROM %s%s WHERE id = $1", asleep, table)
}

// start introduces us to the server, up to its being ready for a query.
func (s *postgresSession) start(server *postgresServer) error {
	var settings []byte
	for _, text := range []string{"user", server.user, "database", server.database, "client_encoding", "UTF8", ""} {
		settings = appendText(settings, text)
	}
	greeting := binary.BigEndian.AppendUint32(nil, uint32(8+len(settings)))
	greeting = binary.BigEndian.AppendUint32(greeting, protocolVersion)
	if err := s.send(append(greeting, settings...)); err != nil {
		return err
	}
	for {
		kind, payload, err := s.receive()
		switch {
		case err != nil:
			return err
		case kind == 'Z':
			return nil
		case kind == 'R':
			err = s.authenticate(server.password, payload)
		case kind != 'K':
			err = postgresError("message %q while starting up", kind)
		}
		if err != nil {
			return err
		}
	}
}

// prepare has the server parse a statement, and checks that its rows are one column of bytes.
func (s *postgresSession) prepare(name, text string) error {
	parse := appendText(appendText(nil, name), text)
	parse = binary.BigEndian.AppendUint16(parse, 1)
	parse = binary.BigEndian.AppendUint32(parse, typeInt8)
	out := appendMessage(nil, 'P', parse)
	out = appendMessage(out, 'D', appendText([]byte{'S'}, name))
	if err := s.send(appendMessage(out, 'S', nil)); err != nil {
		return err
	}
	for _, due := range []byte("1tTZ") {
		payload, err := s.expect(due)
		if err != nil {
			return err
		}
		if due == 'T' {
			if err := checkColumns(payload); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkColumns refuses all rows but those of one column of bytes.
func checkColumns(payload []byte) error {
	if len(payload) < 2 {
		return errShort
	}
	columns := binary.BigEndian.Uint16(payload)
	_, rest, _ := bytes.Cut(payload[2:], []byte{0})
	// After the name: the table, the column's number, and its type.
	if columns != 1 || len(rest) < 10 {
		return postgresError("rows of %d columns instead of one", columns)
	}
	if of := binary.BigEndian.Uint32(rest[6:]); of != typeBytea {
		return postgresError("rows of the type %d instead of bytea (%d)", of, typeBytea)
	}
	return nil
}

var errShort = errors.New("postgres: a message that is too short")

// statement is the request of one prepared statement: what stands before and behind its parameter.
type statement struct{ before, behind []byte }

func newStatement(name string) *statement {
	// The unnamed portal, one binary parameter of 8 bytes, binary results.
	bind := appendText([]byte{0}, name)
	bind = append(bind, 0, 1, 0, 1, 0, 1, 0, 0, 0, 8)
	results := []byte{0, 1, 0, 1}
	before := append([]byte{'B'}, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(before[1:], uint32(4+len(bind)+8+len(results)))
	behind := appendMessage(results, 'E', []byte{0, 0, 0, 0, 0})
	return &statement{append(before, bind...), appendMessage(behind, 'S', nil)}
}

// query selects the row of this step seed, and gives the CRC-32 of its body.
func (s *postgresSession) query(step *step, seed uint64) (uint32, error) {
	if step.rows == 0 {
		return 0, failureOf(usageError, "rows of postgres-select is 0: allowed are 1 or more")
	}
	statement := s.statements[step.wait]
	s.out = append(s.out[:0], statement.before...)
	s.out = binary.BigEndian.AppendUint64(s.out, 1+nth(seed, 0)%step.rows)
	s.out = append(s.out, statement.behind...)
	if err := s.send(s.out); err != nil {
		return 0, err
	}
	if _, err := s.expect('2'); err != nil {
		return 0, err
	}
	row, err := s.expect('D')
	if err != nil {
		return 0, err
	}
	if len(row) != 6+rowBytes || binary.BigEndian.Uint16(row) != 1 || binary.BigEndian.Uint32(row[2:]) != rowBytes {
		return 0, postgresError("a row of the wrong shape")
	}
	// Before the next message, which may take its place.
	crc := crc32.ChecksumIEEE(row[6:])
	for _, due := range []byte("CZ") {
		if _, err := s.expect(due); err != nil {
			return 0, err
		}
	}
	return crc, nil
}

// serverError is what the server complains about.
func serverError(payload []byte) error {
	message, code := "an error", "unknown"
	for _, field := range strings.Split(string(payload), "\x00") {
		switch {
		case strings.HasPrefix(field, "M"):
			message = field[1:]
		case strings.HasPrefix(field, "C"):
			code = field[1:]
		}
	}
	return postgresError("%s (SQLSTATE %s)", message, code)
}
