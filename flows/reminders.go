package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// sweepBatch is how many tickets are looked at together.
const sweepBatch = 100

// Sweep does what time brings: it reminds, closes what nobody answered, puts away requests
// that nobody goes on with, and sends the morning's digest.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.Now()
	var failed error // one that cannot be done now holds up no other
	for done := map[int64]bool{}; ; {
		due, err := d.Store.Due(ctx, now, sweepBatch)
		if err != nil {
			return err
		}
		fresh := 0
		for _, number := range due {
			if done[number] {
				continue
			}
			done[number] = true
			fresh++
			if err := d.wake(ctx, number, now); err != nil {
				failed = errors.Join(failed, err)
			}
		}
		if fresh > 0 {
			d.WakeOutbox()
		}
		if fresh == 0 || len(due) < sweepBatch {
			break
		}
	}
	idle, err := d.Store.Idle(ctx, now.Add(-d.Catalog.Drafts.PutAwayAfter.Hours), sweepBatch)
	if err != nil {
		return errors.Join(failed, err)
	}
	for _, c := range idle {
		if err := d.putAway(ctx, c); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return errors.Join(failed, d.morning(ctx, now))
}

// errLate is what a change answers before whom it comes too late for are told so.
var errLate = errors.New("reminders are late")

// wake does with a ticket what its time has come for. Whoever would get many reminders at
// once, after an outage, gets one message in their place: it is seen to first, so that no
// reminder is written down as given and then lost.
func (d *Desk) wake(ctx context.Context, number int64, now time.Time) error {
	var late []string
	err := d.wakeOnce(ctx, number, now, &late, false)
	if !errors.Is(err, errLate) {
		return err
	}
	for _, to := range late {
		if err := d.tellLate(ctx, to, now); err != nil {
			return err
		}
	}
	return d.wakeOnce(ctx, number, now, &late, true)
}

// wakeOnce collects those who are reminded late, and changes nothing until they were told.
func (d *Desk) wakeOnce(ctx context.Context, number int64, now time.Time, late *[]string, told bool) error {
	_, err := d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		*late = nil
		switch {
		case t.WakeAt.IsZero() || t.WakeAt.After(now):
			return storage.ErrUnchanged // another process was faster
		case t.State == ticket.Resolved && !t.CloseAt(d.Catalog).After(now):
			if err := t.Apply(d.Catalog, ticket.Change{Action: ticket.Close, Roles: []ticket.Role{ticket.System}, At: now}); err != nil {
				return err
			}
			d.owe(t, t.Last(), now, bot.Event{})
			return nil
		}
		for _, r := range t.Remind(d.Catalog, now) {
			if r.Late && !r.Is(ticket.RemindSurvey) && d.Accept != nil {
				*late = append(*late, d.remindedOf(t, r)...)
				d.oweCards(t, now)
				continue
			}
			d.oweReminder(t, r, now)
		}
		if len(*late) > 0 && !told {
			return errLate
		}
		return nil
	})
	return err
}

// oweReminder owes a reminder to whom it may concern, and cards that say what is left by now.
func (d *Desk) oweReminder(t *ticket.Ticket, r ticket.Reminder, now time.Time) {
	d.oweCards(t, now)
	for _, to := range d.remindedOf(t, r) {
		t.Enqueue(ticket.Notification{Key: fmt.Sprintf("%s/remind/%s/%d", agentCard(t.Number), r.Kind, r.About.Unix()), To: to, Kind: kindRemind, Record: t.Last().N, Reminder: &r}, now)
	}
}

// remindedOf are those whom a reminder is for.
func (d *Desk) remindedOf(t *ticket.Ticket, r ticket.Reminder) []string {
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

// stillReminded tells whether a reminder that was owed is still to be said: not where it was done
// meanwhile, and not to the channel where somebody has the ticket by now.
func (d *Desk) stillReminded(t *ticket.Ticket, n ticket.Notification) bool {
	return t.Applies(*n.Reminder) && (n.To != ticket.ToAgents || t.Assignee == nil)
}

// reminder says what is due, as it is when it is sent.
func (d *Desk) reminder(t *ticket.Ticket, n ticket.Notification) bot.Message {
	r, about := *n.Reminder, fmt.Sprintf("Solicitud N.º %d · %s", t.Number, d.entryLabel(t))
	c := &bot.Card{Title: about, Tone: bot.Waiting, Facts: []bot.Fact{{Label: "Solución prometida", Value: d.due(t)}}}
	show := bot.Button{Label: fmt.Sprintf("Ver N.º %d", t.Number), Do: "show " + strconv.FormatInt(t.Number, 10)}
	switch {
	case r.Is(ticket.RemindSurvey):
		c.Subtitle, c.Facts = "¿Cómo le pareció la atención?", nil
		c.Text = stop("Aún nos falta su calificación. Puede darla hasta el " + d.time(t.SurveyUntil(d.Catalog)))
		c.Buttons = d.ratingButtons(t.Number)
		return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d: ¿cómo le pareció la atención?", t.Number), Card: c}
	case r.Is(ticket.RemindNews):
		c.Subtitle = "¿Hay novedades?"
		c.Text = stop("Está en espera desde el "+d.time(t.Hold.Since)) + " Si ya puede continuar, pulse «Reanudar»; si no, deje una nota con lo último que sepa."
		c.Facts = []bot.Fact{{Label: "Se espera a", Value: d.waitsFor(t)}}
		for _, b := range d.buttons(t, ticket.Agent) {
			if strings.HasPrefix(b.Do, do(ticket.Resume, t.Number)) || strings.HasPrefix(b.Do, do(ticket.Note, t.Number)) {
				c.Buttons = append(c.Buttons, b)
			}
		}
	case r.Is(ticket.RemindReceive):
		c.Subtitle = "Espera que la reciba"
		c.Text = stop("Se le escaló el " + d.time(t.Escalation.At) + " y aún no la ha recibido")
		c.Buttons = []bot.Button{d.button("Recibir", bot.Good, ticket.Receive, t.Number), show}
	case d.Now().Before(t.DueAt):
		c.Subtitle = "Su plazo se acerca"
		c.Buttons = []bot.Button{show}
	default:
		c.Subtitle, c.Tone = "Su plazo venció", bot.Danger
		c.Buttons = []bot.Button{show}
	}
	switch {
	case slices.Contains(d.Supervisors, n.To):
		c.Buttons = nil // supervisors see; they do not act
		c.Facts = append(c.Facts, bot.Fact{Label: "Responsable", Value: d.assignee(t)}, bot.Fact{Label: "Estado", Value: d.stateOf(t)})
	case n.To == ticket.ToAgents && !r.Is(ticket.RemindNews):
		c.Text = "Aún no tiene responsable."
		c.Buttons = []bot.Button{d.button("Asignarme", bot.Good, ticket.AssignSelf, t.Number, "-")}
	}
	first, size := utf8.DecodeRuneInString(c.Subtitle)
	return bot.Message{Text: about + ": " + string(unicode.ToLower(first)) + c.Subtitle[size:] + ".", Card: c}
}
