package googlechat

import (
	"context"
	"errors"
	"fmt"

	"helptic/bot"
)

const maxSuggestions = 20

// accept gives an event to the inbox and returns the outcome. An error means that the event was not stored.
func (a *Adapter) accept(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.user.Type == userTypeBot {
		return outcome{}, nil
	}
	if i.eventType == eventWidgetUpdated {
		return a.suggest(ctx, inbox, i), nil
	}
	if err := a.saveProfileOf(ctx, i); err != nil {
		return outcome{}, err
	}
	switch i.eventType {
	case eventMessage:
		e, isCommand := a.messageEvent(i)
		var err error
		if e.Thread, err = a.currentRoot(ctx, e.Thread); err != nil {
			return outcome{}, fmt.Errorf("read the root of a thread: %w", err)
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
	return outcome{}, nil // removed: the profile keeps the direct messages, which are the same if the app is added again
}

// acceptMessage accepts a message, which is answered by posts. A command that was given in a space is answered in the direct
// messages, if there are any.
func (a *Adapter) acceptMessage(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, isCommand bool) (outcome, error) {
	answeredElsewhere := isCommand && !i.space.direct()
	if answeredElsewhere {
		if _, err := a.directSpace(ctx, e.From.ID); errors.Is(err, errNoDirectMessages) {
			return outcome{notice: textNoDirectMessages}, nil
		}
	}
	if _, err := inbox.Accept(ctx, e); err != nil {
		return outcome{}, err
	}
	if answeredElsewhere {
		return outcome{notice: textSentDirect}, nil
	}
	return outcome{}, nil
}

// acceptAdded begins a conversation in direct messages that were opened. In a space it says what the space is for.
func (a *Adapter) acceptAdded(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	if i.messageFollows {
		return outcome{}, nil
	}
	if i.space.direct() {
		_, err := inbox.Accept(ctx, a.addedEvent(i))
		return outcome{}, err
	}
	switch space := address(i.space.Name); space {
	case a.config.AgentChannel:
		return outcome{message: textMessage(textAgentSpace)}, nil
	case a.config.SecurityChannel:
		return outcome{message: textMessage(textSecuritySpace)}, nil
	default:
		return outcome{message: textMessage(fmt.Sprintf(textOtherSpace, space))}, nil
	}
}

// suggest finds the options for what the person types into a list.
func (a *Adapter) suggest(ctx context.Context, inbox *bot.Inbox, i interaction) outcome {
	p := i.actionParameters()
	o := outcome{suggestions: &suggestionList{widget: p.Widget, items: items(nil, "")}}
	if inbox.Find == nil || p.List == "" {
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	options, err := inbox.Find(ctx, p.List, i.parameters[queryParameter], maxSuggestions)
	if err != nil {
		a.log.Warn().Err(err).Msg("search failed, no options suggested")
		return o
	}
	o.suggestions.items = items(options, "")
	return o
}
