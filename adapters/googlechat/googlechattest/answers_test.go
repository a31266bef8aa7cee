package googlechattest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
)

func respond(kind string, more o) o { return with(more, "actionResponse", o{"type": kind}) }

func dialogAction(of o) o {
	return o{"actionResponse": o{"type": "DIALOG", "dialogAction": of}}
}

func status(code, text string) o {
	return dialogAction(o{"actionStatus": o{"statusCode": code, "userFacingMessage": text}})
}

func dialog(c o) o { return dialogAction(o{"dialog": o{"body": c}}) }

func created(m o) o {
	return o{"hostAppDataAction": o{"chatDataAction": o{"createMessageAction": o{"message": m}}}}
}

func updated(m o) o {
	return o{"hostAppDataAction": o{"chatDataAction": o{"updateMessageAction": o{"message": m}}}}
}

func navigations(all ...any) o { return o{"action": o{"navigations": append(l{}, all...)}} }

func options(widget string, items l) o {
	return o{"actionResponse": o{"type": "UPDATE_WIDGET", "updatedWidget": o{"widget": widget, "suggestions": o{"items": items}}}}
}

func modify(widget string, items l) o {
	return o{"action": o{"modifyOperations": l{o{"updateWidget": o{"widgetId": widget, "selectionInputWidgetSuggestions": o{"suggestions": items}}}}}}
}

var closing = o{"endNavigation": o{"action": "CLOSE_DIALOG"}}

func closed(text string) o {
	return o{"action": o{"navigations": l{closing}, "notification": o{"text": text}}}
}

// shown opens a dialog, whatever the app is to answer then.
func shown(s scene) {
	opened := any(dialog(card(buttons(button(nil)))))
	if s.ws.AddonEmail() != "" {
		opened = navigations(o{"pushCard": card(buttons(button(nil)))})
	}
	s.bot.mu.Lock()
	then := s.bot.answer
	s.bot.answer = opened
	s.bot.mu.Unlock()
	s.person.Presses(s.card, "Escalar")
	s.bot.answers(then)
}

// What people do, for an answer.
var deeds = map[string]func(s scene){
	"write":   func(s scene) { s.person.Says(s.person.Direct(), "hola") },
	"mention": func(s scene) { s.person.Mentions(s.room, "hola") },
	"press":   func(s scene) { s.person.Presses(s.card, "Asignarme") },
	"open":    func(s scene) { s.person.Presses(s.card, "Escalar") },
	"submit": func(s scene) {
		shown(s)
		d, ok := s.person.Dialog()
		if !ok {
			s.t.Fatal("no dialog")
		}
		s.person.Presses(d, "Asignarme")
	},
	"close": func(s scene) {
		shown(s)
		s.person.Closes()
	},
	"type":   func(s scene) { s.person.Finds(s.card, "Buscar", "imp") },
	"remove": func(s scene) { s.person.Removes(s.room) },
	"add":    func(s scene) { s.person.Adds(s.room) },
}

// What may answer what, in the classic dialect.
func TestClassicAnswers(t *testing.T) {
	form := card(buttons(button(nil)))
	for name, c := range map[string]struct {
		deed   string
		answer o
		words  string
	}{
		"nothing":                               {"press", o{}, ""},
		"a message":                             {"press", message(nil), ""},
		"a new message":                         {"mention", respond("NEW_MESSAGE", message(nil)), ""},
		"a private one":                         {"press", respond("NEW_MESSAGE", message(o{"privateMessageViewer": o{"name": "users/100000000000000000002"}})), "is not in the space"},
		"a private one in direct messages":      {"write", respond("NEW_MESSAGE", message(o{"privateMessageViewer": o{"name": "users/1"}})), "of named spaces only"},
		"a message in a thread":                 {"press", respond("NEW_MESSAGE", message(o{"thread": o{"name": "spaces/x/threads/y"}})), "thread in an answer is refused"},
		"a message without markup":              {"press", respond("NEW_MESSAGE", message(o{"markupSyntax": nil})), "markupSyntax is not said"},
		"a message with a field of nobody":      {"press", respond("NEW_MESSAGE", message(o{"colour": "red"})), "colour: unknown field"},
		"a large message":                       {"press", respond("NEW_MESSAGE", message(o{"text": strings.Repeat("x", 32_000)})), "at most 32000"},
		"no such type":                          {"press", respond("REPLACE", message(nil)), "is none of"},
		"a configuration":                       {"press", o{"actionResponse": o{"type": "REQUEST_CONFIG", "url": "https://a.example"}}, "actionResponse REQUEST_CONFIG"},
		"an update":                             {"press", respond("UPDATE_MESSAGE", carded(form)), ""},
		"an update in a thread":                 {"press", respond("UPDATE_MESSAGE", message(o{"thread": o{"name": "spaces/x/threads/y"}})), "thread in an answer is refused"},
		"an update of who sees it":              {"press", respond("UPDATE_MESSAGE", message(o{"privateMessageViewer": o{"name": "users/1"}})), "cannot change who sees it"},
		"an update of a person's message":       {"mention", respond("UPDATE_MESSAGE", message(nil)), "no message of the app was pressed"},
		"an update from a dialog":               {"submit", respond("UPDATE_MESSAGE", carded(form)), ""},
		"a dialog":                              {"open", dialog(form), ""},
		"the next dialog":                       {"submit", dialog(form), ""},
		"a dialog to a press":                   {"press", dialog(form), "neither opened one nor came from one"},
		"a dialog to words":                     {"mention", dialog(form), "neither opened one nor came from one"},
		"a dialog with a message":               {"open", with(dialog(form), "text", "x"), "only one of them is seen"},
		"a dialog that opens one":               {"open", dialog(card(buttons(button(o{"interaction": "OPEN_DIALOG"})))), "OPEN_DIALOG inside a dialog"},
		"a dialog of nothing":                   {"open", dialogAction(o{}), "either a dialog or an actionStatus"},
		"a dialog and its end":                  {"open", dialogAction(o{"dialog": o{"body": form}, "actionStatus": o{"statusCode": "OK"}}), "either a dialog or an actionStatus"},
		"the action of a dialog with a message": {"press", with(message(nil), "actionResponse", o{"type": "NEW_MESSAGE", "dialogAction": o{"actionStatus": o{"statusCode": "OK"}}}), `dialogAction in an actionResponse of type "NEW_MESSAGE"`},
		"a dialog not answered":                 {"open", o{}, "a dialog must be answered"},
		"a form not answered":                   {"submit", o{}, "a dialog must be answered"},
		"an end":                                {"submit", status("OK", "Guardado."), ""},
		"an end with complaints":                {"submit", status("INVALID_ARGUMENT", "Falta la causa."), ""},
		"an end in digits":                      {"submit", status("200", "Guardado."), `"200" is none of`},
		"an end without words":                  {"submit", status("OK", ""), "told nothing"},
		"an end without code":                   {"submit", dialogAction(o{"actionStatus": o{"userFacingMessage": "x"}}), "without statusCode"},
		"an end to words":                       {"mention", status("OK", "Guardado."), "neither opened one nor came from one"},
		"a message after a form":                {"submit", respond("NEW_MESSAGE", message(nil)), ""},
		"a closed dialog":                       {"close", o{}, ""},
		"a closed dialog answered":              {"close", status("OK", "Adiós."), "the dialog is closed already"},
		"options":                               {"type", options("find", l{entry(1)}), ""},
		"no options":                            {"type", options("find", l{}), ""},
		"options of another widget":             {"type", options("other", l{entry(1)}), `options for the widget "other"`},
		"101 options":                           {"type", options("find", many(101, entry)), "101 options"},
		"an option without value":               {"type", options("find", l{o{"text": "x"}}), "without text or value"},
		"options to a press":                    {"press", options("find", l{entry(1)}), "what was not typed"},
		"a message while one types":             {"type", message(nil), "only UPDATE_WIDGET"},
		"a farewell":                            {"remove", message(nil), "not in the space any more"},
		"no farewell":                           {"remove", o{}, ""},
		"a greeting":                            {"add", message(nil), ""},
		"an add-on's message":                   {"press", created(message(nil)), "an add-on's answer to a classic event"},
		"an add-on's dialog":                    {"open", navigations(o{"pushCard": form}), "an add-on's answer to a classic event"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, googlechattest.Classic)
			s.bot.answers(c.answer)
			hold(t, s.ws.Refusals(func() { deeds[c.deed](s) }), c.words)
		})
	}
}

// What may answer what, in the dialect of add-ons.
func TestAddonAnswers(t *testing.T) {
	form := card(buttons(button(nil)))
	for name, c := range map[string]struct {
		deed   string
		answer o
		words  string
	}{
		"nothing":                         {"press", o{}, ""},
		"a new message":                   {"mention", created(message(nil)), ""},
		"a message in a thread":           {"press", created(message(o{"thread": o{"name": "x"}})), "thread in an answer is refused"},
		"a large message":                 {"press", created(message(o{"text": strings.Repeat("x", 32_000)})), "at most 32000"},
		"a message of nobody":             {"press", created(message(o{"colour": "red"})), "colour: unknown field"},
		"an update":                       {"press", updated(carded(form)), ""},
		"an update of a person's message": {"mention", updated(message(nil)), "no message of the app was pressed"},
		"both":                            {"press", o{"hostAppDataAction": o{"chatDataAction": o{"createMessageAction": o{"message": message(nil)}, "updateMessageAction": o{"message": message(nil)}}}}, "one action"},
		"neither":                         {"press", o{"hostAppDataAction": o{"chatDataAction": o{}}}, "one action"},
		"an update from a dialog":         {"submit", updated(carded(form)), "not documented"},
		"two answers":                     {"open", o{"action": navigations(o{"pushCard": form})["action"], "hostAppDataAction": created(message(nil))["hostAppDataAction"]}, "an event has one answer"},
		"a dialog":                        {"open", navigations(o{"pushCard": form}), ""},
		"a dialog to a press":             {"press", navigations(o{"pushCard": form}), "neither opened one nor came from one"},
		"the dialog, changed":             {"submit", navigations(o{"updateCard": form}), ""},
		"a change of no dialog":           {"open", navigations(o{"updateCard": form}), "where no dialog is open"},
		"a dialog both ways":              {"open", navigations(o{"pushCard": form, "updateCard": form}), "one way"},
		"a dialog not answered":           {"open", o{}, "a dialog must be answered"},
		"a function that is none":         {"open", navigations(o{"pushCard": card(buttons(button(o{"function": "helptic"})))}), `function "helptic" of an add-on`},
		"an end":                          {"submit", closed("Guardado."), ""},
		"an end without words":            {"submit", closed(""), "told nothing"},
		"an end in an older form":         {"submit", o{"action": o{"navigations": l{o{"endNavigation": "CLOSE_DIALOG"}}}}, "endNavigation: no object"},
		"an end of another kind":          {"submit", navigations(o{"endNavigation": o{"action": "CLOSE"}}), `endNavigation "CLOSE"`},
		"a sentence without an end":       {"press", o{"action": o{"notification": o{"text": "Listo."}}}, "without the closing"},
		"a closed dialog answered":        {"close", closed("Adiós."), "the dialog is closed already"},
		"options":                         {"type", modify("find", l{entry(1)}), ""},
		"options of another widget":       {"type", modify("other", l{entry(1)}), `options for the widget "other"`},
		"a message while one types":       {"type", created(message(nil)), "not documented"},
		"a farewell":                      {"remove", created(message(nil)), "not in the space any more"},
		"unknown wrapping":                {"press", o{"renderActions": o{}}, "renderActions: unknown field"},
		"a classic message":               {"press", message(nil), "a classic answer"},
		"a classic dialog":                {"open", dialog(form), "a classic answer"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, googlechattest.Addon)
			s.bot.answers(c.answer)
			hold(t, s.ws.Refusals(func() { deeds[c.deed](s) }), c.words)
		})
	}
}

// An answer is validated without its event too.
func TestValidateAnswer(t *testing.T) {
	form := card(buttons(button(nil)))
	bad := card(buttons(button(o{"interaction": "OPEN_DIALOG"})))
	for name, c := range map[string]struct {
		of     googlechattest.Dialect
		answer any
		words  string
	}{
		"nothing":                  {googlechattest.Classic, o{}, ""},
		"nothing of an add-on":     {googlechattest.Addon, o{}, ""},
		"no object":                {googlechattest.Classic, "x", "not JSON"},
		"message":                  {googlechattest.Classic, respond("NEW_MESSAGE", message(nil)), ""},
		"message in a thread":      {googlechattest.Classic, respond("NEW_MESSAGE", message(o{"thread": o{}})), "thread in an answer"},
		"message with an id":       {googlechattest.Classic, respond("UPDATE_MESSAGE", message(o{"name": "spaces/a/messages/b"})), "name is not for answers"},
		"dialog":                   {googlechattest.Classic, dialog(form), ""},
		"dialog within one":        {googlechattest.Classic, dialog(bad), "OPEN_DIALOG inside a dialog"},
		"add-on's message":         {googlechattest.Addon, created(message(nil)), ""},
		"add-on's bare message":    {googlechattest.Addon, created(message(o{"markupSyntax": nil})), "markupSyntax is not said"},
		"add-on's dialog":          {googlechattest.Addon, navigations(o{"pushCard": form}), ""},
		"add-on's dialog in one":   {googlechattest.Addon, navigations(o{"updateCard": bad}), "OPEN_DIALOG inside a dialog"},
		"add-on's list that is no": {googlechattest.Addon, o{"action": o{"navigations": o{}}}, "no list"},
		"add-on's sentence":        {googlechattest.Addon, o{"action": o{"notification": o{"text": 1}}}, "no text"},
		"large":                    {googlechattest.Addon, created(message(o{"text": strings.Repeat("x", 32_000)})), "at most 32000"},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(c.answer)
			if err != nil {
				t.Fatal(err)
			}
			hold(t, googlechattest.ValidateAnswer(c.of, body), c.words)
		})
	}
}

// A good answer is seen by people.
func TestAnswersAreSeen(t *testing.T) {
	s := newScene(t, googlechattest.Classic)
	s.bot.answers(respond("NEW_MESSAGE", message(o{"text": "Para usted", "privateMessageViewer": o{"name": strings.TrimPrefix(s.person.Address(), "googlechat:")}})))
	s.person.Presses(s.card, "Asignarme")
	if m := s.person.AwaitMessage(s.room, "Para usted"); m.Private != s.person.Address() || m.Thread != s.card.Thread {
		t.Errorf("%+v", m)
	}
	if len(s.room.Messages()) != 1 {
		t.Error("others see it")
	}
	s.bot.answers(respond("UPDATE_MESSAGE", message(o{"text": "Otra"})))
	s.person.Presses(s.card, "Asignarme")
	if now := s.card.Now(); now.Text != "Otra" || now.Edits != 1 || now.Body["cardsV2"] != nil {
		t.Errorf("%+v", now)
	}
}

// An answer that comes too late, is no JSON or no success is one that the person complains of; Chat tries again meanwhile.
func TestAnswersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		words  string
		tries  int
	}{
		"refused":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, "was answered 418", 4},
		"out of order": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "was answered 503", 4},
		"no content":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "was answered 204", 1},
		"no JSON":      {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }, "no JSON", 1},
		"nonsense": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte("{"))
		}, "not JSON", 1},
		"late":            {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "after Chat had stopped waiting", 4},
		"the line is cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "was answered 502", 4},
	} {
		t.Run(name, func(t *testing.T) {
			ws := googlechattest.New(t, googlechattest.Config{Patience: 50 * time.Millisecond})
			tries := make(chan int, 10)
			serve(t, ws, func(w http.ResponseWriter, r *http.Request) {
				tries <- 1
				if _, err := io.ReadAll(r.Body); err != nil {
					return
				}
				c.handle(w, r)
			})
			hold(t, ws.Refusals(func() { ws.User("Usuario 1").Opens() }), c.words)
			if len(tries) != c.tries {
				t.Errorf("%d tries", len(tries))
			}
		})
	}
}

// The tokens, the names of the servers and the shapes of the events are those of Google.
func TestEventsAreSigned(t *testing.T) {
	for d, agent := range map[googlechattest.Dialect]string{googlechattest.Classic: "Google-Dynamite", googlechattest.ClassicURL: "Google-Dynamite", googlechattest.Addon: "Google-gsuiteaddons"} {
		s := newScene(t, d)
		s.person.Mentions(s.room, "hola")
		head := s.bot.heads[len(s.bot.heads)-1]
		if head.Get("User-Agent") != agent || strings.Count(head.Get("Authorization"), ".") != 2 || !slices.Contains(head["Content-Type"], "application/json") {
			t.Errorf("%v", head)
		}
	}
}
