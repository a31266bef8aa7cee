package flows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"helptic/ticket"
)

// acceptCatchUps accepts the message of everybody whose reminders of a ticket are late, and
// returns who they are.
func (d *Desk) acceptCatchUps(ctx context.Context, number int64, now time.Time) ([]string, error) {
	if d.Accept == nil {
		return nil, nil
	}
	t, err := d.Store.Ticket(ctx, number)
	if err != nil || t.WakeAt.IsZero() || t.WakeAt.After(now) || closes(t, d.Catalog, now) {
		return nil, err
	}
	var late []string
	for _, r := range t.Remind(d.Catalog, now) { // of this copy, which is not written
		if isLate(r) {
			late = append(late, d.recipients(t, r)...)
		}
	}
	slices.Sort(late)
	late = slices.Compact(late)
	for _, to := range late {
		if err := d.acceptCatchUp(ctx, to, now); err != nil {
			return nil, err
		}
	}
	return late, nil
}

// isLate tells whether a reminder is old news. The survey's asks for something all the same.
func isLate(r ticket.Reminder) bool { return r.Late && !r.Is(ticket.RemindSurvey) }

func (d *Desk) enqueueReminder(t *ticket.Ticket, r ticket.Reminder, to string, now time.Time) {
	t.Enqueue(ticket.Notification{Key: fmt.Sprintf("%s/remind/%s/%d", agentsKey(t.Number), r.Kind, r.About.Unix()),
		To: to, Kind: kindReminder, Record: t.Last().N, Reminder: &r}, now)
}

// recipients are those whom a reminder is for.
func (d *Desk) recipients(t *ticket.Ticket, r ticket.Reminder) []string {
	responsible := ticket.ToAgents
	if t.Assignee != nil {
		responsible = t.Assignee.ID
	}
	to := []string{responsible}
	switch {
	case r.Is(ticket.RemindRefresh):
		return nil
	case r.Is(ticket.RemindSurvey):
		return []string{t.Requester.ID}
	case r.Is(ticket.RemindReceive):
		return []string{t.Escalation.Official.ID}
	case r.Is(ticket.RemindNews):
		return to
	}
	if t.Escalated() {
		to = append(to, t.Escalation.Official.ID)
	}
	if r.Breach() {
		to = append(to, d.Supervisors...)
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// reminderApplies tells whether a reminder is still to be sent: not where what it asks for was
// done meanwhile, and not to the channel where somebody has the ticket by now.
func reminderApplies(t *ticket.Ticket, n ticket.Notification) bool {
	return t.Applies(*n.Reminder) && (n.To != ticket.ToAgents || t.Assignee == nil)
}
