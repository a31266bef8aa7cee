// Package mail sends notifications by e-mail. It is a bot.Adapter, so the outbox handles a mail
// like every message: it is enqueued with the change, sent in order, retried while the server is
// down, and does not block a chat. The person "mail:ana@entidad.gov.co" has that address. No mail
// is received here.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	gomail "github.com/wneessen/go-mail"

	"helptic/bot"
)

const (
	chat = "mail"
	// sendTimeout is for one mail, from the connection to the last response of the server.
	sendTimeout = 25 * time.Second
	// greylistDelay is the delay after a temporary refusal. RFC 5321 section 4.5.4.1 asks for
	// half an hour, but servers that greylist accept after a few minutes.
	greylistDelay = 5 * time.Minute
	// maxConnections is how many mails one process sends at a time. Servers limit the
	// connections of a client: Postfix to 50, others to a few.
	maxConnections = 4
)

// Config is what the adapter needs of the program.
type Config struct {
	// URL of the server: smtps://user:password@host:465 (TLS from the start) or
	// smtp://host:587 (STARTTLS, without which nothing is sent but to the loopback).
	URL string
	// From is the sender: an address, with a name before it if wanted.
	From      string
	Files     bot.Files
	AppendLog bot.AppendLog
	Log       zerolog.Logger
	// TLS is for servers with a private certificate. nil uses the certificates of the system.
	TLS *tls.Config
}

// Adapter sends mail.
type Adapter struct {
	server      server
	from        *netmail.Address
	files       bot.Files
	appendLog   bot.AppendLog
	log         zerolog.Logger
	tls         *tls.Config
	connections chan struct{} // semaphore

	seedMu sync.Mutex
	seed   string // empty until it is read
}

// New checks the configuration; it connects to nothing.
func New(c Config) (*Adapter, error) {
	server, err := ParseURL(c.URL)
	if err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errors.New(textInvalidSender)
	}
	return &Adapter{server: server, from: from, files: c.Files, appendLog: c.AppendLog, log: c.Log, tls: c.TLS, connections: make(chan struct{}, maxConnections)}, nil
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return chat }

// Run implements bot.Adapter: there are no events.
func (a *Adapter) Run(ctx context.Context, _ *bot.Inbox) error {
	<-ctx.Done()
	return nil
}

// Ready implements bot.Adapter: events arrive without the mail server.
func (a *Adapter) Ready() bool { return true }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return 0 }

// Person implements bot.Adapter: the address is all that is known about a person.
func (a *Adapter) Person(_ context.Context, address string) (bot.Person, error) {
	to, err := recipient(address)
	if err != nil {
		return bot.Person{}, err
	}
	return bot.Person{ID: address, Name: to, Email: to}, nil
}

// Member implements bot.Adapter: there are no channels.
func (a *Adapter) Member(context.Context, string, string) (bool, error) { return false, nil }

// Edit implements bot.Adapter. A sent mail cannot be changed, and is not sent again.
func (a *Adapter) Edit(context.Context, string, bot.Outgoing) error { return nil }

// Send implements bot.Adapter. The id is the Message-ID. A repeated key has the same Message-ID, so
// a mailbox recognizes the duplicate when a response of the server was lost.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	to, err := recipient(o.Room.Direct)
	if err != nil {
		return "", err
	}
	ids, err := a.threadFor(ctx, o.Key, to)
	if err != nil {
		return "", err
	}
	message, err := a.compose(ctx, o, to, ids)
	if err != nil {
		return "", err
	}
	select {
	case a.connections <- struct{}{}:
		defer func() { <-a.connections }()
	case <-ctx.Done():
		return "", &bot.RetryError{Err: errors.New("mail: too many mails at once")}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	client, err := a.client(ctx)
	if err != nil {
		return "", err
	}
	start := time.Now()
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() {
		if err != nil { // only QUIT failed
			a.log.Debug().Err(redact(err)).Msg("mail: connection not closed after a sent mail, ignoring it")
		}
		a.log.Info().Str("key", o.Key).Dur("duration", time.Since(start)).Msg("mail: sent")
		return ids.id, nil
	}
	return "", classify(err)
}

// recipient is the e-mail address of a person.
func recipient(address string) (string, error) {
	to, err := netmail.ParseAddress(bot.Address(address))
	if bot.Chat(address) != chat || err != nil {
		return "", errors.New("mail: not an address")
	}
	return to.Address, nil
}

// client is for one connection. Mails are rare, and servers close idle connections.
func (a *Adapter) client(ctx context.Context) (*gomail.Client, error) {
	s, timeout := a.server, sendTimeout
	if deadline, ok := ctx.Deadline(); ok { // the library uses the context only until it is connected
		timeout = max(time.Until(deadline), time.Millisecond)
	}
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(timeout), gomail.WithHELO(domain(a.from.Address)), gomail.WithoutNoop()}
	config := &tls.Config{}
	if a.tls != nil {
		config = a.tls.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.host
	}
	config.MinVersion = tls.VersionTLS12
	switch {
	case s.implicit:
		options = append(options, gomail.WithSSL(), gomail.WithTLSConfig(config))
	case s.loopback:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithTLSConfig(config))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithTLSConfig(config))
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password))
		if s.loopback && !s.implicit {
			options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthPlainNoEnc))
		} else {
			options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
		}
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return client, nil
}

// classify makes an error final or one to retry. A permanent refusal of the recipient or of the
// content is final. Everything else can be repaired, such as a sender or a password that the server
// does not accept.
func classify(err error) error {
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		code := refused.ErrorCode()
		switch {
		case code >= 500 && (refused.Reason == gomail.ErrSMTPRcptTo || refused.Reason == gomail.ErrSMTPDataClose):
			return fmt.Errorf("mail: refused with %d %s", code, refused.EnhancedStatusCode())
		case code >= 400:
			return &bot.RetryError{After: greylistDelay, Err: fmt.Errorf("mail: deferred with %d %s", code, refused.EnhancedStatusCode())}
		}
	}
	return &bot.RetryError{After: time.Minute, Err: redact(err)}
}

// redact removes the text of the server from an error, because servers repeat addresses.
func redact(err error) error {
	var refused *gomail.SendError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("mail: the server did not respond in time")
	case errors.As(err, &refused):
		return fmt.Errorf("mail: %s", refused.Reason)
	case err == nil:
		return errors.New("mail: not sent")
	}
	text := err.Error()
	for word := range strings.FieldsSeq(text) {
		if strings.Contains(word, "@") {
			text = strings.ReplaceAll(text, word, "…")
		}
	}
	return errors.New("mail: " + text)
}
