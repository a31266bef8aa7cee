package mail

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"

	gomail "github.com/wneessen/go-mail"
)

// Check connects and authenticates as for a mail, and sends none. Its error says what to do.
func (a *Adapter) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	client, err := a.client(ctx)
	if err != nil {
		return err
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		var response *textproto.Error
		switch {
		case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered), errors.Is(err, gomail.ErrPlainAuthNotSupported):
			return fmt.Errorf(textCheckNoAuth, a.server)
		case errors.As(err, &response) && response.Code >= 530 && response.Code < 540:
			return fmt.Errorf(textCheckAuthFailed, a.server)
		}
		return fmt.Errorf(textCheckNoTLS, a.server, redact(err))
	}
	return client.CloseWithSMTPClient(connection)
}
