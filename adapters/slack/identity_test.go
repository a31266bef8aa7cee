package slack

import (
	"net/http"
	"testing"
)

func TestIdentityIsStoredByToken(t *testing.T) {
	b := newBench(t)
	if err := b.adapter.identify(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.api.on("auth.test", func(_ call, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	next, err := New(b.adapter.config)
	if err != nil {
		t.Fatal(err)
	}
	next.loadIdentity(t.Context())
	if self := next.self.Load(); self == nil || self.Team != testTeam || self.User != testBot {
		t.Errorf("%+v", self)
	}
	c := b.adapter.config
	c.BotToken = "xoxb-another"
	other, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if other.loadIdentity(t.Context()); other.self.Load() != nil {
		t.Error("another token has the same identity")
	}
}
