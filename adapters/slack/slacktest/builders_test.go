package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

// What slack-go's constructors make of valid values is accepted, nulls and defaults included.
func TestBuildersOfSlackGo(t *testing.T) {
	option := slack.NewOptionBlockObject("v", plain("Opción"), plain("detalle"))
	grouped := slack.NewOptionsGroupSelectBlockElement("static_select", plain("Elija"), "grouped", slack.NewOptionGroupBlockElement(plain("Grupo"), option))
	first := slack.NewOptionsSelectBlockElement("static_select", plain("Elija"), "first", option)
	first.InitialOption = option
	confirmed := slack.NewButtonBlockElement("b", "v", plain("Cerrar")).WithStyle(slack.StyleDanger).
		WithConfirm(slack.NewConfirmationBlockObject(plain("¿Cerrar?"), plain("No se puede deshacer."), plain("Sí"), plain("No")))
	message := []slack.Block{
		slack.NewHeaderBlock(plain("Título")),
		slack.NewDividerBlock(),
		slack.NewSectionBlock(plain("a"), []*slack.TextBlockObject{plain("b")}, slack.NewAccessory(confirmed), slack.SectionBlockOptionBlockID("s")),
		slack.NewContextBlock("c", plain("pie"), slack.NewImageBlockElement("https://example.com/a.png", "imagen")),
		slack.NewImageBlock("https://example.com/a.png", "imagen", "i", plain("título")),
		slack.NewActionBlock("a", confirmed, first, grouped,
			slack.NewOptionsSelectBlockElement("users_select", plain("Persona"), "who"), slack.NewOptionsSelectBlockElement("external_select", nil, "search"),
			slack.NewOverflowBlockElement("more", option), slack.NewDatePickerBlockElement("day"), slack.NewTimePickerBlockElement("hour"),
			slack.NewDateTimePickerBlockElement("moment"), slack.NewRadioButtonsBlockElement("radio", option), slack.NewCheckboxGroupsBlockElement("check", option)),
		slack.NewRichTextBlock("r", slack.NewRichTextSection(slack.NewRichTextSectionTextElement("a", &slack.RichTextSectionTextStyle{Bold: true}))),
		slack.NewMarkdownBlock("m", "**a**"),
	}
	if faults := slacktest.Validate(slacktest.MessageSurface, decoded(t, slack.Blocks{BlockSet: message})); len(faults) > 0 {
		t.Error(faults)
	}
	form := modal("Formulario",
		input("1", "Palabras", slack.NewPlainTextInputBlockElement(plain("Escriba"), "v")),
		input("2", "Correo", slack.NewEmailTextInputBlockElement(nil, "v")),
		input("3", "Cuántos", slack.NewNumberInputBlockElement(nil, "v", false)),
		input("4", "Archivos", slack.NewFileInputBlockElement("v").WithMaxFiles(5)),
		input("5", "Varias", slack.NewOptionsMultiSelectBlockElement("multi_static_select", plain("Elija"), "v", option)),
		input("6", "Personas", slack.NewOptionsMultiSelectBlockElement("multi_users_select", nil, "v")),
		input("7", "Tipo", slack.NewRadioButtonsBlockElement("v", option)),
		input("8", "Día", slack.NewDatePickerBlockElement("v")),
		input("9", "Dirección", slack.NewURLTextInputBlockElement(nil, "v")),
	)
	if faults := slacktest.Validate(slacktest.ModalSurface, decoded(t, form)); len(faults) > 0 {
		t.Error(faults)
	}
	page := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: message[:6]}}
	if faults := slacktest.Validate(slacktest.HomeSurface, decoded(t, page)); len(faults) > 0 {
		t.Error(faults)
	}
}
