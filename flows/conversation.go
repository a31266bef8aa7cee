package flows

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"helptic/bot"
	"helptic/flows/intake"
	"helptic/storage"
	"helptic/ticket"
)

// recentEvents is how many events a conversation keeps, so that handling one again changes nothing.
const recentEvents = 20

// draftPrefix begins the keys of the cards of drafts.
const draftPrefix = "draft/"

// draftKey is the key of the card of a draft.
func draftKey(draft *ticket.Draft) string {
	return fmt.Sprintf("%s%s/%d", draftPrefix, draft.ID, draft.Card)
}

// conversation reads the one that somebody is in; a new, empty one where there is none. Where the
// event was handled before the process died, handled is true and r is its answer.
func (d *Desk) conversation(ctx context.Context, e bot.Event) (c *storage.Conversation, r bot.Reply, handled bool, err error) {
	c, err = d.Store.Conversation(ctx, e.From.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return &storage.Conversation{Person: e.From.ID}, r, false, nil
	case err != nil:
		return nil, r, false, err
	}
	r, handled, err = d.replay(c, e)
	return c, r, handled, err
}

// begin starts a draft, in place of the one that was there.
func (d *Desk) begin(c *storage.Conversation) {
	c.Draft = ticket.Draft{ID: rand.Text(), Answers: map[string]string{}, Card: 1, StartedAt: d.Now()}
}

// endDraft leaves the conversation without a draft. Its events stay.
func endDraft(c *storage.Conversation) {
	c.Draft = ticket.Draft{StartedAt: c.StartedAt, Card: c.Card}
}

// save keeps the conversation with the event that changed it and what that is answered with.
func (d *Desk) save(ctx context.Context, c *storage.Conversation, e bot.Event, r bot.Reply) (bot.Reply, error) {
	reply, err := json.Marshal(r)
	if err != nil {
		return bot.Reply{}, err
	}
	c.TouchedAt = d.Now()
	c.Events = append(c.Events, e.Key)
	c.Events = c.Events[max(0, len(c.Events)-recentEvents):]
	c.Answer = reply
	return r, d.Store.SaveConversation(ctx, c)
}

// replay is the answer to an event that was handled before the process died.
func (d *Desk) replay(c *storage.Conversation, e bot.Event) (r bot.Reply, handled bool, err error) {
	switch i := slices.Index(c.Events, e.Key); {
	case i < 0:
		return bot.Reply{}, false, nil
	case i < len(c.Events)-1:
		return d.currentQuestion(c), true, nil
	}
	return r, true, json.Unmarshal(c.Answer, &r)
}

// currentQuestion shows the question that is asked now, in the card of the draft.
func (d *Desk) currentQuestion(c *storage.Conversation) bot.Reply {
	if c.ID == "" {
		return bot.Reply{}
	}
	m := intake.Question(d.intake().Card(&c.Draft))
	return bot.Reply{Posts: []bot.Post{{Room: bot.Direct(c.Person), Key: draftKey(&c.Draft), Message: m}}}
}

// replaceCard shows a message in place of the card of the draft.
func replaceCard(c *storage.Conversation, m bot.Message) bot.Post {
	return bot.Post{Room: bot.Direct(c.Person), Key: draftKey(&c.Draft), EditOnly: true, Message: m}
}

// putAway ends a draft that nobody went on with, and tells the person.
func (d *Desk) putAway(ctx context.Context, c *storage.Conversation) error {
	ended := replaceCard(c, intake.Unfinished())
	sentence := bot.Post{Room: ended.Room, Key: ended.Key + "/away", Message: intake.PutAway(d.Catalog.Drafts.PutAwayAfter.Hours)}
	endDraft(c)
	c.TouchedAt = d.Now()
	if err := d.Store.SaveConversation(ctx, c); errors.Is(err, storage.ErrConflict) {
		return nil // the person went on just now
	} else if err != nil {
		return err
	}
	for _, p := range []bot.Post{ended, sentence} {
		if err := d.Send(ctx, p); err != nil {
			d.Log.Warn().Str("post", p.Key).Err(err).Msg("draft put away, the message about it failed and is not repeated")
		}
	}
	return nil
}
