package googlechat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/storage"
	"helptic/storage/sqlite"
)

// The main journey over Pub/Sub: forms are messages, and outcomes are API calls.
func TestMainJobOverPubSub(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{}))
	mainJob(t, d)
	if d.adapter.Handlers() != nil {
		t.Error("there is an endpoint too")
	}
	d.stop()
	for _, m := range p.Messages() {
		if m.Acks == 0 {
			t.Errorf("an event was left: %d deliveries", m.Deliveries)
		}
	}
}

// flakyStore refuses the first events.
type flakyStore struct {
	storage.Store
	refusals atomic.Int32
	accepted atomic.Int32
}

func (f *flakyStore) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	if f.refusals.Add(-1) >= 0 {
		return false, errors.New("the disk is full")
	}
	fresh, err := f.Store.Accept(ctx, e)
	if err == nil {
		f.accepted.Add(1)
	}
	return fresh, err
}

func openStore(t *testing.T, dir string) storage.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, 20<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// recorder records the events of a handler.
type recorder struct {
	mu  sync.Mutex
	all []bot.Event
}

func (h *recorder) record(e bot.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, e)
}

func (h *recorder) events() []bot.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]bot.Event(nil), h.all...)
}

// echo replies with the text of the event.
func (h *recorder) echo(_ context.Context, e bot.Event) (bot.Reply, error) {
	h.record(e)
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "echo:" + e.Key, Message: bot.Message{Text: "Usted escribió: " + e.Text}}}}, nil
}

func TestAcknowledgedOnlyOnceStored(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	store := &flakyStore{Store: openStore(t, t.TempDir())}
	var h recorder
	d := newDesk(t, p.configure(setup{store: store, handle: h.echo}))
	store.refusals.Store(3)
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "no imprime")
	person.AwaitMessage(person.Direct(), "Usted escribió: no imprime")
	message := p.Messages()[0]
	p.awaitAck(d, message.ID)
	if message = p.Message(message.ID); message.Deliveries != 4 {
		t.Errorf("%d deliveries, want the three refused and the one stored", message.Deliveries)
	}
	if n := len(h.events()); n != 1 || store.accepted.Load() != 1 {
		t.Errorf("handled %d times", n)
	}
	if log := d.logText(); !strings.Contains(log, "event not stored") || strings.Contains(log, "no imprime") {
		t.Errorf("the log:\n%s", log)
	}
}

func TestDuplicatesOfPubSub(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{}))
	person, agent := d.user("Usuario 1"), d.user("Agente 1")
	d.agents.Join(agent)
	request := registers(d, person)
	agent.Presses(request, "Asignarme")
	agent.AwaitMessage(d.agents, "Agente 1 se asignó la solicitud")
	agent.Presses(request.Now(), "En espera")
	form := agent.AwaitMessage(d.agents, "[Enviar] [Cancelar]")
	agent.Fills(form, map[string]string{"¿A quién se espera?": "Proveedor", "Motivo": "Llega un repuesto.", "Fecha esperada": "2020-01-01"})
	agent.Presses(form, "Enviar")
	rejected := agent.AwaitMessage(d.agents, "⚠").Plain()
	before := d.ws.Transcript()
	for _, m := range p.Messages() {
		for range 2 { // as Google Chat publishes twice, under different ids
			p.awaitAck(d, p.publishEvent(m.Data))
		}
	}
	if now := form.Now().Plain(); now != rejected {
		t.Errorf("the form that was sent back is now:\n%s", now)
	}
	if now := d.ws.Transcript(); now != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, now)
	}
}

func TestInvalidEventsAreAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{}))
	huge := append([]byte(`{"type":"MESSAGE","x":"`), bytes.Repeat([]byte("s"), 2<<20)...)
	for _, data := range [][]byte{[]byte(`secreto`), []byte(`{}`), []byte(`{"type":"OTHER","secreto":1}`), []byte("\xff\xfe"), []byte(`{"type":"MESSAGE","user":{"name":"secreto"}}`), huge} {
		p.awaitAck(d, p.publishEvent(data))
	}
	log := d.logText()
	if strings.Contains(log, "secreto") || strings.Contains(log, "ssss") {
		t.Errorf("the log repeats what came:\n%.500s", log)
	}
	if strings.Count(log, "not decoded") != 5 || strings.Count(log, "too large") != 1 {
		t.Errorf("the log:\n%.2000s", log)
	}
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "hola")
	person.AwaitMessage(person.Direct(), "Paso 1 de 5")
}

// An add-on's buttons do not work over Pub/Sub. The log says so once.
func TestAddonOverPubSub(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{config: googlechattest.Config{Dialect: googlechattest.Addon}, handle: (&recorder{}).echo}))
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "uno")
	person.AwaitMessage(person.Direct(), "Usted escribió: uno")
	person.Says(person.Direct(), "dos")
	person.AwaitMessage(person.Direct(), "Usted escribió: dos")
	if n := strings.Count(d.logText(), "built as a Workspace add-on"); n != 1 {
		t.Errorf("warned %d times", n)
	}
}

// Receiving from a missing subscription is retried. Until it works the chat is not ready.
func TestFailingSubscriptionIsRetried(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	var h recorder
	d := newDesk(t, p.configure(setup{handle: h.echo, unready: true}))
	d.ws.Await("the failure in the log", func() bool { return strings.Count(d.logText(), "subscription not received") >= 3 })
	if d.adapter.Ready() {
		t.Error("ready without a subscription")
	}
	p.subscribe(t)
	d.ws.Await("the chat to be ready", d.adapter.Ready)
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "por fin")
	person.AwaitMessage(person.Direct(), "Usted escribió: por fin")
}

// A shutdown finishes the events in hand, shows their outcomes, acknowledges them, and accepts no more.
func TestShutdownDrainsEvents(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	begun, release := make(chan struct{}), make(chan struct{})
	d := newDesk(t, p.configure(setup{handle: func(ctx context.Context, e bot.Event) (bot.Reply, error) {
		if e.Do == "" {
			return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "Tarjeta", Card: &bot.Card{Title: "Tarjeta", Buttons: []bot.Button{{Label: "Pulse", Do: "wait"}}}}}}}, nil
		}
		close(begun)
		select {
		case <-release:
			return bot.Reply{Notice: "Quedó hecho."}, nil
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
	}}))
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "hola")
	card := person.AwaitMessage(person.Direct(), "Tarjeta")
	person.Presses(card, "Pulse")
	<-begun
	d.cancel()
	close(release)
	d.stop()
	person.AwaitMessage(person.Direct(), "Quedó hecho.")
	for _, m := range p.Messages() {
		if m.Acks == 0 || m.Deliveries != 1 {
			t.Errorf("%d acknowledgements of %d deliveries", m.Acks, m.Deliveries)
		}
	}
}

// A shutdown does not wait for an unreachable Pub/Sub, as the library would.
func TestShutdownWithoutPubSub(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{handle: (&recorder{}).echo, before: func(a *googlechat.Adapter) { a.SetDrainTimeout(testPace) }}))
	p.close()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.stop()
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for Pub/Sub")
	}
}

// While Pub/Sub is unreachable the chat is not ready.
func TestPubSubUnreachableAtStart(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.Addr = unused.Addr().String()
	if err := unused.Close(); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, p.configure(setup{handle: (&recorder{}).echo, unready: true, before: func(a *googlechat.Adapter) { a.SetConnectTimeout(testPace) }}))
	d.ws.Await("the failure in the log", func() bool { return strings.Count(d.logText(), "subscription not received") >= 3 })
	if d.adapter.Ready() {
		t.Error("ready without Pub/Sub")
	}
}

// After an outage Pub/Sub delivers events of days ago. What is not possible any more is refused
// with a notice.
func TestEventsDeliveredDaysLater(t *testing.T) {
	t.Parallel()
	p := newPubSub(t)
	p.subscribe(t)
	d := newDesk(t, p.configure(setup{}))
	person, first, second := d.user("Usuario 1"), d.user("Agente 1"), d.user("Agente 2")
	d.agents.Join(first)
	d.agents.Join(second)
	request := registers(d, person)
	first.Presses(request, "Asignarme")
	second.AwaitMessage(d.agents, "Agente 1 se asignó la solicitud")
	messages := p.Messages()
	pressed := messages[len(messages)-1]
	// The same click by the other agent, three days earlier.
	var event map[string]any
	if err := json.Unmarshal(pressed.Data, &event); err != nil {
		t.Fatal(err)
	}
	event["eventTime"] = time.Now().Add(-72 * time.Hour).UTC().Format(time.RFC3339Nano)
	event["user"] = map[string]any{"name": strings.TrimPrefix(second.Address(), "googlechat:"), "displayName": "Agente 2", "email": "agente.2@entidad.example", "type": "HUMAN", "domainId": "home0domain"}
	old, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	p.awaitAck(d, p.publishEvent(old))
	d.ws.Await("the notice for the late agent", func() bool {
		for _, m := range second.Sees(d.agents) {
			if m.Private == second.Address() && strings.Contains(m.Plain(), "Agente 1") {
				return true
			}
		}
		return false
	})
	kept, err := d.store.Ticket(t.Context(), 1)
	if err != nil || kept.Assignee.ID != first.Address() {
		t.Errorf("the ticket is %s's, %v", kept.Assignee.ID, err)
	}
}
