package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
)

// uses are the methods of the Web API that the adapter calls, and what it makes of their answers.
var uses = map[string]func(ctx context.Context, b *bench, n int) (string, error){
	"auth.test": func(ctx context.Context, b *bench, _ int) (string, error) {
		err := b.adapter.identify(ctx)
		self := b.adapter.self.Load()
		return self.Team + " " + self.User + " " + self.Bot, err
	},
	"apps.connections.open": func(ctx context.Context, b *bench, _ int) (url string, err error) {
		err = b.adapter.call(ctx, "apps.connections.open", func(ctx context.Context) (err error) {
			_, url, err = b.adapter.api.StartSocketModeContext(ctx)
			return err
		})
		return url, err
	},
	"chat.postMessage": func(ctx context.Context, b *bench, _ int) (string, error) {
		return b.adapter.postMessage(ctx, "C00000001", "", nil, renderText("hola"))
	},
	"chat.postEphemeral": func(ctx context.Context, b *bench, _ int) (string, error) {
		return b.adapter.postEphemeral(ctx, "C00000001", "", "U00000001", renderText("hola"))
	},
	"chat.update": func(ctx context.Context, b *bench, _ int) (string, error) {
		return "changed", b.adapter.updateMessage(ctx, "C00000001", "1767000080.000100", renderText("hola"))
	},
	"conversations.open": func(ctx context.Context, b *bench, n int) (string, error) {
		return b.adapter.channel(ctx, bot.Direct(fmt.Sprintf("slack:U%08d", n))) // of somebody each: it is asked for once
	},
	"conversations.info": func(ctx context.Context, b *bench, _ int) (name string, err error) {
		err = b.adapter.call(ctx, "conversations.info", func(ctx context.Context) error {
			c, err := b.adapter.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "C00000002"})
			if err == nil {
				name = fmt.Sprintf("%s, member %v, archived %v", c.Name, c.IsMember, c.IsArchived)
			}
			return err
		})
		return name, err
	},
	"conversations.members": func(ctx context.Context, b *bench, _ int) (string, error) {
		member, err := b.adapter.Member(ctx, "slack:C00000001", "slack:U00000002")
		return fmt.Sprint(member), err
	},
	"conversations.history": func(ctx context.Context, b *bench, _ int) (string, error) {
		return pageOf(b.adapter.historyPage(ctx, "C00000001", "", "0", ""))
	},
	"conversations.replies": func(ctx context.Context, b *bench, _ int) (string, error) {
		return pageOf(b.adapter.historyPage(ctx, "C00000001", "1767000080.000100", "0", ""))
	},
	"users.info": func(ctx context.Context, b *bench, n int) (string, error) {
		p, err := b.adapter.Person(ctx, fmt.Sprintf("slack:U%08d", n))
		return fmt.Sprintf("%s, %s, guest %v", p.Name, p.Email, p.Guest), err
	},
	"views.open": func(ctx context.Context, b *bench, _ int) (string, error) {
		return "opened", b.adapter.openForm(target{triggerID: "1.2.disparador"}, askSolution, b.now())
	},
	"views.publish": func(ctx context.Context, b *bench, _ int) (string, error) {
		return "published", b.adapter.publishHome(ctx, "U00000001", bot.Message{Text: "hola"})
	},
	"files.info": func(ctx context.Context, b *bench, _ int) (string, error) {
		var f *slack.File
		err := b.adapter.call(ctx, "files.info", func(ctx context.Context) (err error) {
			f, _, _, err = b.adapter.api.GetFileInfoContext(ctx, "F00000001", 0, 0)
			return err
		})
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s, %s, %d bytes, %s", f.Name, f.Mimetype, f.Size, path.Base(f.URLPrivateDownload)), nil
	},
	"files.getUploadURLExternal": func(ctx context.Context, b *bench, n int) (string, error) {
		f, err := b.store.SaveFile(ctx, "acta.pdf", "application/pdf", strings.NewReader(fmt.Sprint("bytes", n)))
		if err != nil {
			return "", err
		}
		up, err := b.adapter.uploadFile(ctx, f)
		return up.ID + " " + up.Title, err
	},
	"files.completeUploadExternal": func(ctx context.Context, b *bench, _ int) (id string, err error) {
		err = b.adapter.call(ctx, "files.completeUploadExternal", func(ctx context.Context) error {
			r, err := b.adapter.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{Files: []slack.FileSummary{{ID: "F00000009", Title: "acta.pdf"}}, Channel: "C00000001"})
			if err == nil && len(r.Files) == 1 {
				id = r.Files[0].ID
			}
			return err
		})
		return id, err
	},
}

// pageOf says what a page of history has: each message, and the key that it is known again by.
func pageOf(page []slack.Message, next string, err error) (string, error) {
	var all []string
	for _, m := range page {
		s := m.Timestamp
		if m.Metadata.EventType == metadataType {
			s += fmt.Sprintf(" (%v)", m.Metadata.EventPayload["key"])
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ") + next, err
}

// Answers of the Web API are read as Slack writes them, and what it refuses is an error with Slack's code.
func TestAnswersOfTheWebAPI(t *testing.T) {
	want := map[string]string{
		"auth.test":                    "T00000001 UBOT00001 BBOT00001",
		"apps.connections.open":        "wss://wss-primary.slack.com/link/?ticket=1&app_id=A00000001",
		"chat.postMessage":             "1767000080.000100",
		"chat.postEphemeral":           "1767000082.000100",
		"chat.update":                  "changed",
		"conversations.open":           "D00000001",
		"conversations.info":           "general, member true, archived false",
		"conversations.members":        "true",
		"conversations.history":        "1767000080.000100 (clave-1), 1767000081.000100, 1767000085.000100",
		"conversations.replies":        "1767000080.000100 (clave-1), 1767000084.000100, 1767000085.000100",
		"users.info":                   "Usuario 1, usuario.1@entidad.example, guest false",
		"views.open":                   "opened",
		"views.publish":                "published",
		"files.info":                   "pantalla.png, image/png, 20480 bytes, pantalla.png",
		"files.getUploadURLExternal":   "F00000009 acta.pdf",
		"files.completeUploadExternal": "F00000009",
	}
	b := newBench(t, func(c *Config) { c.AppToken = "xapp-test" })
	b.api.on("upload/v1/1", answerText("OK"))
	seen := map[string]int{}
	for n, p := range slacktest.Payloads(t, "webapi") {
		name, isError := strings.CutSuffix(path.Base(p.Name), ".error")
		method, _, _ := strings.Cut(strings.TrimSuffix(name, ".ok"), "-")
		use := uses[method]
		if use == nil || p.Sample && method == "conversations.members" { // whose pages have no end
			continue
		}
		seen[method]++
		t.Run(p.Name, func(t *testing.T) {
			b.adapter.self.Store(&entity)
			b.api.on(method, answerText(strings.ReplaceAll(string(p.Body), "https://files.slack.com", b.api.URL)))
			got, err := use(t.Context(), b, n)
			switch {
			case isError:
				var refused struct{ Error string }
				if json.Unmarshal(p.Body, &refused) != nil || refused.Error == "" || codeOf(err) != refused.Error {
					t.Errorf("error %v, want %q", err, refused.Error)
				}
			case err != nil:
				t.Error(err)
			case !p.Sample && got != want[method]:
				t.Errorf("got %q, want %q", got, want[method])
			}
		})
	}
	for method := range uses {
		if seen[method] < 2 {
			t.Errorf("%s: %d answers, of which one must be an error", method, seen[method])
		}
	}
}
