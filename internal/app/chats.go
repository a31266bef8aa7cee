package app

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat"
	"helptic/adapters/mail"
	"helptic/adapters/slack"
	"helptic/adapters/web"
	"helptic/internal/config"
	"helptic/storage"
)

// addChats makes the adapters of the chats that are on, with their HTTP handlers.
func (a *App) addChats(ctx context.Context, c config.Config, now func() time.Time) error {
	if c.WebChatOn() {
		chat, err := newWeb(c, a.store, now, a.log)
		if err != nil {
			return err
		}
		a.chats = append(a.chats, chat)
		a.handlers["/"] = chat.Handler()
	}
	if c.SlackOn() {
		chat, err := NewSlack(c, a.store, now, a.log)
		if err != nil {
			return err
		}
		a.chats, a.homes = append(a.chats, chat), append(a.homes, chat.Name())
		maps.Copy(a.handlers, chat.Handlers())
	}
	if c.GoogleChatOn() {
		chat, err := NewGoogleChat(ctx, c, a.store, now, a.log)
		if err != nil {
			return err
		}
		a.chats = append(a.chats, chat)
		maps.Copy(a.handlers, chat.Handlers())
	}
	if c.MailOn() {
		chat, err := NewMail(c, a.store, a.log)
		if err != nil {
			return err
		}
		a.chats = append(a.chats, chat)
	}
	return nil
}

func newWeb(c config.Config, store storage.Store, now func() time.Time, log zerolog.Logger) (*web.Adapter, error) {
	var hosts []string
	if !c.Loopback() {
		hosts = []string{"*"} // WEB_CHAT=on at another address: any host name may lead here
	}
	return web.New(web.Config{AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
		Now: now, Log: log, MaxFileBytes: c.MaxFileMiB.Bytes(), AllowedHosts: hosts})
}

// NewSlack makes the adapter; Slack is not called yet.
func NewSlack(c config.Config, store storage.Store, now func() time.Time, log zerolog.Logger) (*slack.Adapter, error) {
	return slack.New(slack.Config{BotToken: string(c.SlackBotToken), SigningSecret: string(c.SlackSigningSecret), AppToken: string(c.SlackAppToken),
		APIURL: c.SlackAPIURL, AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
		MaxFileBytes: c.MaxFileMiB.Bytes(), Now: now, Log: log})
}

// NewGoogleChat makes the adapter and reads the credentials; Google is not called yet.
func NewGoogleChat(ctx context.Context, c config.Config, store storage.Store, now func() time.Time, log zerolog.Logger) (*googlechat.Adapter, error) {
	chat, err := googlechat.New(ctx, googlechat.Config{Audience: c.GoogleChatAudience, AddonEmail: c.GoogleChatAddonEmail, Subscription: c.GoogleChatSubscription,
		APIURL: c.GoogleChatAPIURL, CertsURL: c.GoogleChatCertsURL, Credentials: c.GoogleApplicationCredentials,
		AppendLog: store, Files: store, AgentChannel: c.AgentChannel, SecurityChannel: c.SecurityChannel,
		MaxFileBytes: c.MaxFileMiB.Bytes(), Now: now, Log: log})
	if err != nil {
		return nil, fmt.Errorf("no hay credenciales de Google: ponga en GOOGLE_APPLICATION_CREDENTIALS la llave de la cuenta de servicio de la aplicación (%w)", err)
	}
	return chat, nil
}

// NewMail makes the adapter; the mail server is not called yet.
func NewMail(c config.Config, store storage.Store, log zerolog.Logger) (*mail.Adapter, error) {
	return mail.New(mail.Config{URL: string(c.SMTPURL), From: c.MailFrom, Files: store, AppendLog: store, Log: log})
}
