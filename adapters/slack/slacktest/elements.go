package slacktest

import (
	"maps"
	"regexp"
)

var (
	dateFormat = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
	timeFormat = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	identifier = str(1, maxID)
)

// plain is a plain_text object.
func plain(most int) rule {
	return object(map[string]field{
		"type": must(oneOf("plain_text")), "text": must(str(1, most)), "emoji": may(boolean),
	})
}

// anyText is a text object of either type.
func anyText(most int) rule {
	return byType(map[string]rule{
		"plain_text": plain(most),
		"mrkdwn": object(map[string]field{
			"type": must(oneOf("mrkdwn")), "text": must(str(1, most)), "verbatim": may(boolean),
		}),
	})
}

var confirmation = object(map[string]field{
	"title": may(plain(maxConfirmTitle)), "text": must(anyText(maxConfirmText)),
	"confirm": may(plain(maxConfirmButton)), "deny": may(plain(maxConfirmButton)),
	"style": may(oneOf("primary", "danger")),
})

// option is an option. In checkboxes its text may be mrkdwn; in an overflow menu it may have a URL.
func option(text func(int) rule, link bool) rule {
	fields := map[string]field{
		"text": must(text(maxOptionText)), "value": must(str(1, maxOptionValue)), "description": may(text(maxDescription)),
	}
	if link {
		fields["url"] = may(str(1, maxURL))
	}
	return object(fields)
}

var (
	choice = option(plain, false)
	check  = option(anyText, false)
	groups = list(1, maxOptions, object(map[string]field{
		"label": must(plain(maxGroupLabel)), "options": must(list(1, maxOptions, choice)),
	}))
)

// interactive is an interactive element, with the fields that all have.
func interactive(kind string, fields map[string]field, then ...func(*checker, string, map[string]any)) rule {
	all := map[string]field{"type": must(oneOf(kind)), "action_id": may(identifier)}
	maps.Copy(all, fields)
	if _, has := fields["focus_on_load"]; has {
		then = append(then, func(c *checker, at string, o map[string]any) {
			if on, _ := o["focus_on_load"].(bool); on {
				if c.focused++; c.focused > 1 {
					c.fault(at+"/focus_on_load", "only one element may have the focus")
				}
			}
		})
	}
	return object(all, then...)
}

// menu is a select without its source of options.
func menu(kind string, fields map[string]field, then ...func(*checker, string, map[string]any)) rule {
	all := map[string]field{"placeholder": may(plain(maxPlaceholder)), "confirm": may(confirmation), "focus_on_load": may(boolean)}
	maps.Copy(all, fields)
	return interactive(kind, all, then...)
}

// several is a select for several options.
func several(kind string, fields map[string]field, then ...func(*checker, string, map[string]any)) rule {
	all := map[string]field{"max_selected_items": may(integer(1, 1000))}
	maps.Copy(all, fields)
	return menu(kind, all, then...)
}

// offered checks that there is exactly one source of options, that values are unique, and
// that the initial option is one of them.
func offered(c *checker, at string, o map[string]any) {
	_, flat := o["options"]
	_, grouped := o["option_groups"]
	if flat == grouped {
		c.fault(at, "exactly one of options and option_groups is required")
		return
	}
	all := objects(o["options"])
	for _, g := range objects(o["option_groups"]) {
		all = append(all, objects(g["options"])...)
	}
	c.chosen(at, o, all)
}

func (c *checker) chosen(at string, o map[string]any, all []map[string]any) {
	values := map[string]bool{}
	for _, one := range all {
		if value, ok := one["value"].(string); ok && values[value] {
			c.fault(at, "option values must be unique: %s", value)
		} else {
			values[value] = true
		}
	}
	among := func(at string, first any) {
		for _, one := range all {
			if same(one, first) {
				return
			}
		}
		c.fault(at, "must match one of the options exactly")
	}
	if first, has := o["initial_option"]; has {
		among(at+"/initial_option", first)
	}
	for _, first := range objects(o["initial_options"]) {
		among(at+"/initial_options", first)
	}
}

func checked(c *checker, at string, o map[string]any) { c.chosen(at, o, objects(o["options"])) }

var dispatchConfig = object(map[string]field{
	"trigger_actions_on": may(list(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
})

// typed is an input for text or numbers.
func typed(kind string, initial rule, fields map[string]field, then ...func(*checker, string, map[string]any)) rule {
	all := map[string]field{
		"placeholder": may(plain(maxPlaceholder)), "focus_on_load": may(boolean),
		"dispatch_action_config": may(dispatchConfig), "initial_value": may(initial),
	}
	maps.Copy(all, fields)
	return interactive(kind, all, then...)
}

// bounds checks that the lengths of a text input are possible, and that its initial value fits.
func bounds(c *checker, at string, o map[string]any) {
	least, hasLeast := o["min_length"].(float64)
	most, hasMost := o["max_length"].(float64)
	if hasLeast && hasMost && least > most {
		c.fault(at, "min_length is greater than max_length")
	}
	if first, ok := o["initial_value"].(string); ok && hasMost && float64(c.count(first)) > most {
		c.fault(at+"/initial_value", "must be less than %s characters", number(most+1))
	}
}

var image = object(map[string]field{
	"type": must(oneOf("image")), "image_url": may(str(1, maxURL)), "alt_text": must(str(1, maxAlt)), "slack_file": may(slackFile),
}, onePicture)

var slackFile = object(map[string]field{"id": may(identifier), "url": may(str(1, maxURL))})

func onePicture(c *checker, at string, o map[string]any) {
	_, link := o["image_url"]
	_, file := o["slack_file"]
	if link == file {
		c.fault(at, "exactly one of image_url and slack_file is required")
	}
}

var conversationFilter = object(map[string]field{
	"include":                          may(list(1, 4, oneOf("im", "mpim", "private", "public"))),
	"exclude_external_shared_channels": may(boolean), "exclude_bot_users": may(boolean),
})

// elements are the interactive elements, by type.
var elements = map[string]rule{
	"button": interactive("button", map[string]field{
		"text": must(plain(maxButton)), "value": may(str(0, maxButtonValue)), "url": may(str(1, maxURL)),
		"style": may(oneOf("primary", "danger")), "confirm": may(confirmation), "accessibility_label": may(str(1, maxButton)),
	}),
	"static_select": menu("static_select", map[string]field{
		"options": may(list(1, maxOptions, choice)), "option_groups": may(groups), "initial_option": may(choice),
	}, offered),
	"multi_static_select": several("multi_static_select", map[string]field{
		"options": may(list(1, maxOptions, choice)), "option_groups": may(groups), "initial_options": may(list(1, maxOptions, choice)),
	}, offered),
	"external_select": menu("external_select", map[string]field{
		"min_query_length": may(integer(0, 3000)), "initial_option": may(choice),
	}),
	"multi_external_select": several("multi_external_select", map[string]field{
		"min_query_length": may(integer(0, 3000)), "initial_options": may(list(1, maxOptions, choice)),
	}),
	"users_select":       menu("users_select", map[string]field{"initial_user": may(person)}),
	"multi_users_select": several("multi_users_select", map[string]field{"initial_users": may(list(1, maxOptions, person))}),
	"channels_select": menu("channels_select", map[string]field{
		"initial_channel": may(identifier), "response_url_enabled": may(boolean),
	}),
	"multi_channels_select": several("multi_channels_select", map[string]field{"initial_channels": may(list(1, maxOptions, identifier))}),
	"conversations_select": menu("conversations_select", map[string]field{
		"initial_conversation": may(identifier), "response_url_enabled": may(boolean),
		"default_to_current_conversation": may(boolean), "filter": may(conversationFilter),
	}),
	"multi_conversations_select": several("multi_conversations_select", map[string]field{
		"initial_conversations": may(list(1, maxOptions, identifier)), "default_to_current_conversation": may(boolean), "filter": may(conversationFilter),
	}),
	"overflow": interactive("overflow", map[string]field{
		"options": must(list(1, maxOverflow, option(plain, true))), "confirm": may(confirmation),
	}, checked),
	"radio_buttons": interactive("radio_buttons", map[string]field{
		"options": must(list(1, maxChecks, check)), "initial_option": may(check), "confirm": may(confirmation), "focus_on_load": may(boolean),
	}, checked),
	"checkboxes": interactive("checkboxes", map[string]field{
		"options": must(list(1, maxChecks, check)), "initial_options": may(list(1, maxChecks, check)),
		"confirm": may(confirmation), "focus_on_load": may(boolean),
	}, checked),
	"datepicker": menu("datepicker", map[string]field{"initial_date": may(matching(dateFormat, "a date, YYYY-MM-DD"))}),
	"timepicker": menu("timepicker", map[string]field{
		"initial_time": may(matching(timeFormat, "a time, HH:mm")), "timezone": may(str(1, 100)),
	}),
	"datetimepicker": interactive("datetimepicker", map[string]field{
		"initial_date_time": may(integer(1e9, 9_999_999_999)), "confirm": may(confirmation), "focus_on_load": may(boolean),
	}),
	"plain_text_input": typed("plain_text_input", str(0, maxInput), map[string]field{
		"multiline": may(boolean), "min_length": may(integer(0, maxInput)), "max_length": may(integer(1, maxInput)),
	}, bounds),
	"email_text_input": typed("email_text_input", str(0, maxInput), nil),
	"url_text_input":   typed("url_text_input", str(0, maxInput), nil),
	"number_input": typed("number_input", str(0, 50), map[string]field{
		"is_decimal_allowed": must(boolean), "min_value": may(str(1, 50)), "max_value": may(str(1, 50)),
	}),
	"rich_text_input": typed("rich_text_input", richText, map[string]field{
		"min_lines": may(integer(1, 100)), "max_lines": may(integer(1, 100)),
	}),
	"file_input": interactive("file_input", map[string]field{
		"filetypes": may(list(1, 100, str(1, 50))), "max_files": may(integer(1, maxFiles)),
	}),
}
