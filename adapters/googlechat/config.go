package googlechat

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/rs/zerolog"
	"google.golang.org/api/option"

	"helptic/bot"
)

// Config is what the chat needs from the program.
type Config struct {
	// Audience is the audience that the tokens of Google's requests must have: the URL of the
	// endpoint or, for a classic app, the number of its project.
	Audience string
	// AddonEmail is the service account that signs the events of an app that is a
	// Workspace add-on; empty for a classic app.
	AddonEmail string
	// Subscription is a Pub/Sub subscription, "projects/P/subscriptions/S". With one, events
	// are received from it and not over HTTPS.
	Subscription string
	// APIURL and CertsURL are base URLs for a proxy or a test; empty: Google's own.
	APIURL   string
	CertsURL string
	// Credentials is the key file of a service account; empty: application default credentials.
	Credentials string
	AppendLog   bot.AppendLog
	Files       bot.Files
	// AgentChannel and SecurityChannel are addresses. They may belong to another chat.
	AgentChannel    string
	SecurityChannel string
	// MaxFileBytes is the size of the largest attachment; 0: 20 MB.
	MaxFileBytes int64
	Now          func() time.Time
	Log          zerolog.Logger

	// HTTPClient calls the API and authenticates itself; nil: one made from Credentials.
	HTTPClient *http.Client
	// PubSub are the options of the Pub/Sub client, for tests; nil: made from Credentials.
	PubSub []option.ClientOption
}

var (
	digits              = regexp.MustCompile(`^[0-9]+$`)
	subscriptionPattern = regexp.MustCompile(`^projects/([^/]+)/subscriptions/([^/]+)$`)
)

func (c Config) validate() error {
	if c.AppendLog == nil || c.Files == nil {
		return errors.New("google chat: an append-only log and files are needed")
	}
	if err := c.validateSource(); err != nil {
		return err
	}
	switch {
	case c.APIURL != "" && !httpURL(c.APIURL):
		return fmt.Errorf("google chat: API URL %q is not a URL", c.APIURL)
	case c.CertsURL != "" && !httpURL(c.CertsURL):
		return fmt.Errorf("google chat: certificates URL %q is not a URL", c.CertsURL)
	}
	for _, channel := range []string{c.AgentChannel, c.SecurityChannel} {
		if bot.Chat(channel) == name && !spacePattern.MatchString(resourceName(channel)) {
			return fmt.Errorf("google chat: channel %q is not like %q", channel, "googlechat:spaces/AAAA")
		}
	}
	return nil
}

// validateSource checks how events arrive: over HTTPS for an audience, or from a subscription.
func (c Config) validateSource() error {
	if c.Subscription != "" {
		if !subscriptionPattern.MatchString(c.Subscription) {
			return fmt.Errorf("google chat: subscription %q is not projects/PROJECT/subscriptions/NAME", c.Subscription)
		}
		return nil
	}
	switch {
	case c.Audience == "":
		return errors.New("google chat: neither an audience (HTTPS) nor a subscription (Pub/Sub)")
	case c.AddonEmail != "" && digits.MatchString(c.Audience):
		return errors.New("google chat: the audience of an add-on is the endpoint's URL")
	case !digits.MatchString(c.Audience) && !httpURL(c.Audience):
		return fmt.Errorf("google chat: audience %q is neither a URL nor the number of a project", c.Audience)
	}
	return nil
}

func (c Config) credentials() []option.ClientOption {
	if c.Credentials == "" {
		return nil
	}
	return []option.ClientOption{option.WithAuthCredentialsFile(option.ServiceAccount, c.Credentials)}
}

func httpURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
