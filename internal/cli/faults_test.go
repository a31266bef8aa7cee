package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// All faults are reported together before anything starts, and none shows a secret.
func TestAllFaultsTogether(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{".env": "AGENT_CHANNEL=mesa\nOFFICIALS=jefe\nSUPERVISORS=web:\n", "archivo": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := vars{
		"MONGODB_URI":      "mongodb//u:contrasena@h",
		"MONGODB_DATABASE": "a.b",
		"DATA_DIR":         "archivo",
		"HTTP_ADDR":        "8080",
		"LOG_LEVEL":        "mucho",
		"LOG_FORMAT":       "texto",
		"SECURITY_CHANNEL": "telegram:1",
		"WEB_CHAT":         "si",
		"CATALOG":          "catalogo.json",
		"MAX_FILE_MIB":     "mil",
		"SLACK_BOT_TOKEN":  "xoxp-clave", "SLACK_SIGNING_SECRET": "clave", "SLACK_APP_TOKEN": "xoxb-clave", "SLACK_API_URL": "slack.com",
		"GOOGLE_CHAT_AUDIENCE": "helptic", "GOOGLE_CHAT_ADDON_EMAIL": "mesa", "GOOGLE_CHAT_SUBSCRIPTION": "mesa",
		"GOOGLE_CHAT_API_URL": "chat", "GOOGLE_CHAT_CERTS_URL": "certs", "GOOGLE_APPLICATION_CREDENTIALS": "llave.json",
		"SMTP_URL":  "http://u:contrasena@h",
		"MAIL_FROM": "mesa",
		"MAIL_DESK": "Mesa <mesa@entidad.gov.co>",
	}
	const want = `helptic: hay 26 fallas en la configuración:
  MONGODB_URI: debe empezar por mongodb:// o mongodb+srv://
  MONGODB_DATABASE: «a.b» no sirve como nombre; use letras, números, guiones y _, 63 como máximo
  DATA_DIR: «archivo» no es una carpeta
  HTTP_ADDR: «8080» no es una dirección; se escribe equipo:puerto, por ejemplo 127.0.0.1:8080
  LOG_LEVEL: «mucho» no es un nivel; use trace, debug, info, warn o error
  LOG_FORMAT: «texto» no vale; use json o console
  AGENT_CHANNEL: «mesa» no es un canal; se escribe chat:canal, por ejemplo web:mesa-de-ayuda
  SECURITY_CHANNEL: «telegram:1» es de un chat que no está configurado; encendidos: slack, googlechat
  OFFICIALS: «jefe»: escriba chat:persona, por ejemplo web:funcionario, o un correo electrónico
  SUPERVISORS: «web:»: escriba chat:persona, por ejemplo web:funcionario, o un correo electrónico
  SLACK_BOT_TOKEN: debe empezar por xoxb-: es el «Bot User OAuth Token», no otro
  SLACK_SIGNING_SECRET: está incompleto; cópielo entero de «Basic Information», «Signing Secret»
  SLACK_APP_TOKEN: debe empezar por xapp-: es un «App-Level Token» con el permiso connections:write
  SLACK_API_URL: «slack.com» no es una dirección; se escribe https://servidor/ruta/
  GOOGLE_CHAT_AUDIENCE: está definida junto con GOOGLE_CHAT_SUBSCRIPTION; deje la primera para recibir por HTTPS o la segunda para Pub/Sub
  GOOGLE_CHAT_ADDON_EMAIL: «mesa» no es una cuenta de servicio; cópiela de la configuración de la aplicación: service-NÚMERO@gcp-sa-gsuiteaddons.iam.gserviceaccount.com
  GOOGLE_CHAT_SUBSCRIPTION: «mesa» no es una suscripción; se escribe projects/PROYECTO/subscriptions/NOMBRE
  GOOGLE_CHAT_API_URL: «chat» no es una dirección; se escribe https://servidor/ruta/
  GOOGLE_CHAT_CERTS_URL: «certs» no es una dirección; se escribe https://servidor/ruta/
  GOOGLE_APPLICATION_CREDENTIALS: no existe el archivo «llave.json»
  SMTP_URL: debe empezar por smtps:// (TLS desde el comienzo) o smtp:// (STARTTLS)
  MAIL_FROM: «mesa» no es una dirección de correo
  MAIL_DESK: «Mesa <mesa@entidad.gov.co>» no es una dirección de correo sola, como mesa@entidad.gov.co
  WEB_CHAT: «si» no vale; use on, off o auto
  CATALOG: no existe el archivo «catalogo.json»
  MAX_FILE_MIB: debe ser un número entero de 1 a 512
`
	code, stdout, stderr := run(t, env, dir)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	if stderr != want || stdout != "" {
		t.Errorf("stderr\n%s\nwant\n%s\nstdout %q", stderr, want, stdout)
	}
	for _, v := range variables() {
		if !strings.Contains(want, "  "+v.name+": ") {
			t.Errorf("no fault of %s among them", v.name)
		}
	}
}
