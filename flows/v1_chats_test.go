package flows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/adapters/slack"
	"helptic/adapters/slack/slacktest"
	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
)

// keptBySlack is what the first version did in Slack last: the press that came and was never
// delivered, and what it means.
type keptBySlack struct {
	Press  []byte // as Slack posts it
	Do     string // too long for a button of Slack's
	Key    string // of the message that was pressed
	FileID string // that the user shared
	Oldest string // since when a message that was begun is looked for
}

// What the first version keeps for Slack is found: who the bot is while Slack does not say, the
// words that a button stands for, the message of a press, what was posted, and who shared a file.
func TestSlackOfV1(t *testing.T) {
	for _, kind := range []string{"sqlite", "mongodb"} {
		t.Run(kind, func(t *testing.T) {
			var kept keptBySlack
			if err := json.Unmarshal(unzippedV1(t, "slack."+kind+".json.gz"), &kept); err != nil {
				t.Fatal(err)
			}
			w := startSlackV1(t, openV1(t, "slack", kind), slacktest.Status(500), slacktest.Status(500))
			r, err := http.DefaultClient.Do(w.ws.Request("/slack/interactions", "application/x-www-form-urlencoded", kept.Press))
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Body.Close(); err != nil {
				t.Error(err)
			}
			if r.StatusCode != http.StatusOK {
				t.Fatalf("a press while Slack does not say who the bot is: %d", r.StatusCode)
			}
			if e := w.next(t); e.Do != kept.Do || e.MessageKey != kept.Key || e.From.ID != "slack:U1" {
				t.Errorf("the press is of %q by %s: %.40q… of %d", e.MessageKey, e.From.ID, e.Do, len(e.Do))
			}
			room := bot.Direct("slack:U1")
			w.user.DM() // opens it
			file := bot.File{ID: kept.FileID, Name: "foto.png", Type: "image/png", Size: 19}
			if _, err := w.chat.Send(t.Context(), bot.Outgoing{Room: room, Key: kept.Key, Message: bot.Message{Text: "Otra vez.", Files: []bot.File{file}}}); err != nil {
				t.Fatal(err)
			}
			if looked := w.ws.Calls("conversations.history"); len(looked) == 0 {
				t.Error("what was posted before is not looked for")
			} else if oldest := fmt.Sprint(looked[0].Args["oldest"]); oldest != kept.Oldest {
				t.Errorf("what was posted before is looked for since %s, want %s", oldest, kept.Oldest)
			}
			if len(w.ws.Calls("files.getUploadURLExternal")) > 0 {
				t.Error("a file goes back to who shared it")
			}
		})
	}
}

type slackOfV1 struct {
	ws   *slacktest.Workspace
	user *slacktest.User
	chat *slack.Adapter
	*programV1
}

func startSlackV1(t *testing.T, store storage.Store, whoami ...slacktest.Fault) *slackOfV1 {
	t.Helper()
	w := &slackOfV1{ws: slacktest.New(t, slacktest.Config{})}
	w.user = w.ws.User("U1", "Usuario 1", "usuario1@entidad.gov.co")
	if len(whoami) > 0 {
		w.ws.Fault("auth.test", whoami...)
	}
	c := w.ws.Config()
	var err error
	w.chat, err = slack.New(slack.Config{BotToken: c.BotToken, SigningSecret: c.SigningSecret, APIURL: w.ws.APIURL(), AppendLog: store, Files: store, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	w.programV1 = startProgramV1(t, store, w.chat, w.chat.Handlers())
	w.ws.PointAt(w.url)
	return w
}

// keptByGoogleChat is what the first version did in Google Chat last.
type keptByGoogleChat struct {
	Sent   []byte // the form that was sent, and never delivered
	Form   map[string]string
	Do     string
	Under  []byte // words under the card that took the place of a deleted one, never delivered
	Thread string // in which both stood
}

// What the first version keeps for Google Chat is found: the form that is sent, the card that took
// the place of a deleted one and its thread, and where somebody's direct messages stand.
func TestGoogleChatOfV1(t *testing.T) {
	for _, kind := range []string{"sqlite", "mongodb"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var kept keptByGoogleChat
			if err := json.Unmarshal(unzippedV1(t, "googlechat."+kind+".json.gz"), &kept); err != nil {
				t.Fatal(err)
			}
			w := startGoogleChatV1(t, openV1(t, "googlechat", kind))
			w.reply = func(e bot.Event) bot.Reply {
				if e.Form {
					return bot.Reply{Reject: map[string]string{"line": "Escríbala completa."}}
				}
				return bot.Reply{}
			}
			again := w.ws.Redeliver(googlechattest.Delivery{Body: kept.Sent})
			assertGoldenV1(t, "googlechat.form.json", string(again.Answer)+"\n", *update) // the whole form, drawn again
			e := w.next(t)
			if !e.Form || e.Do != kept.Do {
				t.Errorf("the form is of %q", e.Do)
			}
			for name, value := range kept.Form {
				if e.Values[name] != value {
					t.Errorf("%s is %q, want %q", name, e.Values[name], value)
				}
			}
			w.ws.Redeliver(googlechattest.Delivery{Body: kept.Under})
			if e := w.next(t); e.ThreadKey != "ticket/1" {
				t.Errorf("words under the card stand under %q", e.ThreadKey)
			}
			if _, err := w.chat.Send(t.Context(), bot.Outgoing{Room: bot.Channel(w.desk.Address()), Key: "ticket/1", Message: bot.Message{Text: "Otra vez."}}); err != nil {
				t.Error(err)
			}
			if posted := w.ws.Calls("messages.create"); len(posted) == 0 || !strings.Contains(string(posted[len(posted)-1].Body), kept.Thread) {
				t.Error("the card does not stand again in the thread of the deleted one")
			}
			// The direct messages are not there in this workspace: only that they are not asked for counts.
			_, err := w.chat.Send(t.Context(), bot.Outgoing{Room: bot.Direct(w.user.Address()), Key: "k", Message: bot.Message{Text: "Hola."}})
			if asked := w.ws.Calls("spaces.findDirectMessage"); len(asked) > 0 {
				t.Errorf("the direct messages are looked for: %v", err)
			}
			if p, err := w.chat.Person(t.Context(), w.user.Address()); err != nil || p.Name != "Usuario 1" || p.Email != "usuario.1@entidad.example" || p.Guest {
				t.Errorf("the user is %+v, %v", p, err)
			}
			if home, err := w.store.Read(t.Context(), "googlechat/home", 0, 10); err != nil || len(home) == 0 {
				t.Errorf("no domain of the organization: %v", err)
			}
		})
	}
}

type googleChatOfV1 struct {
	ws          *googlechattest.Workspace
	user, agent *googlechattest.User
	desk        *googlechattest.Space
	chat        *googlechat.Adapter
	store       storage.Store
	*programV1
}

func startGoogleChatV1(t *testing.T, store storage.Store) *googleChatOfV1 {
	t.Helper()
	w := &googleChatOfV1{ws: googlechattest.New(t, googlechattest.Config{Dialect: googlechattest.Classic}), store: store}
	w.user, w.agent = w.ws.User("Usuario 1"), w.ws.User("Agente 1")
	w.desk = w.ws.Space("Mesa de ayuda", w.agent)
	var err error
	w.chat, err = googlechat.New(t.Context(), googlechat.Config{Audience: w.ws.Audience(), APIURL: w.ws.APIURL(), CertsURL: w.ws.CertsURL(), HTTPClient: w.ws.Client(),
		AppendLog: store, Files: store, AgentChannel: w.desk.Address(), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	w.programV1 = startProgramV1(t, store, w.chat, w.chat.Handlers())
	w.ws.PointAt(w.url + "/googlechat/events")
	return w
}

// programV1 is a program with one chat, which answers what the test says and tells what people do.
type programV1 struct {
	url      string
	events   chan bot.Event
	reply    func(bot.Event) bot.Reply
	delivery *bot.Outbox
	inbox    *bot.Inbox
	before   func(http.ResponseWriter, *http.Request) bool // true: it answered
}

func startProgramV1(t *testing.T, store storage.Store, chat bot.Adapter, handlers map[string]http.Handler) *programV1 {
	t.Helper()
	l := &programV1{events: make(chan bot.Event, 100)}
	l.delivery = bot.NewOutbox(store, []bot.Adapter{chat}, time.Now, zerolog.Nop())
	l.inbox = bot.NewInbox(store, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		l.events <- e
		if l.reply == nil {
			return bot.Reply{}, nil
		}
		return l.reply(e), nil
	}, l.delivery, card.InboxTexts, time.Now, zerolog.Nop())
	l.inbox.Find = func(context.Context, string, string, int) ([]bot.Option, error) { return nil, nil }
	mux := http.NewServeMux()
	for pattern, h := range handlers {
		mux.Handle(pattern, h)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.before == nil || !l.before(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	l.url = server.URL
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- chat.Run(ctx, l.inbox) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		server.Close()
		l.inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(3 * time.Second); !chat.Ready() && time.Now().Before(end); <-tick.C {
	}
	return l
}

func (l *programV1) next(t *testing.T) bot.Event {
	t.Helper()
	select {
	case e := <-l.events:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was done")
	}
	return bot.Event{}
}
