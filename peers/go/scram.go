// Authentication by SCRAM-SHA-256 (RFC 5802, RFC 7677).

package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
)

// mostIterations bounds what a server can have us compute; its default is 4096.
const mostIterations = 100_000

// authenticate answers what the server asks for.
func (s *postgresSession) authenticate(password *string, payload []byte) error {
	method, rest, err := authentication(payload)
	switch {
	case err != nil:
		return err
	case method == authTrust:
		return nil
	case method != authSASL || !strings.Contains("\x00"+string(rest), "\x00SCRAM-SHA-256\x00"):
		return postgresError("authentication method %d is not spoken here", method)
	case password == nil:
		return postgresError("the server asks for a password, and the request names none")
	case strings.IndexFunc(*password, func(letter rune) bool { return letter >= 128 }) >= 0:
		return failureOf(unsupported, "postgres: a password beyond ASCII: the standard library of Go has no SASLprep")
	}
	return s.scram(*password)
}

// authentication is the method of an authentication message, and what follows it.
func authentication(payload []byte) (uint32, []byte, error) {
	if len(payload) < 4 {
		return 0, nil, errShort
	}
	return binary.BigEndian.Uint32(payload), payload[4:], nil
}

func (s *postgresSession) scram(password string) error {
	random := make([]byte, 18)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	nonce := base64.StdEncoding.EncodeToString(random)
	bare := "n=,r=" + nonce
	first := "n,," + bare
	initial := binary.BigEndian.AppendUint32(appendText(nil, "SCRAM-SHA-256"), uint32(len(first)))
	challenge, err := s.ask(append(initial, first...), authContinue)
	if err != nil {
		return err
	}
	final, signature, err := prove(password, nonce, bare, challenge)
	if err != nil {
		return err
	}
	answer, err := s.ask([]byte(final), authFinal)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(answer), []byte("v="+signature)) {
		return postgresError("the server does not know the password either")
	}
	return nil
}

// ask sends a part of the exchange, and gives the server's part, which is to be of this method.
func (s *postgresSession) ask(part []byte, due uint32) (string, error) {
	if err := s.send(appendMessage(nil, 'p', part)); err != nil {
		return "", err
	}
	payload, err := s.expect('R')
	if err != nil {
		return "", err
	}
	method, rest, err := authentication(payload)
	if err == nil && method != due {
		err = postgresError("authentication method %d in the middle of authentication", method)
	}
	return string(rest), err
}

// prove gives our last message, and the signature that the server must show.
func prove(password, nonce, bare, challenge string) (final, signature string, err error) {
	fields := make(map[string]string)
	for _, part := range strings.Split(challenge, ",") {
		name, value, _ := strings.Cut(part, "=")
		fields[name] = value
	}
	iterations, err := strconv.Atoi(fields["i"])
	salt, saltErr := base64.StdEncoding.DecodeString(fields["s"])
	if !strings.HasPrefix(fields["r"], nonce) || err != nil || saltErr != nil {
		return "", "", postgresError("the challenge does not answer ours")
	}
	if iterations < 1 || iterations > mostIterations {
		return "", "", postgresError("SCRAM-SHA-256: the server asks for %d iterations: allowed are 1 to %d",
			iterations, mostIterations)
	}
	salted := pbkdf2([]byte(password), salt, iterations)
	key := hmacOf(salted, "Client Key")
	stored := sha256.Sum256(key)
	withoutProof := "c=biws,r=" + fields["r"]
	signed := bare + "," + challenge + "," + withoutProof
	proof := hmacOf(stored[:], signed)
	for n := range proof {
		proof[n] ^= key[n]
	}
	final = withoutProof + ",p=" + base64.StdEncoding.EncodeToString(proof)
	return final, base64.StdEncoding.EncodeToString(hmacOf(hmacOf(salted, "Server Key"), signed)), nil
}

// pbkdf2 is the first block of PBKDF2 (RFC 8018) with HMAC-SHA-256, which is all that is needed.
func pbkdf2(password, salt []byte, iterations int) []byte {
	code := hmac.New(sha256.New, password)
	code.Write(salt)
	code.Write([]byte{0, 0, 0, 1})
	last := code.Sum(nil)
	sum := append([]byte(nil), last...)
	for n := 1; n < iterations; n++ {
		code.Reset()
		code.Write(last)
		last = code.Sum(last[:0])
		for at := range sum {
			sum[at] ^= last[at]
		}
	}
	return sum
}

func hmacOf(key []byte, text string) []byte {
	code := hmac.New(sha256.New, key)
	code.Write([]byte(text))
	return code.Sum(nil)
}
