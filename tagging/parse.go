package tagging

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func number(n int) string { return strconv.Itoa(n) }

// place names a place in a text.
func place(line, column int) string { return "line " + number(line) + ", column " + number(column) }

// parser reads one line.
type parser struct {
	line     int
	input    []rune
	known    Vocabulary
	tokens   []token
	at       int
	depth    int
	problems []Problem
}

// token is a word, a quoted word, or a sign.
type token struct {
	text   string
	column int
	kind   rune // 'w' word, 'q' quoted, 's' sign, 0 end
}

// parse reads the line; ok is false for one that has no rule or is wrong.
func (p *parser) parse() (r rule, ok bool) {
	if !p.scan() {
		return r, false
	}
	if p.peek().kind == 0 {
		return r, false
	}
	r = rule{name: "line " + number(p.line), line: p.line}
	if p.peek().kind != 's' && p.tokens[p.at+1].text == ":" && p.tokens[p.at+1].kind == 's' {
		r.name = p.next().text
		p.next()
	}
	if !p.word("if") {
		return r, false
	}
	if r.when = p.or(); r.when == nil {
		return r, false
	}
	if !p.word("then") {
		return r, false
	}
	for {
		a, ok := p.action()
		if !ok {
			return r, false
		}
		r.actions = append(r.actions, a)
		if !p.sign(",") {
			break
		}
	}
	if t := p.peek(); t.kind != 0 {
		p.fault(t, "unexpected %s after the actions: put a comma between actions", shown(t))
		return r, false
	}
	return r, true
}

// operators are the signs of comparison, the longer first.
var operators = []string{"!=", "<=", ">=", "≠", "≤", "≥", "=", "<", ">"}

// spelled gives the ASCII form of an operator.
var spelled = map[string]string{"≠": "!=", "≤": "<=", "≥": ">="}

// scan cuts the line into tokens.
func (p *parser) scan() bool {
	for i := 0; i < len(p.input); {
		c := p.input[i]
		start := i
		switch {
		case c == '#':
			i = len(p.input)
			continue
		case unicode.IsSpace(c):
			i++
			continue
		case c == '"':
			var b strings.Builder
			i++
			for i < len(p.input) && p.input[i] != '"' {
				if p.input[i] == '\\' && i+1 < len(p.input) {
					i++
				}
				b.WriteRune(p.input[i])
				i++
			}
			if i == len(p.input) {
				p.problems = append(p.problems, Problem{p.line, start + 1, "the quotation mark is not closed"})
				return false
			}
			i++
			p.tokens = append(p.tokens, token{b.String(), start + 1, 'q'})
			continue
		case strings.ContainsRune("(),|", c), c == ':' && p.colonEnds(i):
			i++
			p.tokens = append(p.tokens, token{string(c), start + 1, 's'})
			continue
		}
		rest := string(p.input[i:min(i+2, len(p.input))])
		if op := slices.IndexFunc(operators, func(o string) bool { return strings.HasPrefix(rest, o) }); op >= 0 {
			text := operators[op]
			i += len([]rune(text))
			if s, ok := spelled[text]; ok {
				text = s
			}
			p.tokens = append(p.tokens, token{text, start + 1, 's'})
			continue
		}
		if unicode.IsControl(c) || c == '!' {
			p.problems = append(p.problems, Problem{p.line, start + 1, "unexpected " + strconv.QuoteRune(c)})
			return false
		}
		for i < len(p.input) && !unicode.IsSpace(p.input[i]) && !strings.ContainsRune(`(),|"#=<>!≠≤≥`, p.input[i]) && !(p.input[i] == ':' && p.colonEnds(i)) {
			i++
		}
		p.tokens = append(p.tokens, token{string(p.input[start:i]), start + 1, 'w'})
	}
	end := len(p.input) + 1
	p.tokens = append(p.tokens, token{"", end, 0}, token{"", end, 0}) // one may always look one further
	return true
}

// colonEnds tells whether a colon ends a name: a blank or nothing follows. The colon of topic=delivery:negative is part of a word.
func (p *parser) colonEnds(i int) bool { return i+1 == len(p.input) || unicode.IsSpace(p.input[i+1]) }

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != 0 {
		p.at++
	}
	return t
}

func (p *parser) fault(t token, format string, args ...string) {
	for _, a := range args {
		format = strings.Replace(format, "%s", a, 1)
	}
	p.problems = append(p.problems, Problem{p.line, t.column, format})
}

// shown names a token in a message.
func shown(t token) string {
	if t.kind == 0 {
		return "end of the line"
	}
	if r := []rune(t.text); len(r) > 40 {
		return strconv.Quote(string(r[:40]) + "…")
	}
	return strconv.Quote(t.text)
}

// is tells whether the next token is a word of the language.
func (p *parser) is(word string) bool {
	t := p.peek()
	return t.kind == 'w' && strings.EqualFold(t.text, word)
}

// word takes a word that must come next.
func (p *parser) word(word string) bool {
	if !p.is(word) {
		p.fault(p.peek(), "%s is where "+word+" should be: a rule reads: name: if CONDITION then ACTION", shown(p.peek()))
		return false
	}
	p.next()
	return true
}

// sign takes a sign if it comes next.
func (p *parser) sign(sign string) bool {
	if t := p.peek(); t.kind != 's' || t.text != sign {
		return false
	}
	p.next()
	return true
}

func (p *parser) or() condition {
	var parts anyOf
	for {
		part := p.and()
		if part == nil {
			return nil
		}
		parts = append(parts, part)
		if !p.is("or") {
			break
		}
		p.next()
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func (p *parser) and() condition {
	var parts all
	for {
		part := p.single()
		if part == nil {
			return nil
		}
		parts = append(parts, part)
		if !p.is("and") {
			break
		}
		p.next()
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func (p *parser) single() condition {
	if p.depth++; p.depth > maxNesting {
		p.fault(p.peek(), "the conditions nest too deep")
		return nil
	}
	defer func() { p.depth-- }()
	if p.is("not") {
		p.next()
		part := p.single()
		if part == nil {
			return nil
		}
		return not{part}
	}
	if open := p.peek(); p.sign("(") {
		part := p.or()
		if part == nil {
			return nil
		}
		if !p.sign(")") {
			p.fault(p.peek(), "%s is where the parenthesis of column "+number(open.column)+" should close", shown(p.peek()))
			return nil
		}
		return part
	}
	return p.comparison()
}

// fields are what can be compared with one of some values. Attributes are fields too.
var fields = map[string]func(*Facts, string) (bool, float64){
	"topic": hasTopic, "intent": hasIntent, "tag": hasTag, "sentiment": hasSentiment,
	"language": sent(func(f *Facts) string { return f.Language }),
	"status":   sent(func(f *Facts) string { return f.Status }),
	"channel":  sent(func(f *Facts) string { return f.Channel }),
	"account":  sent(func(f *Facts) string { return f.Account }),
	"customer": sent(func(f *Facts) string { return f.Customer }),
}

// choices are the values of fields with few.
var choices = map[string][]string{
	"sentiment": {"negative", "neutral", "positive"},
	"language":  {"vi", "en", "und"},
	"urgency":   urgencies,
	"priority":  priorities,
}

const (
	attributeField = "attr."
	fieldNames     = "topic, intent, tag, sentiment, language, urgency, priority, score, messages, status, channel, account, customer or attr.NAME"
)

// comparison reads a field, an operator and values.
func (p *parser) comparison() condition {
	f := p.next()
	name := strings.ToLower(f.text)
	attribute := f.kind == 'w' && strings.HasPrefix(name, attributeField) && len(name) > len(attributeField)
	orderly := slices.Contains([]string{"urgency", "priority", "score", "messages"}, name)
	if f.kind != 'w' || fields[name] == nil && !attribute && !orderly {
		p.fault(f, "%s is no field: use "+fieldNames, shown(f))
		return nil
	}
	op := p.next()
	if op.kind != 's' || !slices.Contains(operators, op.text) {
		p.fault(op, "%s is where a comparison should be, like "+name+"=…", shown(op))
		return nil
	}
	if !orderly && op.text != "=" && op.text != "!=" {
		p.fault(op, name+" has no order: use = or !=")
		return nil
	}
	var values []token
	for {
		v := p.next()
		if v.kind != 'w' && v.kind != 'q' || v.text == "" {
			p.fault(v, "%s is where a value should be", shown(v))
			return nil
		}
		values = append(values, v)
		if !p.sign("|") {
			break
		}
	}
	if len(values) > 1 && op.text != "=" && op.text != "!=" {
		p.fault(values[1], "alternatives need = or !=")
		return nil
	}
	var parts anyOf
	c := oneOf{has: fields[name]}
	for _, v := range values {
		switch {
		case attribute:
			key := f.text[len(attributeField):]
			c.has = sent(func(f *Facts) string { return f.Attributes[key] })
			c.values = append(c.values, v.text)
		case name == "score" || name == "messages":
			n, err := strconv.ParseFloat(strings.Replace(v.text, "−", "-", 1), 64)
			if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
				p.fault(v, "%s is no number", shown(v))
				return nil
			}
			of := func(f *Facts) float64 { return f.Score }
			if name == "messages" {
				of = func(f *Facts) float64 { return float64(f.Messages) }
			}
			parts = append(parts, numeric{of, p.each(op.text), n})
		case orderly:
			at := slices.Index(choices[name], strings.ToLower(v.text))
			if at < 0 {
				p.fault(v, "%s is none of "+strings.Join(choices[name], ", "), shown(v))
				return nil
			}
			of := func(f *Facts) Said { return f.Urgency }
			if name == "priority" {
				of = func(f *Facts) Said { return Said{f.Priority, 1} }
			}
			parts = append(parts, ranked{of, choices[name], p.each(op.text), at})
		default:
			if !p.isKnown(name, v) {
				return nil
			}
			c.values = append(c.values, v.text)
		}
	}
	var out condition = c
	if orderly {
		out = parts
		if len(parts) == 1 {
			out = parts[0]
		}
	}
	if op.text == "!=" && (!orderly || len(values) > 1) {
		return not{out}
	}
	if op.text == "!=" {
		r, ok := out.(ranked)
		if ok {
			r.op = "!="
			return r
		}
		n := out.(numeric)
		n.op = "!="
		return n
	}
	return out
}

// each gives the operator for one of several values: != of all is not = of any.
func (p *parser) each(op string) string {
	if op == "!=" {
		return "="
	}
	return op
}

// isKnown checks a value of a field with a vocabulary.
func (p *parser) isKnown(field string, v token) bool {
	list, value := choices[field], v.text
	switch field {
	case "topic":
		id, polarity, said := strings.Cut(v.text, ":")
		if said && !slices.Contains(choices["sentiment"], polarity) {
			p.fault(v, "%s: after the colon stands negative, neutral or positive", shown(v))
			return false
		}
		list, value = p.known.Topics, id
	case "intent":
		list = p.known.Intents
	}
	if list == nil || slices.Contains(list, value) {
		return true
	}
	hint := ""
	if near := nearest(value, list); near != "" {
		hint = ": did you mean " + near + "?"
	}
	p.fault(v, "there is no "+field+" %s"+hint, shown(v))
	return false
}

// action reads an action.
func (p *parser) action() (a action, ok bool) {
	verb := p.next()
	a.verb = strings.ToLower(verb.text)
	if verb.kind != 'w' || !slices.Contains([]string{verbTag, verbUntag, verbPriority, verbStop}, a.verb) {
		p.fault(verb, "%s is no action: use tag=NAME, untag=NAME, priority=LEVEL or stop", shown(verb))
		return a, false
	}
	if a.verb == verbStop {
		return a, true
	}
	if !p.sign("=") {
		p.fault(p.peek(), "%s is where = should be", shown(p.peek()))
		return a, false
	}
	v := p.next()
	if v.kind != 'w' && v.kind != 'q' || strings.TrimSpace(v.text) == "" || len(v.text) > maxTag {
		p.fault(v, "%s is where a name of 1 to 128 bytes should be", shown(v))
		return a, false
	}
	a.value = v.text
	if a.verb == verbPriority {
		if a.value = strings.ToLower(v.text); !slices.Contains(priorities, a.value) {
			p.fault(v, "%s is none of "+strings.Join(priorities, ", "), shown(v))
			return a, false
		}
	}
	return a, true
}

// maxTag bounds the name of a tag.
const maxTag = 128

// nearest gives the word of a list that a slip of the keys away from a word, "" for none.
func nearest(word string, list []string) string {
	best, at := 3, "" // two letters at most
	for _, w := range list {
		if d := distance([]rune(word), []rune(w)); d < best {
			best, at = d, w
		}
	}
	return at
}

// distance is Levenshtein's: how many letters to change, add or drop.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0]++
		for j := range b {
			cost := before
			if a[i] != b[j] {
				cost = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
