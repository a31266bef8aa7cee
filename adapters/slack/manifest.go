package slack

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
)

// scopes are what the bot may do. Beside each is what needs it.
var scopes = []string{
	"app_mentions:read", // app_mention
	"channels:history",  // message.channels, for the threads of cards; conversations.history
	"channels:read",     // conversations.members and .info
	"chat:write",        // chat.postMessage, .postEphemeral, .update
	"commands",          // /helptic and the message shortcut
	"files:read",        // files.info, downloads
	"files:write",       // uploads
	"groups:history",    // as channels:history, in private channels
	"groups:read",       // as channels:read
	"im:history",        // message.im
	"im:write",          // conversations.open
	"reactions:read",    // reaction_added
	"users:read",        // users.info
	"users:read.email",  // the requester's e-mail address
}

// eventTypes are those that eventOf knows.
var eventTypes = []string{
	"app_home_opened", "app_mention", "app_uninstalled", "message.channels", "message.groups", "message.im", "reaction_added", "tokens_revoked",
}

const commandName = "/helptic"

type manifest struct {
	Metadata struct {
		Major int `json:"major_version"`
		Minor int `json:"minor_version"`
	} `json:"_metadata"`
	Display struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Long        string `json:"long_description"`
		Colour      string `json:"background_color"`
	} `json:"display_information"`
	Features struct {
		Home struct {
			Home     bool `json:"home_tab_enabled"`
			Messages bool `json:"messages_tab_enabled"`
			ReadOnly bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		Bot struct {
			Name   string `json:"display_name"`
			Online bool   `json:"always_online"`
		} `json:"bot_user"`
		Shortcuts []manifestShortcut `json:"shortcuts"`
		Commands  []manifestCommand  `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			URL    string   `json:"request_url,omitempty"`
			Events []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool   `json:"is_enabled"`
			URL     string `json:"request_url,omitempty"`
			Options string `json:"message_menu_options_url,omitempty"`
		} `json:"interactivity"`
		Org      bool `json:"org_deploy_enabled"`
		Socket   bool `json:"socket_mode_enabled"`
		Rotation bool `json:"token_rotation_enabled"`
	} `json:"settings"`
}

type manifestShortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Callback    string `json:"callback_id"`
	Description string `json:"description"`
}

type manifestCommand struct {
	Command     string `json:"command"`
	URL         string `json:"url,omitempty"`
	Description string `json:"description"`
	Hint        string `json:"usage_hint"`
	Escape      bool   `json:"should_escape"`
}

// Manifest is the manifest, as JSON, of the Slack app that this adapter needs. Address is
// where Slack reaches the bot over HTTP; if it is empty the app uses Socket Mode.
func Manifest(address string) ([]byte, error) {
	base := strings.TrimRight(address, "/")
	if base != "" {
		if u, err := url.Parse(base); err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			return nil, errors.New(textManifestAddress(address))
		}
	}
	urlOf := func(path string) string {
		if base == "" {
			return ""
		}
		return base + path
	}
	var m manifest
	m.Metadata.Major, m.Metadata.Minor = 1, 1
	m.Display.Name = manifestName
	m.Display.Description = manifestDescription
	m.Display.Long = manifestLong
	m.Display.Colour = "#1d4f7c"
	m.Features.Home.Home, m.Features.Home.Messages = true, true
	m.Features.Bot.Name, m.Features.Bot.Online = "helptic", true
	m.Features.Shortcuts = []manifestShortcut{{Name: manifestShortcutName, Type: "message", Callback: callbackShortcut, Description: manifestShortcutDescription}}
	m.Features.Commands = []manifestCommand{{Command: commandName, URL: urlOf("/slack/commands"), Description: manifestCommandDescription,
		Hint: manifestCommandHint, Escape: true}}
	m.OAuth.Scopes.Bot = scopes
	m.Settings.Events.URL, m.Settings.Events.Events = urlOf("/slack/events"), eventTypes
	m.Settings.Interactivity.Enabled = true
	m.Settings.Interactivity.URL, m.Settings.Interactivity.Options = urlOf("/slack/interactions"), urlOf("/slack/options")
	m.Settings.Socket = base == ""
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}
