package googlechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"helptic/bot"
)

const (
	maxBody = 1 << 20
	// answerTime is how long a press waits for what the desk answers; Chat waits 30 seconds.
	answerTime = 8 * time.Second
	findTime   = 3 * time.Second
	pressTime  = 25 * time.Second // all that is done about a press
	findMost   = 20
)

// serve takes an event. It is acknowledged once it is stored; 503 asks Chat to send it again, and
// what never can be used is acknowledged too, since Chat repeats all else.
func (a *Adapter) serve(w http.ResponseWriter, r *http.Request) {
	inbox := a.inbox.Load()
	if inbox == nil {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	switch err := a.verifier.verify(r.Context(), r.Header.Get("Authorization")); {
	case errors.Is(err, errNoKeys):
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	case err != nil:
		a.refuse(w)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		a.log.Warn().Msg("an event is too large")
		respond(w, nil)
		return
	case err != nil:
		return // whoever sent it is gone
	}
	i, err := read(body)
	if err != nil {
		a.log.Warn().Err(err).Int("bytes", len(body)).Msg("an event was not understood")
		respond(w, nil)
		return
	}
	if i.dialect != a.verifier.dialect {
		a.refuse(w)
		return
	}
	answer, err := a.answer(r.Context(), inbox, i)
	if err != nil {
		a.log.Error().Err(err).Msg("an event was not stored; Google Chat may send it again")
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	respond(w, answer)
}

// answer takes an event and writes what it is answered with. What is pressed is taken to its end though Chat
// hangs up, since it asks again and the person waits for what they asked for the first time.
func (a *Adapter) answer(ctx context.Context, inbox *bot.Inbox, i interaction) ([]byte, error) {
	find := func(ctx context.Context) ([]byte, error) {
		o, err := a.take(ctx, inbox, i)
		if err != nil {
			return nil, err
		}
		return i.answer(o)
	}
	if i.kind != pressed && i.kind != ordered {
		return find(ctx)
	}
	return a.answers.once(ctx, digest("answer", i), a.config.Now(), func() ([]byte, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pressTime)
		defer cancel()
		return find(ctx)
	})
}

// refuse says nothing about why.
func (a *Adapter) refuse(w http.ResponseWriter) {
	a.log.Warn().Msg("a request was refused: it is not from Google Chat for this app")
	http.Error(w, "unauthorized", http.StatusUnauthorized)
}

func respond(w http.ResponseWriter, body []byte) {
	if body == nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body) // Chat sends the event again where it did not arrive
}

// take gives what happened to the inbox, and returns what it is answered with. An error
// means that it was not stored.
func (a *Adapter) take(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.user.Type == "BOT" {
		return outcome{}, nil
	}
	if i.kind == typing {
		return a.suggest(ctx, inbox, i), nil
	}
	if err := a.remember(ctx, i); err != nil {
		return outcome{}, err
	}
	switch i.kind {
	case said:
		e, isCommand := a.words(i)
		return a.takeWords(ctx, inbox, i, e, isCommand)
	case ordered:
		e := a.order(i)
		if e.Do != "" {
			return a.do(ctx, inbox, i, e, nil)
		}
		return a.takeWords(ctx, inbox, i, e, true)
	case pressed:
		return a.takePress(ctx, inbox, i)
	case added:
		return a.takeAdded(ctx, inbox, i)
	}
	return outcome{}, nil // removed: the direct messages stay where they are, should the app come back
}

// takeWords accepts words; the answers are posts. Commands given among others are answered in
// the direct messages, where there are any.
func (a *Adapter) takeWords(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, isCommand bool) (outcome, error) {
	away := isCommand && !i.space.direct()
	if away {
		if _, err := a.direct(ctx, e.From.ID); errors.Is(err, errNoDirect) {
			return outcome{notice: "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat, escríbale «hola» y siga allí."}, nil
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
func (a *Adapter) takeAdded(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.follows {
		return outcome{}, nil
	}
	if i.space.direct() {
		_, err := inbox.Accept(ctx, a.greeting(i))
		return outcome{}, err
	}
	here := address(i.space.Name)
	switch here {
	case a.config.AgentChannel:
		return outcome{message: plainMessage("En este espacio se publican las solicitudes. Para escribir bajo una de ellas, mencione a esta aplicación o use los botones de su tarjeta.")}, nil
	case a.config.SecurityChannel:
		return outcome{message: plainMessage("En este espacio se publican los incidentes de seguridad.")}, nil
	}
	return outcome{message: plainMessage("Para que las solicitudes se publiquen en este espacio, configure AGENT_CHANNEL=" + here + ". Para pedir ayuda, escríbame por mensaje directo.")}, nil
}

// suggest finds the options for what somebody types.
func (a *Adapter) suggest(ctx context.Context, inbox *bot.Inbox, i interaction) outcome {
	o := outcome{found: &found{widget: i.params[paramWidget]}}
	if inbox.Find == nil || i.params[paramList] == "" {
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, findTime)
	defer cancel()
	options, err := inbox.Find(ctx, i.params[paramList], i.params["autocomplete_widget_query"], findMost)
	if err != nil {
		a.log.Warn().Err(err).Msg("options were not found")
		return o
	}
	o.found.items = items(options, "")
	return o
}
