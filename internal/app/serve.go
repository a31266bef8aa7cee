package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"helptic/internal/config"
)

// Intervals of the periodic work, and the time that a shutdown may need.
const (
	recoverEvery = 5 * time.Second  // events whose lease ran out
	deliverEvery = time.Second      // notifications that other processes left
	sweepEvery   = 30 * time.Second // reminders and other deadlines
	learnEvery   = time.Hour        // suggestions, from the tickets
	shutdownTime = 10 * time.Second
)

// Serve runs the bot until the context ends. builtin is the catalogue in use where the
// configuration names none.
func Serve(ctx context.Context, c config.Config, builtin []byte, log zerolog.Logger, stdout io.Writer) error {
	listener, err := net.Listen("tcp", c.HTTPAddr)
	if err != nil {
		return listenError(c.HTTPAddr, err)
	}
	defer listener.Close()
	cat, err := LoadCatalog(c, builtin)
	if err != nil {
		return err
	}
	store, err := OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() {
		if err := store.Close(); err != nil {
			log.Error().Err(err).Msg("closing the database failed, the process ends")
		}
	}()
	a, err := New(ctx, c, cat, store, time.Now, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "HELPTIC atiende en http://%s (Ctrl+C para terminar)\n", listener.Addr())
	return a.Run(ctx, listener)
}

// Run serves until the context ends. After that nothing new is accepted, work in progress
// is finished, and the rest stays in the database.
func (a *App) Run(ctx context.Context, listener net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	scheduler, err := a.schedule(ctx)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for path, h := range a.handlers {
		mux.Handle(path, h)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	scheduler.Start()
	for _, chat := range a.chats {
		g.Go(func() error { return chat.Run(ctx, a.inbox) })
	}
	g.Go(func() error { return a.inbox.Run(ctx, recoverEvery) })
	g.Go(func() error { return a.outbox.Run(ctx, a.desk, deliverEvery) })
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		return errors.Join(scheduler.Shutdown(), server.Shutdown(shutdown))
	})
	a.log.Info().Str("addr", listener.Addr().String()).Int("chats", len(a.chats)).Msg("serving")
	err = g.Wait()
	a.log.Info().Msg("stopped")
	return err
}

// schedule returns the scheduler of the periodic work, which does not run yet. A job that
// takes longer than its interval never runs twice at once.
func (a *App) schedule(ctx context.Context) (gocron.Scheduler, error) {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
	if err != nil {
		return nil, err
	}
	for _, job := range []struct {
		every  time.Duration
		run    func(context.Context) error
		failed string
	}{
		{sweepEvery, a.desk.Sweep, "sweep of deadlines failed, retrying at the next interval"},
		{learnEvery, a.desk.Learn, "learning from tickets failed, retrying at the next interval"},
	} {
		task := gocron.NewTask(func() {
			if err := job.run(ctx); err != nil && ctx.Err() == nil {
				a.log.Error().Err(err).Msg(job.failed)
			}
		})
		_, err := scheduler.NewJob(gocron.DurationJob(job.every), task,
			gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
		if err != nil {
			return nil, err
		}
	}
	return scheduler, nil
}

func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("la dirección %s ya está en uso: cierre el otro programa o elija otra con HTTP_ADDR", addr)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no hay permiso para atender en %s: elija un puerto desde 1024 con HTTP_ADDR", addr)
	}
	return fmt.Errorf("no se puede atender en %s: revise HTTP_ADDR (%w)", addr, err)
}
