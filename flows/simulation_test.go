package flows_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/ticket"
)

// The defaults take two seconds and see one weekend; make simulate runs 5,000 tickets in 90 days.
var (
	simulateTickets = flag.Int("simulate-tickets", 30, "tickets of the simulation")
	simulateDays    = flag.Int("simulate-days", 8, "days of the simulation")
	simulateMongoDB = flag.Bool("simulate-mongodb", false, "simulate over the MongoDB server for tests, which is slow")
	simulateSeed    = flag.Uint64("simulate-seed", 0, "seed of the simulation; 0: another one each time")
)

const (
	simulateStep = 10 * time.Minute
	replicas     = 3
)

// simulation is months of a help desk in a moment: people who act at random, three processes
// over one database that come and go, a chat that is away for hours now and then.
type simulation struct {
	*stage
	random   *rand.Rand
	desks    []*flows.Desk
	delivery []*bot.Outbox
	inboxes  []*bot.Inbox
	downTill []time.Time
	chatTill time.Time       // until when the chat takes only some messages
	up       map[string]bool // hours, in which a process was up at every step
	events   int
	open     []int64
	said     []said
}

// said is a message as it came, with the time it came at.
type said struct {
	at  time.Time
	new bool
	bot.Outgoing
}

// TestSimulation lets time pass and looks at every reminder and digest that was said.
func TestSimulation(t *testing.T) {
	seed := *simulateSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-simulate-seed=%d", seed)
	s := newSimulation(t, rand.New(rand.NewPCG(seed, seed)))
	begin := s.now
	steps := int(time.Duration(*simulateDays) * 24 * time.Hour / simulateStep)
	registered := 0
	for n := range steps {
		s.now = begin.Add(time.Duration(n) * simulateStep)
		s.comeAndGo()
		if working := s.desks[0].Catalog.Calendar.Open(s.now).Equal(s.now); working && s.anyUp() {
			// All are registered in the first two thirds, evenly over the time.
			for ; registered < *simulateTickets && registered*steps*2/3 <= n**simulateTickets; registered++ {
				s.request(registered)
			}
			for range (len(s.open) + 59) / 60 {
				s.something()
			}
		}
		s.tick()
	}
	s.check()
}

func newSimulation(t *testing.T, random *rand.Rand) *simulation {
	s := &simulation{random: random, up: map[string]bool{}}
	if *simulateMongoDB {
		store, err := mongodb.Open(t.Context(), ferrettest.Start(t), "simulation", 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		s.stage = newStageOver(t, store)
	} else {
		s.stage = newStage(t)
	}
	now := func() time.Time { return s.now }
	s.chat.People["chat:oficial2"] = bot.Person{ID: "chat:oficial2", Name: "Oficial 2"}
	for range replicas {
		delivery := bot.NewOutbox(s.store, []bot.Adapter{s.chat}, now, zerolog.Nop())
		desk := &flows.Desk{Store: s.store, Catalog: s.desk.Catalog, Directory: bot.NewDirectory([]bot.Adapter{s.chat}, now), Now: now, Log: zerolog.Nop(),
			WakeOutbox: func() {}, Send: delivery.Send, AgentChannel: "chat:mesa", Supervisors: []string{"chat:supervisor"}}
		inbox := bot.NewInbox(s.store, desk.Handle, delivery, card.InboxTexts, now, zerolog.Nop())
		desk.Accept = func(ctx context.Context, e bot.Event) error {
			_, err := inbox.Accept(ctx, e)
			return err
		}
		t.Cleanup(inbox.Close)
		s.desks, s.delivery, s.inboxes = append(s.desks, desk), append(s.delivery, delivery), append(s.inboxes, inbox)
		s.downTill = append(s.downTill, time.Time{})
	}
	return s
}

// comeAndGo lets processes die and come back: for minutes mostly, now and then for days, all
// of them together at times.
func (s *simulation) comeAndGo() {
	all := s.random.IntN(600) == 0
	for i := range s.downTill {
		if all || s.random.IntN(150) == 0 {
			s.downTill[i] = s.now.Add(time.Duration(s.random.IntN([]int{60, 60, 600, 4320}[s.random.IntN(4)])) * time.Minute)
		}
	}
	hour := s.now.Format("2006-01-02T15")
	if _, known := s.up[hour]; !known {
		s.up[hour] = true
	}
	s.up[hour] = s.up[hour] && s.anyUp()
}

func (s *simulation) anyUp() bool {
	return slices.ContainsFunc(s.downTill, func(till time.Time) bool { return !till.After(s.now) })
}

// one is a process that is up.
func (s *simulation) one() *flows.Desk {
	for {
		if i := s.random.IntN(replicas); !s.downTill[i].After(s.now) {
			return s.desks[i]
		}
	}
}

func (s *simulation) do(who string, e bot.Event) error {
	s.events++
	e.Key, e.At, e.From = fmt.Sprint("s", s.events), s.now, bot.Person{ID: "chat:" + who, Name: who}
	if e.Room == (bot.Room{}) {
		e.Room = bot.Direct(e.From.ID)
	}
	_, err := s.one().Handle(s.t.Context(), e)
	var said *bot.UserError
	if errors.As(err, &said) {
		return nil // what does not hold now is refused, and the sentence tested elsewhere
	}
	return err
}

func (s *simulation) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// request registers one, in the whole conversation.
func (s *simulation) request(n int) {
	who := fmt.Sprint("persona", n)
	entry := [][2]string{{"impresoras", "atasco de papel"}, {"impresoras", "cambio de tóner"}, {"correo electrónico", "creación de correo"}}[s.random.IntN(3)]
	impacts := []string{"muy urgente", "alta", "mediana", "baja", "muy baja"}
	for _, text := range []string{"nueva", entry[0], entry[1], impacts[s.random.IntN(len(impacts))], "No funciona desde ayer.", "continuar", "registrar"} {
		s.must(s.do(who, bot.Event{Text: text}))
	}
	if found, err := s.store.Tickets(s.t.Context(), storage.Query{Requester: "chat:" + who}); err != nil || len(found) != 1 {
		s.t.Fatalf("%s has %d tickets, %v", who, len(found), err)
	} else {
		s.open = append(s.open, found[0].Number)
	}
}

// something is an act of somebody on a ticket that is open.
func (s *simulation) something() {
	if len(s.open) == 0 {
		return
	}
	i := s.random.IntN(len(s.open))
	number := s.open[i]
	t, err := s.store.Ticket(s.t.Context(), number)
	s.must(err)
	requester, agent := strings.TrimPrefix(t.Requester.ID, "chat:"), fmt.Sprint("agente", 1+s.random.IntN(2))
	act := func(who, action string, values map[string]string) {
		s.must(s.do(who, bot.Event{Do: fmt.Sprintf("act %s %d", action, number), Form: values != nil, Values: values}))
	}
	switch r := s.random.IntN(100); {
	case t.State == ticket.Closed:
		s.open = slices.Delete(s.open, i, i+1)
	case t.State == ticket.Resolved && r < 30:
		act(requester, "validate", nil)
	case t.State == ticket.Resolved && r < 45 && t.Validated():
		s.must(s.do(requester, bot.Event{Do: fmt.Sprintf("act rate %d 5", number)}))
	case t.State == ticket.Resolved && r < 50:
		act(requester, "reject", map[string]string{"reason": "Sigue igual."})
	case t.State == ticket.Resolved && r < 60:
		act(agent, "close", nil)
	case t.State == ticket.Resolved:
	case r < 25:
		act(agent, "take", nil)
	case r < 33:
		act(agent, "put_on_hold", map[string]string{"for": []string{"provider", "user", "other"}[s.random.IntN(3)], "reason": "Se espera.", "expected": s.now.AddDate(0, 0, 1+s.random.IntN(4)).Format(time.DateOnly)})
	case r < 45:
		act(agent, "resume", map[string]string{})
	case r < 53:
		act(agent, "escalate", map[string]string{"person": fmt.Sprint("chat:oficial", []string{"", "2"}[s.random.IntN(2)]), "justification": "No hay repuesto."})
	case r < 60 && t.Escalated():
		act(strings.TrimPrefix(t.Escalation.Official.ID, "chat:"), []string{"receive", "confirm_solution"}[s.random.IntN(2)], map[string]string{"causes": "Desgaste.", "solution": "Se cambió."})
	case r < 65:
		act(agent, "reclassify", map[string]string{"entry": []string{"impresoras.sin-papel", "correo-electronico.creacion-de-correo"}[s.random.IntN(2)], "impact": []string{"alta", "baja"}[s.random.IntN(2)], "justification": "Era otra cosa."})
	case r < 75:
		act(agent, "resolve", map[string]string{"solution": "Se arregló.", "adequate": "yes"})
	case r < 77:
		act(requester, "withdraw", map[string]string{"reason": "Ya no hace falta."})
	}
}

// tick is one moment of the processes that are up: together, as they run in life.
func (s *simulation) tick() {
	if s.random.IntN(60) == 0 {
		s.chatTill = s.now.Add(time.Duration(s.random.IntN(300)) * time.Minute)
	}
	s.chat.Fail(func(o bot.Outgoing) error {
		// Rooms where the clock speaks are left alone: the inbox tries again in real time.
		if s.chatTill.After(s.now) && strings.HasPrefix(o.Room.Direct, "chat:persona") {
			return &bot.RetryError{Err: errors.New("chat is away"), After: 5 * time.Minute}
		}
		return nil
	})
	var all sync.WaitGroup
	for i, desk := range s.desks {
		if s.downTill[i].After(s.now) {
			continue
		}
		all.Go(func() {
			if err := desk.Sweep(s.t.Context()); err != nil {
				s.t.Error(err)
			}
			if err := s.inboxes[i].Recover(s.t.Context()); err != nil {
				s.t.Error(err)
			}
			for {
				n, err := s.delivery[i].Drain(s.t.Context(), desk)
				if err != nil {
					s.t.Error(err)
				}
				if n == 0 || err != nil {
					break
				}
			}
		})
	}
	all.Wait()
	for _, in := range s.inboxes {
		in.Wait()
	}
	for _, c := range s.chat.Changes() {
		s.said = append(s.said, said{at: s.now, new: c.Before == nil, Outgoing: c.Outgoing})
	}
}
