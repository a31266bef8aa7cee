package googlechat

import (
	"fmt"
	"strings"
	"time"

	"helptic/bot"
)

// widgetName is the name of the n-th field's widget: Google Chat restricts the names of widgets, and
// the bot does not restrict those of fields.
func widgetName(n int) string { return fmt.Sprintf("f%d", n) }

// widgetPart is the name of the i-th widget of the n-th field.
func widgetPart(n, i int) string {
	if i == 0 {
		return widgetName(n)
	}
	return fmt.Sprintf("f%d-%d", n, i)
}

// formValues are the values of a submitted form, by field.
func formValues(f bot.Form, inputs map[string]input) map[string]string {
	out := map[string]string{}
	for n, field := range f.Fields {
		in := inputs[widgetName(n)]
		value := strings.TrimSpace(firstString(in))
		switch field.Kind {
		case bot.FileUpload:
			continue
		case bot.DatePicker:
			value = dateValue(in)
		case bot.PersonPicker:
			if len(field.Options) == 0 {
				value = personValue(value)
			}
		case bot.Choice, bot.Search:
			value = selectedOption(n, field, inputs)
		}
		out[field.Name] = value
	}
	return out
}

// selectedOption is the option selected in one of a field's widgets. One that was selected now
// wins over the proposed one.
func selectedOption(n int, f bot.Field, inputs map[string]input) string {
	value := ""
	for i := 0; i*maxItems <= len(f.Options); i++ {
		v := firstString(inputs[widgetPart(n, i)])
		if v != "" && (value == "" || value == f.Value) {
			value = v
		}
	}
	return value
}

// personValue is the address of a user, "" for anything else.
func personValue(user string) string {
	if !userPattern.MatchString(user) {
		return ""
	}
	return address(user)
}

func firstString(in input) string {
	if len(in.StringInputs.Value) == 0 {
		return ""
	}
	return in.StringInputs.Value[0]
}

// dateValue is a date as the bot writes it. Google Chat sends it as midnight in UTC.
func dateValue(in input) string {
	at := in.DateInput
	if at == nil {
		at = in.DateTimeInput
	}
	if at == nil || at.MsSinceEpoch == 0 {
		return ""
	}
	date := time.UnixMilli(int64(at.MsSinceEpoch)).UTC()
	if date.Year() < 1 || date.Year() > 9999 {
		return "" // no date picker offers it
	}
	return date.Format(time.DateOnly)
}
