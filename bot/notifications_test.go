package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
	"helptic/bot/bottest"
)

// notifications is a queue in memory with the rules of the stored one: a group is leased
// to one process at a time, and what is acknowledged as sent or refused is never leased again.
type notifications struct {
	t        *testing.T
	mu       sync.Mutex
	groups   []*group
	err      error // of the next lease
	leases   int
	renewals int
	refused  []string // keys of posts that never can be sent
}

type group struct {
	posts       []bot.Post
	due         map[string]time.Time // by key of the post
	leasedUntil time.Time
}

func newNotifications(t *testing.T) *notifications { return &notifications{t: t} }

func (q *notifications) enqueue(posts ...bot.Post) {
	q.mu.Lock()
	defer q.mu.Unlock()
	g := &group{posts: posts, due: map[string]time.Time{}}
	for _, p := range posts {
		g.due[p.Room.String()+" "+p.Key] = time.Now()
	}
	q.groups = append(q.groups, g)
}

// left returns how many notifications are not acknowledged as sent or refused.
func (q *notifications) left() (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, g := range q.groups {
		n += len(g.posts)
	}
	return n
}

func (q *notifications) counts() (leases, renewals int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.leases, q.renewals
}

func (q *notifications) Lease(_ context.Context, now, until time.Time, limit int) ([]bot.Leased, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.err; err != nil {
		q.err = nil
		return nil, err
	}
	var leased []bot.Leased
	for _, g := range q.groups {
		var due []bot.Post
		for _, p := range g.posts {
			if !g.due[p.Room.String()+" "+p.Key].After(now) {
				due = append(due, p)
			}
		}
		if len(leased) == limit || len(due) == 0 || g.leasedUntil.After(now) {
			continue
		}
		g.leasedUntil = until
		q.leases++
		leased = append(leased, bot.Leased{Posts: due, Renew: func(ctx context.Context, until time.Time) error {
			return q.renew(ctx, g, until)
		}, Acknowledge: func(ctx context.Context, results []error) error {
			return q.acknowledge(ctx, g, due, results)
		}})
	}
	return leased, nil
}

func (q *notifications) renew(ctx context.Context, g *group, until time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !g.leasedUntil.After(time.Now()) {
		q.t.Error("a lease that had ended was renewed")
	}
	q.renewals++
	g.leasedUntil = until
	return nil
}

func (q *notifications) acknowledge(ctx context.Context, g *group, posts []bot.Post, results []error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if len(results) != len(posts) || !g.leasedUntil.After(time.Now()) {
		q.t.Errorf("%d results of %d posts, lease until %s", len(results), len(posts), g.leasedUntil)
	}
	g.leasedUntil = time.Time{}
	for i, p := range posts {
		var retry *bot.RetryError
		switch err := results[i]; {
		case errors.Is(err, bot.ErrBlocked):
		case errors.As(err, &retry):
			g.due[p.Room.String()+" "+p.Key] = time.Now().Add(max(retry.After, time.Second))
		default:
			if err != nil {
				q.refused = append(q.refused, p.Key)
			}
			g.posts = slices.DeleteFunc(slices.Clone(g.posts), func(o bot.Post) bool { return o.Room == p.Room && o.Key == p.Key })
		}
	}
	return nil
}

// runOutbox runs the rig's outbox until stop is called, which waits for it.
func runOutbox(t *testing.T, o *bot.Outbox, q bot.Notifications, every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := o.Run(ctx, q, every); err != nil {
			t.Error(err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

func TestRoomThatFailsBlocksItsOwnPostsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		r.chat.Fail(func(o bot.Outgoing) error {
			switch o.Room.Direct {
			case "chat:lenta":
				return &bot.RetryError{After: time.Hour, Err: errors.New("429")}
			case "chat:nadie":
				return errors.New("account_inactive")
			}
			return nil
		})
		q := newNotifications(t)
		q.enqueue(post("lenta", "1", "a"), post("usuario", "1", "a"), post("lenta", "2", "b"), post("nadie", "3", "a"), post("usuario", "2", "b"))
		if n, err := r.outbox.Drain(t.Context(), q); err != nil || n != 1 {
			t.Errorf("%d groups, %v", n, err)
		}
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"a", "b"}) {
			t.Errorf("shown %q", shown)
		}
		if q.left() != 2 || !slices.Equal(q.refused, []string{"3"}) {
			t.Errorf("%d posts of the slow room are left of 2, refused for good: %v", q.left(), q.refused)
		}
		r.chat.Fail(nil)
		<-time.After(time.Hour)
		if _, err := r.outbox.Drain(t.Context(), q); err != nil {
			t.Error(err)
		}
		if shown := r.shown("lenta"); !slices.Equal(shown, []string{"a", "b"}) {
			t.Errorf("shown in the slow room %q", shown)
		}
	})
}

func TestShortFailureIsRetriedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		failures := 2
		r.chat.Fail(func(bot.Outgoing) error {
			if failures--; failures >= 0 {
				return &bot.RetryError{Err: errors.New("503")}
			}
			return nil
		})
		q := newNotifications(t)
		q.enqueue(post("usuario", "1", "uno"), post("usuario", "2", "dos"))
		if _, err := r.outbox.Drain(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"uno", "dos"}) || q.left() != 0 {
			t.Errorf("shown %q, %d left", shown, q.left())
		}
	})
}

func TestRunSendsWhenItIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		q := newNotifications(t)
		q.enqueue(post("usuario", "1", "al comienzo"))
		stop := runOutbox(t, r.outbox, q, time.Hour)
		defer stop()
		synctest.Wait()
		q.enqueue(post("usuario", "2", "después"))
		synctest.Wait()
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"al comienzo"}) {
			t.Errorf("shown %q before the outbox was woken", shown)
		}
		r.outbox.Wake()
		r.outbox.Wake() // does not wait for Run
		synctest.Wait()
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"al comienzo", "después"}) {
			t.Errorf("shown %q", shown)
		}
	})
}

func TestRunSendsAtItsIntervalWhatHadToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		began := time.Now()
		var calls []time.Duration
		r.chat.Fail(func(bot.Outgoing) error {
			if calls = append(calls, time.Since(began)); len(calls) == 1 {
				return &bot.RetryError{After: 62 * time.Second, Err: errors.New("429")}
			}
			return nil
		})
		q := newNotifications(t)
		q.enqueue(post("usuario", "1", "uno"))
		stop := runOutbox(t, r.outbox, q, 5*time.Second)
		<-time.After(2 * time.Minute)
		stop()
		if !slices.Equal(calls, []time.Duration{0, 65 * time.Second}) || q.left() != 0 {
			t.Errorf("called after %v, %d left", calls, q.left())
		}
	})
}

func TestRunRetriesALeaseThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		q := newNotifications(t)
		q.err = errors.New("database is away")
		q.enqueue(post("usuario", "1", "uno"))
		stop := runOutbox(t, r.outbox, q, 5*time.Second)
		<-time.After(6 * time.Second)
		stop()
		if q.left() != 0 || !strings.Contains(r.log.String(), "notifications cannot be leased, retrying") {
			t.Errorf("%d left, log %s", q.left(), r.log)
		}
	})
}

// stuckChat posts messages once it is released, whatever becomes of the context.
type stuckChat struct {
	*bottest.Chat
	released chan struct{}
}

func (c stuckChat) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	<-c.released
	return c.Chat.Send(ctx, o)
}

func TestRunRenewsTheLeaseWhileItSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := stuckChat{&bottest.Chat{}, make(chan struct{})}
		r := newRigOf(t, chat.Chat, chat, ignore)
		q := newNotifications(t)
		q.enqueue(post("usuario", "1", "uno"))
		stop := runOutbox(t, r.outbox, q, 5*time.Second)
		stopOther := runOutbox(t, bot.NewOutbox(r.store, []bot.Adapter{chat}, time.Now, r.logger()), q, 5*time.Second)
		<-time.After(2 * time.Minute)
		leases, renewals := q.counts()
		if leases != 1 || renewals < 15 {
			t.Errorf("leased %d times, renewed %d times", leases, renewals)
		}
		close(chat.released)
		<-time.After(time.Minute)
		_, renewals = q.counts()
		<-time.After(time.Minute)
		stop()
		stopOther()
		leases, after := q.counts()
		if q.left() != 0 || leases != 1 || after != renewals {
			t.Errorf("%d left, leased %d times, renewed %d times after they were sent", q.left(), leases, after-renewals)
		}
	})
}

func TestRunAcknowledgesWhatWasSentBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		release := r.block()
		q := newNotifications(t)
		q.enqueue(post("usuario", "1", "uno"), post("usuario", "2", "dos"))
		q.enqueue(post("usuario", "3", "tres"))
		stop := runOutbox(t, r.outbox, q, 5*time.Second)
		synctest.Wait()
		ended := make(chan struct{})
		go func() {
			stop()
			close(ended)
		}()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("ended during a call to the chat")
		default:
		}
		release()
		<-ended
		if shown := r.shown("usuario"); len(shown) != 1 || q.left() != 2 {
			t.Errorf("shown %q, %d left", shown, q.left())
		}
		r.chat.Fail(nil)
		<-time.After(time.Minute)
		next := bot.NewOutbox(r.store, []bot.Adapter{r.chat}, time.Now, r.logger())
		if _, err := next.Drain(t.Context(), q); err != nil {
			t.Error(err)
		}
		if shown := r.shown("usuario"); len(shown) != 3 || q.left() != 0 || r.chat.Repeated() != 0 {
			t.Errorf("shown %q by the next process, %d left, %d repeated", shown, q.left(), r.chat.Repeated())
		}
	})
}
