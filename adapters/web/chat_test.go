package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
)

const (
	user1, user2, agent1, agent2 = "web:usuario-1", "web:usuario-2", "web:agente-1", "web:agente-2"
	official1, supervisor1       = "web:oficial-1", "web:supervisor-1"
)

func TestInitialPeopleAreAddedOnce(t *testing.T) {
	db := newDatabase(t)
	newDesk(t, db, nil).stop()
	first := db.length(t, stream)
	d := newDesk(t, db, nil)
	if db.length(t, stream) != first {
		t.Fatalf("the second start appended %d entries", db.length(t, stream)-first)
	}
	var got []string
	for _, p := range d.state(user1).People {
		got = append(got, fmt.Sprintf("%s=%s/%s", p.ID, p.Name, p.Role))
	}
	want := "web:usuario-1=Usuario 1/user web:usuario-2=Usuario 2/user web:agente-1=Agente 1/agent web:agente-2=Agente 2/agent " +
		"web:oficial-1=Oficina de Tecnología 1/official web:supervisor-1=Supervisor 1/supervisor"
	if strings.Join(got, " ") != want {
		t.Fatalf("people are\n%s\nwant\n%s", strings.Join(got, " "), want)
	}
}

func TestMembershipFollowsTheRole(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	for _, c := range []struct {
		channel, person string
		want            bool
	}{
		{defaultAgentChannel, agent1, true},
		{defaultAgentChannel, supervisor1, true},
		{defaultAgentChannel, user1, false},
		{defaultAgentChannel, official1, false},
		{defaultAgentChannel, "web:nadie", false},
		{defaultAgentChannel, "slack:U1", false},
		{securityChannel, agent2, true},
		{"web:otro", agent1, false},
		{agent1, agent1, false},
	} {
		if got, err := d.adapter.Member(t.Context(), c.channel, c.person); err != nil || got != c.want {
			t.Errorf("Member(%s, %s) = %v, %v", c.channel, c.person, got, err)
		}
	}
	if p, err := d.adapter.Person(t.Context(), official1); err != nil || p.Name != "Oficina de Tecnología 1" || p.ID != official1 {
		t.Errorf("Person is %+v, %v", p, err)
	}
	if _, err := d.adapter.Person(t.Context(), "web:nadie"); err == nil {
		t.Error("nobody was found")
	}
	if r, err := d.adapter.Role(t.Context(), supervisor1); r != Supervisor || err != nil {
		t.Errorf("Role is %s, %v", r, err)
	}
}

func TestAddPersonOnceUnderAFreeAddress(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	add := func(n int, name, role string) (int, map[string]any) {
		return d.post("/web/people", map[string]any{"once": uuid(n), "name": name, "role": role})
	}
	for range 2 { // the answer to the first was lost
		if status, p := add(1, "  Ventanilla   Única ", "user"); status != 200 || p["id"] != "web:ventanilla-unica" || p["name"] != "Ventanilla Única" {
			t.Fatalf("added %d %v", status, p)
		}
	}
	for name, want := range map[string]string{"Mesa de ayuda": "web:mesa-de-ayuda-2", "Ventanilla unica": "web:ventanilla-unica-2", "日本": "web:persona"} {
		if status, p := add(len(want), name, "agent"); status != 200 || p["id"] != want {
			t.Errorf("%s: %d %v", name, status, p)
		}
	}
	for name, c := range map[string]struct{ name, role, field string }{
		"same name":      {"usuario 1", "user", "name"},
		"no name":        {"  ", "user", "name"},
		"only marks":     {"¡!", "user", "name"},
		"long":           {strings.Repeat("x", 81), "user", "name"},
		"control":        {"a\x01b", "user", "name"},
		"right to left":  {"a\u202eb", "user", "name"},
		"no such role":   {"Otro", "root", "role"},
		"role as spoken": {"Otro", "Supervisor", "role"},
	} {
		if status, answer := add(9, c.name, c.role); status != 422 || answer["field"] != c.field || answer["error"] == "" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	if member, _ := d.adapter.Member(t.Context(), defaultAgentChannel, "web:mesa-de-ayuda-2"); !member {
		t.Error("a new agent is no member of the channel")
	}
	for i := len(d.state(user1).People); i < maxPeople; i++ {
		if _, err := d.adapter.addPerson(t.Context(), uuid(i%256)+fmt.Sprint(i), fmt.Sprint("Persona ", i), User); err != nil {
			t.Fatal(err)
		}
	}
	if status, answer := add(10, "Una más", "user"); status != 422 || !strings.Contains(answer["error"].(string), "200") {
		t.Errorf("person 201: %d %v", status, answer)
	}
}

func TestRepeatedSendFindsTheMessageAndEditReplacesIt(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	room := bot.Direct(user1)
	id := d.send(room, "a", bot.Message{Text: "uno"})
	if again := d.send(room, "a", bot.Message{Text: "uno"}); again != id {
		t.Fatalf("the same key gave %s and %s", id, again)
	}
	if other := d.send(bot.Direct(user2), "a", bot.Message{Text: "otro"}); other == id {
		t.Fatal("two rooms share a message")
	}
	if err := d.adapter.Edit(t.Context(), id, bot.Outgoing{Room: room, Message: bot.Message{Text: "dos"}}); err != nil {
		t.Fatal(err)
	}
	length := d.db.length(t, stream)
	if err := d.adapter.Edit(t.Context(), id, bot.Outgoing{Room: room, Message: bot.Message{Text: "dos"}}); err != nil || d.db.length(t, stream) != length {
		t.Fatalf("an edit that changes nothing was appended (%v)", err)
	}
	if got := d.texts(user1, user1); got != "dos" {
		t.Fatalf("the room reads %q", got)
	}
	for name, c := range map[string]struct {
		id   string
		room bot.Room
	}{"unknown": {"m999", room}, "no id": {"x", room}, "another room": {id, bot.Direct(user2)}} {
		if err := d.adapter.Edit(t.Context(), c.id, bot.Outgoing{Room: c.room, Message: bot.Message{Text: "x"}}); !errors.Is(err, bot.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, room := range []bot.Room{bot.Direct("web:nadie"), bot.Channel("web:otro"), bot.Channel(user1)} {
		_, err := d.adapter.Send(t.Context(), bot.Outgoing{Room: room, Key: "k", Message: bot.Message{Text: "x"}})
		var again *bot.RetryError
		if err == nil || errors.As(err, &again) {
			t.Errorf("sending to %v: %v", room, err)
		}
	}
	d.db.fail(true)
	_, err := d.adapter.Send(t.Context(), bot.Outgoing{Room: room, Key: "k", Message: bot.Message{Text: "x"}})
	var again *bot.RetryError
	if !errors.As(err, &again) {
		t.Errorf("with the database down: %v", err)
	}
}

func TestThreadsAreOneLevelDeep(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	room := bot.Channel(defaultAgentChannel)
	root := d.send(room, "card", bot.Message{Text: "tarjeta"})
	in := func(id string) func(*bot.Outgoing) { return func(o *bot.Outgoing) { o.Thread = id } }
	reply := d.send(room, "r1", bot.Message{Text: "primera"}, in(root))
	d.send(room, "r2", bot.Message{Text: "segunda"}, in(reply)) // a reply's thread is its root's
	d.send(room, "r3", bot.Message{Text: "suelta"}, in("m9999"))
	foreign := d.send(bot.Direct(user1), "x", bot.Message{Text: "otro"})
	d.send(room, "r4", bot.Message{Text: "ajena"}, in(foreign))
	for _, r := range d.state(agent1).Rooms {
		if r.ID != defaultAgentChannel {
			continue
		}
		var got []string
		for _, m := range r.Messages {
			got = append(got, fmt.Sprintf("%s<%s>%d", m.Text, m.Thread, m.Replies))
		}
		want := fmt.Sprintf("tarjeta<>2 primera<%[1]s>0 segunda<%[1]s>0 suelta<>0 ajena<>0", root)
		if strings.Join(got, " ") != want {
			t.Fatalf("the channel is %s, want %s", strings.Join(got, " "), want)
		}
	}
}

func TestRestartAndReplicasShowTheSame(t *testing.T) {
	db := newDatabase(t)
	one := newDesk(t, db, nil)
	id := one.send(bot.Direct(user1), "a", bot.Message{Text: "antes", Card: &bot.Card{Title: "T", Buttons: []bot.Button{{Label: "Sí", Do: "yes"}}}})
	one.post("/web/messages", messageBody(1, user1, user1, "hola"))
	if err := one.adapter.Edit(t.Context(), id, bot.Outgoing{Room: bot.Direct(user1), Message: bot.Message{Text: "después"}}); err != nil {
		t.Fatal(err)
	}
	two := newDesk(t, db, nil)
	if got := two.texts(user1, user1); got != "después | hola" {
		t.Fatalf("the second process reads %q", got)
	}
	if again := two.send(bot.Direct(user1), "a", bot.Message{Text: "x"}); again != id {
		t.Fatalf("the second process posted %s again as %s", id, again)
	}
	if status, answer := two.post("/web/presses", pressBody(2, user1, id, "yes")); status != 200 {
		t.Fatalf("a button of before: %d %v", status, answer)
	}
	two.send(bot.Direct(user2), "b", bot.Message{Text: "nuevo"})
	eventually(t, func() bool { return one.adapter.projection.current() == two.adapter.projection.current() }) // by polling
	one.stop()
	three := newDesk(t, db, nil)
	if got := three.texts(user1, user1); got != "después | hola" {
		t.Fatalf("after the restart the room reads %q", got)
	}
}

func TestUnknownEntriesAreSkipped(t *testing.T) {
	db := newDatabase(t)
	for _, body := range []string{
		`not json`, `{}`, `{"kind":"reaction","room":"web:usuario-1"}`, `{"kind":"post","room":"web:usuario-1"}`,
		`{"kind":"edit","edits":99,"message":{"text":"x"}}`, `{"kind":"person"}`, `{"kind":"file"}`, `{"kind":"say","thread":-1,"message":{"text":"x"}}`,
	} {
		if _, err := db.Append(t.Context(), stream, "", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	d := newDesk(t, db, nil)
	d.send(bot.Direct(user1), "a", bot.Message{Text: "sigue"})
	if got := d.texts(user1, user1); got != "sigue" {
		t.Fatalf("the room reads %q", got)
	}
}

func TestConfigIsChecked(t *testing.T) {
	db := newDatabase(t)
	good := Config{AppendLog: db, Files: db, Now: nil}
	if _, err := New(good); err == nil {
		t.Error("no clock was accepted")
	}
	for _, channel := range []string{"web:", "web:Mesa de ayuda", "web:a/b"} {
		c := good
		c.Now, c.AgentChannel = func() (z time.Time) { return }, channel
		if _, err := New(c); err == nil {
			t.Errorf("channel %q was accepted", channel)
		}
	}
	c := good
	c.Now, c.AgentChannel = func() (z time.Time) { return }, "slack:C1"
	a, err := New(c)
	if err != nil || len(a.channels) != 0 {
		t.Errorf("a channel of another chat: %v, %v", a, err)
	}
}

func TestRunRetriesUntilTheLogCanBeRead(t *testing.T) {
	db := newDatabase(t)
	db.fail(true)
	var log strings.Builder
	a, err := New(Config{AppendLog: db, Files: db, Now: func() time.Time { return startTime }, Log: zerolog.New(zerolog.SyncWriter(&log))})
	if err != nil {
		t.Fatal(err)
	}
	a.timeouts.retry = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, nil) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 3 {
		<-tick.C
		if a.Ready() {
			t.Error("ready while the database is down")
		}
	}
	db.fail(false)
	eventually(t, a.Ready)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "append-only log not read at start, retrying") {
		t.Errorf("the log is %q", &log)
	}
}

// While the log cannot be read at start, the adapter is not ready, and Run ends with its context.
func TestRunEndsWhileTheLogCannotBeRead(t *testing.T) {
	db := newDatabase(t)
	db.fail(true)
	a, err := New(Config{AppendLog: db, Files: db, Now: func() time.Time { return startTime }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Run(ctx, nil); err != nil || a.Ready() {
		t.Fatalf("Run gave %v, ready %v", err, a.Ready())
	}
}

func FuzzCheckPerson(f *testing.F) {
	f.Add("Usuario 3", "user")
	f.Add("\u202e", "agent")
	f.Fuzz(func(t *testing.T, name, role string) {
		if checkPerson(name, Role(role)) != nil {
			return
		}
		if s := slug(name); s == "" || len(s) > maxSlug+1 || slug(s) != s {
			t.Fatalf("%q has the slug %q", name, s)
		}
	})
}
