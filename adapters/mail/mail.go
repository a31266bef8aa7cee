// Package mail sends what the desk owes by e-mail. It is a bot.Adapter, so mail goes the
// way of every message: owed with the change, sent in order, tried again while the server
// is away, and never holding up a chat. The person "mail:ana@entidad.gov.co" is
// reached at that address; nothing is received here.
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
	// sendTime is for one mail, from the connection to the server's last answer.
	sendTime = 25 * time.Second
	// greylisted is how long a server that says "later" is left alone; RFC 5321 section
	// 4.5.4.1 asks for half an hour, servers that greylist take a few minutes.
	greylisted = 5 * time.Minute
	// mostConnections is how many mails one process sends at a time: servers count the
	// connections of a client, Postfix 50 and others a few.
	mostConnections = 4
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
	// RootCAs and the like for servers with a certificate of their own; nil: the system's.
	TLS *tls.Config
}

// Adapter sends mail.
type Adapter struct {
	server server
	from   *netmail.Address
	files  bot.Files
	memory bot.AppendLog
	log    zerolog.Logger
	tls    *tls.Config
	slots  chan struct{} // one for each connection that may be open

	seeding sync.Mutex
	seed    string
}

// New checks the configuration; it connects to nothing.
func New(c Config) (*Adapter, error) {
	server, err := ParseURL(c.URL)
	if err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errors.New("el remitente no es una dirección de correo")
	}
	return &Adapter{server: server, from: from, files: c.Files, memory: c.AppendLog, log: c.Log, tls: c.TLS, slots: make(chan struct{}, mostConnections)}, nil
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return chat }

// Run implements bot.Adapter: mail brings no events.
func (a *Adapter) Run(ctx context.Context, _ *bot.Inbox) error {
	<-ctx.Done()
	return nil
}

// Ready implements bot.Adapter: a mail server that is away keeps nobody from being attended.
func (a *Adapter) Ready() bool { return true }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return 0 }

// Person implements bot.Adapter: of somebody with an address, that is all there is to know.
func (a *Adapter) Person(_ context.Context, address string) (bot.Person, error) {
	to, err := recipient(address)
	if err != nil {
		return bot.Person{}, err
	}
	return bot.Person{ID: address, Name: to, Email: to}, nil
}

// Member implements bot.Adapter: there are no channels.
func (a *Adapter) Member(context.Context, string, string) (bool, error) { return false, nil }

// Edit implements bot.Adapter. A mail that went out cannot be changed, and is not sent anew.
func (a *Adapter) Edit(context.Context, string, bot.Outgoing) error { return nil }

// Send implements bot.Adapter. The id is the Message-ID, which is the same for the same key and
// recipient, so that a mail that went out before its answer was lost can be told from a new one.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	to, err := recipient(o.Room.Direct)
	if err != nil {
		return "", err
	}
	ids, err := a.threadOf(ctx, o.Key, to)
	if err != nil {
		return "", err
	}
	message, err := a.compose(ctx, o, to, ids)
	if err != nil {
		return "", err
	}
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return "", &bot.RetryError{Err: errors.New("mail: too many mails at once")}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	client, err := a.client(ctx)
	if err != nil {
		return "", err
	}
	began := time.Now()
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() {
		if err != nil { // the farewell failed, not the mail
			a.log.Debug().Err(scrubbed(err)).Msg("mail: connection not closed in order")
		}
		a.log.Info().Str("post", o.Key).Dur("took", time.Since(began)).Msg("mail: sent")
		return ids.id, nil
	}
	return "", failure(err)
}

// recipient is the address of a room.
func recipient(address string) (string, error) {
	to, err := netmail.ParseAddress(bot.Address(address))
	if bot.Chat(address) != chat || err != nil {
		return "", errors.New("not an address of mail")
	}
	return to.Address, nil
}

// client is one connection's: mail of the desk is rare, and an idle connection is cut by servers.
func (a *Adapter) client(ctx context.Context) (*gomail.Client, error) {
	s, patience := a.server, sendTime
	if until, ok := ctx.Deadline(); ok { // the library looks at the context only until it is connected
		patience = max(time.Until(until), time.Millisecond)
	}
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(patience), gomail.WithHELO(domain(a.from.Address)), gomail.WithoutNoop()}
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

// failure sorts what went wrong: a refusal of the recipient or of the mail itself is final; all
// else, such as a sender or a password that the server does not take, can be mended.
func failure(err error) error {
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		code := refused.ErrorCode()
		switch {
		case code >= 500 && (refused.Reason == gomail.ErrSMTPRcptTo || refused.Reason == gomail.ErrSMTPDataClose):
			return fmt.Errorf("mail: refused with %d %s", code, refused.EnhancedStatusCode())
		case code >= 400:
			return &bot.RetryError{After: greylisted, Err: fmt.Errorf("mail: put off with %d %s", code, refused.EnhancedStatusCode())}
		}
	}
	return &bot.RetryError{After: time.Minute, Err: scrubbed(err)}
}

// scrubbed is an error without the server's own words, which repeat addresses.
func scrubbed(err error) error {
	var refused *gomail.SendError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("mail: the server did not answer in time")
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
