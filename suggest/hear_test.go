package suggest

import "testing"

// Letters and digits that are written together are heard apart, where together they are no word.
func TestLettersAndDigits(t *testing.T) {
	x := New(catalog(t))
	for _, tt := range []struct{ together, apart string }{
		{"instalar office2021 en el piso3", "instalar office 2021 en el piso 3"},
		{"la impresora2 no imprime", "la impresora 2 no imprime"},
		{"activar windows11", "activar windows 11"},
		{"me falla el teclado123", "me falla el teclado 123"},
	} {
		one, two := x.Find(tt.together, 3), x.Find(tt.apart, 3)
		if len(one) == 0 || len(two) == 0 || one[0].Entry.ID != two[0].Entry.ID {
			t.Errorf("%q: %v\n%q: %v", tt.together, one, tt.apart, two)
		}
	}
}
