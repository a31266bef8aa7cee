package flows_test

import (
	"fmt"
	"sync"
	"testing"

	"helptic/bot"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/ticket"
)

// register takes a person through the whole conversation, from the first word to the ticket.
func (s *stage) register(n int) {
	s.t.Helper()
	who := bot.Person{ID: fmt.Sprintf("chat:persona%d", n), Name: "Usuario"}
	step := 0
	do := func(e bot.Event) {
		step++
		e.Key, e.At, e.From, e.Room = fmt.Sprintf("r%d/%d", n, step), s.now, who, bot.Direct(who.ID)
		if _, err := s.desk.Handle(s.t.Context(), e); err != nil {
			s.t.Fatal(err)
		}
	}
	do(bot.Event{Text: "se me atascó el papel en la impresora"})
	for _, text := range []string{"impresoras > atasco de papel", "mediana", "usar", "continuar", "registrar"} {
		do(bot.Event{Text: text})
	}
}

// overBoth runs a benchmark over both stores. FerretDB stands in for MongoDB and is far
// slower than a server: its figures compare with each other only.
func overBoth(b *testing.B, run func(*testing.B, *stage)) {
	b.Run("sqlite", func(b *testing.B) { run(b, newStage(b)) })
	b.Run("ferretdb", func(b *testing.B) {
		store, err := mongodb.Open(b.Context(), ferrettest.Start(b), "bench", 1<<20)
		if err != nil {
			b.Fatal(err)
		}
		run(b, newStageOver(b, store))
	})
}

// BenchmarkRegistration is a request from the first word to the ticket: six events handled.
func BenchmarkRegistration(b *testing.B) { overBoth(b, benchmarkRegistration) }

func benchmarkRegistration(b *testing.B, s *stage) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		s.register(n)
	}
}

// BenchmarkAction is an agent's action on a ticket: read, checked, written with its notices.
func BenchmarkAction(b *testing.B) { overBoth(b, benchmarkAction) }

func benchmarkAction(b *testing.B, s *stage) {
	const tickets = 64
	for n := range tickets {
		s.register(n)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		agent := fmt.Sprintf("agente%d", 1+n/tickets%2)
		other := fmt.Sprintf("chat:agente%d", 2-n/tickets%2)
		e := bot.Event{Key: fmt.Sprintf("a%d", n), At: s.now, From: s.chat.People["chat:"+agent], Room: bot.Channel("chat:mesa"),
			Do: fmt.Sprintf("act take %d %s", 1+n%tickets, other)}
		r, err := s.desk.Handle(b.Context(), e)
		if err != nil || r.Notice != "" {
			b.Fatal(err, r.Notice)
		}
	}
}

// BenchmarkSweep is a tick over 100,000 open tickets of which none, ten or a hundred are due:
// it costs what is due, not what is open.
func BenchmarkSweep(b *testing.B) {
	const open = 100_000
	s := newStage(b)
	entry, ok := s.desk.Catalog.Entry("impresoras.atasco-de-papel")
	if !ok {
		b.Fatal("no such entry")
	}
	who := ticket.Person{ID: "chat:persona", Name: "Usuario"}
	var all sync.WaitGroup
	for part := range 64 {
		all.Go(func() {
			for n := part; n < open; n += 64 {
				t := ticket.Open(s.desk.Catalog, ticket.Request{Draft: fmt.Sprint(n), Entry: entry, Impact: "muy_baja", Description: "No funciona.",
					Requester: who, OpenedBy: who, Role: ticket.Requester, FirstMessageAt: s.now, At: s.now, Event: fmt.Sprint("e", n)})
				if _, err := s.store.CreateTicket(b.Context(), t, func(*ticket.Ticket) {}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	for _, due := range []int64{0, 10, 100} {
		b.Run(fmt.Sprint("due=", due), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				for n := range due {
					if _, err := s.store.UpdateTicket(b.Context(), 1+n, func(t *ticket.Ticket) error { t.WakeAt = s.now; return nil }); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				if err := s.desk.Sweep(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
