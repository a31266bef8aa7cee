package bot

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Run resumes the events of dead processes and renews the leases of its own, at once and
// then at an interval, until the context ends. Then it closes the inbox.
func (in *Inbox) Run(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := in.renewLeases(ctx); err != nil && ctx.Err() == nil {
			in.log.Error().Err(err).Dur("retry_in", every).Msg("leases of events cannot be renewed, retrying")
		}
		if err := in.Recover(ctx); err != nil && ctx.Err() == nil {
			in.log.Error().Err(err).Dur("retry_in", every).Msg("pending events cannot be leased, retrying")
		}
		select {
		case <-ctx.Done():
			in.Close()
			return nil
		case <-tick.C:
		}
	}
}

// renewLeases keeps other processes away from the events in flight, however long those take.
func (in *Inbox) renewLeases(ctx context.Context) error {
	in.mu.Lock()
	keys := slices.Collect(maps.Keys(in.inFlight))
	in.mu.Unlock()
	if len(keys) == 0 {
		return nil
	}
	return in.journal.RenewEvents(ctx, keys, in.now().Add(eventLease))
}

// Recover resumes the pending events whose lease has ended.
func (in *Inbox) Recover(ctx context.Context) error {
	const batch = 100
	for {
		now := in.now()
		pending, err := in.journal.LeaseEvents(ctx, now, now.Add(eventLease), batch)
		if err != nil {
			return err
		}
		for _, s := range pending {
			in.resume(ctx, s)
		}
		if len(pending) < batch {
			return nil
		}
	}
}

// resume handles a pending event. If this process is handling it already, leasing it has
// only renewed its lease.
func (in *Inbox) resume(ctx context.Context, s StoredEvent) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a := newAnswer(abandoned, cancel)
	a.owned = true
	close(a.stored)
	for {
		earlier := in.track(s.Key, a)
		if earlier == a {
			break
		}
		// The chat may be delivering the event again. If that turns out to be a
		// duplicate, nobody handles the event yet.
		if <-earlier.stored; earlier.owned {
			cancel()
			return
		}
	}
	var e Event
	if err := json.Unmarshal(s.Body, &e); err != nil {
		in.log.Error().Str("event", s.Key).Err(err).Msg("stored event cannot be decoded, retrying when the lease ends")
		in.untrack(s.Key)
		return
	}
	in.log.Info().Str("event", s.Key).Bool("handled", s.Answer != nil).Msg("lease of event ended, resuming it")
	in.enqueue(ctx, s, e, a)
}
