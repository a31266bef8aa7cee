package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"helptic/adapters/googlechat"
	"helptic/adapters/mail"
	"helptic/adapters/slack"
	"helptic/adapters/web"
	"helptic/bot"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// How often time is looked at: for what other processes left, and for what falls due.
const (
	recoverEvery = 5 * time.Second
	deliverEvery = time.Second
	sweepEvery   = 30 * time.Second
	learnEvery   = time.Hour
	shutdownTime = 10 * time.Second
)

// desk is the program put together, before it runs.
type desk struct {
	store    storage.Store
	chats    []bot.Adapter
	homes    []string                // names of the chats that have home pages
	handlers map[string]http.Handler // by path
	delivery *bot.Outbox
	inbox    *bot.Inbox
	flows    *flows.Desk
	log      zerolog.Logger
}

// serve runs the bot until the context ends.
func serve(ctx context.Context, c config, log zerolog.Logger, stdout io.Writer) error {
	listener, err := net.Listen("tcp", c.HTTPAddr)
	if err != nil {
		return listenError(c.HTTPAddr, err)
	}
	defer listener.Close()
	cat, err := loadCatalog(c)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() {
		if err := store.Close(); err != nil {
			log.Error().Err(err).Msg("database not closed in order")
		}
	}()
	d, err := assemble(ctx, c, cat, store, time.Now, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "HELPTIC atiende en http://%s (Ctrl+C para terminar)\n", listener.Addr())
	return d.run(ctx, listener)
}

// assemble wires everything; nothing runs yet.
func assemble(ctx context.Context, c config, cat *ticket.Catalog, store storage.Store, now func() time.Time, log zerolog.Logger) (*desk, error) {
	d := &desk{store: store, handlers: map[string]http.Handler{}, log: log}
	if c.webChat() {
		var hosts []string
		if !c.loopback() {
			hosts = []string{"*"} // WEB_CHAT=on on another address: any name leads here
		}
		chat, err := web.New(web.Config{AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
			Now: now, Log: log, MaxFileBytes: c.MaxFileMiB.bytes(), AllowedHosts: hosts})
		if err != nil {
			return nil, err
		}
		d.chats = append(d.chats, chat)
		d.handlers["/"] = chat.Handler()
	}
	if c.slackChat() {
		chat, err := newSlack(c, store, now, log)
		if err != nil {
			return nil, err
		}
		d.chats, d.homes = append(d.chats, chat), append(d.homes, chat.Name())
		maps.Copy(d.handlers, chat.Handlers())
	}
	if c.googleChat() {
		chat, err := newGoogleChat(ctx, c, store, now, log)
		if err != nil {
			return nil, err
		}
		d.chats = append(d.chats, chat)
		maps.Copy(d.handlers, chat.Handlers())
	}
	if c.SMTPURL != "" {
		chat, err := mail.New(mail.Config{URL: string(c.SMTPURL), From: c.MailFrom, Files: store, AppendLog: store, Log: log})
		if err != nil {
			return nil, err
		}
		d.chats = append(d.chats, chat)
	}
	d.delivery = bot.NewOutbox(store, d.chats, now, log)
	d.flows = &flows.Desk{Homes: d.homes, Store: store, Catalog: cat, Directory: bot.NewDirectory(d.chats, now), Now: now, Log: log,
		WakeOutbox: d.delivery.Wake, Send: d.delivery.Send,
		AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel, Officials: c.Officials, Supervisors: c.supervisors(),
		Mail: c.SMTPURL != "", MailDesk: c.MailDesk}
	d.inbox = bot.NewInbox(store, d.flows.Handle, d.delivery, card.InboxTexts, now, log)
	d.inbox.Find = d.flows.Find
	d.flows.Accept = func(ctx context.Context, e bot.Event) error {
		_, err := d.inbox.Accept(ctx, e)
		return err
	}
	m := newMetrics()
	d.inbox.Meter, d.delivery.Meter = m, m
	d.handlers["GET /metrics"] = m.handler()
	d.handlers["GET /healthz"] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	d.handlers["GET /readyz"] = http.HandlerFunc(d.ready)
	return d, nil
}

func newSlack(c config, store storage.Store, now func() time.Time, log zerolog.Logger) (*slack.Adapter, error) {
	return slack.New(slack.Config{BotToken: string(c.SlackBotToken), SigningSecret: string(c.SlackSigningSecret), AppToken: string(c.SlackAppToken),
		APIURL: c.SlackAPIURL, AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
		MaxFileBytes: c.MaxFileMiB.bytes(), Now: now, Log: log})
}

// newGoogleChat reads the credentials; Google is not called yet.
func newGoogleChat(ctx context.Context, c config, store storage.Store, now func() time.Time, log zerolog.Logger) (*googlechat.Adapter, error) {
	key := c.GoogleApplicationCredentials
	if key != "" {
		key = inDir(c.dir, key)
	}
	chat, err := googlechat.New(ctx, googlechat.Config{Audience: c.GoogleChatAudience, AddonEmail: c.GoogleChatAddonEmail, Subscription: c.GoogleChatSubscription,
		APIURL: c.GoogleChatAPIURL, CertsURL: c.GoogleChatCertsURL, Credentials: key,
		AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
		MaxFileBytes: c.MaxFileMiB.bytes(), Now: now, Log: log})
	if err != nil {
		return nil, fmt.Errorf("no hay credenciales de Google: ponga en GOOGLE_APPLICATION_CREDENTIALS la llave de la cuenta de servicio de la aplicación (%w)", err)
	}
	return chat, nil
}

// run serves until the context ends: then nothing new is taken, what is being done is
// finished, and the rest waits in the database.
func (d *desk) run(ctx context.Context, listener net.Listener) error {
	mux := http.NewServeMux()
	for path, h := range d.handlers {
		mux.Handle(path, h)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	clock, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	_, err = clock.NewJob(gocron.DurationJob(sweepEvery), gocron.NewTask(func() {
		if err := d.flows.Sweep(ctx); err != nil && ctx.Err() == nil {
			d.log.Error().Err(err).Msg("what falls due cannot be done now")
		}
	}), gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return err
	}
	_, err = clock.NewJob(gocron.DurationJob(learnEvery), gocron.NewTask(func() {
		if err := d.flows.Learn(ctx); err != nil && ctx.Err() == nil {
			d.log.Error().Err(err).Msg("suggestions cannot learn now")
		}
	}), gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return err
	}
	clock.Start()
	for _, chat := range d.chats {
		g.Go(func() error { return chat.Run(ctx, d.inbox) })
	}
	g.Go(func() error { return d.inbox.Run(ctx, recoverEvery) })
	g.Go(func() error { return d.delivery.Run(ctx, d.flows, deliverEvery) })
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		return errors.Join(clock.Shutdown(), server.Shutdown(late))
	})
	d.log.Info().Str("addr", listener.Addr().String()).Int("chats", len(d.chats)).Msg("serving")
	err = g.Wait()
	d.log.Info().Msg("stopped")
	return err
}

// ready tells whether requests can be taken: the database answers and can be written to,
// and the chats are connected.
func (d *desk) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := d.store.Ping(ctx); err != nil {
		d.log.Warn().Err(err).Msg("not ready")
		http.Error(w, "database does not answer", http.StatusServiceUnavailable)
		return
	}
	for _, chat := range d.chats {
		if !chat.Ready() {
			http.Error(w, "chat "+chat.Name()+" is not connected", http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(w, "ready")
}

func loadCatalog(c config) (*ticket.Catalog, error) {
	data, err := c.catalog()
	if err != nil {
		return nil, fmt.Errorf("no se puede leer el catálogo %s: %w", c.Catalog, err)
	}
	cat, err := ticket.LoadCatalog(data)
	var faulty *ticket.CatalogError
	if errors.As(err, &faulty) {
		return nil, fmt.Errorf("el catálogo tiene %d fallas:\n  %s", len(faulty.Faults), strings.Join(faulty.Faults, "\n  "))
	}
	return cat, err
}

// openStore opens the database that is configured, or says in a sentence why not.
func openStore(ctx context.Context, c config) (storage.Store, error) {
	if c.MongoDBURI != "" {
		store, err := mongodb.Open(ctx, string(c.MongoDBURI), c.MongoDBDatabase, c.MaxFileMiB.bytes())
		if err != nil {
			return nil, fmt.Errorf("MongoDB no responde en %s: revise MONGODB_URI y que el servidor esté encendido (%w)", c.mongoServers(), err)
		}
		return store, nil
	}
	store, err := sqlite.Open(ctx, c.DataDir, c.MaxFileMiB.bytes())
	switch {
	case err == nil:
		return store, nil
	case errors.Is(err, storage.ErrInUse):
		return nil, fmt.Errorf("otro proceso de helptic ya usa la carpeta %s: ciérrelo o elija otra con DATA_DIR%w", c.DataDir, quiet{err})
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("no hay permiso para escribir en la carpeta %s: cámbielo o elija otra con DATA_DIR", c.DataDir)
	}
	return nil, fmt.Errorf("no se puede usar la carpeta %s para la base de datos: elija otra con DATA_DIR (%w)", c.DataDir, err)
}

// quiet is an error that can be told apart and says nothing more.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("la dirección %s ya está en uso: cierre el otro programa o elija otra con HTTP_ADDR", addr)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no hay permiso para atender en %s: elija un puerto desde 1024 con HTTP_ADDR", addr)
	}
	return fmt.Errorf("no se puede atender en %s: revise HTTP_ADDR (%w)", addr, err)
}
