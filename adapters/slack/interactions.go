package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"helptic/bot"
)

// Slack waits three seconds for an answer, and a modal must open within the same three.
const (
	answerTimeout   = 2200 * time.Millisecond // for the reply of the flows
	openViewTimeout = 2900 * time.Millisecond // for views.open, from the press on
	noticeTimeout   = 10 * time.Second
)

// receiveInteraction accepts a press, a form, a shortcut, or a search for options.
func (a *Adapter) receiveInteraction(ctx context.Context, body []byte, at time.Time) (ack, error) {
	var i interaction
	if err := json.Unmarshal(body, &i); err != nil || i.Type == "" {
		return ack{}, errMalformed
	}
	self, inbox := a.self.Load(), a.inbox.Load()
	if self == nil || inbox == nil {
		return ack{}, errNotReady
	}
	if !self.serves(i.Team.ID, cmp.Or(i.Enterprise.ID, i.Team.EnterpriseID)) {
		return ack{}, errTeam
	}
	if i.User.ID == "" {
		return ack{}, errMalformed
	}
	switch i.Type {
	case "block_actions":
		return a.blockActions(ctx, inbox, i, at)
	case "view_submission":
		return a.viewSubmission(ctx, inbox, i, at)
	case "message_action":
		return a.messageShortcut(ctx, inbox, i, at)
	case "block_suggestion":
		return a.blockSuggestion(ctx, inbox, i), nil
	}
	return ack{}, nil // a closed view, or a shortcut that the app no longer has
}

// blockActions accepts a press of a button, or a choice in a select, in a message or on the
// home tab.
func (a *Adapter) blockActions(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	e, used, err := a.command(ctx, i.Actions)
	if err != nil || e.Do == "" {
		return ack{}, err
	}
	from := target{user: i.User.ID, responseURL: i.ResponseURL, triggerID: i.TriggerID}
	channel, ts := cmp.Or(i.Container.ChannelID, i.Channel.ID), i.Container.MessageTS
	if i.Container.Type == "view" || channel == "" {
		if i.View.Type != "home" {
			return ack{}, nil
		}
		from.home = true
		e.Room = bot.Direct(address(i.User.ID))
		ts = i.View.ID
	} else {
		e.Room = room(channel, i.User.ID)
		if e.Room.Direct != "" {
			a.directChannels.Add(i.User.ID, channel)
		}
		e.Message = ts
		if i.Container.ThreadTS != ts {
			e.Thread = i.Container.ThreadTS
		}
	}
	e.Key = eventKey("press", i.User.ID, channel, ts, digest(e.Do, e.Value()), cmp.Or(used.ActionTS, i.TriggerID))
	e.At, e.From = at, person(i.User.ID)
	from.room, from.thread, from.message = e.Room, e.Thread, e.Message
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	a.background.run(func() { a.afterInteraction(from, e.Key, answer, at) })
	return ack{}, nil
}

// command reads the command, and the value of a select, from the first action that is the
// adapter's own. The event has no command if there is none.
func (a *Adapter) command(ctx context.Context, actions []action) (e bot.Event, used action, err error) {
	for _, used = range actions {
		if do, ok := strings.CutPrefix(used.ActionID, actionSelect); ok && used.Type == "static_select" {
			value, err := a.expand(ctx, used.SelectedOption.Value)
			if err != nil {
				return bot.Event{}, used, err
			}
			e.Do, e.Values = do, map[string]string{"value": value}
			break
		}
		if strings.HasPrefix(used.ActionID, actionButton) && used.Type == "button" {
			e.Do = used.Value
			break
		}
	}
	e.Do, err = a.expand(ctx, e.Do)
	return e, used, err
}

// messageShortcut accepts a message that somebody wants to make a request of.
func (a *Adapter) messageShortcut(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	if i.CallbackID != callbackShortcut || i.Channel.ID == "" {
		return ack{}, nil
	}
	e := bot.Event{
		Key: eventKey("adopt", i.User.ID, i.Channel.ID, i.Message.TS, cmp.Or(i.ActionTS, i.TriggerID)), At: at,
		From: person(i.User.ID), Room: room(i.Channel.ID, i.User.ID), Do: bot.DoFromMessage,
		Text: replaceShortcodes(fromMrkdwn(i.Message.Text), i.Message.Blocks), Files: remoteFiles(i.Message.Files), Values: map[string]string{},
	}
	if author := cmp.Or(i.Message.User, i.Message.BotID); author != "" {
		e.Values["author"] = address(author)
	}
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	from := target{room: e.Room, user: i.User.ID, responseURL: i.ResponseURL, triggerID: i.TriggerID, foreign: true}
	a.background.run(func() { a.afterInteraction(from, e.Key, answer, at) })
	return ack{}, nil
}

// afterInteraction opens the form and shows the notice of the reply, while Slack allows it.
// If the reply is not there in time, the inbox posts what it has in the room.
func (a *Adapter) afterInteraction(from target, key string, answer *bot.Answer, at time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), a.deadline(at, answerTimeout))
	defer cancel()
	reply, answered := answer.Wait(ctx)
	if !answered {
		return
	}
	notice := reply.Notice
	if reply.Open != nil {
		err := a.openForm(from, *reply.Open, at)
		if err == nil {
			from.home = false // the modal covers the tab, so that no other can be opened
		} else {
			a.log.Warn().Str("event", key).Err(err).Msg("views.open failed, telling the person to try again")
			notice = textViewNotOpened
		}
	}
	if notice == "" && from.home && slices.ContainsFunc(reply.Posts, func(p bot.Post) bool { return p.Room == from.room }) {
		notice = textSeeMessagesTab
	}
	if notice != "" {
		a.showNotice(from, key, notice)
	}
}

// showNotice shows a notice, or logs that it could not.
func (a *Adapter) showNotice(to target, key, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), noticeTimeout)
	defer cancel()
	if err := a.notice(ctx, to, text); err != nil {
		a.log.Warn().Str("event", key).Err(err).Msg("notice failed, dropping it")
	}
}

// openForm opens a form as a modal.
func (a *Adapter) openForm(from target, f bot.Form, at time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), a.deadline(at, openViewTimeout))
	defer cancel()
	view, err := a.modalView(ctx, f, from)
	if err != nil {
		return err
	}
	return a.openView(ctx, from.triggerID, view)
}

// deadline is when a timeout ends that began when a payload arrived, by the real clock.
func (a *Adapter) deadline(arrived time.Time, timeout time.Duration) time.Time {
	return time.Now().Add(timeout - a.config.Now().Sub(arrived))
}
