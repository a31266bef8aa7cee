package ticket_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"helptic/ticket"
)

// drawCatalog is the shipped catalogue with a calendar that is drawn, an entry of it and
// an impact.
func drawCatalog(t *rapid.T, shipped *ticket.Catalog) (*ticket.Catalog, *minutes, ticket.Entry, string) {
	cal, slow := drawCalendar(t, 30*60) // so that what is promised lies in the days told
	cat := *shipped
	cat.Calendar = *cal
	e, _ := cat.Entry(rapid.SampledFrom([]string{anIncident, aDemand, aWebPage}).Draw(t, "entry"))
	return &cat, slow, e, rapid.SampledFrom(cat.Impacts).Draw(t, "impact").ID
}

// drawPauses are some that may overlap, each of a few days at most, and one that lasts.
func drawPauses(t *rapid.T, slow *minutes, from int) (all []ticket.Pause) {
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		begin := from + rapid.IntRange(-1440, 9*1440).Draw(t, "from")
		end := begin + rapid.IntRange(0, 3*1440).Draw(t, "length")
		all = append(all, ticket.Pause{From: slow.at(begin), To: slow.at(end), Why: "user"})
	}
	if rapid.Bool().Draw(t, "one lasts") {
		all = append(all, ticket.Pause{From: slow.at(from + 60), Why: "provider"})
	}
	return all
}

func paused(pauses []ticket.Pause, at time.Time) bool {
	return slices.ContainsFunc(pauses, func(p ticket.Pause) bool { return !at.Before(p.From) && at.Before(p.To) })
}

// stopwatch tells when a promise is due by counting every minute: those of a pause are not
// counted, and those of a pause after the time was up move it on.
func stopwatch(slow *minutes, start int, target ticket.Target, pauses []ticket.Pause) int {
	due := start
	if target.Days == 0 {
		for left := int(target.Hours / time.Minute); left > 0; due++ {
			if slow.works[due] && !paused(pauses, slow.at(due)) {
				left--
			}
		}
	} else {
		due = slow.addDays(start, target.Days)
	}
	late := 0
	from := start
	if target.Days == 0 {
		from = due
	}
	for i := from; i < windowDays*1440; i++ {
		if slow.works[i] && paused(pauses, slow.at(i)) {
			late++
		}
	}
	if late == 0 {
		return due
	}
	return slow.add(due, late)
}

func TestPromiseEqualsAStopwatch(t *testing.T) {
	cat := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		cat, slow, e, impact := drawCatalog(t, cat)
		at := drawMinute(t, "at")
		pauses := drawPauses(t, slow, at)
		p := cat.Promise(e, impact, slow.at(at), pauses...)
		start := slow.open(at)
		if e.WebContent && (at%1440 > 16*60 || !slow.workingDay(at/1440)) {
			start = slow.open((at/1440 + 1) * 1440)
		}
		is(t, "start", slow, p.Start, start)
		is(t, "due without pauses", slow, p.Unpaused, stopwatch(slow, start, p.Target, nil))
		is(t, "due", slow, p.Due, stopwatch(slow, start, p.Target, pauses))
		if !slow.inside(slow.index(p.Due)) {
			t.Fatalf("due at %v, outside working time", p.Due)
		}
	})
}

func TestPromiseIsMonotone(t *testing.T) {
	cat := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		cat, slow, e, impact := drawCatalog(t, cat)
		at := drawMinute(t, "at")
		later := at + rapid.IntRange(0, 5*1440).Draw(t, "later")
		first, second := cat.Promise(e, impact, slow.at(at)), cat.Promise(e, impact, slow.at(later))
		if second.Start.Before(first.Start) || second.Due.Before(first.Due) {
			t.Fatalf("%v then %v", first, second)
		}
		for i, other := range cat.Impacts[1:] {
			more, less := cat.Promise(e, other.ID, slow.at(at)), cat.Promise(e, cat.Impacts[i].ID, slow.at(at))
			if (more.Target.Days == 0) == (less.Target.Days == 0) && more.Due.Before(less.Due) {
				t.Fatalf("%v in %v, but %v in %v", less.Target, less.Due, more.Target, more.Due)
			}
		}
	})
}

// A pause more moves the due time by its working time, to the minute, wherever it lies.
func TestAPauseMovesTheDueTimeByItsWorkingTime(t *testing.T) {
	cat := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		cat, slow, e, impact := drawCatalog(t, cat)
		at := drawMinute(t, "at")
		pauses := drawPauses(t, slow, at)
		before := cat.Promise(e, impact, slow.at(at), pauses...)
		begin := slow.index(before.Start) + rapid.IntRange(0, 9*1440).Draw(t, "begin")
		end := begin
		for want := rapid.IntRange(1, 3*1440).Draw(t, "most"); want > 0 && !paused(pauses, slow.at(end)); end++ {
			want--
		}
		more := ticket.Pause{From: slow.at(begin), To: slow.at(end), Why: "other"}
		after := cat.Promise(e, impact, slow.at(at), append(slices.Clone(pauses), more)...)
		worth := time.Duration(slow.between(begin, end)) * time.Minute
		if after.Due.Before(before.Due) || cat.Calendar.Between(before.Due, after.Due) != worth || after.Credited-before.Credited != worth {
			t.Fatalf("a pause worth %v moved %v to %v", worth, before.Due, after.Due)
		}
		if worth == 0 && !after.Due.Equal(before.Due) {
			t.Fatalf("a pause worth nothing moved %v to %v", before.Due, after.Due)
		}
	})
}

// TestWalkAddsUp: the segments leave no gap, each is what the minutes say, and what they
// count is what was promised.
func TestWalkAddsUp(t *testing.T) {
	cat := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		cat, slow, e, impact := drawCatalog(t, cat)
		at := drawMinute(t, "at")
		pauses := drawPauses(t, slow, at)
		w := cat.Walk(e, impact, slow.at(at), pauses...)
		if w.Promise != cat.Promise(e, impact, slow.at(at), pauses...) || !w.Asked.Equal(slow.at(at)) {
			t.Fatalf("a walk of another promise: %v", w.Promise)
		}
		end := w.Asked
		var counted, credited, after time.Duration
		for i, s := range w.Segments {
			if !s.From.Equal(end) || !s.From.Before(s.To) {
				t.Fatalf("segment %d goes from %v to %v, after %v", i, s.From, s.To, end)
			}
			end = s.To
			counted += s.Counted
			credited += s.Credited
			for m := slow.index(s.From); m < slow.index(s.To); m++ {
				begun := m >= slow.index(w.Start)
				want := ticket.KindWorking
				switch {
				case begun && paused(pauses, slow.at(m)):
					want = ticket.KindPause
				case slow.works[m] && !begun:
					want = ticket.KindCutoff
				case !slow.works[m]:
					want = ticket.KindOff // or a day on which nobody works
				}
				if got := s.Kind; got != want && (want != ticket.KindOff || got != ticket.KindHoliday && got != ticket.KindClosure) {
					t.Fatalf("%v is %s, want %s", slow.at(m), got, want)
				}
			}
		}
		if !end.Equal(w.Due) {
			t.Fatalf("the walk ends at %v, due at %v", end, w.Due)
		}
		for _, s := range w.After {
			if s.From.Before(w.Due) || s.Kind != ticket.KindPause {
				t.Fatalf("after the due time: %v", s)
			}
			after += s.Credited
		}
		worth := cat.Calendar.Between(w.Start, w.Unpaused)
		if counted-after != worth || credited+after != w.Credited || w.Target.Days == 0 && worth != w.Target.Hours {
			t.Fatalf("%v counted, %v and %v credited, of %v worth %v", counted, credited, after, w.Target, worth)
		}
		if lasts := slices.ContainsFunc(pauses, func(p ticket.Pause) bool { return p.To.IsZero() }); lasts == w.Stopped.IsZero() {
			t.Fatalf("stopped since %v", w.Stopped)
		}
	})
}

// Whatever a ticket is reclassified as, coming back restores its promise.
func TestReclassifyingThereAndBackRestores(t *testing.T) {
	cat := shipped(t)
	var entries []ticket.Entry
	for e := range cat.Entries() {
		entries = append(entries, e)
	}
	rapid.Check(t, func(rt *rapid.T) {
		at := bogota(t, "2026-10-01 00:00").Add(time.Duration(rapid.IntRange(0, 90*86400).Draw(rt, "at")) * time.Second)
		draw := func() (ticket.Entry, string) {
			return rapid.SampledFrom(entries).Draw(rt, "entry"), rapid.SampledFrom(cat.Impacts).Draw(rt, "impact").ID
		}
		first, impact := draw()
		tk := ticket.Open(cat, ticket.Request{Draft: "d", Entry: first, Impact: impact, Requester: user, OpenedBy: user, Role: ticket.Requester, At: at})
		act := func(a ticket.Action, c ticket.Change) {
			at = at.Add(time.Duration(rapid.IntRange(0, 2*86400).Draw(rt, "wait")) * time.Second)
			c.At = at
			must(t, cat, tk, c)
		}
		act(ticket.AssignSelf, full(t, cat, ticket.AssignSelf, ticket.Agent, at))
		for range rapid.IntRange(0, 3).Draw(rt, "pauses") {
			act(ticket.PutOnHold, full(t, cat, ticket.PutOnHold, ticket.Agent, at))
			act(ticket.Resume, full(t, cat, ticket.Resume, ticket.Agent, at))
		}
		reclassify := func(e ticket.Entry, impact string) {
			if e.ID == tk.EntryID && impact == tk.Impact {
				return // refused: there is nothing to change
			}
			c := full(t, cat, ticket.Reclassify, ticket.Agent, at)
			c.Entry, c.Impact = e, impact
			act(ticket.Reclassify, c)
		}
		start, due := tk.StartAt, tk.DueAt
		for range rapid.IntRange(1, 3).Draw(rt, "times") {
			reclassify(draw())
			if e, _ := cat.Entry(tk.EntryID); !tk.DueAt.Equal(cat.Promise(e, tk.Impact, tk.RegisteredAt, tk.Pauses...).Due) {
				rt.Fatalf("due at %v, not as if it had been so from the start", tk.DueAt)
			}
		}
		reclassify(first, impact)
		if !tk.StartAt.Equal(start) || !tk.DueAt.Equal(due) {
			rt.Fatalf("there and back: start %v due %v, were %v and %v", tk.StartAt, tk.DueAt, start, due)
		}
		if w, ok := tk.Walk(cat); !ok || !w.Due.Equal(due) {
			rt.Fatalf("explained as due at %v, is at %v", w.Due, due)
		}
	})
}
