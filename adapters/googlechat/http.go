package googlechat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"helptic/bot"
)

const (
	maxBody = 1 << 20
	// answerTime is how long a press waits for what the desk answers; Chat waits 30 seconds.
	replyTimeout   = 8 * time.Second
	searchTimeout  = 3 * time.Second
	clickTimeout   = 25 * time.Second // all that is done about a press
	maxSuggestions = 20
)

// serve takes an event. It is acknowledged once it is stored; 503 asks Chat to send it again, and
// what never can be used is acknowledged too, since Chat repeats all else.
func (a *Adapter) serveEvent(w http.ResponseWriter, r *http.Request) {
	inbox := a.inbox.Load()
	if inbox == nil {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	signed, err := a.verifier.verify(r.Context(), r.Header.Get("Authorization"))
	switch {
	case errors.Is(err, errKeysUnavailable):
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	case err != nil:
		a.unauthorized(w, "a request was refused: it is not from Google Chat for this app")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		a.log.Warn().Msg("an event is too large")
		_ = writeResponse(w, nil) // whoever it was need not know
		return
	case err != nil:
		return // whoever sent it is gone
	}
	i, err := decodeEvent(body)
	if err != nil {
		a.log.Warn().Err(err).Int("bytes", len(body)).Msg("an event was not understood")
		_ = writeResponse(w, nil) // whoever it was need not know
		return
	}
	if i.dialect != signed {
		a.unauthorized(w, "a request was refused: its event is of another dialect than its signature")
		return
	}
	answer, err := a.respond(r.Context(), inbox, i)
	if err != nil {
		a.log.Error().Err(err).Msg("an event was not stored; Google Chat may send it again")
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	if err := writeResponse(w, answer.body); err != nil && answer.update != nil {
		a.log.Warn().Err(err).Msg("an answer did not arrive: the card is changed by a call")
		ctx := context.WithoutCancel(r.Context())
		a.background.Go(func() { a.applyOutcome(ctx, i, outcome{update: answer.update}) })
	}
}

// answer takes an event and writes what it is answered with. What is pressed is taken to its end though Chat
// hangs up, since it asks again and the person waits for what they asked for the first time.
func (a *Adapter) respond(ctx context.Context, inbox *bot.Inbox, i interaction) (response, error) {
	find := func(ctx context.Context) (response, error) {
		o, err := a.accept(ctx, inbox, i)
		if err != nil {
			return response{}, err
		}
		var found response
		if o.outboxRepeats && i.updatesMessage(o) {
			found.update = o.update
			a.updates.add(i.message.Name, o.update, a.config.Now())
		}
		found.body, err = i.encodeResponse(o)
		return found, err
	}
	if i.eventType != eventCardClicked && i.eventType != eventAppCommand {
		return find(ctx)
	}
	return a.respondOnce(ctx, i, func() (response, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clickTimeout)
		defer cancel()
		return find(ctx)
	})
}

// refuse says nothing about why to whoever asked.
func (a *Adapter) unauthorized(w http.ResponseWriter, why string) {
	a.log.Warn().Msg(why)
	http.Error(w, "unauthorized", http.StatusUnauthorized)
}

// respond writes an answer, and tells where it certainly did not leave.
func writeResponse(w http.ResponseWriter, body []byte) error {
	if body == nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// take gives what happened to the inbox, and returns what it is answered with. An error
// means that it was not stored.
func (a *Adapter) accept(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.user.Type == "BOT" {
		return outcome{}, nil
	}
	if i.eventType == eventWidgetUpdated {
		return a.suggest(ctx, inbox, i), nil
	}
	if err := a.learnFromEvent(ctx, i); err != nil {
		return outcome{}, err
	}
	switch i.eventType {
	case eventMessage:
		e, isCommand := a.messageEvent(i)
		var err error
		if e.Thread, err = a.currentRoot(ctx, e.Thread); err != nil {
			return outcome{}, fmt.Errorf("the message under which somebody wrote: %w", err)
		}
		return a.acceptMessage(ctx, inbox, i, e, isCommand)
	case eventAppCommand:
		e := a.commandEvent(i)
		if e.Do != "" {
			return a.acceptAndWait(ctx, inbox, i, e, nil)
		}
		return a.acceptMessage(ctx, inbox, i, e, true)
	case eventCardClicked:
		return a.acceptClick(ctx, inbox, i)
	case eventAddedToSpace:
		return a.acceptAdded(ctx, inbox, i)
	}
	return outcome{}, nil // removed: the direct messages stay where they are, should the app come back
}

// takeWords accepts words; the answers are posts. Commands given among others are answered in
// the direct messages, where there are any.
func (a *Adapter) acceptMessage(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, isCommand bool) (outcome, error) {
	away := isCommand && !i.space.direct()
	if away {
		if _, err := a.directSpace(ctx, e.From.ID); errors.Is(err, errNoDirectMessages) {
			return outcome{notice: textNoDirectMessages}, nil
		}
	}
	if _, err := inbox.Accept(ctx, e); err != nil {
		return outcome{}, err
	}
	if away {
		return outcome{notice: "Le respondí por mensaje directo."}, nil
	}
	return outcome{}, nil
}

// takeAdded greets whoever opened the direct messages, and tells whoever added the app to a space what it is called.
func (a *Adapter) acceptAdded(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.messageFollows {
		return outcome{}, nil
	}
	if i.space.direct() {
		_, err := inbox.Accept(ctx, a.addedEvent(i))
		return outcome{}, err
	}
	here := address(i.space.Name)
	switch here {
	case a.config.AgentChannel:
		return outcome{message: textMessage("En este espacio se publican las solicitudes. Para escribir bajo una de ellas, mencione a esta aplicación o use los botones de su tarjeta.")}, nil
	case a.config.SecurityChannel:
		return outcome{message: textMessage("En este espacio se publican los incidentes de seguridad.")}, nil
	}
	return outcome{message: textMessage("Para que las solicitudes se publiquen en este espacio, configure AGENT_CHANNEL=" + here + ". Para pedir ayuda, escríbame por mensaje directo.")}, nil
}

// suggest finds the options for what somebody types.
func (a *Adapter) suggest(ctx context.Context, inbox *bot.Inbox, i interaction) outcome {
	o := outcome{suggestions: &suggestionList{widget: i.parameters[paramWidget], items: items(nil, "")}}
	if inbox.Find == nil || i.parameters[paramList] == "" {
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	options, err := inbox.Find(ctx, i.parameters[paramList], i.parameters["autocomplete_widget_query"], maxSuggestions)
	if err != nil {
		a.log.Warn().Err(err).Msg("options were not found")
		return o
	}
	o.suggestions.items = items(options, "")
	return o
}
