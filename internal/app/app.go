// Package app wires the chats, the desk and the database together and runs them.
package app

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/internal/config"
	"helptic/storage"
	"helptic/ticket"
)

// App is the program put together. Nothing runs before Run.
type App struct {
	store    storage.Store
	chats    []bot.Adapter
	homes    []string                // names of the chats that have home pages
	handlers map[string]http.Handler // by path
	outbox   *bot.Outbox
	inbox    *bot.Inbox
	desk     *flows.Desk
	log      zerolog.Logger
}

// New wires everything.
func New(ctx context.Context, c config.Config, cat *ticket.Catalog, store storage.Store, now func() time.Time, log zerolog.Logger) (*App, error) {
	a := &App{store: store, handlers: map[string]http.Handler{}, log: log}
	if err := a.addChats(ctx, c, now); err != nil {
		return nil, err
	}
	a.outbox = bot.NewOutbox(store, a.chats, now, log)
	a.desk = &flows.Desk{Homes: a.homes, Store: store, Catalog: cat, Directory: bot.NewDirectory(a.chats, now), Now: now, Log: log,
		WakeOutbox: a.outbox.Wake, Send: a.outbox.Send,
		AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel, Officials: c.Officials, Supervisors: c.SupervisorAddresses(),
		Mail: c.MailOn(), MailDesk: c.MailDesk}
	a.inbox = bot.NewInbox(store, a.desk.Handle, a.outbox, card.InboxTexts, now, log)
	a.inbox.Find = a.desk.Find
	a.desk.Accept = func(ctx context.Context, e bot.Event) error {
		_, err := a.inbox.Accept(ctx, e)
		return err
	}
	m := newMetrics()
	a.inbox.Meter, a.outbox.Meter = m, m
	a.handlers["GET /metrics"] = m.handler()
	a.handlers["GET /healthz"] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	a.handlers["GET /readyz"] = http.HandlerFunc(a.ready)
	return a, nil
}

// ready answers whether requests can be accepted: the database can be read and written,
// and the chats are connected.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		a.log.Warn().Err(err).Msg("database ping failed, not ready")
		http.Error(w, "database does not answer", http.StatusServiceUnavailable)
		return
	}
	for _, chat := range a.chats {
		if !chat.Ready() {
			http.Error(w, "chat "+chat.Name()+" is not connected", http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(w, "ready")
}
