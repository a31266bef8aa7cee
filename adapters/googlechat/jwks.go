package googlechat

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
)

// jwk is a key of a JWKS.
type jwk struct{ Kid, Kty, N, E string }

// parseKeys parses a JWKS, or an object of key ids and certificates. It ignores keys that it cannot use.
func parseKeys(body []byte) (map[string]publicKey, error) {
	var set struct{ Keys []jwk }
	keys := map[string]publicKey{}
	if json.Unmarshal(body, &set) == nil && set.Keys != nil {
		for _, k := range set.Keys {
			if key, ok := k.publicKey(); ok {
				keys[k.Kid] = publicKey{PublicKey: key}
			}
		}
	} else {
		var certificates map[string]string
		if err := json.Unmarshal(body, &certificates); err != nil {
			return nil, errors.New("neither a JWKS nor certificates")
		}
		for id, text := range certificates {
			if key, ok := parseCertificate(text); ok && id != "" {
				keys[id] = key
			}
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("no RSA key")
	}
	return keys, nil
}

func (k jwk) publicKey() (*rsa.PublicKey, bool) {
	n, errN := base64.RawURLEncoding.DecodeString(k.N)
	e, errE := base64.RawURLEncoding.DecodeString(k.E)
	if k.Kty != "RSA" || k.Kid == "" || errN != nil || errE != nil || len(e) == 0 || len(e) > 4 {
		return nil, false
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	return key, validKeySize(key)
}

func parseCertificate(text string) (publicKey, bool) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return publicKey{}, false
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return publicKey{}, false
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	return publicKey{key, cert.NotBefore, cert.NotAfter}, ok && validKeySize(key)
}

func validKeySize(k *rsa.PublicKey) bool {
	bits := k.N.BitLen()
	return bits >= minKeyBits && bits <= maxKeyBits && k.E > 1
}
