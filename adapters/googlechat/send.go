package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// fallbackToNewThread creates a message outside its thread if the thread does not exist any more.
const fallbackToNewThread = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"

var (
	errNoHomePages      = errors.New("google chat: there are no home pages")
	errNoDirectMessages = errors.New("google chat: the person has no direct messages with the app")
)

// Send implements bot.Adapter. The message id follows from the key, so Google Chat refuses a second
// message, and the first is patched.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if o.Room.Home != "" {
		return "", errNoHomePages
	}
	space, err := a.roomSpace(ctx, o.Room)
	if err != nil {
		return "", err
	}
	generation, deleted, err := a.generation(ctx, o.Room, o.Key)
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	id := messageID(o.Room, o.Key, generation)
	root := ""
	if thread, ok := threadName(space, deleted); ok && o.Room.Channel != "" && o.Thread == "" {
		// It was the first message of a thread. The new one goes to the same thread.
		root, o.Thread = rootMessageName(space, strings.TrimPrefix(thread, space+"/threads/")), deleted
	}
	sent, err := a.post(ctx, o, space, id)
	switch {
	case errors.Is(err, bot.ErrGone):
		// An earlier attempt posted it, and it was deleted before its name was known here.
		if err := a.recordDeleted(ctx, o.Room, o.Key, space+"/messages/"+id); err != nil {
			return "", err
		}
		return "", &bot.RetryError{Err: err}
	case err == nil && root != "":
		return sent, a.recordRoot(ctx, root, sent)
	}
	return sent, err
}

// post creates a message under an id, with its files if possible.
func (a *Adapter) post(ctx context.Context, o bot.Outgoing, space, id string) (string, error) {
	viewer := ""
	if o.Room.Channel != "" {
		viewer = resourceName(o.EphemeralFor)
	}
	m, err := a.renderWithFiles(ctx, space, o.Message, viewer)
	if err != nil {
		return "", err
	}
	sent, err := a.create(ctx, o.Room, space, id, o.Thread, viewer, m)
	switch code := statusOf(err); {
	case code == http.StatusBadRequest && len(m.Attachment) > 0:
		a.uploads.trip()
		return a.create(ctx, o.Room, space, id, o.Thread, viewer, a.renderWithoutFiles(o.Message))
	case viewer != "" && (code == http.StatusBadRequest || code == http.StatusForbidden || code == http.StatusNotFound):
		// A person who is not in the space gets it in their direct messages.
		direct, directErr := a.directSpace(ctx, o.EphemeralFor)
		if directErr != nil {
			return "", err
		}
		return a.create(ctx, bot.Direct(o.EphemeralFor), direct, id, "", "", m)
	}
	return sent, err
}

// create creates a message and returns its name. bot.ErrGone: it was created before, and deleted.
func (a *Adapter) create(ctx context.Context, room bot.Room, space, id, thread, viewer string, m *chat.Message) (string, error) {
	out := *m
	if viewer != "" {
		out.PrivateMessageViewer = &chat.User{Name: viewer}
	}
	if room.Channel != "" {
		out.Thread = &chat.Thread{ThreadKey: id}
		if name, ok := threadName(space, thread); ok {
			out.Thread = &chat.Thread{Name: name}
		}
	}
	request, err := requestID(id, &out)
	if err != nil {
		return "", err
	}
	var sent *chat.Message
	err = a.writeSpace(ctx, space, func(ctx context.Context) (err error) {
		call := a.api.Spaces.Messages.Create(space, &out).MessageId(id).RequestId(request).Context(ctx)
		if room.Channel != "" {
			call.MessageReplyOption(fallbackToNewThread)
		}
		sent, err = call.Do()
		return err
	})
	switch {
	case statusOf(err) == http.StatusConflict:
		return a.patchExisting(ctx, space+"/messages/"+id, viewer, m)
	case err != nil:
		return "", err
	}
	return sent.Name, nil
}

// patchExisting patches a message that was created before, and returns its name. A private message is left as it is.
func (a *Adapter) patchExisting(ctx context.Context, message, viewer string, m *chat.Message) (string, error) {
	var existing *chat.Message
	err := a.call(ctx, func(ctx context.Context) (err error) {
		existing, err = a.api.Spaces.Messages.Get(message).Context(ctx).Do()
		return err
	})
	if err == nil && viewer == "" {
		err = a.patch(ctx, existing.Name, m)
	}
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", bot.ErrGone
	case err != nil:
		return "", err
	}
	return existing.Name, nil
}

// Edit implements bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if !messagePattern.MatchString(id) {
		return bot.ErrGone
	}
	m := a.renderer().message(o.Message)
	if a.updates.take(id, m) {
		return nil
	}
	err := a.patch(ctx, id, m)
	if statusOf(err) != http.StatusNotFound {
		return err
	}
	if err := a.recordDeleted(ctx, o.Room, o.Key, id); err != nil {
		return err
	}
	return bot.ErrGone
}

// patch replaces the text and the cards of a message. Its attachments stay.
func (a *Adapter) patch(ctx context.Context, id string, m *chat.Message) error {
	body := &chat.Message{Text: m.Text, CardsV2: m.CardsV2, MarkupSyntax: markupChat}
	if body.Text == "" {
		body.ForceSendFields = append(body.ForceSendFields, "Text")
	}
	if len(body.CardsV2) == 0 {
		body.CardsV2 = []*chat.CardWithId{}
		body.ForceSendFields = append(body.ForceSendFields, "CardsV2")
	}
	return a.writeSpace(ctx, spaceName(id), func(ctx context.Context) error {
		_, err := a.api.Spaces.Messages.Patch(id, body).UpdateMask("text,cardsV2").Context(ctx).Do()
		return err
	})
}

// roomSpace is the space of a room.
func (a *Adapter) roomSpace(ctx context.Context, r bot.Room) (string, error) {
	if r.Direct != "" {
		return a.directSpace(ctx, r.Direct)
	}
	space := resourceName(r.Channel)
	if !spacePattern.MatchString(space) {
		return "", fmt.Errorf("google chat: %q is not a space", r.Channel)
	}
	return space, nil
}

// directSpace is the space of a person's direct messages with the app: the stored one, or the one that Google
// finds. It exists once the person or an administrator added the app.
func (a *Adapter) directSpace(ctx context.Context, person string) (string, error) {
	user := resourceName(person)
	if !userPattern.MatchString(user) {
		return "", errors.New("google chat: the address belongs to another chat")
	}
	known, err := a.profile(ctx, user)
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	if known.Direct != "" {
		return known.Direct, nil
	}
	a.evictProfile(user)
	return coalesce(ctx, a.people.lookups, "direct "+user, func(ctx context.Context) (string, error) { return a.findDirectSpace(ctx, user) })
}

func (a *Adapter) findDirectSpace(ctx context.Context, user string) (string, error) {
	var space *chat.Space
	err := a.call(ctx, func(ctx context.Context) (err error) {
		space, err = a.api.Spaces.FindDirectMessage().Name(user).Context(ctx).Do()
		return err
	})
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", errNoDirectMessages
	case err != nil:
		return "", err
	case !spacePattern.MatchString(space.Name):
		return "", errNoDirectMessages
	}
	if err := a.saveProfile(ctx, user, storedProfile{Direct: space.Name}); err != nil {
		return "", &bot.RetryError{Err: err}
	}
	return space.Name, nil
}
