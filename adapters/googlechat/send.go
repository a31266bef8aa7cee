package googlechat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// fallbackToNewThread leaves a message in the space where its thread is gone.
const fallbackToNewThread = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"

var (
	errNoHomePages      = errors.New("google chat: there are no home pages")
	errNoDirectMessages = errors.New("google chat: the person has no direct messages with the app")
)

// Send implements bot.Adapter. The message's id follows from the key, so Chat refuses a second one
// and the first is found and brought up to date.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if o.Room.Home != "" {
		return "", errNoHomePages
	}
	space, err := a.roomSpace(ctx, o.Room)
	if err != nil {
		return "", err
	}
	generation, before, err := a.generation(ctx, o.Room, o.Key)
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	id := messageID(o.Room, o.Key, generation)
	root := ""
	if thread, ok := threadName(space, before); ok && o.Room.Channel != "" && o.Thread == "" {
		// It began a thread, and stands there again.
		root, o.Thread = rootMessageName(space, strings.TrimPrefix(thread, space+"/threads/")), before
	}
	sent, err := a.post(ctx, o, space, id)
	switch {
	case errors.Is(err, bot.ErrGone):
		// Posted by an earlier try, and deleted before its name was known.
		if err := a.recordDeleted(ctx, o.Room, o.Key, space+"/messages/"+id); err != nil {
			return "", err
		}
		return "", &bot.RetryError{Err: err}
	case err == nil && root != "":
		return sent, a.recordRoot(ctx, root, sent)
	}
	return sent, err
}

// post shows a message under an id, with its files where that is possible.
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
		a.uploads.refuse()
		return a.create(ctx, o.Room, space, id, o.Thread, viewer, a.renderWithoutFiles(o.Message))
	case viewer != "" && (code == http.StatusBadRequest || code == http.StatusForbidden || code == http.StatusNotFound):
		// Whoever is not in the space is told in their direct messages.
		direct, unknown := a.directSpace(ctx, o.EphemeralFor)
		if unknown != nil {
			return "", err
		}
		return a.create(ctx, bot.Direct(o.EphemeralFor), direct, id, "", "", m)
	}
	return sent, err
}

// create posts a message and returns its name. bot.ErrGone: it was posted before, and deleted.
func (a *Adapter) create(ctx context.Context, room bot.Room, space, id, thread, viewer string, m *chat.Message) (string, error) {
	out := *m
	if viewer != "" {
		out.PrivateMessageViewer = &chat.User{Name: viewer}
	}
	if room.Channel != "" {
		out.Thread = &chat.Thread{ThreadKey: id}
		if under, ok := threadName(space, thread); ok {
			out.Thread = &chat.Thread{Name: under}
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
	if statusOf(err) != http.StatusConflict {
		if err != nil {
			return "", err
		}
		return sent.Name, nil
	}
	if err = a.call(ctx, func(ctx context.Context) (err error) {
		sent, err = a.api.Spaces.Messages.Get(space + "/messages/" + id).Context(ctx).Do()
		return err
	}); err == nil && viewer == "" {
		err = a.patch(ctx, sent.Name, m)
	}
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", bot.ErrGone
	case err != nil:
		return "", err
	}
	return sent.Name, nil
}

// Edit implements bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if !messageName.MatchString(id) {
		return bot.ErrGone
	}
	m := a.renderer().message(o.Message)
	if a.updates.remove(id, m, a.config.Now()) {
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

// bury remembers that a message was deleted: its id may not be used again.
func (a *Adapter) recordDeleted(ctx context.Context, r bot.Room, key, message string) error {
	if _, err := a.config.AppendLog.Append(ctx, deletedStream(r, key), message, emptyBody); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// follow remembers which message stands in the place of one that began a thread and was deleted.
func (a *Adapter) recordRoot(ctx context.Context, root, message string) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamRoots+root, message, body); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// following is the message that stands for the first of a thread: itself, or the one that took its place.
func (a *Adapter) currentRoot(ctx context.Context, root string) (string, error) {
	if root == "" {
		return "", nil
	}
	err := a.readStream(ctx, streamRoots+root, func(e bot.Entry) error { return json.Unmarshal(e.Body, &root) })
	return root, err
}

// patch replaces all that a message shows. Its file attachments stay.
func (a *Adapter) patch(ctx context.Context, id string, m *chat.Message) error {
	body := &chat.Message{Text: m.Text, CardsV2: m.CardsV2, MarkupSyntax: markupChat}
	if body.Text == "" {
		body.ForceSendFields = append(body.ForceSendFields, "Text")
	}
	if len(body.CardsV2) == 0 {
		body.CardsV2 = []*chat.CardWithId{}
		body.ForceSendFields = append(body.ForceSendFields, "CardsV2")
	}
	space, _, _ := strings.Cut(id, "/messages/")
	return a.writeSpace(ctx, space, func(ctx context.Context) error {
		_, err := a.api.Spaces.Messages.Patch(id, body).UpdateMask("text,cardsV2").Context(ctx).Do()
		return err
	})
}

// space is where a room is.
func (a *Adapter) roomSpace(ctx context.Context, r bot.Room) (string, error) {
	if r.Direct != "" {
		return a.directSpace(ctx, r.Direct)
	}
	space := resourceName(r.Channel)
	if !spaceName.MatchString(space) {
		return "", fmt.Errorf("google chat: %q is no space", r.Channel)
	}
	return space, nil
}

// direct is the space of a person's direct messages with the app: the one that was remembered,
// else the one that Google finds. It exists once the person or an administrator added the app.
func (a *Adapter) directSpace(ctx context.Context, person string) (string, error) {
	id := resourceName(person)
	if !userName.MatchString(id) {
		return "", fmt.Errorf("google chat: the address is not of this chat")
	}
	known, err := a.profile(ctx, id)
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	if known.Direct != "" {
		return known.Direct, nil
	}
	a.people.forget(id) // another process may remember more by the next time
	var space *chat.Space
	err = a.call(ctx, func(ctx context.Context) (err error) {
		space, err = a.api.Spaces.FindDirectMessage().Name(id).Context(ctx).Do()
		return err
	})
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", errNoDirectMessages
	case err != nil:
		return "", err
	case !spaceName.MatchString(space.Name):
		return "", errNoDirectMessages
	}
	if err := a.saveProfile(ctx, id, profile{Direct: space.Name}); err != nil {
		return "", &bot.RetryError{Err: err}
	}
	return space.Name, nil
}

// generation is how many messages under a key were deleted, and the name of the last one.
func (a *Adapter) generation(ctx context.Context, r bot.Room, key string) (n int64, last string, err error) {
	err = a.readStream(ctx, deletedStream(r, key), func(e bot.Entry) error { n, last = e.Position, e.Key; return nil })
	return n, last, err
}

func deletedStream(r bot.Room, key string) string { return streamDeleted + messageID(r, key, 0) }

// messageID is the id under which a post is known to Chat: always the same, for the same post.
func messageID(r bot.Room, key string, generation int64) string {
	text := r.String() + "\x00" + key
	if generation > 0 {
		text += "\x00" + strconv.FormatInt(generation, 10)
	}
	sum := sha256.Sum256([]byte(text))
	return "client-" + hex.EncodeToString(sum[:24])
}

// requestID is a UUID of the message and all that it shows: the same is posted once, and
// something else under the same id is refused, so that it can be brought up to date.
func requestID(id string, m *chat.Message) (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(id+"\x00"), body...))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// threadOf is the thread of a message.
func threadName(space, message string) (string, bool) {
	id, ok := strings.CutPrefix(message, space+"/messages/")
	thread, _, dotted := strings.Cut(id, ".")
	if !ok || !dotted || !messageName.MatchString(message) {
		return "", false
	}
	return space + "/threads/" + thread, true
}
