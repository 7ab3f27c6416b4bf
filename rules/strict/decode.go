package strict

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// NodeUnmarshaler is implemented by types that read themselves from a node of
// any kind. What is wrong they report by Problem, at the node concerned.
type NodeUnmarshaler interface {
	UnmarshalNode(n *Node)
}

// ScalarUnmarshaler is implemented by types that read themselves from the text
// of a single value. The error's text says what is wrong and what to do.
type ScalarUnmarshaler interface {
	UnmarshalScalar(text string) error
}

// Enum is implemented by types based on string that take a few words only.
type Enum interface {
	Allowed() []string
}

// Map is a mapping whose keys are free, in the file's order.
type Map[T any] []MapEntry[T]

// MapEntry is a key of a Map with its value and the place of its key.
type MapEntry[T any] struct {
	Key   string
	Value T
	Node  *Node // the key
}

// UnmarshalNode reads a mapping.
func (m *Map[T]) UnmarshalNode(n *Node) {
	if !n.want(Mapping) {
		return
	}
	for _, e := range n.Entries {
		if e.cutOff() {
			continue
		}
		entry := MapEntry[T]{Key: e.Key.Text, Node: e.Key}
		e.Value.decodePointer(&entry.Value)
		*m = append(*m, entry)
	}
}

// Decode reads a file into a pointer to a struct, field by field as the tags
// say: `yaml:"key"`, and `required:"true"` for a key that must be there. The
// error is an *Error with everything that is wrong; the document is given also
// then, when the file is YAML at all, so that further checks can add to it.
func Decode(file string, data []byte, into any) (*Document, error) {
	doc := parse(file, data)
	if doc.Root == nil {
		return nil, doc.Err()
	}
	if doc.Root.Kind != Null {
		doc.Root.decodePointer(into)
	}
	err := doc.Err()
	doc.decoded = len(doc.problems)
	return doc, err
}

func (n *Node) decodePointer(into any) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic("strict: decoding into something that is not a pointer")
	}
	n.decode(v.Elem())
}

// want reports a node of another kind.
func (n *Node) want(k Kind) bool {
	if n.Kind == k {
		return true
	}
	if n.Kind == Null {
		n.missing()
		return false
	}
	n.Problem("%s instead of %s; %s", n.describe(), k, shapes[k])
	return false
}

// missing reports a key without a value, unless it has one that was refused.
func (n *Node) missing() {
	if !n.refused {
		n.Problem("there is no value; give one or leave the key out")
	}
}

// shapes says how each kind is written.
var shapes = map[Kind]string{
	Scalar:   "write one value",
	Sequence: "write it as [a, b] or with a dash before each item",
	Mapping:  "write it as {key: value} or with a key on each line",
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func (n *Node) decode(v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		made := reflect.New(v.Type().Elem())
		n.decode(made.Elem())
		v.Set(made)
		return
	}
	if own, ok := v.Addr().Interface().(NodeUnmarshaler); ok {
		own.UnmarshalNode(n)
		return
	}
	if own, ok := v.Addr().Interface().(ScalarUnmarshaler); ok {
		n.scalar(own.UnmarshalScalar)
		return
	}
	if v.Addr().Type().Implements(textType) {
		own := v.Addr().Interface().(encoding.TextUnmarshaler)
		n.scalar(func(text string) error { return own.UnmarshalText([]byte(text)) })
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		n.decodeStruct(v)
	case reflect.Slice:
		n.decodeSlice(v)
	case reflect.Map:
		n.decodeMap(v)
	default:
		n.scalar(func(text string) error { return setScalar(v, text) })
	}
}

// scalar hands the text of a single value to a reader.
func (n *Node) scalar(read func(text string) error) {
	if !n.want(Scalar) {
		return
	}
	if err := read(n.Text); err != nil {
		n.Problem("%s", err)
	}
}

func (n *Node) decodeSlice(v reflect.Value) {
	if !n.want(Sequence) {
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
	for i, item := range n.Items {
		item.decode(list.Index(i))
	}
	v.Set(list)
}

func (n *Node) decodeMap(v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		panic("strict: a map's keys must be strings")
	}
	if !n.want(Mapping) {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range n.Entries {
		value := reflect.New(v.Type().Elem()).Elem()
		e.Value.decode(value)
		v.SetMapIndex(reflect.ValueOf(e.Key.Text).Convert(v.Type().Key()), value)
	}
}

func (n *Node) decodeStruct(v reflect.Value) {
	if !n.want(Mapping) {
		return
	}
	fields := map[string]reflect.Value{}
	var names, missing []string
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		fields[name] = v.Field(i)
		names = append(names, name)
		if f.Tag.Get("required") == "true" && n.Get(name) == nil {
			missing = append(missing, name)
		}
	}
	for _, e := range n.Entries {
		field, ok := fields[e.Key.Text]
		if !ok && e.cutOff() {
			continue
		}
		if !ok {
			e.Key.Problem("the key %q is not known here; %s", e.Key.Text, Suggest(e.Key.Text, names))
			continue
		}
		e.Value.decode(field)
	}
	for _, name := range missing {
		n.Problem("the key %q is missing; add it", name)
	}
}

// setScalar reads the text of a single value into a string, a whole number, a
// truth or a length of time.
func setScalar(v reflect.Value, text string) error {
	if v.Type() == durationType {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a length of time; write it as 60s or 1h30m", text)
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		return setString(v, text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false; write one of them", text)
		}
		v.SetBool(text == "true")
		return nil
	case reflect.Int, reflect.Int64, reflect.Int32:
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if errors.Is(err, strconv.ErrRange) {
			return fmt.Errorf("%q is too large; write a number of fewer digits", text)
		}
		if err != nil || strconv.FormatInt(i, 10) != text {
			return fmt.Errorf("%q is not a whole number; write it in digits, as 12", text)
		}
		v.SetInt(i)
		return nil
	}
	panic(fmt.Sprintf("strict: can't decode into %s", v.Type()))
}

func setString(v reflect.Value, text string) error {
	if text == "" {
		return fmt.Errorf("the text is empty; write it or leave the key out")
	}
	if words, ok := v.Interface().(Enum); ok {
		known := false
		for _, w := range words.Allowed() {
			known = known || w == text
		}
		if !known {
			return fmt.Errorf("%q is not allowed; %s", text, Suggest(text, words.Allowed()))
		}
	}
	v.SetString(text)
	return nil
}
