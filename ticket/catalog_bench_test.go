package ticket_test

import (
	"os"
	"testing"

	"helptic/ticket"
)

// BenchmarkLoadCatalog measures what a start spends on the shipped catalogue, the schema
// compiled before.
func BenchmarkLoadCatalog(b *testing.B) {
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ticket.LoadCatalog(data); err != nil {
			b.Fatal(err)
		}
	}
}
