package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailServer is a real SMTP server that defers, refuses, stalls and disconnects on demand.
type mailServer struct {
	addr string
	tls  *tls.Config // what a client needs to trust it

	mu       sync.Mutex
	received [][]byte
	rcpt     error         // response to RCPT TO
	data     error         // response to DATA
	stall    chan struct{} // where it is not nil, the last response waits until it is closed
	cut      bool          // disconnect after the mail, before the response
	cutEarly bool          // disconnect in the middle of the mail
	active   int           // mails being received now
	maximum  int           // of active
}

type behaviour struct {
	implicit, startTLS, auth bool
}

func serve(t *testing.T, b behaviour) *mailServer {
	t.Helper()
	certificate, pool := certify(t)
	s := &mailServer{tls: &tls.Config{RootCAs: pool, ServerName: "mail.test"}}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c, auth: b.auth}, nil }))
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.test", true, quiet{}
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	server.EnableSMTPUTF8 = true
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if b.startTLS {
		server.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	if b.implicit {
		l = tls.NewListener(l, config)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		// Close closes only the listeners that Serve has registered by now.
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		if err := <-ended; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}

// certify makes a certificate and the pool that trusts it.
func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// set changes the behaviour of the server.
func (s *mailServer) set(change func(*mailServer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// mails are those that arrived completely.
func (s *mailServer) mails() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

type session struct {
	server *mailServer
	conn   *smtp.Conn
	auth   bool
	in     bool
}

func (s *session) AuthMechanisms() []string {
	if s.auth {
		return []string{sasl.Plain}
	}
	return nil
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "mesa" || password != "clave correcta" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		s.in = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.auth && !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return s.server.rcpt
}

func (s *session) Data(r io.Reader) error {
	s.server.mu.Lock()
	early := s.server.cutEarly
	s.server.mu.Unlock()
	if early {
		if _, err := io.CopyN(io.Discard, r, 100); err != nil {
			return err
		}
		return errors.Join(errors.New("cut"), s.conn.Conn().Close())
	}
	all, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	stall, cut, answer := s.server.stall, s.server.cut, s.server.data
	s.server.active++
	s.server.maximum = max(s.server.maximum, s.server.active)
	defer s.server.set(func(s *mailServer) { s.active-- })
	if answer == nil {
		s.server.received = append(s.server.received, all)
	}
	s.server.mu.Unlock()
	if stall != nil {
		<-stall
	}
	if cut {
		if err := s.conn.Conn().Close(); err != nil {
			return err
		}
		return errors.New("cut")
	}
	return answer
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
