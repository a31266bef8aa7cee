package flows

import (
	"context"
	"fmt"
	"slices"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/suggest"
	"helptic/ticket"
)

const (
	// mostLessons is how many of the newest tickets are learnt from.
	mostLessons   = 5000
	lessonPage    = 500
	secondsPerDay = 86_400
)

// Find is the bot.Finder of the desk's lists.
func (d *Desk) Find(_ context.Context, list, text string, limit int) ([]bot.Option, error) {
	if list != card.EntryList {
		return nil, fmt.Errorf("no list %q", list)
	}
	var out []bot.Option
	for _, s := range d.index().Search(text, limit) {
		out = append(out, card.EntryOption(s.Entry))
	}
	return out, nil
}

// index is the finder; one that has learnt takes its place when there is one.
func (d *Desk) index() *suggest.Index {
	if x := d.finder.Load(); x != nil {
		return x
	}
	d.finder.CompareAndSwap(nil, suggest.New(d.Catalog))
	return d.finder.Load()
}

// Learn lets the finder heed what the tickets teach by now.
func (d *Desk) Learn(ctx context.Context) error {
	x, err := Trained(ctx, d.Catalog, d.Store, d.index())
	if err == nil {
		d.finder.Store(x)
	}
	return err
}

// Trained is a finder in which the descriptions of the newest tickets, as the agents left them
// classified, count for their entries. Every process comes to the same result from the tickets,
// so nothing else is stored. The catalogue can switch it off.
func Trained(ctx context.Context, cat *ticket.Catalog, store Lister, x *suggest.Index) (*suggest.Index, error) {
	if !cat.Suggestions.Learn {
		return x, nil
	}
	var tickets []*ticket.Ticket
	for before := int64(0); len(tickets) < mostLessons; {
		page, err := store.Tickets(ctx, storage.Query{Limit: lessonPage, Before: before})
		if err != nil {
			return nil, err
		}
		tickets = append(tickets, page...)
		if len(page) < lessonPage {
			break
		}
		before = page[len(page)-1].Number
	}
	var lessons suggest.Lessons
	for _, t := range slices.Backward(tickets) {
		lesson := suggest.Lesson{Text: t.Description, Entry: t.EntryID, Teacher: t.OpenedBy.ID, Day: int(t.RegisteredAt.Unix() / secondsPerDay)}
		if r, ok := t.LastOf(ticket.Reclassify); ok {
			// Who filed it was wrong about the entry; who put it right teaches.
			lesson.Teacher, lesson.Day = r.By.ID, int(r.At.Unix()/secondsPerDay)
		}
		lessons.Add(lesson)
	}
	return x.Learn(lessons), nil
}

// Lister is what of a store learning needs.
type Lister interface {
	Tickets(ctx context.Context, q storage.Query) ([]*ticket.Ticket, error)
}
