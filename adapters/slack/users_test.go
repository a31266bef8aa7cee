package slack

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"helptic/bot"
)

func TestPersonAndGuests(t *testing.T) {
	b := newBench(t)
	for name, test := range map[string]struct {
		user  string
		guest bool
		found bool
	}{
		"colleague":        {`{"id":"U1","team_id":"T111","real_name":"Usuario 1","profile":{"email":"u1@example.org"}}`, false, true},
		"restricted":       {`{"id":"U1","team_id":"T111","is_restricted":true,"real_name":"x"}`, true, true},
		"ultra restricted": {`{"id":"U1","team_id":"T111","is_ultra_restricted":true,"real_name":"x"}`, true, true},
		"stranger":         {`{"id":"U1","team_id":"T111","is_stranger":true,"real_name":"x"}`, true, true},
		"other workspace":  {`{"id":"U1","team_id":"T999","real_name":"x"}`, true, true},
		"bot":              {`{"id":"U1","team_id":"T111","is_bot":true,"real_name":"x"}`, true, true},
		"deactivated":      {`{"id":"U1","team_id":"T111","deleted":true,"real_name":"x"}`, false, false},
	} {
		b.api.on("users.info", answerText(`{"ok":true,"user":`+test.user+`}`))
		p, err := b.adapter.Person(t.Context(), "slack:U1")
		if (err == nil) != test.found || p.Guest != test.guest {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	b.api.on("users.info", answerText(`{"ok":false,"error":"user_not_found"}`))
	var retry *bot.RetryError
	if _, err := b.adapter.Person(t.Context(), "slack:U9"); err == nil || errors.As(err, &retry) {
		t.Errorf("unknown: %v", err)
	}
	for _, address := range []string{"slack:B1", "web:usuario", "slack:", "nada"} {
		if _, err := b.adapter.Person(t.Context(), address); err == nil {
			t.Errorf("%s is somebody", address)
		}
	}
	if p, err := b.adapter.sender(t.Context(), "slack:U9"); err != nil || !p.Guest || p.Name != "U9" {
		t.Errorf("unknown to Slack: %+v, %v", p, err)
	}
}

func TestSenderIsLookedUpAgainAfterAFailure(t *testing.T) {
	b := newBench(t)
	n := 0
	b.api.on("users.info", func(c call, w http.ResponseWriter) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"real_name":"Usuario 1"}}`, c.form.Get("user"), testTeam)
	})
	b.deliver(directMessage("hola", 1))
	if e := b.handledEvents()[0]; e.From.ID != "slack:"+testUser || e.From.Name != "Usuario 1" || e.From.Guest {
		t.Errorf("%+v", e.From)
	}
}

func TestSenderIsLookedUpOnceInFiveMinutes(t *testing.T) {
	b := newBench(t)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return now }
	for n := range 20 {
		b.deliver(directMessage(fmt.Sprintf("mire esto @%s", testUser), n))
	}
	for _, e := range b.handledEvents() {
		if e.From.Name != "Usuario 1" || e.Text != "mire esto @Usuario 1" {
			t.Errorf("%+v", e)
		}
	}
	if n := len(b.api.of("users.info")); n != 1 {
		t.Errorf("users.info called %d times", n)
	}
	now = now.Add(5*time.Minute + time.Second)
	b.deliver(directMessage("hola", 100))
	b.handledEvents()
	if n := len(b.api.of("users.info")); n != 2 {
		t.Errorf("users.info called %d times after five minutes", n)
	}
}

func TestMemberReadsAllPages(t *testing.T) {
	b := newBench(t)
	b.api.on("conversations.members", func(c call, w http.ResponseWriter) {
		switch {
		case c.form.Get("channel") == "C404":
			fmt.Fprint(w, `{"ok":false,"error":"channel_not_found"}`)
		case c.form.Get("cursor") == "":
			fmt.Fprint(w, `{"ok":true,"members":["U1","U2"],"response_metadata":{"next_cursor":"p2"}}`)
		default:
			fmt.Fprint(w, `{"ok":true,"members":["U3"],"response_metadata":{"next_cursor":""}}`)
		}
	})
	for person, want := range map[string]bool{"slack:U1": true, "slack:U3": true, "slack:U4": false, "web:U1": false} {
		if got, err := b.adapter.Member(t.Context(), "slack:C1", person); err != nil || got != want {
			t.Errorf("%s: %t, %v", person, got, err)
		}
	}
	if got, err := b.adapter.Member(t.Context(), "slack:C404", "slack:U1"); err == nil || got {
		t.Errorf("a channel that the bot does not see: %t, %v", got, err)
	}
}
