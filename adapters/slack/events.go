package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
)

// messageSubtypes are messages that people wrote. All others come from Slack or from apps,
// or are about earlier messages.
var messageSubtypes = []string{"", "file_share", "thread_broadcast", "me_message"}

// reactions are the reactions that mean something, by Slack's names.
var reactions = map[string]string{"eyes": "👀", "white_check_mark": "✅", "heavy_check_mark": "✅", "ballot_box_with_check": "✅"}

// receiveEvent accepts a request of the Events API. An event that is not for the bot is
// acknowledged and dropped.
func (a *Adapter) receiveEvent(ctx context.Context, body []byte, at time.Time) (ack, error) {
	var e envelope
	isMessage, err := e.read(body)
	if err != nil {
		return ack{}, errMalformed
	}
	switch e.Type {
	case "url_verification":
		return ack{text: e.Challenge}, nil
	case "app_rate_limited":
		a.log.Error().Msg("events are rate limited: Slack drops some of this workspace")
		return ack{}, nil
	case "event_callback":
	default:
		return ack{}, nil
	}
	self, inbox := a.self.Load(), a.inbox.Load()
	if self == nil || inbox == nil {
		return ack{}, errNotReady
	}
	if !self.serves(e.TeamID, e.EnterpriseID) {
		return ack{}, errTeam
	}
	event, ok := a.eventOf(self, e, isMessage, body, at)
	if !ok {
		a.log.Debug().Msg("event is not for the bot, dropping it")
		return ack{}, nil
	}
	answer, err := inbox.Accept(ctx, event)
	if err != nil {
		return ack{}, err
	}
	if event.Do != "" {
		a.background.run(func() { a.afterEvent(event, answer) })
	}
	return ack{}, nil
}

// eventOf is the event of an envelope, false if it is not for the bot.
func (a *Adapter) eventOf(self *identity, e envelope, isMessage bool, body []byte, at time.Time) (bot.Event, bool) {
	switch e.Event.Type {
	case "message", "app_mention":
		if !isMessage {
			return bot.Event{}, false
		}
		return a.messageEvent(self, e.Event, e.Event.Type == "app_mention", at)
	case "app_home_opened":
		var inner struct{ Event appHomeOpened }
		if json.Unmarshal(body, &inner) != nil {
			return bot.Event{}, false
		}
		return homeEvent(inner.Event, e.EventID, at)
	case "reaction_added":
		var inner struct{ Event reactionAdded }
		if json.Unmarshal(body, &inner) != nil {
			return bot.Event{}, false
		}
		return reactionEvent(self, inner.Event, at)
	case "app_uninstalled", "tokens_revoked":
		a.revoked.Store(true)
		a.log.Error().Str("type", e.Event.Type).Msg("app was uninstalled: install it again and change SLACK_BOT_TOKEN")
	}
	return bot.Event{}, false
}

func homeEvent(o appHomeOpened, eventID string, at time.Time) (bot.Event, bool) {
	opening := cmp.Or(o.EventTS, eventID)
	if o.User == "" || o.Tab != "" && o.Tab != "home" || opening == "" {
		return bot.Event{}, false
	}
	return bot.Event{Key: eventKey("home", o.User, opening), At: at, From: person(o.User), Room: bot.Home(address(o.User)), Do: bot.DoHome}, true
}

// reactionEvent is a reaction to one of the bot's messages.
func reactionEvent(self *identity, r reactionAdded, at time.Time) (bot.Event, bool) {
	sign := reactions[r.Reaction]
	if sign == "" || r.User == "" || r.User == self.User || r.ItemUser != self.User || r.Item.Type != "message" || r.Item.TS == "" || r.Item.Channel == "" {
		return bot.Event{}, false
	}
	return bot.Event{
		Key: eventKey("reaction", r.Item.Channel, r.Item.TS, r.User, r.Reaction, r.EventTS), At: at, From: person(r.User),
		Room: room(r.Item.Channel, r.User), Message: r.Item.TS, Do: bot.DoReaction, Values: map[string]string{"value": sign},
	}, true
}

// messageEvent is a message to the bot: a direct message, one that mentions it, or one in
// the thread of one of its messages. Other messages in channels are not stored.
func (a *Adapter) messageEvent(self *identity, m message, appMention bool, at time.Time) (bot.Event, bool) {
	if !m.isFromPerson(self) || m.TS == "" || m.Channel == "" {
		return bot.Event{}, false
	}
	e := bot.Event{Key: eventKey("message", m.Channel, m.TS), At: timeOf(m.TS, at), From: person(m.User), Room: room(m.Channel, m.User), Files: remoteFiles(m.Files)}
	if m.ThreadTS != m.TS {
		e.Thread = m.ThreadTS
	}
	text, mentioned := removeMention(m.Text, self.User)
	if e.Room.Direct != "" {
		a.directChannels.Add(m.User, m.Channel)
	} else {
		e.Mention = appMention || mentioned
		botsThread := e.Thread != "" && (m.ParentUserID == "" || m.ParentUserID == self.User)
		if !e.Mention && !botsThread {
			return bot.Event{}, false
		}
	}
	e.Text = replaceShortcodes(fromMrkdwn(text), m.Blocks)
	return e, true
}

func (m message) isFromPerson(self *identity) bool {
	return slices.Contains(messageSubtypes, m.Subtype) && !m.Hidden && m.BotID == "" && m.User != "" && m.User != self.User && m.User != "USLACKBOT"
}

// afterEvent shows the notice of the reply.
func (a *Adapter) afterEvent(e bot.Event, answer *bot.Answer) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	reply, answered := answer.Wait(ctx)
	if !answered || reply.Notice == "" {
		return
	}
	if e.Room.Home == "" {
		a.showNotice(target{room: e.Room, user: local(e.From.ID)}, e.Key, reply.Notice)
		return
	}
	ctx, cancel = context.WithTimeout(context.Background(), noticeTimeout)
	defer cancel()
	if err := a.publishHome(ctx, local(e.Room.Home), bot.Message{Text: reply.Notice}); err != nil {
		a.log.Warn().Str("event", e.Key).Err(err).Msg("notice on the home tab failed, dropping it")
	}
}

// timeOf is the time of a ts, but not later than now.
func timeOf(ts string, now time.Time) time.Time {
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
