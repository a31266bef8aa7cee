package slacktest_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

// client is slack-go as an app would set it up.
func client(ws *slacktest.Workspace) *slack.Client {
	c := ws.Config()
	return slack.New(c.BotToken, slack.OptionAPIURL(ws.APIURL()), slack.OptionAppLevelToken(c.AppToken),
		slack.OptionHTTPClient(&http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}))
}

func section(text string) *slack.SectionBlock {
	return slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", text, false, false), nil, nil)
}

func buttons(labels ...string) *slack.ActionBlock {
	var all []slack.BlockElement
	for _, label := range labels {
		all = append(all, slack.NewButtonBlockElement("press:"+label, "7", slack.NewTextBlockObject("plain_text", label, true, false)))
	}
	return slack.NewActionBlock("", all...)
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", text, false, false)
}

func TestClientPostsUpdatesAndReads(t *testing.T) {
	ctx := t.Context()
	ws := slacktest.New(t, slacktest.Config{})
	api := client(ws)
	agent := ws.User("U1", "Agente 1", "agente1@example.com")
	desk := ws.Channel("C1", slacktest.Private, agent)

	who, err := api.AuthTestContext(ctx)
	if err != nil || who.UserID != ws.Config().BotUser || who.TeamID != ws.Config().TeamID {
		t.Fatalf("auth.test: %+v %v", who, err)
	}
	meta := slack.SlackMetadata{EventType: "helptic_post", EventPayload: map[string]any{"key": "k1"}}
	channel, ts, err := api.PostMessageContext(ctx, desk, slack.MsgOptionText("N.º 1", false), slack.MsgOptionMetadata(meta),
		slack.MsgOptionBlocks(section("*N.º 1* impresora"), buttons("Asignarme", "Escalar")),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil || channel != desk {
		t.Fatal(channel, err)
	}
	if got, want := ws.Messages(desk)[0].Plain(), "N.º 1 impresora\n[Asignarme] [Escalar]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, _, err := api.PostMessageContext(ctx, desk, slack.MsgOptionText("nota", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, desk, ts, slack.MsgOptionText("N.º 1 en curso", false), slack.MsgOptionBlocks(),
		slack.MsgOptionAttachments(slack.Attachment{Color: "#2eb67d", Blocks: slack.Blocks{BlockSet: []slack.Block{section("En curso")}}})); err != nil {
		t.Fatal(err)
	}
	if got, want := ws.Messages(desk)[0].Plain(), "N.º 1 en curso\nEn curso"; got != want {
		t.Errorf("after the update: %q", got)
	}
	found, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: desk, IncludeAllMetadata: true, Limit: 10})
	if err != nil || len(found.Messages) != 1 || found.Messages[0].Metadata.EventPayload["key"] != "k1" {
		t.Fatalf("history: %+v %v", found, err)
	}
	under, _, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: desk, Timestamp: ts})
	if err != nil || len(under) != 2 || under[1].Text != "nota" || under[1].ThreadTimestamp != ts {
		t.Fatalf("replies: %+v %v", under, err)
	}
	if _, err := api.PostEphemeralContext(ctx, desk, "U1", slack.MsgOptionText("solo usted", false)); err != nil {
		t.Fatal(err)
	}
	if got := agent.Ephemerals(); len(got) != 1 || got[0].Text != "solo usted" {
		t.Errorf("ephemerals: %v", got)
	}
	if err := api.AddReactionContext(ctx, "eyes", slack.NewRefToMessage(desk, ts)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.DeleteMessageContext(ctx, desk, ts); err != nil {
		t.Fatal(err)
	}
	if got := ws.Messages(desk); len(got) != 0 {
		t.Errorf("after deleting: %v", got)
	}
}

func TestClientLooksPeopleUp(t *testing.T) {
	ctx := t.Context()
	ws := slacktest.New(t, slacktest.Config{})
	api := client(ws)
	one := ws.User("U1", "Usuario 1", "usuario1@example.com")
	ws.User("U2", "Usuario 2", "usuario2@example.com", slacktest.Guest)
	ws.User("U3", "Usuario 3", "", slacktest.OfTeam("T9"))
	ws.User("U4", "Usuario 4", "usuario4@example.com", slacktest.Deactivated)
	desk := ws.Channel("C1", slacktest.Public, one)

	u, err := api.GetUserInfoContext(ctx, "U1")
	if err != nil || u.Profile.Email != "usuario1@example.com" || u.RealName != "Usuario 1" {
		t.Fatalf("%+v %v", u, err)
	}
	if u, err = api.GetUserInfoContext(ctx, "U2"); err != nil || !u.IsRestricted {
		t.Errorf("guest: %+v %v", u, err)
	}
	if u, err = api.GetUserInfoContext(ctx, "U3"); err != nil || u.TeamID != "T9" || u.Profile.Email != "" {
		t.Errorf("stranger: %+v %v", u, err)
	}
	if u, err = api.GetUserInfoContext(ctx, "U4"); err != nil || !u.Deleted {
		t.Errorf("deactivated: %+v %v", u, err)
	}
	if u, err = api.GetUserByEmailContext(ctx, "Usuario1@Example.com"); err != nil || u.ID != "U1" {
		t.Errorf("by e-mail: %+v %v", u, err)
	}
	everyone, err := api.GetUsersContext(ctx)
	if err != nil || len(everyone) != 5 {
		t.Errorf("users.list: %d %v", len(everyone), err)
	}
	members, next, err := api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: desk, Limit: 1})
	if err != nil || len(members) != 1 || next == "" {
		t.Errorf("members: %v %q %v", members, next, err)
	}
	if members, next, err = api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: desk, Limit: 1, Cursor: next}); err != nil || members[0] != "U1" || next != "" {
		t.Errorf("members, second page: %v %q %v", members, next, err)
	}
	info, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: desk})
	if err != nil || !info.IsMember || info.IsPrivate {
		t.Errorf("info: %+v %v", info, err)
	}
	dm, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U1"}})
	if err != nil || dm.ID != one.DM() {
		t.Errorf("open: %+v %v", dm, err)
	}
	if channel, _, err := api.PostMessageContext(ctx, "U1", slack.MsgOptionText("hola", false)); err != nil || channel != one.DM() {
		t.Errorf("posting to a person: %q %v", channel, err)
	}
	bot, err := api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: ws.Config().BotID})
	if err != nil || bot.UserID != ws.Config().BotUser {
		t.Errorf("bots.info: %+v %v", bot, err)
	}
}

func TestClientUploadsAndDownloadsFiles(t *testing.T) {
	ctx := t.Context()
	ws := slacktest.New(t, slacktest.Config{})
	api := client(ws)
	one := ws.User("U1", "Usuario 1", "")
	if _, err := api.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: strings.NewReader("contenido"), FileSize: 9, Filename: "nota.txt", Channel: one.DM(), InitialComment: "Va adjunto",
	}); err != nil {
		t.Fatal(err)
	}
	m := ws.AwaitMessage(one.DM(), "Va adjunto")
	if len(m.Files) != 1 || string(m.Files[0].Content) != "contenido" || m.Plain() != "Va adjunto\n(nota.txt)" {
		t.Fatalf("%q %+v", m.Plain(), m.Files)
	}
	message := one.Says(one.DM(), "la pantalla", slacktest.File{Name: "pantalla.png", Content: []byte("\x89PNG\r\n\x1a\n0")})
	f, _, _, err := api.GetFileInfoContext(ctx, message.Files[0].ID, 0, 0)
	if err != nil || f.Mimetype != "image/png" {
		t.Fatalf("%+v %v", f, err)
	}
	var got bytes.Buffer
	if err := api.GetFileContext(ctx, f.URLPrivateDownload, &got); err != nil || got.String() != "\x89PNG\r\n\x1a\n0" {
		t.Errorf("download: %q %v", got.String(), err)
	}
	stranger := slack.New("xoxb-other", slack.OptionAPIURL(ws.APIURL()))
	if err := stranger.GetFileContext(ctx, f.URLPrivateDownload, &got); err == nil {
		t.Error("a file was served without the token")
	}
}

func TestFaultsAsTheClientReportsThem(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	api := client(ws)
	one := ws.User("U1", "Usuario 1", "")
	post := func() error {
		_, _, err := api.PostMessageContext(t.Context(), one.DM(), slack.MsgOptionText("hola", false))
		return err
	}
	status := func(code int) func(error) bool {
		return func(err error) bool {
			failed, ok := errors.AsType[slack.StatusCodeError](err)
			return ok && failed.Code == code
		}
	}
	tests := []struct {
		name   string
		fault  slacktest.Fault
		want   func(error) bool
		posted int
	}{
		{"429", slacktest.RateLimited(7 * time.Second), func(err error) bool {
			limited, ok := errors.AsType[*slack.RateLimitedError](err)
			return ok && limited.RetryAfter == 7*time.Second
		}, 0},
		{"500", slacktest.Status(500), status(500), 0},
		{"503", slacktest.Status(503), status(503), 0},
		{"refused", slacktest.Refuse("fatal_error"), func(err error) bool { return err != nil && err.Error() == "fatal_error" }, 0},
		{"cut", slacktest.Cut(), func(err error) bool { return err != nil }, 0},
		{"answer lost", slacktest.LoseAnswer(), func(err error) bool { return err != nil }, 1},
		{"of another channel", slacktest.Status(500).On("C9"), func(err error) bool { return err == nil }, 1},
	}
	for _, test := range tests {
		before := len(ws.Messages(one.DM()))
		ws.Fault("chat.postMessage", test.fault)
		if err := post(); !test.want(err) {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := len(ws.Messages(one.DM())) - before; got != test.posted {
			t.Errorf("%s: %d messages, want %d", test.name, got, test.posted)
		}
		ws.ClearFaults("chat.postMessage")
		if err := post(); err != nil {
			t.Errorf("after %s: %v", test.name, err)
		}
	}

	hang := slacktest.Hang().On(one.ID)
	ws.Fault("chat.postMessage", hang)
	done := make(chan error, 1)
	go func() { done <- post() }()
	ws.Await("the call to hang", func() bool {
		calls := ws.Calls("chat.postMessage")
		return calls[len(calls)-1].Answer == "hanging"
	})
	before := len(ws.Messages(one.DM()))
	hang.Release()
	if err := <-done; err != nil || len(ws.Messages(one.DM())) != before+1 {
		t.Errorf("after the hang: %v", err)
	}
}

func TestSlowFaultForAllMethods(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	api := client(ws)
	ws.Fault("*", slacktest.Slow(time.Second).Times(-1))
	done := make(chan error, 1)
	go func() {
		_, err := api.AuthTestContext(t.Context())
		done <- err
	}()
	ws.Await("the call to wait", func() bool { return len(ws.Calls()) == 1 })
	ws.Advance(time.Second)
	if err := <-done; err != nil {
		t.Error(err)
	}
	ws.ClearFaults("*")
	if _, err := api.AuthTestContext(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRateLimitsAreByChannelAndMethod(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{RateLimits: true})
	api := client(ws)
	one, two := ws.User("U1", "Usuario 1", ""), ws.User("U2", "Usuario 2", "")
	post := func(to *slacktest.User) error {
		_, _, err := api.PostMessageContext(t.Context(), to.DM(), slack.MsgOptionText("hola", false))
		return err
	}
	var limited *slack.RateLimitedError
	var err error
	for n := 0; err == nil; n++ {
		if n > 3 {
			t.Fatal("a channel accepted four messages at once")
		}
		err = post(one)
	}
	if !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Fatal(err)
	}
	if err := post(two); err != nil {
		t.Errorf("another channel waited too: %v", err)
	}
	ws.Group("S1", one)
	ws.Advance(time.Second)
	if err := post(one); err != nil {
		t.Errorf("after a second: %v", err)
	}
	for n := 0; ; n++ {
		if _, err = api.GetUserGroupMembersContext(t.Context(), "S1"); err != nil {
			if n != 20 {
				t.Errorf("usergroups.users.list was limited after %d calls", n)
			}
			break
		}
	}
	if _, err := api.GetUserInfoContext(t.Context(), "U1"); err != nil {
		t.Errorf("another method waited too: %v", err)
	}
}
