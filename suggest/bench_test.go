package suggest

import (
	"runtime"
	"strings"
	"testing"
)

func BenchmarkNew(b *testing.B) {
	cat := catalog(b)
	b.ReportAllocs()
	for b.Loop() {
		New(cat)
	}
}

func BenchmarkFind(b *testing.B) {
	x := New(catalog(b))
	for _, bb := range []struct{ name, text string }{
		{"short", "no imprime"},
		{"usual", "se me atascó el papel en la impresora del piso 3"},
		{"slips", "la impersora no imrpime i el maus se tarba, porfabor reviseme el comptador"},
		{"courtesy", "Buenos días, disculpe la molestia, llevo toda la mañana intentando entrar al sistema y no he podido, quedo muy atento a su pronta colaboración"},
		{"longest", strings.Repeat("qwertyuiop zxcvbnmlk impresroa computasor asdfghjklp contrasenña ", 200)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Find(bb.text, 3)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	x := New(catalog(b))
	b.ReportAllocs()
	for b.Loop() {
		x.Search("impre com", 25)
	}
}

// BenchmarkMemory reports the memory of an index.
func BenchmarkMemory(b *testing.B) {
	cat := catalog(b)
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := New(cat)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
		runtime.KeepAlive(x)
	}
}
