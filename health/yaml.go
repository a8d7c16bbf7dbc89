package health

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a policy may take: the default one has two thousand bytes and nests two brackets deep. The parser's time grows with the square
// of the depth.
const (
	maxPolicySize = 32 << 10
	maxBrackets   = 16
	maxProblems   = 50 // reported at a time
)

// PolicyError is everything found wrong with a policy.
type PolicyError struct {
	Problems []Problem // by line and column; at least one, at most fifty
}

// Problem is one thing wrong with a policy and what to do about it.
type Problem struct {
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // from 1, in characters
	Path    string `json:"path"`   // e.g. "groups[0].indicators[2].weight"; empty for the file as a whole
	Message string `json:"message"`
}

// Error gives one line a problem.
func (e *PolicyError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = "health policy: " + p.String()
	}
	return strings.Join(lines, "\n")
}

// String gives the place, the path and the message.
func (p Problem) String() string {
	s := fmt.Sprintf("line %d, column %d: ", p.Line, p.Column)
	if p.Path != "" {
		s += p.Path + ": "
	}
	return s + p.Message
}

// reader walks a YAML tree and collects what is wrong with it. Its methods answer ok = false after noting a problem.
type reader struct {
	problems []Problem
}

// field is a key of a mapping with its value.
type field struct {
	key   *token.Token
	path  string
	value ast.Node
}

// node gives the place of a field in the tree for another reader method.
func (f field) node() node { return node{f.value, f.path} }

// node is a value and its path.
type node struct {
	ast  ast.Node
	path string
}

// parse reads one YAML document.
func (r *reader) parse(text []byte) (node, bool) {
	if len(text) > maxPolicySize {
		r.note(nil, "", "is %d bytes long; a policy may have %d", len(text), maxPolicySize)
		return node{}, false
	}
	// A byte order mark or the line ends of Windows are the editor's, not the policy's.
	tokens := lexer.Tokenize(strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n"))
	open := 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
		}
		if open > maxBrackets {
			r.note(t, "", "is nested too deep; a policy needs no more than %d brackets", maxBrackets)
			return node{}, false
		}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var at interface {
			GetToken() *token.Token
			GetMessage() string
		}
		if errors.As(err, &at) {
			r.note(at.GetToken(), "", "is not YAML: %s", at.GetMessage())
		} else {
			r.note(nil, "", "is not YAML: %v", err)
		}
		return node{}, false
	}
	var body ast.Node
	for _, d := range file.Docs {
		switch {
		case d.Body == nil:
		case body != nil:
			r.note(tokenOf(d.Body), "", "is a second document; keep one policy a file")
			return node{}, false
		default:
			body = d.Body
		}
	}
	if body == nil {
		r.note(nil, "", "is empty; begin with \"version: 1\"")
		return node{}, false
	}
	return node{body, ""}, true
}

// join gives the path of a key.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// note records a problem at a token.
func (r *reader) note(t *token.Token, path, format string, args ...any) {
	p := Problem{Line: 1, Column: 1, Path: path, Message: fmt.Sprintf(format, args...)}
	if t != nil && t.Position != nil {
		p.Line, p.Column = max(t.Position.Line, 1), max(t.Position.Column, 1)
	}
	r.problems = append(r.problems, p)
}

// fail notes a problem with a node.
func (r *reader) fail(n node, format string, args ...any) {
	r.note(tokenOf(n.ast), n.path, format, args...)
}

// err gives the problems as an error, in the order of the text.
func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &PolicyError{r.problems[:min(len(r.problems), maxProblems)]}
}

// pairs gives the entries of a mapping in their order.
func (r *reader) pairs(n node) ([]*ast.MappingValueNode, bool) {
	switch m := n.ast.(type) {
	case *ast.MappingNode:
		return m.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, true
	}
	r.fail(n, "is %s; it must be a mapping of keys to values", kindOf(n.ast))
	return nil, false
}

// fields gives the entries of a mapping by key, of which all must be known and none may repeat.
func (r *reader) fields(n node, known ...string) (map[string]field, bool) {
	pairs, ok := r.pairs(n)
	if !ok {
		return nil, false
	}
	fields := make(map[string]field, len(pairs))
	for _, p := range pairs {
		key := tokenOf(p.Key)
		name := keyText(p.Key)
		path := join(n.path, name)
		switch _, twice := fields[name]; {
		case !slices.Contains(known, name):
			r.note(key, path, "is not a key of a policy here; known are %s", strings.Join(known, ", "))
		case twice:
			r.note(key, path, "is given twice; keep one")
		case p.Value == nil || p.Value.Type() == ast.NullType:
			r.note(key, path, "has no value; give one or remove the key")
		default:
			fields[name] = field{key, path, p.Value}
		}
	}
	return fields, true
}

// items gives the elements of a sequence, at least one.
func (r *reader) items(n node) ([]node, bool) {
	s, ok := n.ast.(*ast.SequenceNode)
	if !ok {
		r.fail(n, "is %s; it must be a list", kindOf(n.ast))
		return nil, false
	}
	if len(s.Values) == 0 {
		r.fail(n, "is an empty list; give at least one element or remove the key")
		return nil, false
	}
	nodes := make([]node, len(s.Values))
	for i, v := range s.Values {
		nodes[i] = node{v, fmt.Sprintf("%s[%d]", n.path, i)}
	}
	return nodes, true
}

// number gives a number in [low, high].
func (r *reader) number(n node, low, high float64) (float64, bool) {
	v, ok := numberOf(n.ast)
	if !ok {
		r.fail(n, "is %s; it must be a number", kindOf(n.ast))
		return 0, false
	}
	if !(low <= v && v <= high) {
		r.fail(n, "is %s; it must be between %s and %s", decimal(v), decimal(low), decimal(high))
		return 0, false
	}
	return v, true
}

// text gives a text of 1 to maxText characters.
func (r *reader) text(n node) (string, bool) {
	const maxText = 200
	var s string
	switch v := n.ast.(type) {
	case *ast.StringNode:
		s = v.Value
	case *ast.LiteralNode:
		s = v.Value.Value
	default:
		r.fail(n, "is %s; it must be a text", kindOf(n.ast))
		return "", false
	}
	s = strings.TrimSpace(s)
	if s == "" || len([]rune(s)) > maxText {
		r.fail(n, "must be a text of 1 to %d characters", maxText)
		return "", false
	}
	return s, true
}

// choice gives one of some words.
func (r *reader) choice(n node, words ...string) (string, bool) {
	s, ok := r.text(n)
	if ok && !slices.Contains(words, s) {
		r.fail(n, "is %q; it must be one of %s", s, strings.Join(words, ", "))
		return "", false
	}
	return s, ok
}

// duration gives a duration written as a number of hours (12h), days (30d, or 30 alone) or weeks (4w), up to ten years.
func (r *reader) duration(n node) (time.Duration, bool) {
	const most = 3650 * 24 * time.Hour
	units := map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	text := ""
	if s, ok := n.ast.(*ast.StringNode); ok {
		text = strings.ReplaceAll(s.Value, " ", "")
	} else if v, ok := numberOf(n.ast); ok {
		text = decimal(v) + "d"
	}
	if len(text) > 1 {
		unit := units[text[len(text)-1]]
		v, err := strconv.ParseFloat(text[:len(text)-1], 64)
		if err == nil && unit > 0 && v > 0 && v <= float64(most)/float64(unit) {
			if d := time.Duration(math.Round(v * float64(unit))); d >= time.Minute {
				return d, true
			}
		}
	}
	r.fail(n, "is not a duration; write hours, days or weeks as 12h, 30d or 4w, from a minute to ten years")
	return 0, false
}

// numberOf gives the value of a node that is a finite number.
func numberOf(n ast.Node) (float64, bool) {
	var v float64
	switch n := n.(type) {
	case *ast.IntegerNode:
		switch i := n.Value.(type) {
		case int64:
			v = float64(i)
		case uint64:
			v = float64(i)
		default:
			return 0, false
		}
	case *ast.FloatNode:
		v = n.Value
	case *ast.StringNode:
		// YAML 1.2 reads 1e6 as a number; the parser leaves it a plain text.
		if n.Token.Type != token.StringType || strings.Trim(n.Value, "0123456789+-.eE") != "" {
			return 0, false
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return 0, false
		}
		v = f
	default:
		return 0, false
	}
	return v, !math.IsInf(v, 0) && !math.IsNaN(v)
}

// keyText gives a key as it is compared: a scalar's text.
func keyText(k ast.Node) string {
	switch k := k.(type) {
	case *ast.StringNode:
		return k.Value
	case *ast.MappingKeyNode:
		if k.Value != nil {
			return keyText(k.Value)
		}
	}
	if t := tokenOf(k); t != nil {
		return t.Value
	}
	return ""
}

// kindOf names what a node is, for people.
func kindOf(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return "empty"
	case *ast.StringNode:
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil && n.Token.Type != token.StringType {
			return fmt.Sprintf("the text %q in quotes", n.Value)
		}
		return fmt.Sprintf("the text %.40q", n.Value)
	case *ast.LiteralNode:
		return "a text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "the number " + n.GetToken().Value
	case *ast.BoolNode:
		return "the truth value " + n.GetToken().Value
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode:
		return "an anchor or alias, which policies do not use"
	case *ast.TagNode:
		return "a tag, which policies do not use"
	}
	return "something else"
}

// tokenOf gives the first token of a node, nil where it has none.
func tokenOf(n ast.Node) *token.Token {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return tokenOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return tokenOf(n.Key)
	}
	return n.GetToken()
}

// decimal writes a number the shortest way, without exponent.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
