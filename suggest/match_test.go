package suggest

import "testing"

// An unknown word of letters and digits is split.
func TestLettersAndDigitsAreSplit(t *testing.T) {
	x := New(catalog(t))
	for _, tt := range []struct{ joined, split string }{
		{"instalar office2021 en el piso3", "instalar office 2021 en el piso 3"},
		{"la impresora2 no imprime", "la impresora 2 no imprime"},
		{"activar windows11", "activar windows 11"},
		{"me falla el teclado123", "me falla el teclado 123"},
	} {
		one, two := x.Find(tt.joined, 3), x.Find(tt.split, 3)
		if len(one) == 0 || len(two) == 0 || one[0].Entry.ID != two[0].Entry.ID {
			t.Errorf("%q: %v\n%q: %v", tt.joined, one, tt.split, two)
		}
	}
}
