package suggest

import (
	"slices"
	"testing"
)

func TestSearchFindsPrefixes(t *testing.T) {
	x := New(catalog(t))
	tests := []struct {
		text string
		want string
		most int // place that it may have
	}{
		{"impre", "impresoras.claves-de-impresion", 20},
		{"tel ip", "conectividad.fisico.telefono-ip", 1},
		{"ATASC", "impresoras.atasco-de-papel", 2},
		{"sin pap", "impresoras.sin-papel", 0},
		{"tóne", "impresoras.cambio-de-toner", 0},
		{"toner", "impresoras.cambio-de-toner", 0},
		{"excel", "asesoria-tecnica.ofimatica.inconvenientes-con-excel", 0},
		{"exel", "asesoria-tecnica.ofimatica.inconvenientes-con-excel", 0},
		{"sospe", "correo-electronico.correo-sospechoso", 0},
		{"vpn err", "redes-privadas-virtuales.error-de-conexion-de-vpn", 0},
		{"multifunc", "impresoras.problemas-al-escanear", 3},
		{"se trabó el papel en la impresora", "impresoras.atasco-de-papel", 0},
	}
	for _, tt := range tests {
		found := x.Search(tt.text, 25)
		i := slices.IndexFunc(found, func(s Suggestion) bool { return s.Entry.ID == tt.want })
		if i < 0 || i > tt.most {
			t.Errorf("%q: %s has place %d of %d", tt.text, tt.want, i, len(found))
		}
		seen := map[string]bool{}
		for _, s := range found {
			if seen[s.Entry.ID] {
				t.Errorf("%q: %s twice", tt.text, s.Entry.ID)
			}
			seen[s.Entry.ID] = true
			if len(s.Why) == 0 {
				t.Errorf("%q: %s without a reason", tt.text, s.Entry.ID)
			}
		}
	}
}

func TestSearchOfEmptyText(t *testing.T) {
	cat := catalog(t)
	x := New(cat)
	for _, text := range []string{"", "  ", "¿?", "🙂"} {
		found := x.Search(text, 5)
		if len(found) != 5 {
			t.Fatalf("%q: %d entries", text, len(found))
		}
		i := 0
		for e := range cat.Entries() {
			if i < 5 && found[i].Entry.ID != e.ID {
				t.Errorf("%q: %s at %d, want %s", text, found[i].Entry.ID, i, e.ID)
			}
			i++
		}
	}
	if got := x.Search("", 1000); len(got) != 136 {
		t.Errorf("%d entries, want all", len(got))
	}
	if got := x.Search("impresora", 0); got != nil {
		t.Errorf("limit 0: %v", got)
	}
	if got := x.Search("zxqwv", 5); len(got) != 0 {
		t.Errorf("nonsense: %v", got)
	}
}
