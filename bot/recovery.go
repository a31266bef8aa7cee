package bot

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Run takes up what dead processes left, at the start and then from time to time, and
// keeps the leases of what is in hand, until the context ends; then it waits for what is being handled.
func (in *Inbox) Run(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := in.renew(ctx); err != nil && ctx.Err() == nil {
			in.log.Error().Err(err).Msg("inbox: leases cannot be renewed")
		}
		if err := in.Recover(ctx); err != nil && ctx.Err() == nil {
			in.log.Error().Err(err).Msg("inbox: pending events cannot be read")
		}
		select {
		case <-ctx.Done():
			in.Close()
			return nil
		case <-tick.C:
		}
	}
}

// renew keeps other processes away from what is in hand here, however long that takes.
func (in *Inbox) renew(ctx context.Context) error {
	in.mu.Lock()
	keys := slices.Collect(maps.Keys(in.inFlight))
	in.mu.Unlock()
	if len(keys) == 0 {
		return nil
	}
	return in.journal.RenewEvents(ctx, keys, in.now().Add(lease))
}

// Recover takes up pending events whose lease ran out.
func (in *Inbox) Recover(ctx context.Context) error {
	const batch = 100
	for {
		now := in.now()
		pending, err := in.journal.LeaseEvents(ctx, now, now.Add(lease), batch)
		if err != nil {
			return err
		}
		for _, s := range pending {
			in.takeUp(s)
		}
		if len(pending) < batch {
			return nil
		}
	}
}

// takeUp handles a pending event, unless it is being handled here: then reading it has
// only renewed its lease.
func (in *Inbox) takeUp(s StoredEvent) {
	a := newAnswer()
	a.state, a.taken = nobody, true
	close(a.stored)
	for {
		in.mu.Lock()
		same, ok := in.inFlight[s.Key]
		if !ok {
			in.inFlight[s.Key] = a
		}
		in.mu.Unlock()
		if !ok {
			break
		}
		// The chat may be delivering it again at this moment, and nobody handle it.
		if <-same.stored; same.taken {
			return
		}
	}
	var e Event
	if err := json.Unmarshal(s.Body, &e); err != nil {
		in.log.Error().Str("event", s.Key).Err(err).Msg("inbox: stored event cannot be read")
		in.forget(s.Key)
		return
	}
	in.log.Info().Str("event", s.Key).Bool("handled", s.Answer != nil).Msg("inbox: taken up again")
	in.take(s, e, a)
}
