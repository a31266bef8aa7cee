package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestCheckFindings(t *testing.T) {
	text := func(found []Finding) string {
		out, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	b := newBench(t, func(c *Config) { c.AgentChannel, c.SecurityChannel = "slack:C1", "web:otro" })
	b.api.on("auth.test", func(_ call, w http.ResponseWriter) {
		w.Header().Set("X-OAuth-Scopes", strings.Join(scopes[1:], ","))
		fmt.Fprintf(w, `{"ok":true,"team":"Equipo","user":"helptic","team_id":%q,"user_id":%q}`, testTeam, testBot)
	})
	for answer, want := range map[string]string{
		`{"ok":true,"channel":{"id":"C1","name":"mesa","is_member":true}}`:   `el bot está en #mesa`,
		`{"ok":true,"channel":{"id":"C1","name":"mesa","is_archived":true}}`: `archivado`,
		`{"ok":true,"channel":{"id":"C1","name":"mesa"}}`:                    `/invite @helptic`,
		`{"ok":false,"error":"channel_not_found"}`:                           `no existe, o es privado`,
	} {
		b.api.on("conversations.info", answerText(answer))
		found := b.adapter.Check(t.Context())
		if got := text(found); len(found) != 4 || !strings.Contains(got, want) || !strings.Contains(got, "faltan permisos: app_mentions:read.") || found[3].OK != strings.Contains(answer, "is_member") {
			t.Errorf("%s: %s", answer, got)
		}
	}
	b.api.on("auth.test", answerText(`{"ok":false,"error":"invalid_auth"}`))
	if found := b.adapter.Check(t.Context()); len(found) != 1 || found[0].OK || !strings.Contains(found[0].Text, "SLACK_BOT_TOKEN no sirve (invalid_auth)") {
		t.Errorf("%s", text(found))
	}
	b.api.Close()
	if found := b.adapter.Check(t.Context()); len(found) != 1 || found[0].OK || !strings.Contains(found[0].Text, "Slack no responde") {
		t.Errorf("%s", text(found))
	}
}
