package mail

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// server is the SMTP server and how to connect to it.
type server struct {
	host, user, password string
	port                 int
	implicit             bool // TLS from the start
	loopback             bool // on this machine: TLS is optional
}

// ParseURL parses the URL of a server. Its errors never contain the password.
func ParseURL(text string) (server, error) {
	u, err := url.Parse(text)
	if err != nil {
		return server{}, errors.New(textURLMalformed)
	}
	s := server{host: u.Hostname(), port: 587}
	switch u.Scheme {
	case "smtps":
		s.implicit, s.port = true, 465
	case "smtp":
	default:
		return server{}, errors.New(textURLScheme)
	}
	if s.host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return server{}, errors.New(textURLTooMuch)
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errors.New(textURLPort)
		}
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
		if s.user == "" || s.password == "" {
			return server{}, errors.New(textURLPasswordMissing)
		}
	}
	ip, err := netip.ParseAddr(s.host)
	s.loopback = s.host == "localhost" || err == nil && ip.IsLoopback()
	return s, nil
}

func (s server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }
