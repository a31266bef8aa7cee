package bot

import (
	"testing"
	"unicode/utf8"
)

func TestFoldText(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"  Menú ":             "menu",
		"¿Atrás?":             "atras",
		"N.º 12":              "n º 12",
		"Impresoras > Atasco": "impresoras atasco",
		"BUENOS\n\tDÍAS!!":    "buenos dias",
		"n\u0303andu":         "nandu", // the tilde as a mark of its own
		"\u200b\u202e··":      "",
	} {
		if got := FoldText(text); got != want {
			t.Errorf("FoldText(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	tests := []struct {
		text string
		most int
		want string
	}{
		{"áéíóú", 5, "áéíóú"},
		{"áéíóúñ", 5, "áéíó…"},
		{"abc def", 5, "abc…"}, // no space before the ellipsis
		{"", 1, ""},
	}
	for _, test := range tests {
		if got := Clip(test.text, test.most); got != test.want {
			t.Errorf("Clip(%q, %d) = %q, want %q", test.text, test.most, got, test.want)
		}
	}
	if got := OneLine(" uno\n\n dos\ttres ", 7); got != "uno do…" {
		t.Errorf("OneLine = %q", got)
	}
}

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{"hola", "a\r\nb\tc", "\x00\x1b[31m", "\u202eabc\u2066", "\xff\xfe", " \u200f "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := CleanText(s)
		if !utf8.ValidString(clean) {
			t.Errorf("%q is no valid UTF-8", clean)
		}
		if again := CleanText(clean); again != clean {
			t.Errorf("cleaned again, %q is %q", clean, again)
		}
		for _, r := range clean {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x202E {
				t.Errorf("%q keeps %U", clean, r)
			}
		}
		FoldText(s)
	})
}
