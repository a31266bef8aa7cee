package flows

import (
	"context"
	"slices"

	"helptic/storage"
	"helptic/suggest"
	"helptic/ticket"
)

const (
	mostSuggested = 3
	// mostLessons is how many of the newest tickets are learnt from.
	mostLessons = 5000
	lessonPage  = 500
	secondsADay = 86_400
)

// suggest finds the entries that free text may mean, best first.
func (d *Desk) suggest(text string, limit int) []suggest.Suggestion {
	return d.index().Find(text, limit)
}

// index is the finder; what was learnt takes its place when there is something.
func (d *Desk) index() *suggest.Index {
	if x := d.finder.Load(); x != nil {
		return x
	}
	d.finder.CompareAndSwap(nil, suggest.New(d.Catalog))
	return d.finder.Load()
}

// Learn lets the finder heed what the desk has taught by now.
func (d *Desk) Learn(ctx context.Context) error {
	x, err := Taught(ctx, d.Catalog, d.Store, d.index())
	if err == nil {
		d.finder.Store(x)
	}
	return err
}

// Taught is a finder in which the words of the newest tickets, as the agents left them classified, speak
// for their entries. The tickets are the memory: every process comes to the same lessons,
// and nothing else is stored. The catalogue can switch it off.
func Taught(ctx context.Context, cat *ticket.Catalog, store Lister, x *suggest.Index) (*suggest.Index, error) {
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
		lesson := suggest.Lesson{Text: t.Description, Entry: t.EntryID, Teacher: t.OpenedBy.ID, Day: int(t.RegisteredAt.Unix() / secondsADay)}
		if n := lastOf(t, ticket.Reclassify); n > 0 {
			// Who filed it was wrong about the entry; who put it right teaches.
			r := t.History[n-1]
			lesson.Teacher, lesson.Day = r.By.ID, int(r.At.Unix()/secondsADay)
		}
		lessons.Add(lesson)
	}
	return x.Learn(lessons), nil
}

// Lister is what of a store learning needs.
type Lister interface {
	Tickets(ctx context.Context, q storage.Query) ([]*ticket.Ticket, error)
}
