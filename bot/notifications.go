package bot

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	notificationLease = 20 * time.Second // after it, what a dead process was sending is sent by another
	leaseBatch        = 50
)

// Notifications is the queue of enqueued notifications. They are leased, sent, and
// acknowledged; delivery is at least once.
type Notifications interface {
	// Lease leases at most limit groups of notifications that are due, until the given time.
	Lease(ctx context.Context, now, until time.Time, limit int) ([]Leased, error)
}

// Leased is a group of notifications that are leased and acknowledged together. Those of
// one room are sent in order: if one has to be sent again later, the rest of its room waits.
type Leased struct {
	Posts []Post
	// Renew extends the lease while the posts are being sent; nil if that is not needed.
	Renew func(ctx context.Context, until time.Time) error
	// Acknowledge takes the result of each post: nil if it was sent, ErrBlocked if an
	// earlier one of its room failed, a *RetryError if it has to be sent again, and any
	// other error if it never can be sent.
	Acknowledge func(ctx context.Context, results []error) error
}

// ErrBlocked is the result of a post that waits for an earlier one of its room.
var ErrBlocked = errors.New("blocked by an earlier post of the room")

// Wake tells Run that a notification was enqueued.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Run sends notifications until the context ends: whenever Wake is called, and at an
// interval for those that had to wait or were leased by a process that died.
func (o *Outbox) Run(ctx context.Context, queue Notifications, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var sending sync.WaitGroup
	defer sending.Wait()
	for {
		if _, err := o.dispatch(ctx, queue, &sending); err != nil && ctx.Err() == nil {
			o.log.Error().Err(err).Dur("retry_in", every).Msg("notifications cannot be leased, retrying")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-o.wake:
		case <-tick.C:
		}
	}
}

// Drain sends the notifications that are due now. It returns how many groups it leased,
// once all of them are acknowledged.
func (o *Outbox) Drain(ctx context.Context, queue Notifications) (int, error) {
	var sending sync.WaitGroup
	n, err := o.dispatch(ctx, queue, &sending)
	sending.Wait()
	return n, err
}

// dispatch leases what is due and starts to send it.
func (o *Outbox) dispatch(ctx context.Context, queue Notifications, sending *sync.WaitGroup) (int, error) {
	n := 0
	for {
		now := o.now()
		sequence := o.coalescer.nextSequence() // before the posts are read, so that later ones supersede them
		batch, err := queue.Lease(ctx, now, now.Add(notificationLease), leaseBatch)
		if err != nil {
			return n, err
		}
		for _, leased := range batch {
			o.coalescer.register(leased.Posts, sequence)
			sending.Go(func() { o.sendLeased(ctx, leased) })
		}
		n += len(batch)
		if len(batch) < leaseBatch {
			return n, nil
		}
	}
}

// sendLeased sends a group of notifications, each room by itself, and acknowledges it.
func (o *Outbox) sendLeased(ctx context.Context, leased Leased) {
	defer o.coalescer.release(leased.Posts...) // a notification that is sent again is written anew
	sent := make(chan struct{})
	defer close(sent)
	go o.renewLease(ctx, leased, sent)

	results := make([]error, len(leased.Posts))
	byRoom := map[string][]int{}
	for i, p := range leased.Posts {
		byRoom[p.Room.String()] = append(byRoom[p.Room.String()], i)
	}
	var rooms sync.WaitGroup
	for _, indexes := range byRoom {
		rooms.Go(func() { o.sendRoom(ctx, leased.Posts, indexes, results) })
	}
	rooms.Wait()

	// What was sent is acknowledged even if the process is about to end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	if err := leased.Acknowledge(ctx, results); err != nil {
		o.log.Warn().Err(err).Msg("notifications cannot be acknowledged, sending them again when their lease ends")
	}
	o.Wake()
}

// sendRoom sends the posts of one room in order, up to the first that has to be sent again.
func (o *Outbox) sendRoom(ctx context.Context, posts []Post, indexes []int, results []error) {
	for n, i := range indexes {
		results[i] = o.Send(ctx, posts[i])
		var retry *RetryError
		if errors.As(results[i], &retry) {
			for _, blocked := range indexes[n+1:] {
				results[blocked] = ErrBlocked
			}
			return
		}
	}
}

// renewLease extends the lease of notifications until they are sent.
func (o *Outbox) renewLease(ctx context.Context, leased Leased, sent <-chan struct{}) {
	if leased.Renew == nil {
		return
	}
	tick := time.NewTicker(notificationLease / 3)
	defer tick.Stop()
	for {
		select {
		case <-sent:
			return
		case <-tick.C:
		}
		if err := leased.Renew(ctx, o.now().Add(notificationLease)); err != nil && ctx.Err() == nil {
			o.log.Warn().Err(err).Dur("retry_in", notificationLease/3).Msg("lease of notifications cannot be renewed, retrying")
		}
	}
}
