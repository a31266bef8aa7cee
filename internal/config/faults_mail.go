package config

import (
	"fmt"
	"net/mail"

	smtp "helptic/adapters/mail"
)

func (c *Config) smtpFault() string {
	if c.SMTPURL == "" {
		if c.MailFrom != "" || c.MailDesk != "" {
			return "falta; sin ella no se envía correo"
		}
		return ""
	}
	if _, err := smtp.ParseURL(string(c.SMTPURL)); err != nil {
		return err.Error()
	}
	return ""
}

func (c *Config) mailFromFault() string {
	switch _, err := mail.ParseAddress(c.MailFrom); {
	case c.SMTPURL != "" && c.MailFrom == "":
		return "falta; es el remitente de los correos, por ejemplo mesa@entidad.gov.co"
	case c.MailFrom != "" && err != nil:
		return fmt.Sprintf("«%s» no es una dirección de correo", c.MailFrom)
	}
	return ""
}

func (c *Config) mailDeskFault() string {
	if address, err := mail.ParseAddress(c.MailDesk); c.MailDesk != "" && (err != nil || address.Address != c.MailDesk) {
		return fmt.Sprintf("«%s» no es una dirección de correo sola, como mesa@entidad.gov.co", c.MailDesk)
	}
	return ""
}
