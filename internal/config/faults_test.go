package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const addonAccount = "service-123456789012@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"

// faultsOf reads a configuration in which something is wrong.
func faultsOf(t *testing.T, env vars, dir string) []string {
	t.Helper()
	_, err := load(env, dir)
	var wrong *Error
	if err != nil && !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	if wrong == nil {
		return nil
	}
	return wrong.faults
}

func TestFaults(t *testing.T) {
	const notLoopback = "en el chat web se entra sin contraseña; ponga WEB_CHAT=on"
	tests := map[string]struct {
		env  vars
		want string // part of it
	}{
		"URI of another database":        {vars{"MONGODB_URI": "postgres://h/"}, "MONGODB_URI: debe empezar por mongodb:// o mongodb+srv://"},
		"URI without servers":            {vars{"MONGODB_URI": "mongodb://"}, "MONGODB_URI: no se entiende"},
		"URI with a bad port":            {vars{"MONGODB_URI": "mongodb://h:puerto/"}, "MONGODB_URI: no se entiende"},
		"URI with a bad password":        {vars{"MONGODB_URI": "mongodb://u:contra%zzsena@h/"}, "MONGODB_URI: en el usuario y la clave"},
		"URI with an at sign":            {vars{"MONGODB_URI": "mongodb://u:contra@sena@h/"}, "MONGODB_URI: en el usuario y la clave"},
		"URI with a bad option":          {vars{"MONGODB_URI": "mongodb://u:contrasena@h/?w=-1"}, "MONGODB_URI: hay una opción que no vale"},
		"URI with a file that is absent": {vars{"MONGODB_URI": "mongodb://u:contrasena@h/?tls=true&tlsCAFile=no-existe.pem"}, "MONGODB_URI: hay una opción que no vale"},
		"cluster with a port":            {vars{"MONGODB_URI": "mongodb+srv://u:contrasena@h.example:27017/"}, "MONGODB_URI: no se entiende; después de mongodb+srv://"},
		"cluster with two servers":       {vars{"MONGODB_URI": "mongodb+srv://a.example,b.example/"}, "MONGODB_URI: no se entiende; después de mongodb+srv://"},
		"cluster with a bad password":    {vars{"MONGODB_URI": "mongodb+srv://u:contra%zzsena@h.example/"}, "MONGODB_URI: no se entiende; después de mongodb+srv://"},
		"URI twice":                      {vars{"MONGODB_URI": "mongodb://h/", "MONGODB_URI_FILE": "x"}, "MONGODB_URI: está definida junto con MONGODB_URI_FILE; deje una de las dos"},
		"URI in no file":                 {vars{"MONGODB_URI_FILE": "no-existe"}, "MONGODB_URI_FILE: no existe el archivo «no-existe»"},
		"URI in a folder":                {vars{"MONGODB_URI_FILE": "."}, "MONGODB_URI_FILE: no se puede leer «.»; revise que sea un archivo"},
		"URI in an empty file":           {vars{"MONGODB_URI_FILE": "vacio"}, "MONGODB_URI_FILE: el archivo «vacio» está vacío"},
		"URI in a file is wrong":         {vars{"MONGODB_URI_FILE": "texto"}, "MONGODB_URI: debe empezar por mongodb://"},
		"database's name":                {vars{"MONGODB_DATABASE": "mesa de ayuda"}, "MONGODB_DATABASE: «mesa de ayuda» no sirve como nombre"},
		"database's name too long":       {vars{"MONGODB_DATABASE": strings.Repeat("m", 64)}, "MONGODB_DATABASE: «mmm"},
		"folder is a file":               {vars{"DATA_DIR": "texto"}, "DATA_DIR: «texto» no es una carpeta"},
		"no port":                        {vars{"HTTP_ADDR": "127.0.0.1"}, "HTTP_ADDR: «127.0.0.1» no es una dirección"},
		"port is a word":                 {vars{"HTTP_ADDR": "127.0.0.1:web"}, "HTTP_ADDR: «127.0.0.1:web» no es una dirección"},
		"port out of range":              {vars{"HTTP_ADDR": "127.0.0.1:65536"}, "HTTP_ADDR: «127.0.0.1:65536» no es una dirección"},
		"all interfaces":                 {vars{"HTTP_ADDR": "0.0.0.0:8080"}, notLoopback},
		"all interfaces, short":          {vars{"HTTP_ADDR": ":8080"}, notLoopback},
		"IPv6":                           {vars{"HTTP_ADDR": "[::]:8080"}, notLoopback},
		"another machine's name":         {vars{"HTTP_ADDR": "mesa.entidad.gov.co:80"}, notLoopback},
		"level":                          {vars{"LOG_LEVEL": "alto"}, "LOG_LEVEL: «alto» no es un nivel; use trace, debug, info, warn o error"},
		"level is a number":              {vars{"LOG_LEVEL": "1"}, "LOG_LEVEL: «1» no es un nivel"},
		"format":                         {vars{"LOG_FORMAT": "xml"}, "LOG_FORMAT: «xml» no vale; use json o console"},
		"channel without chat":           {vars{"AGENT_CHANNEL": "mesa"}, "AGENT_CHANNEL: «mesa» no es un canal; se escribe chat:canal"},
		"channel without id":             {vars{"AGENT_CHANNEL": "web:"}, "AGENT_CHANNEL: «web:» no es un canal"},
		"channel of no chat":             {vars{"AGENT_CHANNEL": ":mesa"}, "AGENT_CHANNEL: «:mesa» no es un canal"},
		"channel of a chat that is off":  {vars{"AGENT_CHANNEL": "slack:C0123"}, "AGENT_CHANNEL: «slack:C0123» es de un chat que no está configurado; encendidos: web"},
		"security channel":               {vars{"SECURITY_CHANNEL": "telegram:1"}, "SECURITY_CHANNEL: «telegram:1» es de un chat que no está configurado"},
		"official":                       {vars{"OFFICIALS": "web:funcionario,jefe"}, "OFFICIALS: «jefe»: escriba chat:persona"},
		"official of no chat":            {vars{"OFFICIALS": "telegram:1"}, "OFFICIALS: «telegram:1»: escriba"},
		"supervisors":                    {vars{"SUPERVISORS": "a@b@c,web:,<x@y.co>"}, "SUPERVISORS: «a@b@c», «web:», «<x@y.co>»: escriba chat:persona"},
		"mail without a server":          {vars{"MAIL_FROM": "mesa@entidad.gov.co"}, "SMTP_URL: falta"},
		"mail without a sender":          {vars{"SMTP_URL": "smtp://h"}, "MAIL_FROM: falta"},
		"mail without a password":        {vars{"SMTP_URL": "smtp://u@h", "MAIL_FROM": "mesa@entidad.gov.co"}, "SMTP_URL: con usuario va también la clave"},
		"Slack without its token":        {vars{"SLACK_SIGNING_SECRET": "0123456789abcdef"}, "SLACK_BOT_TOKEN: falta"},
		"Slack without a way in":         {vars{"SLACK_BOT_TOKEN": "xoxb-1", "AGENT_CHANNEL": "slack:C1"}, "SLACK_SIGNING_SECRET: falta; póngalo para recibir por HTTP"},
		"Slack without the channel":      {vars{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, "AGENT_CHANNEL: falta"},
		"Slack's web chat is off":        {vars{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "AGENT_CHANNEL": "web:mesa-de-ayuda"}, "es de un chat que no está configurado; encendidos: slack"},
		"Slack's base with a user":       {vars{"SLACK_API_URL": "https://u:contrasena@h/"}, "SLACK_API_URL: no se entiende"},
		"Google Chat by nothing known":   {vars{"GOOGLE_CHAT_AUDIENCE": "helptic", "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_AUDIENCE: «helptic» no es una dirección ni el número"},
		"Google Chat both ways":          {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012", "GOOGLE_CHAT_SUBSCRIPTION": "projects/p/subscriptions/s", "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_AUDIENCE: está definida junto con GOOGLE_CHAT_SUBSCRIPTION"},
		"add-on for a project's number":  {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012", "GOOGLE_CHAT_ADDON_EMAIL": addonAccount, "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_AUDIENCE: un complemento de Google Workspace firma para una dirección"},
		"add-on of a person":             {vars{"GOOGLE_CHAT_AUDIENCE": "https://h/x", "GOOGLE_CHAT_ADDON_EMAIL": "yo@entidad.gov.co", "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_ADDON_EMAIL: «yo@entidad.gov.co» no es una cuenta de servicio"},
		"add-on without its address":     {vars{"GOOGLE_CHAT_ADDON_EMAIL": addonAccount}, "GOOGLE_CHAT_ADDON_EMAIL: falta GOOGLE_CHAT_AUDIENCE"},
		"add-on over Pub/Sub":            {vars{"GOOGLE_CHAT_SUBSCRIPTION": "projects/p/subscriptions/s", "GOOGLE_CHAT_ADDON_EMAIL": addonAccount, "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_ADDON_EMAIL: los botones de un complemento no funcionan por Pub/Sub"},
		"subscription":                   {vars{"GOOGLE_CHAT_SUBSCRIPTION": "mesa", "AGENT_CHANNEL": "googlechat:spaces/AAA"}, "GOOGLE_CHAT_SUBSCRIPTION: «mesa» no es una suscripción; se escribe projects/"},
		"Google Chat without channel":    {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012"}, "AGENT_CHANNEL: falta"},
		"channel that is no space":       {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012", "AGENT_CHANNEL": "googlechat:mesa"}, "AGENT_CHANNEL: «googlechat:mesa» no es un espacio"},
		"Google's base":                  {vars{"GOOGLE_CHAT_API_URL": "chat.googleapis.com"}, "GOOGLE_CHAT_API_URL: «chat.googleapis.com» no es una dirección"},
		"Google's keys":                  {vars{"GOOGLE_CHAT_CERTS_URL": "certs"}, "GOOGLE_CHAT_CERTS_URL: «certs» no es una dirección"},
		"no key of Google's":             {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012", "AGENT_CHANNEL": "googlechat:spaces/AAA", "GOOGLE_APPLICATION_CREDENTIALS": "llave.json"}, "GOOGLE_APPLICATION_CREDENTIALS: no existe el archivo «llave.json»"},
		"another kind of key":            {vars{"GOOGLE_CHAT_AUDIENCE": "123456789012", "AGENT_CHANNEL": "googlechat:spaces/AAA", "GOOGLE_APPLICATION_CREDENTIALS": "texto"}, "GOOGLE_APPLICATION_CREDENTIALS: «texto» no es la llave JSON de una cuenta de servicio"},
		"web chat":                       {vars{"WEB_CHAT": "si"}, "WEB_CHAT: «si» no vale; use on, off o auto"},
		"no chat at all":                 {vars{"WEB_CHAT": "off"}, "WEB_CHAT: está en off y no hay otro chat configurado"},
		"no catalogue":                   {vars{"CATALOG": "no-existe.json"}, "CATALOG: no existe el archivo «no-existe.json»"},
		"catalogue is a folder":          {vars{"CATALOG": "."}, "CATALOG: no se puede leer «.»"},
		"size is no number":              {vars{"MAX_FILE_MIB": "25MB"}, "MAX_FILE_MIB: debe ser un número entero de 1 a 512"},
		"size zero":                      {vars{"MAX_FILE_MIB": "0"}, "MAX_FILE_MIB: debe ser un número entero"},
		"size too large":                 {vars{"MAX_FILE_MIB": "513"}, "MAX_FILE_MIB: debe ser un número entero"},
		"size beyond integers":           {vars{"MAX_FILE_MIB": "99999999999999999999"}, "MAX_FILE_MIB: debe ser un número entero"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"texto": "nada", "vacio": "\n"})
			got := faultsOf(t, test.env, dir)
			if len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Fatalf("\n got %q\nwant %q", got, test.want)
			}
			if strings.Contains(got[0], "contra%") || strings.Contains(got[0], "sena") {
				t.Errorf("the fault shows the password: %s", got[0])
			}
		})
	}
}

func TestNoFault(t *testing.T) {
	for name, env := range map[string]vars{
		"cluster":                  {"MONGODB_URI": "mongodb+srv://usuario:clave@mesa.example/?retryWrites=true&w=majority"},
		"password with escapes":    {"MONGODB_URI": "mongodb://u:a%40b%2Fc@h1,h2:27018/base?authSource=admin&replicaSet=rs0"},
		"socket":                   {"MONGODB_URI": "mongodb://%2Ftmp%2Fmongodb-27017.sock"},
		"any port":                 {"HTTP_ADDR": "localhost:0"},
		"IPv6 loopback":            {"HTTP_ADDR": "[::1]:8080"},
		"open on purpose":          {"HTTP_ADDR": ":8080", "WEB_CHAT": "on"},
		"Slack over HTTP":          {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123456789abcdef", "AGENT_CHANNEL": "slack:C1", "HTTP_ADDR": ":8080"},
		"Slack beside the web":     {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "AGENT_CHANNEL": "web:mesa-de-ayuda", "WEB_CHAT": "on"},
		"Google Chat over HTTPS":   {"GOOGLE_CHAT_AUDIENCE": "https://mesa.example/googlechat/events", "GOOGLE_CHAT_ADDON_EMAIL": addonAccount, "AGENT_CHANNEL": "googlechat:spaces/AAA", "HTTP_ADDR": ":8080"},
		"Google Chat over Pub/Sub": {"GOOGLE_CHAT_SUBSCRIPTION": "projects/p/subscriptions/s", "AGENT_CHANNEL": "googlechat:spaces/AAA"},
		"Slack beside Google Chat": {"GOOGLE_CHAT_AUDIENCE": "123456789012", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "AGENT_CHANNEL": "slack:C1"},
		"keys of another program":  {"GOOGLE_APPLICATION_CREDENTIALS": "no-existe.json"},
		"second channel":           {"SECURITY_CHANNEL": "web:seguridad"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := faultsOf(t, env, t.TempDir()); got != nil {
				t.Error(got)
			}
		})
	}
}

// A fault of a URI never repeats a part of it.
func FuzzMongoFault(f *testing.F) {
	for _, uri := range []string{
		"", "mongodb://h", "mongodb://u:p@h:1,h2/db?w=1", "mongodb+srv://u:p@h.example/", "mongodb://u:%zz@h/?w=x",
		"mongodb://", "mongodb+srv://", "mongodb://@", "mongodb://?@", "mongodb://h/?a=@",
	} {
		f.Add(uri)
	}
	fixed := []string{
		"", "no se entiende; después de", "debe empezar por", "hay una opción que no vale", "en el usuario y la clave,", "no se entiende; se escribe",
	}
	f.Fuzz(func(t *testing.T, uri string) {
		got := mongoFault(uri)
		if !slices.ContainsFunc(fixed, func(s string) bool { return s == got || s != "" && strings.HasPrefix(got, s) }) {
			t.Errorf("mongoFault(%q) = %q", uri, got)
		}
		_ = Config{MongoDBURI: Secret(uri)}.MongoServers()
	})
}
