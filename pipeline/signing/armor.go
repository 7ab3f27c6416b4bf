package signing

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

const (
	armorHead = "-----BEGIN SSH SIGNATURE-----"
	armorFoot = "-----END SSH SIGNATURE-----"
	signAgain = "sign again with fleetpay approve PERIOD --as NAME --key FILE, or with ssh-keygen -Y sign -n " + Namespace + " -f KEY SHA256SUMS"
)

// sealed is a signature as its armor holds it, not yet checked against anything.
type sealed struct {
	*sshsig.Signature
	fingerprint string // SHA256:…, of the key that it claims
}

// touched is the flag with which a hardware key says that somebody touched it.
const touched = 1

// unarmor reads an armored signature. The form is strict, so that a file holds one
// signature and nothing else, and each signature has one form but for its line
// breaks.
func unarmor(armored []byte) (*sealed, error) {
	text := string(armored)
	switch {
	case len(bytes.TrimSpace(armored)) == 0:
		return nil, errors.New("the signature is empty; " + signAgain)
	case !strings.HasPrefix(text, armorHead):
		return nil, fmt.Errorf("not an SSH signature: it does not start with %s; %s", armorHead, signAgain)
	case strings.Contains(text, "\r"):
		return nil, errors.New("the signature has carriage returns in it, which ssh-keygen refuses; save it with Unix line ends, or " + signAgain)
	}
	body, after, whole := strings.Cut(text[len(armorHead):], "\n"+armorFoot)
	switch {
	case !whole:
		return nil, fmt.Errorf("the signature is cut off: it has no line %s; copy the whole file again, or %s", armorFoot, signAgain)
	case after != "" && after != "\n":
		return nil, fmt.Errorf("something stands after %s; remove it, or %s", armorFoot, signAgain)
	case !strings.HasPrefix(body, "\n"):
		return nil, fmt.Errorf("something stands on the line of %s; remove it, or %s", armorHead, signAgain)
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(strings.ReplaceAll(body, "\n", ""))
	if err != nil {
		return nil, fmt.Errorf("the signature is damaged: %w; copy the whole file again, or %s", err, signAgain)
	}
	signature, err := sshsig.ParseSignature(blob)
	if err != nil {
		return nil, fmt.Errorf("the signature is damaged, cut short or of a kind that is not known (%w); copy the whole file again, or %s", err, signAgain)
	}
	hardware := strings.HasPrefix(signature.PublicKey.Type(), "sk-")
	rest := signature.Signature.Rest // of hardware keys: a byte of flags and a counter, which they sign, too
	switch {
	case !bytes.Equal(signature.Marshal(), blob), !hardware && len(rest) > 0:
		return nil, errors.New("the signature holds more than a signature; " + signAgain)
	case hardware && (len(rest) == 0 || rest[0]&touched == 0):
		return nil, errors.New("the hardware key signed without being touched, so that nobody may have been there; " + signAgain + ", with a key that asks for a touch")
	}
	return &sealed{signature, ssh.FingerprintSHA256(signature.PublicKey)}, nil
}

// covers tells whether the signature is over these bytes.
func (s *sealed) covers(message []byte) error {
	return sshsig.Verify(bytes.NewReader(message), s.Signature, s.PublicKey, s.HashAlgorithm, Namespace)
}
