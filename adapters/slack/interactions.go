package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"helptic/bot"
)

// Slack waits three seconds for an answer, and a dialog opens within the same three.
const (
	responseTime = 2200 * time.Millisecond // for the flows
	openTime     = 2900 * time.Millisecond // for the dialog to be open, since the press
	noticeTime   = 10 * time.Second
)

// What the elements of ours are called: what follows is the command, or the list.
const (
	actionDo   = "do:"
	actionPick = "pick:"
	actionFind = "find:"
	actionAsk  = "ask"
)

const (
	callbackAdopt = "adopt"
	callbackForm  = "form"
)

// takeInteraction takes a press, a form, a shortcut, or the question for the options of a list.
func (a *Adapter) takeInteraction(ctx context.Context, body []byte, at time.Time) (ack, error) {
	var i interaction
	if err := json.Unmarshal(body, &i); err != nil || i.Type == "" {
		return ack{}, errMalformed
	}
	self, inbox := a.self.Load(), a.inbox.Load()
	if self == nil || inbox == nil {
		return ack{}, errNotReady
	}
	enterprise := i.Team.Enterprise
	if i.Enterprise.ID != "" {
		enterprise = i.Enterprise.ID
	}
	if !self.ours(i.Team.ID, enterprise) {
		return ack{}, errTeam
	}
	if i.User.ID == "" {
		return ack{}, errMalformed
	}
	switch i.Type {
	case "block_actions":
		return a.takePress(ctx, inbox, i, at)
	case "view_submission":
		return a.takeForm(ctx, inbox, i, at)
	case "message_action":
		return a.takeShortcut(ctx, inbox, i, at)
	case "block_suggestion":
		return a.suggest(ctx, inbox, i), nil
	}
	return ack{}, nil // a view that was closed, a shortcut of long ago
}

// takePress takes a button or a list in a message or on the home page.
func (a *Adapter) takePress(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	var e bot.Event
	var pressed action
	for _, pressed = range i.Actions {
		if do, ok := strings.CutPrefix(pressed.ActionID, actionPick); ok && pressed.Type == "static_select" {
			e.Do, e.Values = do, map[string]string{"value": pressed.Selected.Value}
			break
		}
		if strings.HasPrefix(pressed.ActionID, actionDo) && pressed.Type == "button" {
			e.Do = pressed.Value
			break
		}
	}
	if e.Do == "" {
		return ack{}, nil
	}
	var err error
	if e.Do, err = a.whole(ctx, e.Do); err != nil {
		return ack{}, err
	}
	if value, ok := e.Values["value"]; ok {
		if e.Values["value"], err = a.whole(ctx, value); err != nil {
			return ack{}, err
		}
	}
	if e.Do == "" {
		return ack{}, nil
	}
	c := i.Container
	channel := c.ChannelID
	if channel == "" {
		channel = i.Channel.ID
	}
	where := place{person: i.User.ID, url: i.ResponseURL, trigger: i.TriggerID}
	switch {
	case c.Type == "view" || channel == "":
		if i.View.Type != "home" {
			return ack{}, nil
		}
		where.home = true
		e.Room = bot.Direct(address(i.User.ID))
		c.MessageTS = i.View.ID
	default:
		e.Room = room(channel, i.User.ID)
		if e.Room.Direct != "" {
			a.direct.Add(i.User.ID, channel)
		}
		e.Message = c.MessageTS
		if c.ThreadTS != c.MessageTS {
			e.Thread = c.ThreadTS
		}
	}
	e.Key = key("press", i.User.ID, channel, c.MessageTS, digest(e.Do, e.Value()), cmp.Or(pressed.ActionTS, i.TriggerID))
	e.At, e.From = at, someone(i.User.ID)
	where.room, where.thread, where.message = e.Room, e.Thread, e.Message
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	a.crew.later(func() { a.afterPress(where, answer, at) })
	return ack{}, nil
}

// takeShortcut takes a message that somebody wants made a request.
func (a *Adapter) takeShortcut(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	if i.CallbackID != callbackAdopt || i.Channel.ID == "" {
		return ack{}, nil
	}
	author := i.Message.User
	if author == "" {
		author = i.Message.BotID
	}
	e := bot.Event{
		Key: key("adopt", i.User.ID, i.Channel.ID, i.Message.TS, cmp.Or(i.ActionTS, i.TriggerID)), At: at, From: someone(i.User.ID), Room: room(i.Channel.ID, i.User.ID), Do: bot.DoFromMessage,
		Text: withEmoji(plain(i.Message.Text), i.Message.Blocks), Files: pending(i.Message.Files), Values: map[string]string{"author": address(author)},
	}
	if author == "" {
		delete(e.Values, "author")
	}
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	where := place{room: e.Room, person: i.User.ID, url: i.ResponseURL, trigger: i.TriggerID, away: true}
	a.crew.later(func() { a.afterPress(where, answer, at) })
	return ack{}, nil
}

// afterPress opens what a press asks for and shows its sentence, while Slack still lets it.
func (a *Adapter) afterPress(where place, answer *bot.Answer, at time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(responseTime-a.config.Now().Sub(at)))
	defer cancel()
	reply, answered := answer.Wait(ctx)
	if !answered {
		return // the inbox says in the room what nobody waited for
	}
	say := reply.Notice
	if reply.Open != nil {
		err := a.open(where, *reply.Open, at)
		if err == nil {
			where.home = false // its page is under a dialog now
		} else {
			a.log.Warn().Err(err).Msg("a dialog did not open")
			say = textViewNotOpened
		}
	}
	if say == "" && where.home && speaksTo(reply.Posts, where.room) {
		say = textSeeMessagesTab
	}
	if say == "" {
		return
	}
	ctx, cancel = context.WithTimeout(context.Background(), noticeTime)
	defer cancel()
	if err := a.notice(ctx, where, say); err != nil {
		a.log.Warn().Err(err).Msg("a sentence for one person was not shown")
	}
}

func speaksTo(posts []bot.Post, r bot.Room) bool {
	for _, p := range posts {
		if p.Room == r {
			return true
		}
	}
	return false
}

// open opens a form as a dialog.
func (a *Adapter) open(where place, f bot.Form, at time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(openTime-a.config.Now().Sub(at)))
	defer cancel()
	modal, err := a.modal(ctx, f, where)
	if err != nil {
		return err
	}
	return a.call(ctx, "views.open", func(ctx context.Context) error {
		_, err := a.api.OpenViewContext(ctx, where.trigger, modal)
		return err
	})
}

// takeForm takes a dialog that was sent. It is answered within the request, so that a
// complaint stands under its field.
func (a *Adapter) takeForm(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	if i.View.CallbackID != callbackForm {
		return ack{}, nil
	}
	origin, err := a.originOf(ctx, i.View.Metadata)
	if err != nil {
		return ack{}, err
	}
	if origin.Do == "" {
		return ack{}, nil
	}
	e := bot.Event{At: at, From: someone(i.User.ID), Do: origin.Do, Form: true, Message: origin.Message, Thread: origin.Thread, Room: bot.Direct(address(i.User.ID))}
	if origin.Channel != "" {
		e.Room = bot.Channel(address(origin.Channel))
	}
	if err := a.fill(ctx, &e, i.View); err != nil {
		return ack{}, err
	}
	which := i.TriggerID
	if which == "" { // what was typed says which time it was sent
		state, err := json.Marshal(i.View.State)
		if err != nil {
			return ack{}, err
		}
		which = digest(string(state))
	}
	e.Key = key("form", i.User.ID, i.View.ID, which)
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	where := place{room: e.Room, person: i.User.ID, thread: e.Thread, message: e.Message}
	waiting, cancel := context.WithDeadline(ctx, time.Now().Add(responseTime-a.config.Now().Sub(at)))
	defer cancel()
	reply, answered := answer.Wait(waiting)
	if !answered {
		return ack{}, nil
	}
	if reply.Notice != "" {
		a.crew.later(func() {
			ctx, cancel := context.WithTimeout(context.Background(), noticeTime)
			defer cancel()
			if err := a.notice(ctx, where, reply.Notice); err != nil {
				a.log.Warn().Str("event", e.Key).Err(err).Msg("a sentence for one person was not shown")
			}
		})
	}
	return a.answerForm(ctx, where, i.View, reply)
}

// suggest answers a list that asks for its options while somebody types. It has nothing
// to keep, and an empty list is all that Slack lets a failure say.
func (a *Adapter) suggest(ctx context.Context, inbox *bot.Inbox, i interaction) ack {
	list, ok := strings.CutPrefix(i.ActionID, actionFind)
	if !ok || inbox.Find == nil {
		return ack{json: optionsAnswer(nil, false)}
	}
	ctx, cancel := context.WithTimeout(ctx, responseTime)
	defer cancel()
	typed := strings.TrimSpace(i.Value)
	list, err := a.whole(ctx, list)
	var found []bot.Option
	if err == nil {
		found, err = inbox.Find(ctx, list, typed, mostOptions)
	}
	if err == nil {
		found, err = a.shortValues(ctx, found)
	}
	if err != nil {
		a.log.Warn().Err(err).Msg("the options of a list cannot be found")
		return ack{json: optionsAnswer(nil, false)}
	}
	return ack{json: optionsAnswer(found, typed == "")}
}
