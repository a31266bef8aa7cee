package slack

import (
	"strings"
	"testing"
)

func TestLongValuesAreShortenedAndExpanded(t *testing.T) {
	b := newBench(t)
	for _, text := range []string{"act take 12", "~7", strings.Repeat("ñ", 300), strings.Repeat("& ", 100)} {
		short, err := b.adapter.shorten(t.Context(), text, 75)
		if err != nil || length(short) > 75 {
			t.Errorf("%q became %q, %v", text, short, err)
		}
		if whole, err := b.adapter.expand(t.Context(), short); err != nil || whole != text {
			t.Errorf("%q came back as %q, %v", text, whole, err)
		}
	}
	for _, text := range []string{"~", "~x", "~0", "~-1", "~99"} {
		if whole, err := b.adapter.expand(t.Context(), text); err != nil || whole != "" {
			t.Errorf("%q stands for %q, %v", text, whole, err)
		}
	}
}
