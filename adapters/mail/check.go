package mail

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"

	gomail "github.com/wneessen/go-mail"
)

// Check connects to the server as a mail would, without sending one, and says what to do
// where that fails.
func (a *Adapter) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	client, err := a.client(ctx)
	if err != nil {
		return err
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		var answer *textproto.Error
		switch {
		case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered), errors.Is(err, gomail.ErrPlainAuthNotSupported):
			return fmt.Errorf("%s no ofrece entrar con usuario y clave: revise SMTP_URL", a.server)
		case errors.As(err, &answer) && answer.Code >= 530 && answer.Code < 540:
			return fmt.Errorf("%s no acepta el usuario o la clave: revise SMTP_URL", a.server)
		}
		return fmt.Errorf("no hay conexión segura con %s: revise SMTP_URL y que el servidor ofrezca TLS (%w)", a.server, scrubbed(err))
	}
	return client.CloseWithSMTPClient(connection)
}
