package ticket

import (
	"slices"
	"time"
)

// Promise is when a request is to be solved, and from when its time counts.
type Promise struct {
	Start    time.Time
	Due      time.Time
	Target   Target
	Unpaused time.Time     // Due without the pauses
	Credited time.Duration // working time of the pauses, given back
}

// Promise computes what the service level promises to a request registered at a time.
// Of the pauses, those count that ended after the clock started; one that lasts is
// credited when it ends.
func (c *Catalog) Promise(e Entry, impact string, at time.Time, pauses ...Pause) Promise {
	p, _ := c.promise(e, impact, at.Truncate(time.Millisecond), pauses)
	return p
}

// promise also returns the pauses that it credited.
func (c *Catalog) promise(e Entry, impact string, at time.Time, pauses []Pause) (Promise, []Pause) {
	p := Promise{Target: c.ServiceLevels[e.Type][impact]}
	p.Start = c.Calendar.Open(at)
	if e.WebContent {
		p.Start = c.attended(at)
	}
	if p.Target.Days > 0 {
		p.Unpaused = c.Calendar.AddDays(p.Start, p.Target.Days)
	} else {
		p.Unpaused = c.Calendar.Add(p.Start, p.Target.Hours)
	}
	pauses = ended(p.Start, pauses)
	for _, s := range pauses {
		p.Credited += c.Calendar.Between(s.From, s.To)
	}
	p.Due = p.Unpaused
	if p.Credited > 0 {
		p.Due = c.Calendar.Add(p.Unpaused, p.Credited)
	}
	return p, pauses
}

// attended is the 4 p. m. rule of section 5: what comes later, or outside working days,
// is attended from the next working day.
func (c *Catalog) attended(at time.Time) time.Time {
	l := at.In(c.Calendar.Location())
	cutoff := time.Date(l.Year(), l.Month(), l.Day(), 0, c.Rules.WebContent.Cutoff.Minutes, 0, 0, c.Calendar.Location())
	if c.Calendar.WorkingDay(at) && !at.After(cutoff) {
		return c.Calendar.Open(at)
	}
	return c.Calendar.NextDay(at)
}

// ended are the pauses that did, from an instant on, in order; where two overlap, that
// time is in the first.
func ended(start time.Time, pauses []Pause) []Pause {
	var out []Pause
	for _, p := range pauses {
		if p.To.After(start) { // not one that lasts: its end is zero
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Pause) int { return a.From.Compare(b.From) })
	for i := range out {
		out[i].From = later(out[i].From, start)
		start = later(start, out[i].To)
	}
	return slices.DeleteFunc(out, func(p Pause) bool { return !p.From.Before(p.To) })
}

// Walk is how a promise came about: what was asked for when, and every stretch of time from
// then to the due time.
type Walk struct {
	Promise
	Asked    time.Time
	Segments []Segment // from Asked to Due, without a gap
	After    []Segment // pauses later than Due, which it nevertheless gives back
	Stopped  time.Time // since when a pause lasts; zero: none does
}

// Segment is a part of a walk. The time counted up to Due, less what pauses after it give
// back, is the working time that the target stands for.
type Segment struct {
	From, To time.Time
	Kind     Kind
	Name     string        // of the holiday or the closure; of a pause, why
	Counted  time.Duration // taken from the promise
	Credited time.Duration // working time in a pause, given back
}

// Walk explains a promise.
func (c *Catalog) Walk(e Entry, impact string, at time.Time, pauses ...Pause) Walk {
	w := Walk{Asked: at.UTC().Truncate(time.Millisecond)}
	var credited []Pause
	w.Promise, credited = c.promise(e, impact, w.Asked, pauses)
	for _, p := range pauses {
		if p.To.IsZero() {
			w.Stopped = p.From
		}
	}
	w.follow(&c.Calendar, credited)
	return w
}

// follow cuts the time from Asked on where the calendar, a pause or the promise changes it.
// The start needs no cut: it is Asked itself or an opening.
func (w *Walk) follow(c *Calendar, pauses []Pause) {
	for s := range c.stretches(w.Asked) {
		for from := s.from; from.Before(s.to); {
			for len(pauses) > 0 && !from.Before(pauses[0].To) {
				pauses = pauses[1:]
			}
			due := !from.Before(w.Due)
			if due && len(pauses) == 0 {
				return
			}
			to, paused := s.to, false
			if !due {
				to = earlier(to, w.Due)
			}
			if len(pauses) > 0 {
				if paused = !from.Before(pauses[0].From); paused {
					to = earlier(to, pauses[0].To)
				} else {
					to = earlier(to, pauses[0].From)
				}
			}
			part := Segment{From: from.UTC(), To: to.UTC(), Kind: s.kind, Name: s.name}
			working := time.Duration(0)
			if s.kind == KindWorking {
				working = to.Sub(from)
			}
			switch {
			case paused:
				part.Kind, part.Name, part.Credited = KindPause, pauses[0].Why, working
			case from.Before(w.Start) && working > 0:
				part.Kind = KindCutoff
			default:
				part.Counted = working
			}
			if !due {
				w.Segments = join(w.Segments, part)
			} else if paused {
				w.After = join(w.After, part)
			}
			from = to
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// join adds a segment, to the last one where it only goes on.
func join(all []Segment, s Segment) []Segment {
	if n := len(all); n > 0 && all[n-1].To.Equal(s.From) && all[n-1].Kind == s.Kind && all[n-1].Name == s.Name {
		last := &all[n-1]
		last.To, last.Counted, last.Credited = s.To, last.Counted+s.Counted, last.Credited+s.Credited
		return all
	}
	return append(all, s)
}
