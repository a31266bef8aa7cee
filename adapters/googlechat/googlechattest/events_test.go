package googlechattest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

func at(v any, path ...string) any {
	for _, key := range path {
		of, ok := v.(o)
		if !ok {
			return nil
		}
		v = of[key]
	}
	return v
}

// payload is what happened: the event itself in the classic dialect.
func payload(event o, name string) o {
	if of, ok := at(event, "chat", name).(o); ok {
		return of
	}
	if event["chat"] != nil {
		return nil
	}
	return event
}

// raw is the last event as it came.
func raw(s scene) []byte {
	all := s.ws.Deliveries()
	return all[len(all)-1].Body
}

var dialects = map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon}

// What an app is told of words.
func TestWordsAsTold(t *testing.T) {
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, d)
			told := func() o { return at(payload(s.bot.last(), "messagePayload"), "message").(o) }
			leading := map[int]bool{}
			for _, text := range []string{"hola", "buenas"} {
				for _, words := range []string{text, text + "!"} {
					s.person.Mentions(s.room, words)
					argument, _ := told()["argumentText"].(string)
					if strings.TrimSpace(argument) != words || told()["text"] != "@"+googlechattest.AppName+" "+words {
						t.Errorf("%v", told())
					}
					leading[len(argument)-len(words)] = true
				}
			}
			if !leading[1] || !leading[2] {
				t.Errorf("spaces before the words: %v", leading)
			}
			s.person.Mentions(s.room, "")
			if _, there := told()["argumentText"]; there || told()["annotations"] == nil {
				t.Errorf("%v", told())
			}
			s.person.Says(s.person.Direct(), "hola")
			if told()["argumentText"] != "hola" || at(told(), "space", "singleUserBotDm") != true {
				t.Errorf("%v", told())
			}
			events := len(s.ws.Deliveries())
			s.person.Says(s.room, "entre nosotros")
			if len(s.ws.Deliveries()) != events {
				t.Error("words of a room without a mention are told")
			}
		})
	}
}

// A slash command is a message in the classic dialect, and a command of its own for an add-on.
func TestCommandsAsTold(t *testing.T) {
	s := newScene(t, googlechattest.Classic)
	s.person.Slash(s.room, "/estado", "7")
	e := s.bot.last()
	if e["type"] != "MESSAGE" || at(e, "message", "slashCommand", "commandId") != "9" || strings.TrimSpace(at(e, "message", "argumentText").(string)) != "7" || at(e, "common", "invokedFunction") != nil {
		t.Errorf("%v", e)
	}
	s.person.Quick(s.room, 2)
	if e := s.bot.last(); e["type"] != "APP_COMMAND" || at(e, "appCommandMetadata", "appCommandId") != 2.0 || e["message"] != nil {
		t.Errorf("%v", e)
	}
	s.person.Acts(s.card, 5)
	if e := s.bot.last(); at(e, "appCommandMetadata", "appCommandType") != "MESSAGE_ACTION" || at(e, "message", "name") != s.card.Name {
		t.Errorf("%v", e)
	}
	s = newScene(t, googlechattest.Addon)
	s.person.SlashNumber(s.room, "/estado", "7", 3)
	e = s.bot.last()
	if at(e, "chat", "messagePayload") != nil || at(e, "chat", "appCommandPayload", "appCommandMetadata", "appCommandType") != "SLASH_COMMAND" ||
		at(e, "chat", "appCommandPayload", "message", "slashCommand", "commandId") != "3" || !bytes.Contains(raw(s), []byte(`"appCommandId":3,`)) {
		t.Errorf("%s", raw(s))
	}
}

// An app that is added by a mention hears of it once or, as an add-on, twice.
func TestAddedByMentionAsTold(t *testing.T) {
	s := newScene(t, googlechattest.Classic)
	before := len(s.ws.Deliveries())
	s.person.AddsByMention(s.room, "")
	if e := s.bot.last(); len(s.ws.Deliveries()) != before+1 || e["type"] != "ADDED_TO_SPACE" || at(e, "message", "name") == nil || at(e, "message", "argumentText") != nil {
		t.Errorf("%v", e)
	}
	s.person.Adds(s.room)
	if e := s.bot.last(); e["message"] != nil {
		t.Errorf("%v", e)
	}
	s = newScene(t, googlechattest.Addon)
	before = len(s.ws.Deliveries())
	s.person.AddsByMention(s.room, "hola")
	all := s.bot.events
	first, second := all[len(all)-2], all[len(all)-1]
	if len(s.ws.Deliveries()) != before+2 || at(first, "chat", "addedToSpacePayload", "interactionAdd") != true || at(first, "chat", "addedToSpacePayload", "message") != nil ||
		at(second, "chat", "messagePayload", "message", "argumentText") == nil {
		t.Errorf("%v\n%v", first, second)
	}
	s.person.Installed()
	if at(s.bot.last(), "chat", "addedToSpacePayload", "space", "adminInstalled") != true {
		t.Errorf("%v", s.bot.last())
	}
}

// What widgets hold: dates as texts, and nothing in three ways, by turns.
func TestInputsAsTold(t *testing.T) {
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, d)
			form := carded(card(
				o{"textInput": o{"name": "why", "label": "Justificación"}},
				o{"dateTimePicker": o{"name": "day", "label": "Día", "type": "DATE_ONLY"}},
				o{"dateTimePicker": o{"name": "hour", "label": "Hora", "type": "DATE_AND_TIME"}},
				buttons(button(o{"parameters": l{o{"key": "do", "value": "x"}}}))))
			if status, answer := s.call("POST", "/v1/"+s.room.Name+"/messages?"+ids("2"), form); status != 200 {
				t.Fatal(answer)
			}
			m := s.person.AwaitMessage(s.room, "Justificación")
			inputs := func() o {
				of, _ := at(s.bot.last(), "common", "formInputs").(o)
				if d == googlechattest.Addon {
					of, _ = at(s.bot.last(), "commonEventObject", "formInputs").(o)
				}
				return of
			}
			ways := map[string]bool{}
			for range 9 {
				s.person.Presses(m, "Asignarme")
				ways[fmt.Sprintf("%q", at(inputs(), "why", "stringInputs", "value"))] = true
			}
			if len(ways) != 3 || !ways["%!q(<nil>)"] || !ways["[]"] || !ways[`[""]`] {
				t.Errorf("nothing is told as %v", ways)
			}
			s.person.Fills(m, map[string]string{"Justificación": "Porque sí", "Día": "2026-11-24", "Hora": "2026-11-24"})
			s.person.Presses(m, "Asignarme")
			if got := inputs(); fmt.Sprint(at(got, "why", "stringInputs", "value")) != "[Porque sí]" || at(got, "day", "dateInput", "msSinceEpoch") != "1795478400000" ||
				at(got, "hour", "dateTimeInput", "msSinceEpoch") != "1795478400000" || at(got, "hour", "dateTimeInput", "hasTime") != true {
				t.Errorf("%v", got)
			}
			// What a button brings, in both dialects' places.
			if d == googlechattest.Addon {
				if at(s.bot.last(), "commonEventObject", "parameters", "do") != "x" || at(s.bot.last(), "commonEventObject", "invokedFunction") != nil || at(s.bot.last(), "type") != nil {
					t.Errorf("%v", s.bot.last())
				}
			} else if at(s.bot.last(), "common", "parameters", "do") != "x" || at(s.bot.last(), "action", "actionMethodName") == nil {
				t.Errorf("%v", s.bot.last())
			}
		})
	}
}

var integer = regexp.MustCompile(`[:\[,](-?[0-9]+)[,}\]]`)

// Numbers of add-on events are doubles, those of classic events are not; both have fields that are new.
func TestNumbersAndNewFields(t *testing.T) {
	s := newScene(t, googlechattest.Addon)
	s.person.Mentions(s.room, "hola")
	if found := integer.FindAllSubmatch(raw(s), -1); len(found) > 0 {
		t.Errorf("integers: %q", found)
	}
	for _, want := range []string{`"startIndex":0.0`, `"length":8.0`, `"offset":-1.8E7`, `"joinedDirectHumanUserCount":1.0`} {
		if !bytes.Contains(raw(s), []byte(want)) {
			t.Errorf("no %s in %s", want, raw(s))
		}
	}
	s = newScene(t, googlechattest.Classic)
	s.person.Mentions(s.room, "hola")
	for _, want := range []string{`"startIndex":0,`, `"offset":-18000000`} {
		if !bytes.Contains(raw(s), []byte(want)) {
			t.Errorf("no %s in %s", want, raw(s))
		}
	}
	for name, d := range dialects {
		s := newScene(t, d)
		s.person.Mentions(s.room, "hola")
		var event any
		if err := json.Unmarshal(raw(s), &event); err != nil {
			t.Fatal(err)
		}
		p := payload(event.(o), "messagePayload")
		for where, of := range map[string]any{"event": event, "message": p["message"], "space": at(p, "message", "space"), "sender": at(p, "message", "sender"), "thread": at(p, "message", "thread")} {
			if at(of, "fieldOfTomorrow") == nil {
				t.Errorf("%s: no new field in the %s", name, where)
			}
		}
	}
}
