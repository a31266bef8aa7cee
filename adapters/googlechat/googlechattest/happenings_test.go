package googlechattest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// Events that wait, come again, or whose answers are lost.
func TestCouriers(t *testing.T) {
	ws := googlechattest.New(t, googlechattest.Config{})
	var n atomic.Int32
	same := atomic.Bool{}
	serve(t, ws, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		text := "{}"
		if i := n.Add(1); !same.Load() {
			text = `{"text":"` + strings.Repeat("x", int(i)) + `","markupSyntax":"MARKUP_SYNTAX_CHAT"}`
		}
		_, _ = w.Write([]byte(text))
	})
	same.Store(true)
	u := ws.User("Usuario 1")
	ws.Hold()
	u.Says(u.Direct(), "uno")
	u.Says(u.Direct(), "dos")
	if n.Load() != 0 {
		t.Error("not held")
	}
	ws.Release(true)
	if all := ws.Deliveries(); len(all) != 2 || !strings.Contains(string(all[0].Body), `"dos"`) {
		t.Errorf("%d", len(all))
	}
	ws.LoseAnswers(1)
	u.Says(u.Direct(), "tres")
	if n.Load() != 4 {
		t.Errorf("%d deliveries", n.Load())
	}
	ws.Duplicate(2)
	u.Says(u.Direct(), "cuatro")
	if n.Load() != 7 {
		t.Errorf("%d deliveries", n.Load())
	}
	same.Store(false)
	if faults := ws.Refusals(func() { u.Says(u.Direct(), "cinco") }); len(faults) != 2 || !says(faults, "an event that came again") {
		t.Errorf("%q", faults)
	}
}

// A connection that is cut under an event brings it again.
func TestHangUp(t *testing.T) {
	ws := googlechattest.New(t, googlechattest.Config{})
	arrived := make(chan string, 10)
	serve(t, ws, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		arrived <- string(body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{}"))
	})
	u := ws.User("Usuario 1")
	ws.HangUp(1)
	u.Says(u.Direct(), "hola")
	if d := ws.Deliveries(); len(d) != 1 || d[0].Status != http.StatusOK || <-arrived != string(d[0].Body) {
		t.Errorf("%+v", d)
	}
	if got := ws.Refusals(func() { u.Says(u.Direct(), "y más") }); len(got) > 0 {
		t.Error(got)
	}
}

// A space without history forgets its messages and threads; people and spaces get other names.
func TestSpacesChange(t *testing.T) {
	s := newScene(t, googlechattest.Classic)
	if s.card.Now().Name == "" {
		t.Error("no message")
	}
	s.room.HistoryOff()
	if _, space := s.call("GET", "/v1/"+s.room.Name, nil); space["spaceHistoryState"] != "HISTORY_OFF" {
		t.Errorf("%v", space)
	}
	s.room.Forget()
	for _, call := range [][2]string{{"GET", "/v1/" + s.card.Name}, {"PATCH", "/v1/" + s.card.Name + "?updateMask=text,cardsV2"}} {
		if status, _ := s.call(call[0], call[1], message(nil)); status != 404 {
			t.Errorf("%s: %d", call[0], status)
		}
	}
	if status, _ := s.call("POST", "/v1/"+s.room.Name+"/messages?messageId=client-1&requestId=00000000-0000-4000-8000-0000000000ff", message(nil)); status != 409 {
		t.Errorf("the id of a forgotten message: %d", status)
	}
	_, again := s.call("POST", "/v1/"+s.room.Name+"/messages?"+ids("2")+inThread, message(o{"thread": o{"name": s.card.Thread}}))
	if at(again, "thread", "name") == s.card.Thread {
		t.Error("the thread is still there")
	}
	s.room.Rename("Otra mesa")
	s.person.Rename("Usuario 9")
	s.person.Mentions(s.room, "hola")
	if e := s.bot.last(); at(e, "space", "displayName") != "Otra mesa" || at(e, "user", "displayName") != "Usuario 9" || at(e, "message", "sender", "displayName") != "Usuario 9" {
		t.Errorf("%v", e)
	}
	s.person.Removes(s.room)
	if status, _ := s.call("GET", "/v1/"+s.room.Name, nil); status != 403 {
		t.Error(status)
	}
	s.person.Adds(s.room)
	if status, _ := s.call("GET", "/v1/"+s.room.Name, nil); status != 200 {
		t.Error(status)
	}
}

// Over Pub/Sub events are published, again where they are to come again.
func TestPublished(t *testing.T) {
	var all [][]byte
	ws := googlechattest.New(t, googlechattest.Config{Publish: func(data []byte) { all = append(all, data) }})
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	ws.PointAt(server.URL)
	u := ws.User("Usuario 1")
	ws.Duplicate(1)
	u.Says(u.Direct(), "hola")
	if len(all) != 2 || string(all[0]) != string(all[1]) || len(ws.Deliveries()) != 0 {
		t.Errorf("%d", len(all))
	}
}

// Over Pub/Sub nobody waits, so there are no dialogs and no options for what is typed; an add-on there cannot even be pressed.
func TestRulesOfPubSub(t *testing.T) {
	for name, c := range map[string]struct {
		card  o
		words string
	}{
		"press":   {card(buttons(button(nil))), ""},
		"dialog":  {card(buttons(button(o{"interaction": "OPEN_DIALOG"}))), "no dialogs"},
		"options": {card(o{"selectionInput": o{"name": "f", "label": "Buscar", "type": "MULTI_SELECT", "externalDataSource": action(nil)}}), "no typing"},
	} {
		t.Run(name, func(t *testing.T) {
			published := 0
			a := newApp(t, googlechattest.Config{Publish: func([]byte) { published++ }})
			u := a.ws.User("Usuario 1")
			room := a.ws.Space("Mesa", u)
			faults := a.ws.Refusals(func() { a.call("POST", "/v1/"+room.Name+"/messages?"+ids("1"), carded(c.card)) })
			hold(t, faults, c.words)
			if c.words == "" {
				u.Presses(room.Messages()[0], "Asignarme")
				if published != 1 {
					t.Errorf("%d events", published)
				}
			}
		})
	}
	a := newApp(t, googlechattest.Config{Dialect: googlechattest.Addon, Publish: func([]byte) { t.Error("published") }})
	u := a.ws.User("Usuario 1")
	room := a.ws.Space("Mesa", u)
	a.call("POST", "/v1/"+room.Name+"/messages?"+ids("1"), carded(card(buttons(button(nil)))))
	hold(t, a.ws.Refusals(func() { u.Presses(room.Messages()[0], "Asignarme") }), "cannot be pressed")
}

// People of each kind, as events and the API tell of them.
func TestPeople(t *testing.T) {
	s := newScene(t, googlechattest.Classic)
	robot, hidden, guest, invited, grouped := s.ws.Robot("Otra aplicación"), s.ws.User("Usuario 2"), s.ws.Stranger("Usuario 3"), s.ws.User("Usuario 4"), s.ws.User("Usuario 5")
	hidden.HideProfile()
	for _, u := range []*googlechattest.User{robot, hidden, guest} {
		s.room.Join(u)
	}
	s.room.Invite(invited)
	s.room.JoinGroup(grouped)
	robot.Mentions(s.room, "hola")
	if u := s.bot.last()["user"]; at(u, "type") != "BOT" || at(u, "email") != nil {
		t.Errorf("%v", u)
	}
	hidden.Mentions(s.room, "hola")
	if u := s.bot.last()["user"]; at(u, "email") != nil || at(u, "displayName") != nil || at(u, "type") != "HUMAN" {
		t.Errorf("%v", u)
	}
	member := func(u *googlechattest.User) (int, o) {
		return s.call("GET", "/v1/"+s.room.Name+"/members/"+strings.TrimPrefix(u.Address(), "googlechat:users/"), nil)
	}
	if _, m := member(guest); m["affiliation"] != "EXTERNAL" {
		t.Errorf("%v", m)
	}
	if _, m := member(invited); m["state"] != "INVITED" {
		t.Errorf("%v", m)
	}
	if status, _ := member(grouped); status != 404 {
		t.Errorf("a member by group: %d", status)
	}
	var names []string
	for token := ""; ; {
		_, list := s.call("GET", "/v1/"+s.room.Name+"/members?pageToken="+token, nil)
		for _, m := range list["memberships"].(l) {
			names = append(names, at(m, "member", "displayName").(string))
		}
		if token, _ = list["nextPageToken"].(string); token == "" {
			break
		}
	}
	slices.Sort(names)
	if got := strings.Join(names, ", "); got != "Usuario 1, Usuario 2, Usuario 3, Usuario 4" {
		t.Error(got)
	}
}
