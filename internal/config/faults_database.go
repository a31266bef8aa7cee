package config

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// mongoFault names the part of the URI that is wrong. The driver's own error is not used,
// because it may repeat a part of the password. The servers' names of mongodb+srv are not
// looked up.
func mongoFault(uri string) string {
	const (
		scheme  = "mongodb://"
		cluster = "mongodb+srv://"
	)
	valid := func(uri string) bool { return options.Client().ApplyURI(uri).Validate() == nil }
	switch {
	case uri == "":
		return ""
	case strings.HasPrefix(uri, cluster):
		address, err := url.Parse(uri)
		if err != nil || address.Hostname() == "" || address.Port() != "" || strings.Contains(address.Host, ",") {
			return "no se entiende; después de mongodb+srv:// va un solo servidor, sin puerto, y en el usuario y la clave los signos especiales se escriben con %"
		}
		return ""
	case !strings.HasPrefix(uri, scheme):
		return "debe empezar por mongodb:// o mongodb+srv://"
	case valid(uri):
		return ""
	}
	address, _, hasOptions := strings.Cut(uri, "?")
	withoutUser := scheme + uri[max(strings.LastIndex(uri, "@")+1, len(scheme)):]
	switch {
	case hasOptions && valid(address):
		return "hay una opción que no vale después de «?»; revise su nombre, su valor y los archivos que nombra"
	case valid(withoutUser):
		return "en el usuario y la clave, los signos especiales se escriben con %: por ejemplo, @ es %40 y / es %2F"
	}
	return "no se entiende; se escribe mongodb://usuario:clave@servidor:27017/?replicaSet=rs0"
}

func databaseFault(name string) string {
	if name == "" || len(name) > 63 || strings.ContainsAny(name, "/\\. \"$*<>:|?\x00") {
		return fmt.Sprintf("«%s» no sirve como nombre; use letras, números, guiones y _, 63 como máximo", name)
	}
	return ""
}

// folderFault accepts a folder that does not exist: the store makes it.
func folderFault(path, typed string) string {
	info, err := os.Stat(path)
	if typed == "" || err == nil && !info.IsDir() {
		return fmt.Sprintf("«%s» no es una carpeta", typed)
	}
	return ""
}
