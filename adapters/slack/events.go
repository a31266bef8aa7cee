package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
)

// subtypes of messages that are words of people; all others are of Slack, of bots, or
// about words that were said before.
var subtypes = []string{"", "file_share", "thread_broadcast", "me_message"}

// signs are the reactions that mean something, by Slack's names.
var signs = map[string]string{"eyes": "👀", "white_check_mark": "✅", "heavy_check_mark": "✅", "ballot_box_with_check": "✅"}

// takeEvent takes the body of the Events API. What is not for the bot is acknowledged
// and forgotten.
func (a *Adapter) takeEvent(ctx context.Context, body []byte, at time.Time) (ack, error) {
	var e envelope
	fits, err := e.read(body)
	if err != nil {
		return ack{}, errMalformed
	}
	switch e.Type {
	case "url_verification":
		return ack{text: e.Challenge}, nil
	case "app_rate_limited":
		a.log.Error().Msg("Slack holds events back: this workspace sends more than it allows an app")
		return ack{}, nil
	case "event_callback":
	default:
		return ack{}, nil
	}
	self := a.self.Load()
	if self == nil || a.inbox.Load() == nil {
		return ack{}, errNotReady
	}
	if !self.ours(e.TeamID, e.EnterpriseID) {
		return ack{}, errTeam
	}
	event, ok := a.eventOf(self, e, fits, body, at)
	if !ok {
		a.log.Debug().Msg("event is not for the bot")
		return ack{}, nil
	}
	answer, err := a.inbox.Load().Accept(ctx, event)
	if err != nil {
		return ack{}, err
	}
	if event.Do != "" {
		a.crew.later(func() { a.afterEvent(event, answer) })
	}
	return ack{}, nil
}

// eventOf is what somebody did, if that is for the bot.
func (a *Adapter) eventOf(self *identity, e envelope, fits bool, body []byte, at time.Time) (bot.Event, bool) {
	switch e.Event.Type {
	case "message", "app_mention":
		if !fits {
			return bot.Event{}, false
		}
		return a.words(self, e.Event, e.Event.Type == "app_mention", at)
	case "app_home_opened":
		var inner struct{ Event opened }
		o := &inner.Event
		if json.Unmarshal(body, &inner) != nil || o.User == "" || o.Tab != "" && o.Tab != "home" {
			return bot.Event{}, false
		}
		which := o.EventTS
		if which == "" {
			which = e.EventID
		}
		return bot.Event{Key: key("home", o.User, which), At: at, From: someone(o.User), Room: bot.Home(address(o.User)), Do: bot.DoHome}, which != ""
	case "reaction_added":
		var inner struct{ Event reacted }
		if json.Unmarshal(body, &inner) != nil {
			return bot.Event{}, false
		}
		r := inner.Event
		sign := signs[r.Reaction]
		if sign == "" || r.User == "" || r.User == self.User || r.Author != self.User || r.Item.Type != "message" || r.Item.TS == "" || r.Item.Channel == "" {
			return bot.Event{}, false
		}
		return bot.Event{
			Key: key("reaction", r.Item.Channel, r.Item.TS, r.User, r.Reaction, r.EventTS), At: at, From: someone(r.User),
			Room: room(r.Item.Channel, r.User), Message: r.Item.TS, Do: bot.DoReaction, Values: map[string]string{"value": sign},
		}, true
	case "app_uninstalled", "tokens_revoked":
		a.revoked.Store(true)
		a.log.Error().Str("type", e.Event.Type).Msg("the app was taken out of the workspace: install it again and change SLACK_BOT_TOKEN")
	}
	return bot.Event{}, false
}

// words are a message to the bot: in its direct messages, in a channel with its name, or
// under one of its own messages. Whatever else people say in channels is not kept.
func (a *Adapter) words(self *identity, m message, mention bool, at time.Time) (bot.Event, bool) {
	if !slices.Contains(subtypes, m.Subtype) || m.Hidden || m.BotID != "" || m.User == "" || m.User == self.User || m.User == "USLACKBOT" || m.TS == "" || m.Channel == "" {
		return bot.Event{}, false
	}
	e := bot.Event{Key: key("message", m.Channel, m.TS), At: said(m.TS, at), From: someone(m.User), Room: room(m.Channel, m.User), Files: pending(m.Files)}
	if m.ThreadTS != m.TS {
		e.Thread = m.ThreadTS
	}
	text, called := addressed(m.Text, self.User)
	if e.Room.Direct != "" {
		a.direct.Add(m.User, m.Channel)
	} else if e.Mention = mention || called; !e.Mention && (e.Thread == "" || m.ThreadBegan != "" && m.ThreadBegan != self.User) {
		return bot.Event{}, false
	}
	e.Text = withEmoji(plain(text), m.Blocks)
	return e, true
}

// afterEvent shows what only makes sense now.
func (a *Adapter) afterEvent(e bot.Event, answer *bot.Answer) {
	ctx, cancel := context.WithTimeout(context.Background(), responseTime)
	defer cancel()
	reply, answered := answer.Wait(ctx)
	if !answered || reply.Notice == "" {
		return
	}
	ctx, cancel = context.WithTimeout(context.Background(), noticeTime)
	defer cancel()
	var err error
	if e.Room.Home != "" {
		err = a.publish(ctx, local(e.Room.Home), bot.Message{Text: reply.Notice})
	} else {
		err = a.notice(ctx, place{room: e.Room, person: local(e.From.ID)}, reply.Notice)
	}
	if err != nil {
		a.log.Warn().Str("event", e.Key).Err(err).Msg("a sentence for one person was not shown")
	}
}

// key of an event, from its content: Slack sends one message under several ids.
func key(parts ...string) string { return chat + "/" + strings.Join(parts, "/") }

// someone is a person of whom only the id is known yet.
func someone(id string) bot.Person { return bot.Person{ID: address(id)} }

// room of a channel's id: those of direct messages begin with D.
func room(channel, user string) bot.Room {
	if strings.HasPrefix(channel, "D") {
		return bot.Direct(address(user))
	}
	return bot.Channel(address(channel))
}

// said is when a message was said, by its ts.
func said(ts string, now time.Time) time.Time {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || s <= 0 {
		return now.UTC()
	}
	micros, err := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	if err != nil {
		micros = 0
	}
	if t := time.Unix(s, micros*1000); t.Before(now) {
		return t.UTC()
	}
	return now.UTC()
}
