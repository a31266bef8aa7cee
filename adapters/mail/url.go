package mail

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// server is where and how mail is handed over.
type server struct {
	host, user, password string
	port                 int
	implicit             bool // TLS from the start
	loopback             bool // this machine: TLS is not insisted on
}

// ParseURL reads the address of a server. What is wrong is said in words of its own,
// with nothing of the password.
func ParseURL(text string) (server, error) {
	u, err := url.Parse(text)
	if err != nil {
		return server{}, errors.New("no se entiende; se escribe smtps://usuario:clave@servidor:465 o smtp://servidor:587, y en el usuario y la clave los signos especiales van con %: @ es %40")
	}
	s := server{host: u.Hostname(), port: 587}
	switch u.Scheme {
	case "smtps":
		s.implicit, s.port = true, 465
	case "smtp":
	default:
		return server{}, errors.New("debe empezar por smtps:// (TLS desde el comienzo) o smtp:// (STARTTLS)")
	}
	if s.host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return server{}, errors.New("después del servidor y el puerto no va nada más; se escribe smtps://usuario:clave@servidor:465")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errors.New("el puerto debe ser un número de 1 a 65535")
		}
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
		if s.user == "" || s.password == "" {
			return server{}, errors.New("con usuario va también la clave: smtps://usuario:clave@servidor:465")
		}
	}
	ip, err := netip.ParseAddr(s.host)
	s.loopback = s.host == "localhost" || err == nil && ip.IsLoopback()
	return s, nil
}

func (s server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }
