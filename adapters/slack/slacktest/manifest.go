package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ConfigFromManifest is the configuration for an app manifest in JSON: its scopes, events, commands and shortcuts, and
// no others. It returns an error for a manifest that Slack would refuse.
func ConfigFromManifest(raw []byte) (Config, error) {
	var x any
	if err := json.Unmarshal(raw, &x); err != nil {
		return Config{}, fmt.Errorf("manifest: %w", err)
	}
	c := newChecker(Runes, nil)
	manifest(c, "", x)
	if len(c.faults) > 0 {
		return Config{}, errors.New("manifest: " + strings.Join(c.faults, "; "))
	}
	o, _ := x.(map[string]any)
	features, settings := child(o, "features"), child(o, "settings")
	config := Config{
		SocketMode: settings["socket_mode_enabled"] == true, BotName: text(child(features, "bot_user"), "display_name"),
		Scopes: stringList(child(child(o, "oauth_config"), "scopes")["bot"]), Events: stringList(child(settings, "event_subscriptions")["bot_events"]),
		Commands: []string{}, Shortcuts: []string{},
	}
	tabs := child(features, "app_home")
	config.NoHomeTab = tabs["home_tab_enabled"] != true
	config.NoMessagesTab = tabs["messages_tab_enabled"] != true || tabs["messages_tab_read_only_enabled"] == true
	config.NoInteractivity = child(settings, "interactivity")["is_enabled"] != true
	for _, command := range objects(features["slash_commands"]) {
		config.Commands = append(config.Commands, text(command, "command"))
	}
	for _, shortcut := range objects(features["shortcuts"]) {
		config.Shortcuts = append(config.Shortcuts, text(shortcut, "callback_id"))
	}
	return config, nil
}

func stringList(x any) []string {
	all := []string{}
	items, _ := x.([]any)
	for _, item := range items {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

var (
	commandName = regexp.MustCompile(`^/[^\s/]{1,31}$`)
	address     = str(1, 3000)
	names       = func(most int) rule { return list(0, most, str(1, 255)) }

	manifest = object(map[string]field{
		"_metadata": may(object(map[string]field{"major_version": must(integer(1, 2)), "minor_version": may(integer(0, 100))})),
		"display_information": must(object(map[string]field{
			"name": must(str(1, 35)), "description": may(str(1, 140)), "long_description": may(str(175, 4000)),
			"background_color": may(matching(regexp.MustCompile(`^#([0-9a-fA-F]{3}){1,2}$`), "a colour")),
		})),
		"features": may(object(map[string]field{
			"app_home": may(object(map[string]field{
				"home_tab_enabled": may(boolean), "messages_tab_enabled": may(boolean), "messages_tab_read_only_enabled": may(boolean),
			})),
			"bot_user": may(object(map[string]field{"display_name": must(str(1, 80)), "always_online": may(boolean)})),
			"shortcuts": may(list(0, 10, object(map[string]field{
				"name": must(str(1, 24)), "type": must(oneOf("message", "global")), "callback_id": must(str(1, 255)), "description": must(str(1, 150)),
			}))),
			"slash_commands": may(list(0, 50, object(map[string]field{
				"command": must(matching(commandName, "a slash and at most 31 characters")), "description": must(str(1, 2000)),
				"url": may(address), "usage_hint": may(str(1, 1000)), "should_escape": may(boolean),
			}))),
		}, func(c *checker, at string, o map[string]any) {
			if (len(objects(o["slash_commands"])) > 0 || len(objects(o["shortcuts"])) > 0) && o["bot_user"] == nil {
				c.fault(at, "missing required field: bot_user")
			}
		})),
		"oauth_config": may(object(map[string]field{
			"scopes": may(object(map[string]field{"bot": may(names(255)), "user": may(names(255))})), "redirect_urls": may(list(0, 1000, address)),
		})),
		"settings": may(object(map[string]field{
			"event_subscriptions": may(object(map[string]field{"request_url": may(address), "bot_events": may(names(100)), "user_events": may(names(100))})),
			"interactivity": may(object(map[string]field{
				"is_enabled": must(boolean), "request_url": may(address), "message_menu_options_url": may(address),
			})),
			"org_deploy_enabled": may(boolean), "socket_mode_enabled": may(boolean), "token_rotation_enabled": may(boolean),
			"allowed_ip_address_ranges": may(names(10)),
		}, reachable)),
	})
)

// reachable checks the request URLs, which are needed without Socket Mode.
func reachable(c *checker, at string, o map[string]any) {
	if o["socket_mode_enabled"] == true {
		return
	}
	if events := child(o, "event_subscriptions"); len(stringList(events["bot_events"])) > 0 && events["request_url"] == nil {
		c.fault(at+"/event_subscriptions", "missing required field: request_url")
	}
	if interactivity := child(o, "interactivity"); interactivity["is_enabled"] == true && interactivity["request_url"] == nil {
		c.fault(at+"/interactivity", "missing required field: request_url")
	}
}

// UsedScopes are the scopes that the calls and events so far needed, sorted.
func (ws *Workspace) UsedScopes() []string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return slices.Sorted(maps.Keys(ws.used))
}
