package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// How the delivery is patient.
const (
	debtLease  = 20 * time.Second // what a dead process was sending is sent again after it; what is being sent is renewed
	sendTime   = 30 * time.Second // one call to a chat
	longQueue  = 20 * time.Second // a room with more than this to say takes no more now
	shortPause = 3 * time.Second  // a room that asks for less is waited for
	maxBackoff = 10 * time.Minute
	settleTime = 5 * time.Second // for a message that somebody answers before we know its id
	batch      = 50
)

// Debts is what is owed to people: it is leased, sent, and settled.
type Notifications interface {
	// Owing leases at most limit debts until the given time.
	Lease(ctx context.Context, now, until time.Time, limit int) ([]Leased, error)
}

// Debt is some posts that are owed together. Those of one room are sent in order, and
// after one that fails the rest of its room waits.
type Leased struct {
	Posts []Post
	// Renew leases it for longer while it is being sent; nil where that is not needed.
	Renew func(ctx context.Context, until time.Time) error
	// Settle takes what became of each post: nil for one that was said, ErrWaits for one
	// behind a failure, a *RetryError for one to try again, else why it never can be.
	Acknowledge func(context.Context, []error) error
}

// ErrWaits says that a post waits for an earlier one of its room.
var ErrBlocked = errors.New("waits for an earlier post")

// Delivery shows posts in the chats: in order and at the pace of each room, so that a
// room that fails or is slow holds up no other.
type Outbox struct {
	// Meter counts, once it is set before the first post.
	Meter Meter

	journal  Journal
	adapters map[string]Adapter
	now      func() time.Time
	log      zerolog.Logger

	rooms  lanes
	newest coalescer
	wake   chan struct{}
	mu     sync.Mutex
	ready  map[string]time.Time // when a room may be spoken in again
	fails  map[string]int       // failures in a row
}

// NewDelivery returns a delivery over the given chats.
func NewOutbox(j Journal, adapters []Adapter, now func() time.Time, log zerolog.Logger) *Outbox {
	d := &Outbox{Meter: silent{}, journal: j, adapters: map[string]Adapter{}, now: now, log: log,
		wake: make(chan struct{}, 1), ready: map[string]time.Time{}, fails: map[string]int{}}
	for _, a := range adapters {
		d.adapters[a.Name()] = a
	}
	return d
}

// Nudge says that something new is owed.
func (d *Outbox) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers what is owed when nudged, and from time to time for what other
// processes left or what had to wait, until the context ends.
func (d *Outbox) Run(ctx context.Context, debts Notifications, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var sending sync.WaitGroup
	defer sending.Wait()
	for {
		if _, err := d.deliver(ctx, debts, &sending); err != nil && ctx.Err() == nil {
			d.log.Error().Err(err).Msg("delivery: what is owed cannot be read")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.wake:
		case <-tick.C:
		}
	}
}

// Deliver sends what is owed now and returns how many debts that were, once all are settled.
func (d *Outbox) Drain(ctx context.Context, debts Notifications) (int, error) {
	var sending sync.WaitGroup
	n, err := d.deliver(ctx, debts, &sending)
	sending.Wait()
	return n, err
}

func (d *Outbox) deliver(ctx context.Context, debts Notifications, sending *sync.WaitGroup) (int, error) {
	n := 0
	for {
		now := d.now()
		place := d.newest.next()
		owing, err := debts.Lease(ctx, now, now.Add(debtLease), batch)
		if err != nil {
			return n, err
		}
		for _, debt := range owing {
			d.newest.wait(debt.Posts, place)
			sending.Go(func() { d.sendLeased(ctx, debt) })
		}
		n += len(owing)
		if len(owing) < batch {
			return n, nil
		}
	}
}

// pay sends a debt, each room by itself, and settles it.
func (d *Outbox) sendLeased(ctx context.Context, debt Leased) {
	defer d.newest.done(debt.Posts...) // what is to be tried again is written anew
	became := make([]error, len(debt.Posts))
	rooms := map[string][]int{}
	for i, p := range debt.Posts {
		rooms[p.Room.String()] = append(rooms[p.Room.String()], i)
	}
	sent := make(chan struct{})
	go d.renew(ctx, debt, sent)
	defer close(sent)
	var all sync.WaitGroup
	for _, posts := range rooms {
		all.Go(func() {
			var again *RetryError
			for n, i := range posts {
				if became[i] = d.Send(ctx, debt.Posts[i]); errors.As(became[i], &again) {
					for _, rest := range posts[n+1:] {
						became[rest] = ErrBlocked
					}
					return
				}
			}
		})
	}
	all.Wait()
	// What was said is settled even when the process is about to end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	if err := debt.Acknowledge(ctx, became); err != nil {
		d.log.Warn().Err(err).Msg("delivery: what was sent cannot be settled now; it will be found sent")
	}
	d.Wake()
}

// renew keeps other processes away from a debt that takes long to send.
func (d *Outbox) renew(ctx context.Context, debt Leased, sent <-chan struct{}) {
	tick := time.NewTicker(debtLease / 3)
	defer tick.Stop()
	for debt.Renew != nil {
		select {
		case <-sent:
			return
		case <-tick.C:
		}
		if err := debt.Renew(ctx, d.now().Add(debtLease)); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("delivery: lease cannot be renewed")
		}
	}
}

// Show makes a room look as the post says: it edits what was posted there under the key,
// or posts it. It returns when that is done, with a *RetryError when it should be tried later.
func (d *Outbox) Send(ctx context.Context, p Post) error {
	adapter, ok := d.adapters[p.Room.Chat()]
	if !ok {
		return fmt.Errorf("chat %q is not configured", p.Room.Chat())
	}
	if p.place == 0 {
		one := []Post{p}
		d.newest.wait(one, d.newest.next())
		defer d.newest.done(one...)
		p = one[0]
	}
	room := p.Room.String()
	if wait := time.Duration(d.rooms.length(room)) * adapter.Pace(); wait > longQueue {
		return &RetryError{After: wait, Err: errors.New("room has much to say")}
	}
	done := make(chan error, 1)
	d.rooms.run(room, func() { done <- d.sendInOrder(ctx, adapter, p) })
	return <-done
}

// settle waits until what is being said in a room is said and remembered.
func (d *Outbox) awaitIdle(ctx context.Context, room string) {
	if d.rooms.length(room) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	done := make(chan struct{})
	d.rooms.run(room, func() { close(done) })
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// inTurn shows a post when its turn in the room has come.
func (d *Outbox) sendInOrder(ctx context.Context, adapter Adapter, p Post) error {
	room := p.Room.String()
	for {
		if err := d.awaitPace(ctx, room); err != nil {
			return err
		}
		call, cancel := context.WithTimeout(ctx, sendTime)
		err := d.upsert(call, adapter, p)
		cancel()
		var again *RetryError
		if !errors.As(err, &again) {
			d.backOff(room, adapter.Pace(), false)
			return err
		}
		after := d.backOff(room, again.After, true)
		if after > shortPause || ctx.Err() != nil {
			return &RetryError{After: after, Err: again.Err}
		}
	}
}

// awaitRoom waits for a room that may be spoken in soon, and refuses one that may not.
func (d *Outbox) awaitPace(ctx context.Context, room string) error {
	d.mu.Lock()
	wait := d.ready[room].Sub(d.now())
	d.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	if wait > shortPause {
		return &RetryError{After: wait, Err: errors.New("room is resting")}
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return &RetryError{Err: ctx.Err()}
	}
}

// rest closes a room for a while: its pace, or after a failure ever longer.
func (d *Outbox) backOff(room string, wait time.Duration, failed bool) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if failed {
		wait = max(wait, min(time.Second<<min(d.fails[room], 10), maxBackoff))
		d.fails[room]++
	} else {
		delete(d.fails, room)
	}
	if wait > 0 {
		d.ready[room] = d.now().Add(wait)
	} else {
		delete(d.ready, room)
	}
	return wait
}

// say edits or posts, and remembers what was posted.
func (d *Outbox) upsert(ctx context.Context, adapter Adapter, p Post) error {
	room := p.Room.String()
	retry := func(err error) error { return &RetryError{Err: err} }
	id, err := d.journal.MessageID(ctx, room, p.Key)
	if err != nil {
		return retry(err)
	}
	o := Outgoing{Room: p.Room, Key: p.Key, Message: p.Message, EphemeralFor: p.EphemeralFor}
	if id != "" {
		if p.EphemeralFor != "" || d.newest.outdated(p) {
			return nil // what only one person sees is said once
		}
		began := time.Now()
		err := adapter.Edit(ctx, id, o)
		d.Meter.Sent(adapter.Name(), time.Since(began), err)
		if !errors.Is(err, ErrGone) {
			return err
		}
	}
	if id == "" && p.EditOnly {
		return nil
	}
	if p.Thread != "" {
		if o.Thread, err = d.journal.MessageID(ctx, room, p.Thread); err != nil {
			return retry(err)
		}
	}
	began := time.Now()
	id, err = adapter.Send(ctx, o)
	d.Meter.Sent(adapter.Name(), time.Since(began), err)
	if err != nil {
		return err
	}
	if err := d.journal.SaveMessageID(ctx, room, p.Key, id); err != nil {
		return retry(err)
	}
	return nil
}
