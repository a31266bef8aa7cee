package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// sweepBatch is how many tickets are looked at together.
const sweepBatch = 100

// Sweep does what time brings: it reminds, closes what nobody answered, puts away drafts that
// nobody goes on with, and sends the morning's digest. What fails holds up nothing else.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.Now()
	return errors.Join(d.sweepTickets(ctx, now), d.sweepDrafts(ctx, now), d.acceptDigest(ctx, now))
}

// sweepTickets wakes every ticket whose time has come, once.
func (d *Desk) sweepTickets(ctx context.Context, now time.Time) (failed error) {
	for seen := map[int64]bool{}; ; {
		due, err := d.Store.Due(ctx, now, sweepBatch)
		if err != nil {
			return errors.Join(failed, err)
		}
		fresh := 0
		for _, number := range due {
			if seen[number] {
				continue
			}
			seen[number] = true
			fresh++
			if err := d.wake(ctx, number, now); err != nil {
				failed = errors.Join(failed, fmt.Errorf("ticket %d: %w", number, err))
			}
		}
		if fresh > 0 {
			d.WakeOutbox()
		}
		if fresh == 0 || len(due) < sweepBatch {
			return failed
		}
	}
}

func (d *Desk) sweepDrafts(ctx context.Context, now time.Time) (failed error) {
	idle, err := d.Store.Idle(ctx, now.Add(-d.Catalog.Drafts.PutAwayAfter.Hours), sweepBatch)
	if err != nil {
		return err
	}
	for _, c := range idle {
		failed = errors.Join(failed, d.putAway(ctx, c))
	}
	return failed
}

// wake does with a ticket what its time has come for: it is closed, or its reminders are
// enqueued. Whoever would get reminders that are late, after an outage, gets one message in
// their place, and that is accepted first, so that none is marked as given and then lost.
func (d *Desk) wake(ctx context.Context, number int64, now time.Time) error {
	caughtUp, err := d.acceptCatchUps(ctx, number, now)
	if err != nil {
		return err
	}
	_, err = d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		if t.WakeAt.IsZero() || t.WakeAt.After(now) {
			return storage.ErrUnchanged // another process was faster
		}
		if closes(t, d.Catalog, now) {
			if err := t.Apply(d.Catalog, ticket.Change{Action: ticket.Close, Roles: []ticket.Role{ticket.System}, At: now}); err != nil {
				return err
			}
			d.enqueue(t, t.Last(), now, bot.Event{})
			return nil
		}
		for _, r := range t.Remind(d.Catalog, now) {
			d.enqueueCards(t, now) // they say what is left by now
			for _, to := range d.recipients(t, r) {
				if isLate(r) && slices.Contains(caughtUp, to) {
					continue
				}
				d.enqueueReminder(t, r, to, now)
			}
		}
		return nil
	})
	return err
}

// closes tells whether time closes a ticket now.
func closes(t *ticket.Ticket, cat *ticket.Catalog, now time.Time) bool {
	return t.State == ticket.Resolved && !t.CloseAt(cat).After(now)
}
