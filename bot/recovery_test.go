package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
	"helptic/storage/sqlite"
)

// every is the interval of Run in these tests.
const every = 5 * time.Second

// run runs an inbox until stop is called, which waits for it.
func run(t *testing.T, in *bot.Inbox) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := in.Run(ctx, every); err != nil {
			t.Error(err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// An event without effects is handled, one that is handled is only answered, and one that
// is done stays so.
func TestRecoverResumesEachEventWhereItWas(t *testing.T) {
	var handled []string
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		handled = append(handled, e.Key)
		return reply(e, "respuesta a "+e.Key), nil
	})
	for _, key := range []string{"accepted", "handled", "done"} {
		r.leaveEvent(t, event(key, "usuario", key), time.Now().Add(-time.Hour))
	}
	answer := encode(t, reply(event("handled", "usuario", ""), "respuesta guardada").Posts)
	if err := errors.Join(r.store.MarkHandled(t.Context(), "handled", answer), r.store.MarkDone(t.Context(), "done")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing
		if err := r.inbox.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.inbox.Wait()
	}
	if !slices.Equal(handled, []string{"accepted"}) {
		t.Errorf("handled %v", handled)
	}
	if shown := r.shown("usuario"); !slices.Equal(shown, []string{"respuesta a accepted", "respuesta guardada"}) {
		t.Errorf("shown %q", shown)
	}
}

// slowJournal stores events once it is released.
type slowJournal struct {
	*sqlite.Store
	released chan struct{}
}

func (j slowJournal) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	<-j.released
	return j.Store.Accept(ctx, e)
}

func TestEventIsResumedWhileTheChatDeliversItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handled := 0
		r := newRig(t, ignore)
		e := event("e1", "usuario", "hola")
		r.leaveEvent(t, e, time.Now().Add(-time.Second))
		journal := slowJournal{r.store, make(chan struct{})}
		inbox := r.newInbox(journal, func(context.Context, bot.Event) (bot.Reply, error) {
			handled++
			return bot.Reply{}, nil
		})
		defer inbox.Close()
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := inbox.Accept(t.Context(), e); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		both.Go(func() {
			if err := inbox.Recover(t.Context()); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(journal.released)
		both.Wait()
		inbox.Wait()
		if handled != 1 {
			t.Errorf("handled %d times", handled)
		}
	})
}

func TestRunResumesEventsAtStartAndWhenTheirLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		handled := map[string]time.Duration{}
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			handled[e.Key] = time.Since(began)
			return bot.Reply{}, nil
		})
		r.leaveEvent(t, event("ended", "usuario", "hola"), began.Add(-time.Second))
		r.leaveEvent(t, event("leased", "agente", "hola"), began.Add(12*time.Second))
		stop := run(t, r.inbox)
		<-time.After(time.Minute)
		stop()
		if len(handled) != 2 || handled["ended"] != 0 || handled["leased"] != 15*time.Second {
			t.Errorf("handled after %v", handled)
		}
		if pending, err := r.store.LeaseEvents(t.Context(), time.Now().Add(time.Hour), time.Now(), 10); err != nil || len(pending) != 0 {
			t.Errorf("pending %v, %v", pending, err)
		}
	})
}

func TestRunRenewsTheLeaseOfAnEventThatTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		attempts := 0
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			if attempts++; time.Since(began) < 5*time.Minute {
				return bot.Reply{}, errors.New("database is away")
			}
			return reply(e, "hola"), nil
		})
		stolen := 0
		other := r.newInbox(r.store, func(context.Context, bot.Event) (bot.Reply, error) {
			stolen++
			return bot.Reply{}, nil
		})
		stop, stopOther := run(t, r.inbox), run(t, other)
		r.accept(t, event("e1", "usuario", "hola"))
		<-time.After(10 * time.Minute)
		stop()
		stopOther()
		if stolen != 0 || attempts < 10 {
			t.Errorf("handled %d times by the process without the lease, %d attempts by the other", stolen, attempts)
		}
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"hola"}) {
			t.Errorf("shown %q", shown)
		}
	})
}

func TestRunLeavesAnEventThatFailsToTheNextProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		r := newRig(t, func(context.Context, bot.Event) (bot.Reply, error) {
			attempts++
			return bot.Reply{}, errors.New("database is away")
		})
		stop := run(t, r.inbox)
		r.accept(t, event("e1", "usuario", "hola"))
		<-time.After(time.Minute)
		stop()
		before := attempts
		<-time.After(time.Minute)
		if before < 5 || attempts != before {
			t.Errorf("%d attempts while it ran, %d after it", before, attempts-before)
		}
		next := r.newInbox(r.store, func(_ context.Context, e bot.Event) (bot.Reply, error) { return reply(e, "hola"), nil })
		stopNext := run(t, next)
		<-time.After(time.Minute)
		stopNext()
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"hola"}) {
			t.Errorf("shown %q", shown)
		}
	})
}

func TestCloseWaitsForTheAttemptThatRunsAndStartsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var handled []string
		started, finish := make(chan struct{}), make(chan struct{})
		r := newRig(t, func(ctx context.Context, e bot.Event) (bot.Reply, error) {
			close(started)
			<-ctx.Done()
			<-finish
			handled = append(handled, e.Key)
			return bot.Reply{}, ctx.Err()
		})
		for _, key := range []string{"running", "queued"} {
			r.accept(t, event(key, "usuario", "hola"))
		}
		<-started
		closed := make(chan struct{})
		go func() {
			r.inbox.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("closed while an attempt runs")
		default:
		}
		close(finish)
		<-closed
		r.accept(t, event("late", "usuario", "hola")) // stored for the next process
		r.inbox.Wait()
		if !slices.Equal(handled, []string{"running"}) {
			t.Errorf("handled %v", handled)
		}
		pending, err := r.store.LeaseEvents(t.Context(), time.Now().Add(time.Hour), time.Now().Add(2*time.Hour), 10)
		if err != nil || len(pending) != 3 {
			t.Errorf("%d events of 3 are left to the next process, %v", len(pending), err)
		}
	})
}

// failingJournal does not lease or renew events for a while.
type failingJournal struct {
	*sqlite.Store
	until time.Time
}

func (j failingJournal) LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]bot.StoredEvent, error) {
	if now.Before(j.until) {
		return nil, errors.New("database is away")
	}
	return j.Store.LeaseEvents(ctx, now, until, limit)
}

func (j failingJournal) RenewEvents(ctx context.Context, keys []string, until time.Time) error {
	if time.Now().Before(j.until) {
		return errors.New("database is away")
	}
	return j.Store.RenewEvents(ctx, keys, until)
}

func TestRunContinuesWhenTheDatabaseIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		var attempts atomic.Int64
		inbox := r.newInbox(failingJournal{r.store, time.Now().Add(2 * every)}, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			if attempts.Add(1) < 8 { // the event is in flight, so its lease is to be renewed
				return bot.Reply{}, errors.New("database is away")
			}
			return reply(e, "hola"), nil
		})
		r.leaveEvent(t, event("left", "agente", "hola"), time.Now().Add(-time.Second))
		if _, err := inbox.Accept(t.Context(), event("e1", "usuario", "hola")); err != nil {
			t.Fatal(err)
		}
		stop := run(t, inbox)
		<-time.After(2 * time.Minute)
		stop()
		if got := append(r.shown("agente"), r.shown("usuario")...); !slices.Equal(got, []string{"hola", "hola"}) {
			t.Errorf("shown %q", got)
		}
		for _, line := range []string{"leases of events cannot be renewed, retrying", "pending events cannot be leased, retrying"} {
			if n := strings.Count(r.log.String(), line); n != 2 {
				t.Errorf("%q logged %d times: %s", line, n, r.log)
			}
		}
	})
}
