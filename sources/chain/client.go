package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fleetpay/sources/fetch"
)

// The limits of a talk with a node.
const (
	answerTime  = 30 * time.Second // for one answer, from the first byte of the request to the last of the answer
	answerBytes = 64 << 20         // of one answer
	tries       = 5                // of one call, before it is given up
	firstWait   = 500 * time.Millisecond
	longestWait = 60 * time.Second // that a node may ask for
)

// Client asks one node over JSON-RPC. It only reads. It is safe for concurrent
// use. Its errors begin with Place and the method, and say what to do; nothing
// of the URL but scheme and host is in them, even where the node repeats it.
type Client struct {
	url     string
	place   string
	secrets *fetch.Secrets
	http    *http.Client
	lastID  atomic.Int64

	// What tests make small and fast.
	sleep       func(context.Context, time.Duration) error
	answerTime  time.Duration
	answerBytes int64
}

// Dial makes a Client for the node at an http or https URL, which may hold a
// user, a password and a key. It does no I/O.
func Dial(address string) (*Client, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("this is not the address of a node; write http:// or https://, the host, and what the node's operator asks to add") // the address may hold a key
	}
	return &Client{
		url:         u.String(),
		place:       u.Scheme + "://" + u.Host,
		secrets:     secretsOf(u, address),
		http:        &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, // a redirect would take the key elsewhere
		sleep:       fetch.Sleep,
		answerTime:  answerTime,
		answerBytes: answerBytes,
	}, nil
}

// Place names the node for people: scheme, host and port.
func (c *Client) Place() string { return c.place }

// ChainID returns the chain's EIP-155 number.
func (c *Client) ChainID(ctx context.Context) (int64, error) {
	raw, err := c.call(ctx, "eth_chainId")
	if err != nil {
		return 0, err
	}
	id, err := parseQuantity(raw)
	if err != nil {
		return 0, c.wrong("eth_chainId", err)
	}
	return id, nil
}

// call asks, several times if need be, and returns the result.
func (c *Client) call(ctx context.Context, method string, params ...any) (json.RawMessage, error) {
	return c.try(ctx, tries, method, params...)
}

// try asks until there is an answer: at most so many times where the node fails
// or is slow, which the question may be to blame for, and tries times where it is
// busy or can't be reached.
func (c *Client) try(ctx context.Context, most int, method string, params ...any) (json.RawMessage, error) {
	wait := firstWait
	for done := 1; ; done++ {
		result, fail := c.once(ctx, method, params)
		if fail == nil {
			return result, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.place, method, err)
		}
		allowed := 1
		switch fail.kind {
		case broken, slow:
			allowed = tries
			if fail.answered || fail.kind == slow {
				allowed = most
			}
		case busy:
			allowed = tries
		default: // the same question would get the same answer
		}
		if done >= allowed || fail.wait > longestWait {
			return nil, fail
		}
		if err := c.sleep(ctx, max(wait, fail.wait)); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.place, method, err)
		}
		wait *= 2
	}
}

// once asks one time.
func (c *Client) once(ctx context.Context, method string, params []any) (json.RawMessage, *callError) {
	if params == nil {
		params = []any{}
	}
	id := c.lastID.Add(1)
	question, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	if err != nil {
		return nil, c.fail(wrong, method, "%v", err)
	}
	limited, cancel := context.WithTimeout(ctx, c.answerTime)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, c.url, bytes.NewReader(question))
	if err != nil {
		return nil, c.lost(method, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.lost(method, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, c.answerBytes+1))
	if err != nil {
		fail := c.lost(method, err)
		fail.answered = true
		return nil, fail
	}
	if int64(len(body)) > c.answerBytes {
		return nil, c.fail(tooMuch, method, "the answer is longer than %d bytes; use another node", c.answerBytes)
	}
	answer, err := readAnswer(body)
	if response.StatusCode != http.StatusOK {
		return nil, c.refusedHTTP(method, response, answer)
	}
	switch {
	case err != nil:
		return nil, c.fail(wrong, method, "the answer is not JSON-RPC (%v); check that the address is that of a node", err)
	case answer.Error != nil:
		return nil, c.refusedRPC(method, answer.Error)
	case !answer.isFor(id):
		return nil, c.fail(wrong, method, "the answer is to another question (id %s instead of %d); use another node", c.clean(string(answer.ID)), id)
	case answer.Result == nil:
		return nil, c.fail(wrong, method, "the answer holds neither a result nor an error; check that the address is that of a node")
	}
	return answer.Result, nil
}

// answer is a JSON-RPC response.
type answer struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

type rpcError struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

func readAnswer(body []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return answer{}, errors.New("it can't be read as one JSON object")
	}
	return a, nil
}

// isFor tells whether the answer is to the question id; some gateways return a
// number as text.
func (a answer) isFor(id int64) bool {
	number := strconv.FormatInt(id, 10)
	return string(a.ID) == number || string(a.ID) == strconv.Quote(number)
}
