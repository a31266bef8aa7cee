package slacktest

import "slices"

// pick is a selection of the interactive elements, by name.
func pick(names ...string) map[string]rule {
	some := map[string]rule{}
	for _, name := range names {
		some[name] = elements[name]
	}
	return some
}

var pickers = []string{
	"static_select", "multi_static_select", "external_select", "multi_external_select", "users_select", "multi_users_select",
	"channels_select", "multi_channels_select", "conversations_select", "multi_conversations_select",
	"radio_buttons", "checkboxes", "datepicker", "timepicker",
}

var (
	inActions = pick(append(slices.Clone(pickers), "button", "overflow", "datetimepicker", "rich_text_input")...)
	inSection = withImage(pick(append(slices.Clone(pickers), "button", "overflow")...))
	inInput   = pick(append(slices.Clone(pickers), "plain_text_input", "email_text_input", "url_text_input",
		"number_input", "datetimepicker", "rich_text_input", "file_input")...)
)

func withImage(rules map[string]rule) map[string]rule {
	rules["image"] = image
	return rules
}

// block is the rule of one kind of block. All have an optional block_id.
func block(kind string, fields map[string]field, then ...func(*checker, string, map[string]any)) rule {
	all := map[string]field{"type": must(oneOf(kind)), "block_id": may(identifier)}
	for name, f := range fields {
		all[name] = f
	}
	return object(all, append(then, uniqueActions)...)
}

// uniqueActions checks that an action_id is unique in its block.
func uniqueActions(c *checker, at string, o map[string]any) {
	seen := map[string]bool{}
	for _, e := range objects(o["elements"]) {
		name := text(e, "action_id")
		if name != "" && seen[name] {
			c.fault(at, "action_id must be unique in the block: %s", name)
		}
		seen[name] = true
	}
}

func only(where func(*checker) bool, name string) func(*checker, string, map[string]any) {
	return func(c *checker, at string, _ map[string]any) {
		if !where(c) {
			c.fault(at, "block not supported in this surface: %s", name)
		}
	}
}

// blocks are the supported kinds. Kinds that the app does not use are refused.
var blocks = map[string]rule{
	"section": block("section", map[string]field{
		"text": may(anyText(maxSectionText)), "fields": may(list(1, maxFields, anyText(maxField))),
		"accessory": may(byType(inSection)), "expand": may(boolean),
	}, func(c *checker, at string, o map[string]any) {
		if o["text"] == nil && o["fields"] == nil {
			c.fault(at, "missing required field: text or fields")
		}
	}),
	"header":  block("header", map[string]field{"text": must(plain(maxHeader))}),
	"divider": block("divider", nil),
	"actions": block("actions", map[string]field{"elements": must(list(1, maxActions, byType(inActions)))}),
	"context": block("context", map[string]field{"elements": must(list(1, maxContext, byType(map[string]rule{
		"image": image, "plain_text": anyText(maxSectionText), "mrkdwn": anyText(maxSectionText),
	})))}),
	"image": block("image", map[string]field{
		"image_url": may(str(1, maxURL)), "slack_file": may(slackFile), "alt_text": must(str(1, maxAlt)), "title": may(plain(maxLabel)),
	}, onePicture),
	"input": block("input", map[string]field{
		"label": must(plain(maxLabel)), "hint": may(plain(maxLabel)), "optional": may(boolean),
		"dispatch_action": may(boolean), "element": must(byType(inInput)),
	}, input),
	"rich_text": richText,
	"markdown": block("markdown", map[string]field{"text": must(str(1, maxMarkdown))},
		only((*checker).message, "markdown"), func(c *checker, at string, o map[string]any) {
			if c.markdown += c.count(text(o, "text")); c.markdown > maxMarkdown {
				c.fault(at, "markdown blocks of a message must be less than %d characters together", maxMarkdown+1)
			}
		}),
	"table": block("table", map[string]field{
		"rows": must(list(1, maxTableRows, list(1, maxTableColumns, cell))),
		"column_settings": may(list(1, maxTableColumns, object(map[string]field{
			"align": may(oneOf("left", "center", "right")), "is_wrapped": may(boolean),
		}))),
	}, only((*checker).message, "table"), func(c *checker, at string, _ map[string]any) {
		if c.tables++; c.tables > 1 {
			c.fault(at, "only_one_table_allowed")
		}
	}),
}

// input counts the inputs of a modal, and checks that some kinds are in modals only.
func input(c *checker, at string, o map[string]any) {
	c.inputs++
	kind := text(child(o, "element"), "type")
	if kind == "file_input" && !c.modal {
		c.fault(at+"/element", "file_input is only allowed in modals")
	}
	if kind == "number_input" && !c.modal {
		c.fault(at+"/element", "number_input is only allowed in modals")
	}
}

var (
	richStyle = object(map[string]field{
		"bold": may(boolean), "italic": may(boolean), "strike": may(boolean), "code": may(boolean), "underline": may(boolean),
	})
	richInline = byType(map[string]rule{
		"text":      rich("text", map[string]field{"text": must(str(1, maxText))}),
		"link":      rich("link", map[string]field{"url": must(str(1, maxURL)), "text": may(str(1, maxText)), "unsafe": may(boolean)}),
		"emoji":     rich("emoji", map[string]field{"name": must(str(1, maxID)), "unicode": may(str(1, 50))}),
		"user":      rich("user", map[string]field{"user_id": must(person)}),
		"channel":   rich("channel", map[string]field{"channel_id": must(identifier)}),
		"usergroup": rich("usergroup", map[string]field{"usergroup_id": must(identifier)}),
		"broadcast": rich("broadcast", map[string]field{"range": must(oneOf("here", "channel", "everyone"))}),
		"date": rich("date", map[string]field{
			"timestamp": must(integer(0, 9_999_999_999)), "format": must(str(1, maxID)), "fallback": may(str(1, maxID)), "url": may(str(1, maxURL)),
		}),
		"color": rich("color", map[string]field{"value": must(str(1, 20))}),
		"team":  rich("team", map[string]field{"team_id": must(identifier)}),
	})
	richSection = richPart("rich_text_section", list(0, 1000, richInline), nil)
	richText    = block("rich_text", map[string]field{"elements": must(list(1, 1000, byType(map[string]rule{
		"rich_text_section":      richSection,
		"rich_text_quote":        richPart("rich_text_quote", list(0, 1000, richInline), nil),
		"rich_text_preformatted": richPart("rich_text_preformatted", list(0, 1000, richInline), nil),
		"rich_text_list": richPart("rich_text_list", list(1, 1000, richSection), map[string]field{
			"style": must(oneOf("bullet", "ordered")), "indent": may(integer(0, 8)), "offset": may(integer(0, 1000)),
		}),
	})))})
	cell = byType(map[string]rule{
		"raw_text":  object(map[string]field{"type": must(oneOf("raw_text")), "text": must(str(1, maxSectionText))}),
		"rich_text": richText,
	})
)

func rich(kind string, fields map[string]field) rule {
	fields["type"] = must(oneOf(kind))
	fields["style"] = may(richStyle)
	return object(fields)
}

func richPart(kind string, inside rule, fields map[string]field) rule {
	all := map[string]field{"type": must(oneOf(kind)), "elements": must(inside), "border": may(integer(0, 1))}
	for name, f := range fields {
		all[name] = f
	}
	return object(all)
}

// blockList is the rule of the blocks of one message, attachment or view.
func blockList(most int) rule {
	each := byType(blocks)
	return func(c *checker, at string, x any) {
		list(0, most, each)(c, at, x)
		for _, b := range objects(x) {
			name := text(b, "block_id")
			if name != "" && c.blockIDs[name] {
				c.fault(at, "block_id must be unique: %s", name)
			}
			c.blockIDs[name] = true
		}
	}
}
