package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"helptic/flows/card"
	"helptic/internal/app"
	"helptic/internal/config"
	"helptic/storage"
	"helptic/ticket"
)

// showTicket prints the "hoja de vida" of a ticket.
func showTicket(ctx context.Context, c config.Config, cat *ticket.Catalog, number int64, asJSON bool, stdout io.Writer) error {
	store, err := app.OpenReader(ctx, c)
	if err != nil {
		return err
	}
	t, err := store.Ticket(ctx, number)
	if err = errors.Join(err, store.Close()); err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("no existe la solicitud N.º %d", number)
		}
		return err
	}
	if !asJSON {
		_, err := io.WriteString(stdout, card.View{Catalog: cat}.Record(t))
		return err
	}
	t.Outbox = nil
	return writeJSON(stdout, t)
}
