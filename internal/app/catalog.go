package app

import (
	"errors"
	"fmt"
	"strings"

	"helptic/internal/config"
	"helptic/ticket"
)

// LoadCatalog reads the catalogue that is configured, or the built-in one. The error says
// in Spanish everything that is wrong with it.
func LoadCatalog(c config.Config, builtin []byte) (*ticket.Catalog, error) {
	data, err := c.ReadCatalog(builtin)
	if err != nil {
		return nil, fmt.Errorf("no se puede leer el catálogo %s: %w", c.Catalog, err)
	}
	cat, err := ticket.LoadCatalog(data)
	var faulty *ticket.CatalogError
	if errors.As(err, &faulty) {
		return nil, fmt.Errorf("el catálogo tiene %d fallas:\n  %s", len(faulty.Faults), strings.Join(faulty.Faults, "\n  "))
	}
	return cat, err
}
