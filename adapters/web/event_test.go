package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"helptic/bot"
)

func pressBody(n int, person, message, do string, value ...string) map[string]any {
	body := map[string]any{"person": person, "once": uuid(n), "message": message, "do": do}
	if len(value) > 0 {
		body["value"] = value[0]
	}
	return body
}

func TestMessageIsAcceptedOnce(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	body := messageBody(1, user1, user1, "  se dañó\r\nla impresora\x00 ")
	for range 3 {
		if status, answer := d.post("/web/messages", body); status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
	}
	e := d.handled(1)[0]
	if e.Key != "web:"+uuid(1) || e.Text != "se dañó\nla impresora" || e.From != (bot.Person{ID: user1, Name: "Usuario 1"}) ||
		e.Room != bot.Direct(user1) || !e.At.Equal(startTime) || e.Do != "" || e.Form {
		t.Fatalf("the event is %+v", e)
	}
	if got := d.texts(user1, user1); got != "se dañó\nla impresora" {
		t.Fatalf("the room reads %q", got)
	}
	if status, _ := d.post("/web/messages", messageBody(1, user2, user2, "otra cosa")); status != 409 {
		t.Fatalf("somebody else's UUID: %d", status)
	}
}

func TestMessageSurvivesACrashBetweenItsWrites(t *testing.T) {
	db := newDatabase(t)
	d := newDesk(t, db, nil)
	db.journalDown.Store(true)
	if status, _ := d.post("/web/messages", messageBody(1, user1, user1, "hola")); status != 503 {
		t.Fatal(status)
	}
	d.stop()
	db.journalDown.Store(false)
	after := newDesk(t, db, nil)
	if e := after.handled(1)[0]; e.Text != "hola" || e.Key != "web:"+uuid(1) {
		t.Fatalf("after the restart the inbox got %+v", e)
	}
	if status, _ := after.post("/web/messages", messageBody(1, user1, user1, "hola")); status != 200 {
		t.Fatal("the page's repetition was refused")
	}
	after.handled(1)
	if got := after.texts(user1, user1); got != "hola" {
		t.Fatalf("the room reads %q", got)
	}
}

func TestMessageIsRefusedWhileTheDatabaseIsDown(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	d.db.fail(true)
	if status, answer := d.post("/web/messages", messageBody(1, user1, user1, "hola")); status != 503 || answer["error"] == "" {
		t.Fatalf("%d %v", status, answer)
	}
	d.db.fail(false)
	if status, _ := d.post("/web/messages", messageBody(1, user1, user1, "hola")); status != 200 {
		t.Fatalf("afterwards: %d", status)
	}
	d.handled(1)
}

func TestOnlyMembersWriteInARoom(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	root := d.send(bot.Channel(defaultAgentChannel), "card", bot.Message{Text: "tarjeta"})
	secret := d.send(bot.Channel(defaultAgentChannel), "only", bot.Message{Text: "aviso"}, func(o *bot.Outgoing) { o.EphemeralFor = agent2 })
	for i, c := range []struct {
		person, room, thread string
		want                 int
	}{
		{user1, user1, "", 200},
		{user1, user2, "", 403},
		{user1, defaultAgentChannel, "", 403},
		{official1, defaultAgentChannel, "", 403},
		{official1, securityChannel, "", 403},
		{agent1, user1, "", 403},
		{agent1, defaultAgentChannel, "", 200},
		{agent1, defaultAgentChannel, root, 200},
		{supervisor1, securityChannel, "", 200},
		{agent1, agent1, root, 404},
		{agent1, defaultAgentChannel, secret, 404},
		{agent2, defaultAgentChannel, secret, 200},
		{agent1, "web:otro", "", 403},
		{"web:nadie", "web:nadie", "", 404},
	} {
		body := messageBody(i, c.person, c.room, "x")
		body["thread"] = c.thread
		if status, answer := d.post("/web/messages", body); status != c.want {
			t.Errorf("%v: %d %v", c, status, answer)
		}
	}
	// The order of events of different people is not fixed.
	if !slices.ContainsFunc(d.handled(5), func(e bot.Event) bool {
		return e.From.ID == agent1 && e.Thread == root && e.Room == bot.Channel(defaultAgentChannel)
	}) {
		t.Errorf("the message under the card is not among %+v", d.handled(5))
	}
}

func cardWith(buttons ...string) bot.Message {
	c := &bot.Card{Title: "Solicitud", Selects: []bot.Select{{Label: "Asignar", Do: "assign", Options: []bot.Option{{Label: "A", Value: "a"}}}}}
	for _, do := range buttons {
		c.Buttons = append(c.Buttons, bot.Button{Label: do, Do: do})
	}
	return bot.Message{Text: "tarjeta", Card: c}
}

func TestPressesNeedAnOfferedAction(t *testing.T) {
	d := newDesk(t, newDatabase(t), func(_ context.Context, e bot.Event) (bot.Reply, error) {
		return bot.Reply{Notice: fmt.Sprint("hizo ", e.Do, " ", e.Value())}, nil
	})
	direct := d.send(bot.Direct(user1), "d", cardWith("yes"))
	channel := d.send(bot.Channel(defaultAgentChannel), "c", cardWith("take", "close"))
	only := d.send(bot.Channel(defaultAgentChannel), "o", cardWith("fresh"), func(o *bot.Outgoing) { o.EphemeralFor = agent2 })
	if err := d.adapter.Edit(t.Context(), channel, bot.Outgoing{Room: bot.Channel(defaultAgentChannel), Message: cardWith("close")}); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		person, message, do string
		value               []string
		want                int
		text                string
	}{
		{user1, direct, "yes", nil, 200, "hizo yes "},
		{user1, direct, "assign", []string{"a"}, 200, "hizo assign a"},
		{user1, direct, "assign", []string{"b"}, 403, textUnknownAction},
		{user1, direct, "assign", nil, 403, textUnknownAction},
		{user1, direct, "yes", []string{"a"}, 403, textUnknownAction},
		{user1, direct, "close", nil, 403, textUnknownAction},
		{user2, direct, "yes", nil, 404, textUnknownMessage},
		{user1, channel, "close", nil, 404, textUnknownMessage},
		{official1, channel, "close", nil, 404, textUnknownMessage},
		{agent1, channel, "close", nil, 200, "hizo close "},
		{agent1, channel, "take", nil, 200, "hizo take "}, // the flows decide about an outdated button
		{agent1, only, "fresh", nil, 404, textUnknownMessage},
		{agent2, only, "fresh", nil, 200, "hizo fresh "},
		{agent1, "m9999", "close", nil, 404, textUnknownMessage},
	} {
		status, answer := d.post("/web/presses", pressBody(i, c.person, c.message, c.do, c.value...))
		got := answer["notice"]
		if c.want != 200 {
			got = answer["error"]
		}
		if status != c.want || got != c.text {
			t.Errorf("%v: %d %v", c, status, answer)
		}
	}
	e := d.handled(5)[0]
	if e.Message != direct || e.Room != bot.Direct(user1) || e.Key != "web:"+uuid(0) || e.Form {
		t.Errorf("the event is %+v", e)
	}
}

func TestFormsNeedASignedToken(t *testing.T) {
	opened := &bot.Form{Title: "Resolver", Do: "resolve 7", Submit: "Resolver", Fields: []bot.Field{
		{Name: "solution", Label: "Solución", Kind: bot.Long}, {Name: "evidence", Label: "Evidencia", Kind: bot.FileUpload, Optional: true},
	}}
	answer := func(_ context.Context, e bot.Event) (bot.Reply, error) {
		switch {
		case !e.Form:
			return bot.Reply{Open: opened}, nil
		case len(e.Values["solution"]) < 5:
			return bot.Reply{Reject: map[string]string{"solution": "Escriba qué se hizo."}}, nil
		}
		return bot.Reply{Notice: "Resuelta."}, nil
	}
	db := newDatabase(t)
	d := newDesk(t, db, answer)
	id := d.send(bot.Channel(defaultAgentChannel), "c", cardWith("resolve"))
	_, reply := d.post("/web/presses", pressBody(1, agent1, id, "resolve"))
	open := reply["open"].(map[string]any)
	if open["title"] != "Resolver" || open["do"] != nil || len(open["fields"].([]any)) != 2 {
		t.Fatalf("the page got %v", open)
	}
	token := open["token"].(string)
	file := d.upload(agent1, "foto.png", "image/png", png)
	stranger := d.upload(user1, "otra.png", "image/png", png)
	n := 1
	send := func(d *desk, person, token string, values map[string]string) (int, map[string]any) {
		n++
		return d.post("/web/forms", map[string]any{"person": person, "once": uuid(n), "token": token, "values": values})
	}
	if status, answer := send(d, agent1, token, map[string]string{"solution": "x"}); status != 200 || fmt.Sprint(answer["reject"]) != "map[solution:Escriba qué se hizo.]" {
		t.Fatalf("a short answer: %d %v", status, answer)
	}
	if status, answer := send(d, agent1, token, map[string]string{"solution": "se cambió", "evidence": stranger}); status != 200 || answer["reject"] == nil {
		t.Fatalf("somebody else's file: %d %v", status, answer)
	}
	if status, answer := send(d, agent1, token, map[string]string{"solution": "se cambió", "evidence": file}); status != 200 || answer["notice"] != "Resuelta." {
		t.Fatalf("a good answer: %d %v", status, answer)
	}
	e := d.handled(3)[2]
	if !e.Form || e.Do != "resolve 7" || e.Message != id || e.Room != bot.Channel(defaultAgentChannel) || e.Values["evidence"] != file ||
		len(e.Files) != 1 || e.Files[0].Name != "foto.png" || e.MessageKey != "" {
		t.Fatalf("the event is %+v", e)
	}

	forged := sign(make([]byte, 32), grant{Person: agent1, Room: defaultAgentChannel, Do: "close 7"})
	body, mac, _ := strings.Cut(token, ".")
	for name, c := range map[string]struct {
		person, token string
		values        map[string]string
	}{
		"another person":  {agent2, token, nil},
		"another key":     {agent1, forged, nil},
		"no signature":    {agent1, body + ".", nil},
		"no body":         {agent1, "." + mac, nil},
		"words":           {agent1, "resolve 7", nil},
		"a field more":    {agent1, token, map[string]string{"solution": "se cambió", "number": "8"}},
		"a body changed":  {agent1, "x" + body[1:] + "." + mac, nil},
		"longer than any": {agent1, token + "A", nil},
	} {
		if status, answer := send(d, c.person, c.token, c.values); status != 403 || answer["error"] != textInvalidToken {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	d.stop()
	after := newDesk(t, db, answer)
	if status, answer := send(after, agent1, token, map[string]string{"solution": "se cambió"}); status != 200 || answer["notice"] != "Resuelta." {
		t.Fatalf("a form that was open at the restart: %d %v", status, answer)
	}
}

func TestUserErrorBecomesANotice(t *testing.T) {
	d := newDesk(t, newDatabase(t), func(context.Context, bot.Event) (bot.Reply, error) {
		return bot.Reply{}, bot.UserErrorf("Solo la Mesa de ayuda puede hacerlo.")
	})
	id := d.send(bot.Direct(user1), "c", cardWith("take"))
	if status, answer := d.post("/web/presses", pressBody(1, user1, id, "take")); status != 200 || answer["notice"] != "Solo la Mesa de ayuda puede hacerlo." {
		t.Fatalf("%d %v", status, answer)
	}
}

func TestPressIsRefusedWhileTheDatabaseIsDown(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	id := d.send(bot.Direct(user1), "c", cardWith("take"))
	d.db.fail(true)
	if status, answer := d.post("/web/presses", pressBody(1, user1, id, "take")); status != 503 || answer["error"] == "" {
		t.Fatalf("%d %v", status, answer)
	}
	if d.db.accepted.Load() != 0 {
		t.Fatal("something was accepted")
	}
}

func TestMessageNumbersAreParsedStrictly(t *testing.T) {
	for id, want := range map[string]int64{"m1": 1, "m42": 42, "": 0, "m": 0, "m0": 0, "m-1": 0, "m+1": 0, "m01": 0, "42": 0, "m9223372036854775808": 0, "m1x": 0} {
		if got := messageNumber(id); got != want {
			t.Errorf("%q is %d, want %d", id, got, want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	key := []byte("0123456789abcdef0123456789abcdef")
	good := sign(key, grant{Person: user1, Room: user1, Do: "x", Fields: map[string]bool{"a": true}})
	f.Add(good)
	f.Add(good[1:])
	f.Add("a.b")
	f.Fuzz(func(t *testing.T, token string) {
		g, err := verify(key, token)
		switch {
		case err != nil && !errors.Is(err, errInvalidToken):
			t.Fatal(err)
		case err == nil && sign(key, g) != token && token != good:
			// Base64 has more than one spelling of the same bytes; the signed grant is the same.
			if _, err := verify(key, sign(key, g)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSlowReplyComesInTheChat(t *testing.T) {
	release := make(chan struct{})
	d := newDesk(t, newDatabase(t), func(context.Context, bot.Event) (bot.Reply, error) {
		<-release
		return bot.Reply{Notice: "Por fin."}, nil
	})
	d.adapter.timeouts.reply = 1
	id := d.send(bot.Direct(user1), "c", cardWith("take"))
	if status, answer := d.post("/web/presses", pressBody(1, user1, id, "take")); status != 200 || answer["waiting"] != true {
		t.Fatalf("%d %v", status, answer)
	}
	close(release)
	eventually(t, func() bool { return d.texts(user1, user1) == "tarjeta | Por fin." })
}
